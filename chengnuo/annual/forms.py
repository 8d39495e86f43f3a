"""The forms of the year: the call, a branch's plan, its timetable. What a value must be is said by the actions."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.forms import Form
from chengnuo.kit.proposals.forms import budget_field, text
from chengnuo.kit.rows import Cell, RowsField

from .models import MONTHS, AnnualCall, AnnualPlan, Segment

NUMBER = re.compile(r"[0-9]{1,7}")
BETWEEN = re.compile(r"[\s,，、/]+")
LINES = (
    Cell("kind", gettext_lazy("服务"), choices=ServiceKind.choices),
    Cell("segment", gettext_lazy("客户"), choices=Segment.choices),
    Cell("numbers", gettext_lazy("次数")),
    Cell("note", gettext_lazy("说明")),
)


def numbers_of(written: str) -> list[int] | None:
    """`6 6 8 10` as numbers; None for what is none."""
    parts = [part for part in BETWEEN.split(written.strip()) if part]
    return [int(part) for part in parts] if parts and all(NUMBER.fullmatch(part) for part in parts) else None


class CallForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2200)
    requirements = text(
        gettext_lazy("总部要求"),
        8,
        required=True,
        help_text=gettext_lazy("各机构按这些要求写计划、方案和预算"),
    )

    def __init__(self, data: Any, call: AnnualCall | None = None, year: int = 0) -> None:
        initial: dict[str, Any] = {"year": year}
        if call is not None:
            initial = {"requirements": call.requirements, "version": call.version}
        super().__init__(data, initial=initial)
        if call is not None:
            del self.fields["year"]


class PlanForm(Form):
    """The overall plan, the scheme, the budget, and a row for each service and kind of client."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    overall = text(gettext_lazy("总体服务计划"), 5)
    lines = RowsField(
        LINES,
        label=gettext_lazy("服务项目"),
        help_text=gettext_lazy("次数用空格隔开：全年1个数，每季4个数，或每月12个数"),
    )
    scheme = text(gettext_lazy("实施方案"), 5)
    budget = budget_field()
    opinion = text(gettext_lazy("机构意见和要求"))

    def __init__(self, data: Any, plan: AnnualPlan) -> None:
        initial = {name: getattr(plan, name) for name in ("version", "overall", "scheme", "budget", "opinion")}
        initial["lines"] = [{**line, "numbers": " ".join(map(str, line["months"]))} for line in plan.lines]
        super().__init__(data, initial=initial)

    def clean_lines(self) -> list[dict[str, Any]]:
        lines = []
        for place, row in enumerate(self.cleaned_data["lines"], 1):
            numbers = numbers_of(row["numbers"])
            if numbers is None:
                raise forms.ValidationError(_("第%s行：次数写全年1个数、每季4个数或每月12个数") % place)
            lines.append({**row, "numbers": numbers})
        return lines

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ArrangeForm(Form):
    """Twelve numbers for each line of an approved plan."""

    def __init__(self, data: Any, plan: AnnualPlan) -> None:
        super().__init__(data)
        self.rows = []
        for place, line in enumerate(plan.lines):
            label = f"{ServiceKind(line['kind']).label} {Segment(line['segment']).label}"
            for month in range(1, MONTHS + 1):
                self.fields[f"m-{place}-{month}"] = forms.IntegerField(
                    label=_("%(what)s %(month)s月") % {"what": label, "month": month},
                    min_value=0,
                    max_value=1_000_000,
                    initial=line["months"][month - 1],
                    widget=forms.TextInput(
                        attrs={"inputmode": "numeric", "aria-label": f"{label} {month}", "autocomplete": "off"}
                    ),
                )
            self.rows.append((label, [self[f"m-{place}-{month}"] for month in range(1, MONTHS + 1)]))

    def months(self) -> list[list[int]]:
        return [
            [self.cleaned_data[f"m-{place}-{month}"] for month in range(1, MONTHS + 1)]
            for place in range(len(self.rows))
        ]
