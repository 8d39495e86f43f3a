"""What a report is asked for: by whom, of which days, of which of the units that he reaches.

Everything that a report counts is a visible set narrowed by this, and every figure's link carries it on to a list that
narrows the same set by the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.hotline.access import visible_calls, visible_promises
from chengnuo.hotline.figures import with_outcome
from chengnuo.hotline.models import Call, CallState, Promise
from chengnuo.kit.forms import DayField, Form
from chengnuo.ledger.access import visible_obligations_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import reach

from .periods import LONGEST, Period, month_of, usual
from .tables import Cell


class ScopeForm(Form):
    """`since` and `until` are local days, the last one included; without them this month. No unit means all reached."""

    since = DayField(label=gettext_lazy("从"), required=False)
    until = DayField(label=gettext_lazy("到"), required=False)
    unit = forms.ModelMultipleChoiceField(
        label=gettext_lazy("机构"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, user: Staff, now: datetime) -> None:
        super().__init__(data)
        self.units = reached_units(user, now)
        self.fields["unit"].queryset = self.units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if bool(since) != bool(until) and not self.errors:
            self.add_error("until", _("“从”和“到”一起填"))
        elif since and until and since > until:
            self.add_error("until", _("“到”在“从”之后或同一天"))
        elif since and until and (until - since).days >= LONGEST:
            self.add_error("until", _("一次最多看三年，缩短期间"))
        return given


@dataclass(frozen=True)
class Scope:
    """`units` are ids of units whose records the person reaches; `is_narrowed` where he chose some of them."""

    user: Staff
    now: datetime
    period: Period
    units: tuple[int, ...]
    names: Mapping[int, str]
    is_narrowed: bool = False

    @property
    def duties(self) -> QuerySet[Obligation]:
        """The duties of these units that he sees, of whatever time."""
        return visible_obligations_of(reach(self.user, self.now), self.units, self.now)

    @property
    def promises(self) -> QuerySet[Promise]:
        """The promises given on these units' lines, each with its outcome, of whatever time."""
        return with_outcome(visible_promises(self.user, self.now).filter(unit__in=self.units))

    @property
    def calls(self) -> QuerySet[Call]:
        """The calls on these units' lines but for void entries, of whatever time."""
        return visible_calls(self.user, self.now).filter(unit__in=self.units).exclude(state=CallState.VOID)

    def within(self, rows: QuerySet[Any], column: str, period: Period | None = None) -> QuerySet[Any]:
        """Those of the rows whose instant lies in the period."""
        period = period or self.period
        return rows.filter(**{f"{column}__gte": period.start, f"{column}__lt": period.end})

    def asked(self, period: Period | None = None, **more: object) -> dict[str, Any]:
        """The words of an address that asks for this scope, or for one of its units, and for something more."""
        period = period or self.period
        words: dict[str, Any] = {"since": str(period.since), "until": str(period.until)}
        if self.is_narrowed:
            words["unit"] = self.units_asked
        return words | {name: value for name, value in more.items() if value not in ("", None)}

    @property
    def units_asked(self) -> list[int]:
        """The units that an address of this scope names: none where all that he reaches are meant."""
        return list(self.units) if self.is_narrowed else []

    def query(self, period: Period | None = None, **more: object) -> str:
        return urlencode(self.asked(period, **more), doseq=True)

    def link(self, view: str, period: Period | None = None, /, *args: object, **more: object) -> str:
        """The address of a report's or a list's page for this scope."""
        return f"{reverse(f'reports:{view}', args=args)}?{self.query(period, **more)}"

    def figure(self, number: int, view: str, period: Period | None = None, /, **more: object) -> Cell:
        """A number of records, with the address of the list that shows exactly them; zero opens nothing."""
        return Cell(number, self.link(view, period, **more) if number else "")

    @property
    def unit_words(self) -> str:
        """`苏州分公司`, `3家机构`."""
        if len(self.units) == 1:
            return self.names[self.units[0]]
        return _("%(count)s家机构") % {"count": len(self.units)}

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """The usual periods: label, query, whether it is this one."""
        found = usual(self.today)
        labels = [*(period.label for period in found[:3]), _("全年")]
        return [
            (label, "?" + self.query(period), period == self.period)
            for label, period in zip(labels, found, strict=True)
        ]

    @property
    def is_usual(self) -> bool:
        return self.period in usual(self.today)


def reached_units(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The units whose records a person reaches: those that he may ask a report of."""
    return Unit.objects.filter(pk__in=reach(user, now).units)


def scope_of(query: QueryDict, user: Staff, now: datetime) -> tuple[Scope, ScopeForm]:
    """What an address asks for. What cannot be is told in the form, and this month of all units stands instead."""
    form = ScopeForm(query, user, now)
    given = form.cleaned_data if form.is_valid() else {}
    today = now.astimezone(ZONE).date()
    period = Period(given["since"], given["until"]) if given.get("since") else month_of(today)
    every = {unit.pk: unit.name for unit in form.units}
    chosen = [unit.pk for unit in given.get("unit", ())]
    is_narrowed = bool(chosen) and len(chosen) < len(every)
    return Scope(user, now, period, tuple(chosen if is_narrowed else every), every, is_narrowed), form
