"""All clients alike (2.1): the same promise whatever a client is worth, by tier and by kind, with the spread."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.ledger.clauses import covers

from . import promises, response
from .dimensions import KINDS, TIERS, group_names
from .scope import Scope
from .tables import LEAST, Cell, Column, Line, Table

TIMED = ("answered", "called_back", "kept")
COLUMNS = [
    Column("settled", gettext_lazy("承诺")),
    Column("rate", gettext_lazy("守诺率"), "rate", chart=True, series="green"),
    *(
        column
        for key in TIMED
        for column in (
            Column(f"{key}_count", response.METRICS[key].label),
            Column(f"{key}_median", gettext_lazy("中位数"), "span"),
        )
    ),
]


@covers("2.1", "report")
def tables(scope: Scope) -> list[Table]:
    """By tier and by kind of client, each with the spread between its groups. Four queries."""
    rows = scope.within(scope.promises, "first_by")
    kept = {line.key: line.cells for line in promises.by_group(scope, rows).lines}
    timed = {key: response.timed_groups(scope, response.METRICS[key]) for key in TIMED}
    return [
        _table(scope, "tiers", _("按客户价值"), TIERS, kept, timed),
        _table(scope, "kinds", _("按客户性质"), KINDS, kept, timed),
    ]


def _table(
    scope: Scope,
    key: str,
    title: str,
    groups: Iterable[str],
    kept: Mapping[str, Sequence[Cell]],
    timed: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> Table:
    names = group_names()
    lines = [Line(group, names[group], _cells(scope, group, kept[group], timed)) for group in groups]
    note = _("差距为各类中最高与最低之差；不足%s次的不显示，也不计入差距") % LEAST
    return Table(key, title, _("客户"), COLUMNS, [*lines, spread(lines)], chart="bars", note=note)


def _cells(
    scope: Scope, group: str, kept: Sequence[Cell], timed: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> list[Cell]:
    of = {column.key: cell for column, cell in zip(promises.COLUMNS, kept, strict=True)}
    found = [of[promises.SETTLED], of["rate"]]
    for key in TIMED:
        metric = response.METRICS[key]
        found += response.cells(scope, metric, timed[key].get(group, {}), group=group)[:2]
    return found


def spread(lines: Sequence[Line]) -> Line:
    """Of each rate and each median, the greatest less the least of the groups that are shown; none of a single one."""
    found = []
    for nth, column in enumerate(COLUMNS):
        told = [value for line in lines if (value := line.cells[nth].value) is not None]
        found.append(Cell(max(told) - min(told) if column.kind != "count" and len(told) > 1 else None))
    return Line("spread", _("差距"), found)
