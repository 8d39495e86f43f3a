"""One clause opened beside the table: rule, figure and version, branches, what was late or is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.kit.duties import Duty
from chengnuo.kit.measures import measured
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import Clause

from .compliance import ClauseLine, late_and_open
from .fates import BAD, UNTIMELY, Fates
from .scope import Scope

BRANCHES, RECORDS = 5, 7
WIDTH = 200


@dataclass(frozen=True)
class Bar:
    """A unit's duties as a bar: `plain` of its length grey, `bad` red, in units of the drawing."""

    name: str
    url: str
    bad_url: str
    fates: Fates
    plain: float
    bad: float


@dataclass(frozen=True)
class Drill:
    """Everything that the panel says."""

    line: ClauseLine
    figures: Sequence[tuple[str, int]]
    bars: Sequence[Bar]
    duties: Sequence[Duty]
    url: str
    untimely_url: str
    remark: str

    @property
    def clause(self) -> Clause:
        return self.line.clause


def drill(scope: Scope, line: ClauseLine, units: Sequence[tuple[int, Fates]]) -> Drill:
    """Two queries, whatever the clause produced."""
    clause = line.clause.id
    duties = [Duty(row, scope.now) for row in late_and_open(scope, clause, RECORDS)]
    return Drill(
        line=line,
        figures=_figures(line.clause, scope.now),
        bars=_few_bars(scope, clause, units),
        duties=duties,
        url=scope.link("duties", clause=clause),
        untimely_url=scope.link("duties", clause=clause, fate=UNTIMELY),
        remark=_remark(scope, line, units),
    )


def _figures(clause: Clause, now: datetime) -> list[tuple[str, int]]:
    """The clause's figures in words, each with the number of its version in force."""
    book = rulebook()
    versions = [book.parameter(key, now) for key in clause.figures if key in book.parameters]
    return [(measured(one.value, one.unit), one.number) for one in versions]


def bars(scope: Scope, units: Sequence[tuple[int, Fates]], clause: str = "") -> list[Bar]:
    """A bar for each unit, those with the most duties first."""
    most = max((fate.produced for _unit, fate in units), default=0)
    return [_bar(scope, clause, [unit], scope.names[unit], fate, most) for unit, fate in units]


def _few_bars(scope: Scope, clause: str, units: Sequence[tuple[int, Fates]]) -> list[Bar]:
    """The units with the most of them, and the others in one."""
    shown, others = bars(scope, units, clause), units[BRANCHES:]
    if len(others) < 2:
        return shown
    rest = sum((fate for _unit, fate in others), Fates())
    most = max(units[0][1].produced, rest.produced)
    name = _("其余%s家") % len(others)
    return [*shown[:BRANCHES], _bar(scope, clause, [unit for unit, _fate in others], name, rest, most)]


def _bar(scope: Scope, clause: str, units: list[int], name: str, fate: Fates, most: int) -> Bar:
    url = scope.link("duties", clause=clause, unit=units)
    bad_url = scope.link("duties", clause=clause, unit=units, fate=BAD)
    bad = WIDTH * fate.bad / most
    return Bar(name, url, bad_url, fate, WIDTH * fate.produced / most - bad, bad)


def _remark(scope: Scope, line: ClauseLine, units: Sequence[tuple[int, Fates]]) -> str:
    """连续5周低于90%，南京占一半: said where a measure (5.2) is due."""
    if line.weeks_below < 2:
        return ""
    said = _("连续%s周低于90%%") % line.weeks_below
    worst = max(units, key=lambda one: one[1].bad, default=None)
    if worst and 2 * worst[1].bad >= line.fates.bad > 0 and len(units) > 1:
        said += _("，迟办和逾期半数以上在%s") % scope.names[worst[0]]
    return said
