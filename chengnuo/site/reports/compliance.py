"""规程执行 (6.2): every clause that has a rule, with what it produced and what became of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clauses import Clause, chapters, clauses, covers
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.obligations import RULES

from .fates import BAD, LABELS, LATE, MET, OPEN, OVERDUE, Fates, counts, fates
from .scope import Scope
from .tables import LOW, Cell, Column, Line, Table, rate

WEEKS = 12
TARGET = "compliance.target"
COLUMNS = [
    *(Column(name, label, tone="red" if name == OVERDUE else "") for name, label in LABELS.items()),
    Column("rate", gettext_lazy("按时率"), "rate", tone="low"),
]


@dataclass(frozen=True)
class Week:
    """A week from its Monday, with the rate of the duties that arose in it; no rate where none of them is due."""

    monday: date
    rate: float | None


@dataclass(frozen=True)
class ClauseLine:
    clause: Clause
    fates: Fates
    weeks: Sequence[Week]

    @property
    def weeks_below(self) -> int:
        """How many of the latest weeks with a rate, without a break, lie below LOW percent."""
        said = 0
        for week in reversed([one for one in self.weeks if one.rate is not None]):
            if week.rate is not None and week.rate >= LOW:
                break
            said += 1
        return said


@dataclass(frozen=True)
class Compliance:
    """The whole page: every clause's duties by unit, the period before, and the clauses under their chapters."""

    counted: Mapping[tuple[str, int], Fates]
    before: Fates
    target: float
    lines: Sequence[ClauseLine]

    @property
    def total(self) -> Fates:
        return sum(self.counted.values(), Fates())

    @property
    def chapters(self) -> list[tuple[str, str, list[ClauseLine]]]:
        titles = chapters()
        found = groupby(self.lines, lambda line: line.clause.chapter)
        return [(number, str(titles.get(number, "")), list(lines)) for number, lines in found]

    @covers("4.0", "report")
    def by_unit(self, clause: str = "") -> list[tuple[int, Fates]]:
        """Every unit side by side, those with the most duties first; of one clause or of all."""
        found: dict[int, Fates] = defaultdict(Fates)
        for (of, unit), fate in self.counted.items():
            if clause in ("", of):
                found[unit] += fate
        return sorted(found.items(), key=lambda one: (-one[1].produced, one[0]))


@covers("6.2", "report")
def compliance(scope: Scope) -> Compliance:
    """Three queries: the period by clause and unit, the period before, and twelve weeks by clause."""
    rows = scope.within(scope.duties, "since").order_by().values("clause", "unit_id").annotate(**counts(scope.now))
    counted = {(row["clause"], row["unit_id"]): fate for row in rows if (fate := Fates.of(row)).produced}
    by_clause: dict[str, Fates] = defaultdict(Fates)
    for (clause, _unit), fate in counted.items():
        by_clause[clause] += fate
    before = scope.within(scope.duties, "since", scope.period.before).aggregate(**counts(scope.now))
    weeks = _weeks(scope)
    return Compliance(
        counted=counted,
        before=Fates.of(before),
        target=target(scope),
        lines=[
            ClauseLine(one, by_clause.get(one.id, Fates()), weeks[one.id]) for one in _clauses_shown(scope, by_clause)
        ],
    )


def target(scope: Scope) -> float:
    """The rate to be reached, in percent: the parameter's version in force at the period's end."""
    return float(rulebook().parameter(TARGET, min(scope.period.end, scope.now)).value)


def _clauses_shown(scope: Scope, counted: Mapping[str, Fates]) -> list[Clause]:
    """The clauses in force that have a rule, with those that have duties from a rule of former times."""
    ruled = {rule.clause for rule in RULES.values()}
    until = scope.period.until
    return [one for one in clauses().values() if one.id in counted or (one.id in ruled and one.in_force_from <= until)]


def mondays(scope: Scope) -> list[date]:
    """The Mondays of the twelve weeks up to the period's end, or up to today."""
    last = min(scope.period.until, scope.today)
    monday = last - timedelta(days=last.weekday())
    return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def _weeks(scope: Scope) -> dict[str, list[Week]]:
    """By clause, the twelve weeks."""
    found = mondays(scope)
    starts = Value([midnight(day) for day in found], output_field=ArrayField(DateTimeField()))
    which = fates(scope.now)
    rows = scope.duties.filter(since__gte=midnight(found[0]), since__lt=midnight(found[-1] + timedelta(weeks=1)))
    counted = (
        rows.order_by()
        # Cheaper by half than cutting each instant down to its week in our time zone.
        .annotate(week=Func(F("since"), starts, function="width_bucket", output_field=IntegerField()))
        .values_list("clause", "week")
        .annotate(met=Count("since", filter=which[MET]), bad=Count("since", filter=which[BAD]))
    )
    rates = {(clause, found[week - 1]): rate(met, met + bad) for clause, week, met, bad in counted}
    return defaultdict(
        lambda: [Week(monday, None) for monday in found],
        {
            clause: [Week(monday, rates.get((clause, monday))) for monday in found]
            for clause in {clause for clause, _monday in rates}
        },
    )


def late_and_open(scope: Scope, clause: str, most: int) -> list[Obligation]:
    """The duties of a clause that were late or are still open: what is open first, by its due time."""
    which = fates(scope.now)
    rows = scope.within(scope.duties, "since").filter(clause=clause).select_related("owner")
    live = list(rows.filter(which[OPEN]).order_by("due", "pk")[:most])
    return live + list(rows.filter(which[LATE]).order_by("-since", "-pk")[: most - len(live)])


def tables(scope: Scope) -> list[Table]:
    """The page's two tables, for workbook, paper and API."""
    found = compliance(scope)
    return [clause_table(scope, found), unit_table(scope, found.by_unit())]


def clause_table(scope: Scope, found: Compliance) -> Table:
    lines = [
        Line(line.clause.id, f"{line.clause.id} {line.clause.title}", cells(scope, line.fates, clause=line.clause.id))
        for line in found.lines
    ]
    total = Line("total", _("合计"), cells(scope, found.total))
    return Table(
        "clauses", _("按条款"), _("条款"), COLUMNS, [*lines, total], note=_("按时率 = 按时 ÷（按时＋迟办＋逾期）")
    )


def unit_table(scope: Scope, found: Sequence[tuple[int, Fates]]) -> Table:
    lines = [Line(str(unit), scope.names[unit], cells(scope, fate, unit=unit)) for unit, fate in found]
    return Table("units", _("按机构"), _("机构"), COLUMNS, lines)


def cells(scope: Scope, fate: Fates, **more: object) -> list[Cell]:
    """A line's figures, each with the list of its duties, and the rate."""
    numbers = [scope.figure(getattr(fate, name), "duties", fate=name, **more) for name in LABELS]
    return [*numbers, Cell(fate.rate)]
