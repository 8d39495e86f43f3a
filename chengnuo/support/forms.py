"""The form of a request's paper, and of its spending. What a value must be is said by the actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.access import visible_clients
from chengnuo.clients.models import Client
from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.proposals.forms import budget_field, text
from chengnuo.people.models import Staff

from .actions.drafting import MOST_CLIENTS
from .models import SupportKind, SupportRequest


class ClientsField(forms.CharField):
    """The clients by name, one a line; its clean value is their ids. `known` are those that stand there already."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), max_length=MOST_CLIENTS * 130, **given)
        self.user: Staff | None = None
        self.now: datetime | None = None
        self.unit_id: int | None = None
        self.known: list[int] = []

    def prepare_value(self, value: Any) -> Any:
        return names_of(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        names = list(dict.fromkeys(filter(None, (line.strip() for line in super().clean(value).splitlines()))))
        if len(names) > MOST_CLIENTS:
            raise forms.ValidationError(_("最多%s家客户") % MOST_CLIENTS)
        assert self.user is not None
        assert self.now is not None
        rows = visible_clients(self.user, self.now).filter(unit=self.unit_id, name__in=names)
        ids = dict(rows.order_by("-pk").values_list("name", "pk"))
        ids |= dict(Client.objects.filter(pk__in=self.known, name__in=names).values_list("name", "pk"))
        if missing := [name for name in names if name not in ids]:
            raise forms.ValidationError(_("没有“%s”这个客户，按登记的全名写") % "”“".join(missing))
        return [ids[name] for name in names]


def names_of(ids: list[int]) -> str:
    """The clients' names, one a line."""
    return "\n".join(Client.objects.filter(pk__in=ids).order_by("pk").values_list("name", flat=True))


class SupportForm(Form):
    """The six parts, what the branch thinks, and for whom. `version` is that of the draft that is changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("用于"), choices=SupportKind.choices)
    title = forms.CharField(label=gettext_lazy("事由"), max_length=80)
    clients = ClientsField(label=gettext_lazy("客户"), required=False, help_text=gettext_lazy("每行一家，登记的全名"))
    objective = text(gettext_lazy("目的"))
    activity = text(gettext_lazy("活动内容"))
    starts_on = DayField(label=gettext_lazy("活动开始"), required=False)
    ends_on = DayField(label=gettext_lazy("活动结束"), required=False)
    scheme = text(gettext_lazy("实施方案"), 4)
    budget = budget_field()
    needed = text(gettext_lazy("需要的支持"), help_text=gettext_lazy("人员、专家、物料、经费等，逐项写"))
    opinion = text(gettext_lazy("机构意见和要求"))

    def __init__(
        self,
        data: Any,
        *,
        user: Staff,
        now: datetime,
        unit_id: int | None,
        one: SupportRequest | None = None,
        **more: Any,
    ) -> None:
        initial = {"clients": [], **more.pop("initial", {})}
        if one is not None:
            initial = {name: getattr(one, name) for name in self.base_fields if name != "clients"}
            initial["clients"] = one.client_ids
        super().__init__(data, initial=initial)
        clients = self.fields["clients"]
        assert isinstance(clients, ClientsField)
        clients.user, clients.now, clients.unit_id = user, now, unit_id
        clients.known = one.client_ids if one else []

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SpendForm(Form):
    what = forms.CharField(label=gettext_lazy("用途"), max_length=120)
    amount = forms.DecimalField(label=gettext_lazy("金额（元）"), max_digits=12, decimal_places=2)
    spent_on = DayField(label=gettext_lazy("日期"))

    def __init__(self, data: Any, left: Any) -> None:
        super().__init__(data)
        self.fields["amount"].help_text = _("预算还剩%s元") % f"{left:,.2f}"
