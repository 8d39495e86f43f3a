"""What became of promises (3.1.5): by month, branch, person and client tier. Each stands in the period of its first
promised time; `hotline.figures` says what became of it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.hotline.figures import is_settled
from chengnuo.hotline.models import Promise
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE

from .dimensions import GROUPS, groups, of_seen_people, unnested
from .periods import Period, months_up_to
from .scope import Scope
from .tables import LEAST, Cell, Column, Line, Table, rate_cell

MONTHS = 12
FATES = {
    "kept": gettext_lazy("按时"),
    "late": gettext_lazy("迟答复"),
    "moved": gettext_lazy("改期"),
    "unanswered": gettext_lazy("未答复"),
    "withdrawn": gettext_lazy("撤回"),
}
OVERDUE, SETTLED = "overdue", "settled"
COLUMNS = [
    Column("total", gettext_lazy("承诺")),
    Column("kept", FATES["kept"], chart=True, series="green"),
    Column("late", FATES["late"], chart=True, series="red"),
    Column("moved", FATES["moved"], chart=True, series="amber"),
    Column("unanswered", FATES["unanswered"], chart=True, series="grey"),
    Column(OVERDUE, gettext_lazy("其中过时"), tone="red"),
    Column("withdrawn", FATES["withdrawn"]),
    Column(SETTLED, gettext_lazy("计入守诺率")),
    Column("rate", gettext_lazy("守诺率"), "rate", tone="low"),
]


def which(name: str, now: Any) -> Q:
    """Which promises, having their outcome, a figure of this name counts."""
    if name == "total":
        return Q()
    if name == OVERDUE:
        return Q(outcome="unanswered", first_by__lt=now)
    return is_settled(now) if name == SETTLED else Q(outcome=name)


def tables(scope: Scope) -> list[Table]:
    """The whole report; a query for each way of telling apart."""
    rows = scope.within(scope.promises, "first_by")
    return [
        by_month(scope),
        _table(scope, "units", _("按机构"), _("机构"), _by(rows, "unit", scope), scope.names, "unit"),
        by_person(scope, rows),
        by_group(scope, rows),
    ]


def head_figures(scope: Scope) -> list[tuple[Column, Cell]]:
    """The period's own figures."""
    found = scope.within(scope.promises, "first_by").aggregate(**_counts(scope))
    return list(zip(COLUMNS, _cells(scope, found), strict=True))


def by_month(scope: Scope) -> Table:
    """The twelve months up to the period's last one."""
    months = months_up_to(scope.period.until, MONTHS)
    rows = scope.promises.filter(first_by__gte=months[0].start, first_by__lt=months[-1].end)
    counted = _by(rows, TruncMonth("first_by", tzinfo=ZONE), scope)
    lines = [
        Line(
            f"{month.since:%Y-%m}", f"{month.since:%Y-%m}", _cells(scope, counted.get(midnight(month.since), {}), month)
        )
        for month in months
    ]
    return Table("months", _("按月"), _("首次承诺时间"), COLUMNS, lines, chart="stack", note=_note())


def by_person(scope: Scope, rows: QuerySet[Promise]) -> Table:
    seen = of_seen_people(rows, "keeper", scope.user, scope.now)
    counted = {
        row["keeper"]: row for row in seen.order_by().values("keeper", "keeper__name").annotate(**_counts(scope))
    }
    names = {key: row["keeper__name"] for key, row in counted.items()}
    return _table(scope, "people", _("按承办人"), _("承办人"), counted, names, "person")


def by_group(scope: Scope, rows: QuerySet[Promise]) -> Table:
    counted = _by(rows, unnested(groups()), scope)
    ordered = {group: counted.get(group, {}) for group in GROUPS}
    return _table(scope, "tiers", _("按客户类别"), _("客户"), ordered, GROUPS, "group")


def _note() -> str:
    return _("守诺率 = 按时 ÷ 首次时间已到或已答复的（时间未到就撤回的除外）；不足%s个不显示") % LEAST


def _counts(scope: Scope) -> dict[str, Count]:
    return {
        column.key: Count("pk", filter=which(column.key, scope.now)) for column in COLUMNS if column.kind == "count"
    }


def _by(rows: QuerySet[Promise], what: "str | Combinable", scope: Scope) -> dict[Any, Mapping[str, int]]:
    named = rows.order_by().annotate(part=what) if not isinstance(what, str) else rows.order_by()
    name = what if isinstance(what, str) else "part"
    return {row[name]: row for row in named.values(name).annotate(**_counts(scope))}


def _table(
    scope: Scope, key: str, title: str, head: str, counted: Mapping[Any, Mapping[str, int]], names: Any, word: str
) -> Table:
    lines = [Line(str(part), str(names[part]), _cells(scope, row, **{word: part})) for part, row in counted.items()]
    if word != "group":
        lines.sort(key=lambda line: -(line.cells[0].value or 0))
    return Table(key, title, head, COLUMNS, lines)


def _cells(scope: Scope, row: Mapping[str, int], period: Period | None = None, **more: object) -> list[Cell]:
    numbers = [
        scope.figure(row.get(column.key, 0), "promise_list", period, what=column.key, **more)
        for column in COLUMNS
        if column.kind == "count"
    ]
    return [*numbers, rate_cell(row.get("kept", 0), row.get(SETTLED, 0), least=LEAST)]
