"""Forms of plans. What a value must be is said by the rules; a refusal comes back beside its field."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import ServiceKind
from chengnuo.clients.forms import Versioned
from chengnuo.clients.models import Agreement, Client, Site
from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.people.models import Staff, Unit

from .models import (
    EmergencyPlan,
    PlanItem,
    PlanState,
    Receipt,
    ServicePlan,
    ServiceState,
    Situation,
)


class NewPlan(Form):
    agreement = forms.ModelChoiceField(
        label=_("委托协议"), queryset=Agreement.objects.none(), required=False, empty_label=_("没有协议")
    )
    starts_on = DayField(label=_("起始日"), required=False, help_text=_("留空按协议，最长一年"))
    ends_on = DayField(label=_("截止日"), required=False)

    def __init__(self, client: Client, data: Any = None, asked: str = "") -> None:
        """`asked` is the agreement that an address names; else the newest one stands there first."""
        super().__init__(data)
        signed = client.agreements.filter(state__in=(Agreement.State.SIGNED, Agreement.State.ACTIVE))
        self.fields["agreement"].queryset = signed  # type: ignore[attr-defined]
        self.initial["agreement"] = asked if asked.isdigit() else signed.first()


class PlanForm(Versioned):
    """A draft's head: period, cause, and the five that it is fitted to, each filled or declared none (3.2.2)."""

    starts_on = DayField(label=_("起始日"))
    ends_on = DayField(label=_("截止日"))
    cause = forms.CharField(label=_("起因"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, plan: ServicePlan, data: Any = None) -> None:
        said = {one["key"]: one for one in plan.situation}
        initial: dict[str, Any] = {
            "version": plan.version,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "cause": plan.cause,
        }
        for key in Situation.values:
            initial[key] = said.get(key, {}).get("text", "")
            initial[f"{key}_none"] = said.get(key, {}).get("none", False)
        super().__init__(data, initial=initial)
        for key, label in Situation.choices:
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"{key}_none"] = forms.BooleanField(label=_("没有"), required=False)

    @property
    def five(self) -> list[tuple[Any, Any]]:
        return [(self[key], self[f"{key}_none"]) for key in Situation.values]


class ItemForm(Form):
    kind = forms.ChoiceField(label=_("服务"), choices=ServiceKind.choices)
    title = forms.CharField(label=_("内容"), max_length=120)
    times = forms.IntegerField(label=_("次数"), min_value=1, max_value=366, initial=1)
    starts_on = DayField(label=_("自"))
    ends_on = DayField(label=_("至"))
    owner = forms.ModelChoiceField(label=_("负责人"), queryset=Staff.objects.none())
    site = forms.ModelChoiceField(
        label=_("场所"), queryset=Site.objects.none(), required=False, empty_label=_("不限场所")
    )
    preparation = forms.CharField(
        label=_("准备"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行或用顿号分开一项，出发前逐项核对"),
    )
    budget = forms.DecimalField(label=_("费用（元）"), min_value=0, max_digits=12, decimal_places=2, required=False)

    def __init__(self, plan: ServicePlan, item: PlanItem | None, data: Any = None) -> None:
        owner = plan.client.manager_id or plan.items.order_by("-line").values_list("owner", flat=True).first()
        initial = {"starts_on": plan.starts_on, "ends_on": plan.ends_on, "owner": owner}
        if item is not None:
            names = ("kind", "title", "times", "starts_on", "ends_on", "owner", "site", "preparation", "budget")
            initial = {name: getattr(item, name) for name in names}
        super().__init__(data, initial=initial)
        staff = Staff.objects.filter(is_active=True, unit__in=(plan.client_unit_id, plan.unit_id))
        self.fields["owner"].queryset = staff.order_by("unit_id", "name")  # type: ignore[attr-defined]
        self.fields["site"].queryset = plan.client.sites.all()  # type: ignore[attr-defined]


class DeliverForm(Form):
    how = forms.ChoiceField(label=_("交付方式"), choices=Receipt.choices)
    received_by = forms.CharField(label=_("签收人"), max_length=60)
    delivered_at = MomentField(label=_("交付时间"), required=False, help_text=_("留空为现在"))


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class CauseForm(Form):
    cause = forms.CharField(label=_("起因"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class GiveForm(Form):
    done_on = DayField(label=_("办理日"))
    how = forms.CharField(label=_("办理情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EmergencyForm(Versioned):
    scenario = forms.CharField(label=_("险情"), max_length=200)
    site = forms.ModelChoiceField(
        label=_("场所"), queryset=Site.objects.none(), required=False, empty_label=_("全部场所")
    )
    contacts = forms.CharField(
        label=_("应急联系人"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一人：姓名 职务 电话"),
    )
    steps = forms.CharField(
        label=_("处置步骤"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6}), help_text=_("每行一步")
    )
    drill_every = forms.IntegerField(label=_("演练间隔（月）"), min_value=1, max_value=60, initial=12)
    review_on = DayField(label=_("复审日"))

    def __init__(self, client: Client, plan: EmergencyPlan | None = None, data: Any = None) -> None:
        initial: dict[str, Any] = {}
        if plan is not None:
            initial = {
                "version": plan.version,
                "scenario": plan.scenario,
                "site": plan.site_id,
                "contacts": "\n".join(plan.contacts),
                "steps": "\n".join(plan.steps),
                "drill_every": plan.drill_every,
                "review_on": plan.review_on,
            }
        super().__init__(data, initial=initial)
        self.fields["site"].queryset = client.sites.all()  # type: ignore[attr-defined]


class DrillForm(Form):
    held_on = DayField(label=_("演练日"))
    taken_part = forms.CharField(label=_("参加人"), max_length=300)
    found = forms.CharField(label=_("发现的问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewForm(Form):
    next_on = DayField(label=_("下次复审日"))
    found = forms.CharField(label=_("复审意见"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class OfUnit(Form):
    """What lists of this room are narrowed by."""

    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH),
        required=False,
        empty_label=_("全部"),
    )


class PlanFilter(OfUnit):
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *PlanState.choices], required=False)


class ServiceFilter(OfUnit):
    kind = forms.ChoiceField(label=_("服务"), choices=[("", _("全部")), *ServiceKind.choices], required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *ServiceState.choices], required=False)
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)
    mine = forms.BooleanField(label=_("我负责的"), required=False)


class YearForm(OfUnit):
    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False)

    def __init__(self, data: Any, now: datetime) -> None:
        super().__init__(data, initial={"year": now.year})
        self.fields["year"].choices = [(year, str(year)) for year in range(now.year + 1, now.year - 4, -1)]  # type: ignore[attr-defined]
