"""What the pages of daily service take in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Basis, Planned
from chengnuo.clients.models import Contact, Policy
from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.people.models import Staff, Unit

from .models import ContactChannel, ContactKind, LostReason, RenewalState

ALL = ("", _("全部"))


class ContactForm(Form):
    """What passed with a client."""

    kind = forms.ChoiceField(label=_("服务"), choices=ContactKind.choices)
    channel = forms.ChoiceField(label=_("方式"), choices=ContactChannel.choices)
    at = MomentField(label=_("时间"))
    contact = forms.ModelChoiceField(
        label=_("对方"), queryset=Contact.objects.none(), required=False, empty_label=_("名单外的人")
    )
    spoke_with = forms.CharField(label=_("姓名"), max_length=60, required=False, help_text=_("不在联系人里时写"))
    dialogue = forms.CharField(
        label=_("内容"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000, required=False
    )
    result = forms.CharField(label=_("结果"), max_length=500, required=False)
    promised = forms.CharField(label=_("答应的事"), max_length=500, required=False)
    promised_by = MomentField(label=_("何时前答复"), required=False)
    basis = forms.ChoiceField(label=_("依据"), choices=Basis.choices)
    planned_id = forms.TypedChoiceField(label=_("方案项目"), coerce=int, empty_value=None, required=False)
    basis_reason = forms.CharField(label=_("原因"), max_length=500, required=False, help_text=_("突发事件和其他要写明"))

    def __init__(self, data: Any, *, contacts: Any, offered: list[Planned], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        choices = [("", _("没有")), *((str(one.id), one.label) for one in offered)]
        self.fields["planned_id"].choices = choices  # type: ignore[attr-defined]

    def values(self, now: datetime) -> dict[str, Any]:
        """What `enter_contact` is given. A form knows minutes: the present minute means now."""
        at = self.cleaned_data["at"]
        is_now = at.replace(second=0) == now.replace(second=0, microsecond=0)
        return {**self.cleaned_data, "at": now if is_now else at}


class AnswerForm(Form):
    text = forms.CharField(label=_("告诉客户的话"), widget=forms.Textarea, max_length=5000)


class FindForm(Form):
    q = forms.CharField(label=_("客户"), max_length=120, required=False)


class QuoteForm(Form):
    insurer = forms.CharField(label=_("保险公司"), max_length=80)
    premium = forms.DecimalField(label=_("保费（元）"), max_digits=16, decimal_places=2, min_value=0)
    changes = forms.CharField(
        label=_("不同之处"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_("与原保单相比，保额、免赔、条款的变化"),
    )


class DecideForm(Form):
    """What the client decided. The new policy is asked for where he renewed, the reason where he did not."""

    RENEW, LOSE, NEED_NO_MORE = "renew", "lose", "need_no_more"
    OUTCOMES = ((RENEW, _("续保")), (LOSE, _("流失")), (NEED_NO_MORE, _("不再需要")))

    outcome = forms.ChoiceField(label=_("客户决定"), choices=OUTCOMES)
    no = forms.CharField(label=_("新保单号"), max_length=60, required=False)
    insurer = forms.CharField(label=_("保险公司"), max_length=80, required=False)
    premium = forms.DecimalField(label=_("保费（元）"), max_digits=16, decimal_places=2, min_value=0, required=False)
    starts_on = DayField(label=_("保障首日"), required=False)
    ends_on = DayField(label=_("保障末日"), required=False)
    reason = forms.ChoiceField(label=_("流失原因"), choices=[("", _("选原因")), *LostReason.choices], required=False)
    text = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") == self.RENEW and given.get("premium") is None and "premium" not in self.errors:
            self.add_error("premium", _("写明新保单的保费"))
        return given


class HandOnForm(Form):
    to = forms.ModelChoiceField(label=_("转给"), queryset=Staff.objects.none())

    def __init__(self, data: Any, *, unit_id: int) -> None:
        super().__init__(data)
        staff = Staff.objects.filter(unit=unit_id, is_active=True).order_by("name")
        self.fields["to"].queryset = staff  # type: ignore[attr-defined]


class AgainForm(Form):
    text = forms.CharField(label=_("原因"), widget=forms.Textarea, max_length=500)


class OfBranch(Form):
    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH),
        required=False,
        empty_label=_("全部"),
    )


class ContactFilter(OfBranch):
    kind = forms.ChoiceField(label=_("服务"), choices=[ALL, *ContactKind.choices], required=False)
    channel = forms.ChoiceField(label=_("方式"), choices=[ALL, *ContactChannel.choices], required=False)
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)


class RenewalFilter(OfBranch):
    line = forms.ChoiceField(label=_("险种"), choices=[ALL, *Policy.Line.choices], required=False)
    owner = forms.ModelChoiceField(
        label=_("承办"), queryset=Staff.objects.filter(is_active=True), required=False, empty_label=_("全部")
    )
    since = DayField(label=_("到期从"), required=False)
    until = DayField(label=_("到期至"), required=False)
    state = forms.ChoiceField(
        choices=[ALL, *RenewalState.choices], widget=forms.HiddenInput, label=_("状态"), required=False
    )
    reason = forms.ChoiceField(choices=[ALL, *LostReason.choices], widget=forms.HiddenInput, required=False)
    view = forms.CharField(max_length=10, widget=forms.HiddenInput, required=False)


class RetentionFilter(OfBranch):
    line = forms.ChoiceField(label=_("险种"), choices=[ALL, *Policy.Line.choices], required=False)
    since = DayField(label=_("到期从"), required=False)
    until = DayField(label=_("到期至"), required=False)
