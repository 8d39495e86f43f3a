"""What the hotline's pages take in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import Form, MomentField
from chengnuo.people.models import Staff

from .models import Kind, NoReply
from .rules import Preset

CUSTOM = "custom"


class YuanField(forms.DecimalField):
    """An amount as people write it, with its separators."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)


class ReplyFields(Form):
    """An answer on the spot, or a promise with its time; shared by every form that replies."""

    reply = forms.ChoiceField(
        label=_("答复"),
        choices=[("answer", _("已当场答复")), ("promise", _("承诺再答复"))],
        initial="answer",
        required=False,
    )
    answer = forms.CharField(
        label=_("答复内容"),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("答复了什么")}),
        max_length=20_000,
        required=False,
    )
    what = forms.CharField(
        label=_("事项"),
        widget=forms.TextInput(attrs={"placeholder": _("承诺什么，空着就取内容的第一句")}),
        max_length=500,
        required=False,
    )
    to_whom = forms.CharField(label=_("答复谁"), max_length=60, required=False)
    preset = forms.ChoiceField(label=_("答复时间"), required=False)
    by = MomentField(label=_("自定时间"), required=False)
    keeper = forms.ModelChoiceField(label=_("承办"), queryset=Staff.objects.none(), required=False, empty_label=None)
    no_reply_because = forms.ChoiceField(
        label=_("无需答复"), choices=[("", _("客户等答复")), *NoReply.choices], required=False
    )

    def __init__(self, *args: Any, presets: list[Preset], staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.presets = presets
        self.fields["preset"].choices = [*((p.key, p.label) for p in presets), (CUSTOM, _("自定"))]  # type: ignore[attr-defined]
        self.fields["keeper"].queryset = staff  # type: ignore[attr-defined]

    @property
    def promises(self) -> bool:
        return self["reply"].value() == "promise"

    def promised_time(self) -> datetime | None:
        """The chosen preset's instant, or the free one."""
        data = self.cleaned_data
        chosen = next((p.at for p in self.presets if p.key == data.get("preset")), None)
        return chosen or data.get("by")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reply") == "promise" and not data.get("no_reply_because") and "by" not in self.errors:
            if self.promised_time() is None:
                self.add_error("by", _("选一个答复时间"))
            if not (data.get("what") or self.default_what()):
                self.add_error("what", _("写明承诺什么"))
        return data

    def default_what(self) -> str:
        """The first sentence of the content: what most promises are about."""
        content = (self.cleaned_data.get("content") or "").strip()
        for mark in "。\n！？":
            content = content.split(mark)[0]
        return content[:200]


class SpokenForm(ReplyFields):
    """What a caller wanted."""

    kinds = forms.MultipleChoiceField(
        label=_("类别"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    content = forms.CharField(
        label=_("内容"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000, required=False
    )
    open_cases = forms.BooleanField(label=_("同时立案"), required=False, initial=True)
    amount = YuanField(
        label=_("金额（元）"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=_("报案填估损，投诉填涉及金额"),
    )


class CallForm(SpokenForm):
    caller = forms.CharField(label=_("来电"), max_length=30, required=False)
    who = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    caller_name = forms.CharField(label=_("来电人"), max_length=60, required=False)
    rang_at = MomentField(label=_("来电时间"))
    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)


class MissedForm(Form):
    caller = forms.CharField(label=_("来电号码"), max_length=30, required=False)
    rang_at = MomentField(label=_("来电时间"), help_text=_("按当时的时间填，回拨时限从那时算起"))
    content = forms.CharField(label=_("备注"), widget=forms.Textarea, max_length=20_000, required=False)


class CallBackForm(SpokenForm):
    at = MomentField(label=_("回拨时间"))
    reached = forms.TypedChoiceField(
        label=_("结果"),
        choices=[("1", _("接通")), ("", _("没接通"))],
        coerce=bool,
        empty_value="",
        required=False,
        initial="1",
    )


class WordForm(Form):
    """What the client was told, and when."""

    text = forms.CharField(label=_("告诉了客户什么"), widget=forms.Textarea, max_length=5000)
    at = MomentField(label=_("告知时间"))


class AgreedForm(Form):
    agreed_who = forms.CharField(label=_("客户方谁同意"), max_length=60, required=False)
    agreed_how = forms.CharField(label=_("如何同意"), max_length=60, required=False, help_text=_("电话、微信、邮件"))


class MoveForm(AgreedForm):
    to = MomentField(label=_("改到"))
    text = forms.CharField(label=_("原因"), widget=forms.Textarea, max_length=5000, required=False)


class WithdrawForm(AgreedForm):
    text = forms.CharField(label=_("原因"), widget=forms.Textarea, max_length=5000)


class HandOverForm(Form):
    to = forms.ModelChoiceField(label=_("交给"), queryset=Staff.objects.none())
    text = forms.CharField(label=_("交接说明"), widget=forms.Textarea, max_length=5000, required=False)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = staff  # type: ignore[attr-defined]


class VoidForm(Form):
    reason = forms.CharField(label=_("作废原因"), max_length=200)


class ShiftForm(Form):
    staff = forms.ModelChoiceField(label=_("值班人"), queryset=Staff.objects.none())
    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"))

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = staff  # type: ignore[attr-defined]


class CaseForm(Form):
    """Opening a case from a call that is already in the register."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=[(k.value, k.label) for k in (Kind.APPOINTMENT, Kind.COMPLAINT, Kind.LOSS)]
    )
    account = forms.CharField(label=_("事项"), widget=forms.Textarea, max_length=20_000)
    amount = YuanField(
        label=_("金额（元）"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=_("报案填估损，投诉填涉及金额"),
    )
    owner = forms.ModelChoiceField(label=_("承办"), queryset=Staff.objects.none(), empty_label=None)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff  # type: ignore[attr-defined]
