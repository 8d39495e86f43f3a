"""Proposing a figure; pasting a year's holidays."""

import csv
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.forms import Form, MomentField
from chengnuo.ledger.calendar import HOLIDAY, MAKEUP
from chengnuo.ledger.parameters_catalogue import ParameterKind

from .actions import REASON_LENGTH

KINDS = {"休": HOLIDAY, "班": MAKEUP, HOLIDAY: HOLIDAY, MAKEUP: MAKEUP}
MOST_LINES = 400


class Propose(Form):
    value = forms.DecimalField(label=gettext_lazy("新值"), max_digits=16, decimal_places=2)
    in_force_from = MomentField(
        label=gettext_lazy("生效时间"), required=False, help_text=gettext_lazy("留空为批准即生效")
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=REASON_LENGTH, widget=forms.Textarea)

    def __init__(self, kind: ParameterKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = _("%(least)s 到 %(most)s") % {"least": kind.minimum, "most": kind.maximum}
        self.fields["value"].help_text = bounds


class ImportCalendar(Form):
    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2000, max_value=2100)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)
    days = forms.CharField(
        label=gettext_lazy("日期"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("每行一天：日期,休或班,名称。如 2027-01-01,休,元旦"),
    )

    def clean_days(self) -> dict[date, tuple[str, str]]:
        """The days by date; every line that cannot be read is named with its number."""
        lines = self.cleaned_data["days"].replace("，", ",").replace("\t", ",").splitlines()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("最多%s行") % MOST_LINES)
        found: dict[date, tuple[str, str]] = {}
        wrong = []
        for number, row in enumerate(csv.reader(lines), 1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            try:
                day = date.fromisoformat(cells[0].replace("/", "-").replace(".", "-"))
                kind = KINDS[cells[1]]
            except (ValueError, KeyError, IndexError):
                wrong.append(_("第%s行看不懂，写成“2027-01-01,休,元旦”") % number)
                continue
            if day in found:
                wrong.append(_("第%(number)s行：%(day)s重复") % {"number": number, "day": day})
            found[day] = (kind, cells[2] if len(cells) > 2 else "")
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return found
