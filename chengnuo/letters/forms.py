"""The forms of letter rounds, letters and replies."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import LONGEST_REASON, Basis
from chengnuo.clients.models import TICKS, Client, Policy
from chengnuo.kit.forms import DayField, Form
from chengnuo.people.models import Staff, Unit

from .models import ReplyKind, Returned, Way

ANY = ("", _("全部"))


def _long(label: Any, longest: int, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class CampaignForm(Form):
    title = forms.CharField(label=_("活动"), max_length=80)
    way = forms.ChoiceField(label=_("方式"), choices=Way.choices)
    aim = forms.CharField(label=_("目的"), max_length=500)
    scheme = _long(_("实施方案"), 5000, required=False, help_text=_("定名单前写好：分几步、谁做、怎么收回执"))
    basis = forms.ChoiceField(
        label=_("依据"),
        choices=[
            (Basis.PLANNED, _("只寄方案里定有信函的客户")),
            *((one.value, one.label) for one in Basis if one != Basis.PLANNED),
        ],
    )
    basis_reason = forms.CharField(label=_("方案外的原因"), max_length=LONGEST_REASON, required=False)
    send_on = DayField(label=_("计划寄出日"))
    replies_by = DayField(label=_("回收截止日"))
    return_to = forms.CharField(label=_("回收地址"), max_length=200, help_text=_("客户把回执寄到哪里"))


class TextForm(Form):
    subject = forms.CharField(label=_("标题"), max_length=120)
    body = _long(_("正文"), 8000, rows=12)


class NewForm(CampaignForm, TextForm):
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), empty_label=None)
    field_order = ["unit", *CampaignForm.base_fields, "subject", "body"]

    def __init__(self, data: Any, units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(data, **more)
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units
        if len(units) == 1 and not self.is_bound:
            self.initial["unit"] = units[0]


class ChangeForm(CampaignForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ChooseForm(Form):
    """Whom to write to. A policy's line and end are looked at together."""

    kind = forms.ChoiceField(label=_("类别"), choices=[ANY, *Client.Kind.choices], required=False)
    ticks = forms.MultipleChoiceField(
        label=_("标记"), choices=list(TICKS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), required=False, empty_label=_("全部"))
    line = forms.ChoiceField(label=_("险种"), choices=[ANY, *Policy.Line.choices], required=False)
    since = DayField(label=_("保单到期从"), required=False)
    until = DayField(label=_("保单到期到"), required=False)

    def __init__(self, data: Any, units: QuerySet[Unit]) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units

    def asked(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["unit"] = given["unit"].pk if given["unit"] else None
        return given


class ExcludeForm(Form):
    numbers = _long(_("编号"), 20_000, help_text=_("一行一个，可连续扫码"))
    reason = forms.CharField(label=_("原因"), max_length=200)


class PostForm(Form):
    posted_on = DayField(label=_("寄出日"))


class CloseForm(Form):
    summary = _long(_("小结"), 5000, rows=6)


class WhereForm(Form):
    where = forms.CharField(label=_("存放处"), max_length=120, help_text=_("柜号、盒号或档号"))


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=500)


class EnterForm(Form):
    """What became of letters, by their numbers."""

    OUTCOMES = (
        ("delivered", _("送达")),
        ("returned", _("退回")),
        ("replied", _("回信")),
        ("posted", _("寄出")),
    )
    outcome = forms.ChoiceField(label=_("结果"), choices=OUTCOMES)
    on = DayField(label=_("日期"))
    because = forms.ChoiceField(label=_("退回原因"), choices=[("", "—"), *Returned.choices], required=False)
    kind = forms.ChoiceField(label=_("回信业务"), choices=[("", "—"), *ReplyKind.choices], required=False)
    content = _long(_("回信内容"), 5000, rows=2, required=False)
    is_important = forms.BooleanField(label=_("重要资料，要归档"), required=False)
    numbers = _long(_("编号"), 20_000, rows=8, help_text=_("扫信上的二维码，或一行输一个编号，最多200个"))


class ReplyForm(Form):
    kind = forms.ChoiceField(label=_("业务"), choices=ReplyKind.choices)
    content = _long(_("内容"), 5000)
    came_on = DayField(label=_("收到日"))
    is_important = forms.BooleanField(label=_("重要资料，要归档"), required=False)


class HandleForm(Form):
    answer = _long(_("办理和答复"), 5000)
    is_important = forms.BooleanField(label=_("重要资料，要归档"), required=False)


class TellForm(Form):
    text = _long(_("原因或进展"), 5000)


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.name} {obj.name}"


class PassForm(Form):
    to = ColleagueField(label=_("转给"), queryset=Staff.objects.none(), empty_label=None)
    reason = forms.CharField(label=_("原因"), max_length=500)

    def __init__(self, data: Any, people: QuerySet[Staff]) -> None:
        super().__init__(data)
        cast(ColleagueField, self.fields["to"]).queryset = people
