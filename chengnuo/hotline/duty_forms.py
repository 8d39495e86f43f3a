"""What the pages of lines and roster take in."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.forms import DayField, Form, MomentField
from chengnuo.people.models import Staff

from .models import DutyShift, RosterPattern
from .patterns import Slot

SLOTS = 3


class LineForm(Form):
    number = forms.CharField(
        label=gettext_lazy("值班电话"), max_length=30, help_text=gettext_lazy("带区号，如 0512-65551234")
    )


class PersonForm(Form):
    staff = forms.ModelChoiceField(label=gettext_lazy("值班人"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = staff  # type: ignore[attr-defined]


class FillForm(PersonForm):
    starts_at = MomentField(widget=forms.HiddenInput)
    ends_at = MomentField(widget=forms.HiddenInput)


class SwapForm(PersonForm):
    other = forms.ModelChoiceField(
        label=gettext_lazy("换来哪一班"),
        queryset=DutyShift.objects.none(),
        required=False,
        empty_label=gettext_lazy("不换来，请人代班"),
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, shifts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = shifts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        other = given.get("other")
        if other and given.get("staff") and other.staff_id != given["staff"].pk:
            self.add_error("other", _("这一班不是他的，选他的班或改选人"))
        return given


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("当时为何没有人"), max_length=500, widget=forms.Textarea)


class PatternForm(Form):
    """A rotation of up to three slots; the people of each by name, in the order of their turns."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=40, initial=gettext_lazy("轮班"))
    starts_on = DayField(label=gettext_lazy("从"))
    ends_on = DayField(label=gettext_lazy("到"), required=False, help_text=gettext_lazy("空着就一直续排"))
    rotates = forms.ChoiceField(label=gettext_lazy("轮换"), choices=RosterPattern.Rotates.choices, initial="day")
    weeks = forms.IntegerField(label=gettext_lazy("提前周数"), min_value=3, max_value=26, initial=4)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = list(staff)
        days = [("all", _("每天")), ("working", _("工作日")), ("off", _("休息日"))]
        for n in range(1, SLOTS + 1):
            name, starts, ends = ((_("白班"), "08:00", "20:00"), (_("夜班"), "20:00", "08:00"), ("", "", ""))[n - 1]
            clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            self.fields[f"name_{n}"] = forms.CharField(label=_("班次"), max_length=20, required=False, initial=name)
            self.fields[f"starts_{n}"] = forms.TimeField(label=_("开始"), required=False, initial=starts, widget=clock)
            self.fields[f"ends_{n}"] = forms.TimeField(label=_("结束"), required=False, initial=ends, widget=clock)
            self.fields[f"days_{n}"] = forms.ChoiceField(label=_("日子"), choices=days, required=False)
            self.fields[f"staff_{n}"] = forms.CharField(
                label=_("值班人"), max_length=400, required=False, help_text=_("按轮到的次序写姓名，用顿号隔开")
            )
            self.fields[f"backups_{n}"] = forms.CharField(label=_("备班"), max_length=400, required=False)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def slots(self) -> list[Any]:
        """The bound fields of each slot, for the page."""
        names = ("name", "starts", "ends", "days", "staff", "backups")
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, SLOTS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        slots = [self._slot(n, data) for n in range(1, SLOTS + 1) if data.get(f"staff_{n}")]
        data["slots"] = [slot for slot in slots if slot]
        if not slots and not self.errors:
            self.add_error("staff_1", _("写上谁值班"))
        return data

    def _slot(self, n: int, data: dict[str, Any]) -> Slot | None:
        starts, ends = data.get(f"starts_{n}"), data.get(f"ends_{n}")
        if not isinstance(starts, time) or not isinstance(ends, time):
            self.add_error(f"starts_{n}", _("写明几点到几点"))
            return None
        staff, backups = (self._people(f"{kind}_{n}", data) for kind in ("staff", "backups"))
        name = data.get(f"name_{n}") or _("班次%s") % n
        return Slot(name, starts, ends, staff, backups, data.get(f"days_{n}") or "all")

    def _people(self, field: str, data: dict[str, Any]) -> tuple[int, ...]:
        """People of the branch by name or user name; who is not known is said beside the field."""
        known = {one.name: one.pk for one in reversed(self.members)} | {one.username: one.pk for one in self.members}
        text = data.get(field, "")
        for mark in "，,;；／/ \n":
            text = text.replace(mark, "、")
        names = [name for name in text.split("、") if name]
        if strangers := [name for name in names if name not in known]:
            self.add_error(field, _("本机构没有%s") % "、".join(strangers))
        return tuple(known[name] for name in names if name in known)


def terms(data: dict[str, Any]) -> dict[str, Any]:
    """A clean pattern form as the action takes it."""
    starts_on: date = data["starts_on"]
    kept = ("name", "ends_on", "rotates", "weeks", "slots")
    return {"starts_on": starts_on, **{name: data[name] for name in kept}}
