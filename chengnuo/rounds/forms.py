"""What the pages of telephone rounds take in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Planned
from chengnuo.clients.models import TICKS, Client, Contact, Policy
from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.people.models import Staff, Unit

from .access import units_for_rounds, visible_scripts
from .choosing import Criteria
from .models import CallScript, Outcome, Round, Sorting

ANY = ("", _("不限"))


class RoundForm(Form):
    """Aim, words and time of a round, and whom to call."""

    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), empty_label=None)
    aim = forms.CharField(label=_("目的"), max_length=120)
    script = forms.ModelChoiceField(label=_("用语"), queryset=CallScript.objects.none(), empty_label=None)
    starts_on = DayField(label=_("自"))
    ends_on = DayField(label=_("至"))
    kind = forms.ChoiceField(label=_("客户类别"), choices=[ANY, *Client.Kind.choices], required=False)
    tick = forms.ChoiceField(label=_("认定"), choices=[ANY, *TICKS.items()], required=False)
    line = forms.ChoiceField(label=_("险种"), choices=[ANY, *Policy.Line.choices], required=False)
    expires_within = forms.IntegerField(label=_("几天内到期"), min_value=0, max_value=3660, required=False)
    silent_for = forms.IntegerField(label=_("几天没联系"), min_value=1, max_value=3660, required=False)
    sorted_by = forms.ChoiceField(label=_("次序"), choices=Sorting.choices)
    scheme = forms.CharField(
        label=_("实施方案"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )

    def __init__(self, data: Any, *, user: Staff, now: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["unit"].queryset = units_for_rounds(user, now)  # type: ignore[attr-defined]
        scripts = visible_scripts(user, now).filter(is_latest=True).order_by("name")
        self.fields["script"].queryset = scripts  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `open_round` is given."""
        given = dict(self.cleaned_data)
        criteria = Criteria(**{name: given.pop(name) for name in Criteria.__dataclass_fields__})
        return {**given, "criteria": criteria}


class BecauseForm(Form):
    because = forms.CharField(label=_("说明"), widget=forms.Textarea, max_length=500, required=False)


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), widget=forms.Textarea, max_length=300)


class AddForm(Form):
    """A client of the round's branch, by his name, number or credential."""

    client = forms.CharField(label=_("客户"), max_length=120, help_text=_("名称、证件号、保单号或联系人电话"))


class FileForm(Form):
    filed_as = forms.CharField(label=_("归档位置"), max_length=200, help_text=_("客户档案的卷号或目录"))


class ScriptForm(Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    words = forms.CharField(label=_("用语"), widget=forms.Textarea(attrs={"rows": 12}), max_length=10_000)
    questions = forms.CharField(
        label=_("要问的事"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, required=False
    )


class RevisionForm(ScriptForm):
    name = None  # type: ignore[assignment]


class WordForm(Form):
    text = forms.CharField(label=_("告诉客户的话"), widget=forms.Textarea, max_length=5000)


class PassOnForm(Form):
    department = forms.CharField(label=_("部门"), max_length=60)
    to = forms.ModelChoiceField(label=_("转给"), queryset=Staff.objects.none())
    text = forms.CharField(label=_("交代"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, required=False)

    def __init__(self, data: Any, *, staff: Any) -> None:
        super().__init__(data)
        self.fields["to"].queryset = staff  # type: ignore[attr-defined]


class CallForm(Form):
    """What came of a call, on one screen."""

    outcome = forms.ChoiceField(label=_("结果"), choices=Outcome.choices)
    contact = forms.ModelChoiceField(
        label=_("对方"), queryset=Contact.objects.none(), required=False, empty_label=_("名单外的人")
    )
    spoke_with = forms.CharField(label=_("姓名"), max_length=60, required=False, help_text=_("不在联系人里时写"))
    dialogue = forms.CharField(
        label=_("对话"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000, required=False
    )
    opinion = forms.CharField(
        label=_("意见"), widget=forms.Textarea(attrs={"rows": 2}), max_length=20_000, required=False
    )
    suggestion = forms.CharField(
        label=_("建议"), widget=forms.Textarea(attrs={"rows": 2}), max_length=20_000, required=False
    )
    demands = forms.CharField(
        label=_("要求"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5010,
        required=False,
        help_text=_("每行一项，各自立项办理"),
    )
    planned_id = forms.TypedChoiceField(label=_("方案"), coerce=int, empty_value=None, required=False)
    is_important = forms.BooleanField(label=_("有重要资料要归档"), required=False)
    at = MomentField(label=_("时间"))

    def __init__(self, data: Any, *, contacts: Any, offered: list[Planned], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        choices = [("", _("方案外，按这次电话服务")), *((str(one.id), one.label) for one in offered)]
        self.fields["planned_id"].choices = choices  # type: ignore[attr-defined]
        if not offered:
            del self.fields["planned_id"]

    def values(self, now: datetime) -> dict[str, Any]:
        """What a `NewCall` is made of. A form knows minutes: the present minute means now."""
        given = dict(self.cleaned_data)
        at = given["at"]
        return {
            **given,
            "demands": [line.strip() for line in given["demands"].splitlines() if line.strip()],
            "at": now if at.replace(second=0) == now.replace(second=0, microsecond=0) else at,
        }


class RoundFilter(Form):
    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH),
        required=False,
        empty_label=_("全部"),
    )
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), *Round._meta.get_field("state").choices],  # type: ignore[misc, list-item]
        required=False,
    )
