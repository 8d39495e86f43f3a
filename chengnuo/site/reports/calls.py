"""Calls by kind and by the hour at which they rang, and how many were missed (3.1.2, 3.1.3)."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.hotline.figures import missed
from chengnuo.hotline.models import Call, Channel, Kind
from chengnuo.kit.times import weekday as weekday_name

from .dimensions import hour, unnested, weekday
from .scope import Scope
from .tables import Cell, Column, Line, Table, rate_cell

MONDAY = date(2026, 9, 28)
NO_KIND, PHONE, MISSED = "none", "phone", "missed"
KINDS: dict[str, Any] = {**dict(Kind.choices), NO_KIND: gettext_lazy("未分类")}
COUNTS = [
    Column("total", gettext_lazy("来电")),
    Column(PHONE, gettext_lazy("电话")),
    Column(MISSED, gettext_lazy("未接"), chart=True, series="red"),
]
SHARE = Column("share", gettext_lazy("未接占比"), "rate")
HOURS = [Column(str(nth), f"{nth}", chart=True) for nth in range(24)]


def which(name: str) -> Q:
    """Which calls a figure of this name counts. A call of two kinds counts in both."""
    if name == NO_KIND:
        return Q(kinds=[])
    return {"total": Q(), PHONE: Q(channel=Channel.PHONE), MISSED: missed()}.get(name, Q(kinds__contains=[name]))


def tables(scope: Scope) -> list[Table]:
    """Weekday by hour, kinds, hours and branches: four queries."""
    rows = scope.within(scope.calls, "rang_at").order_by()
    return [heat(scope, rows), by_kind(scope, rows), by_hour(scope, rows), by_unit(scope, rows)]


def total(scope: Scope) -> list[Cell]:
    return _cells(scope, scope.within(scope.calls, "rang_at").aggregate(**_counts()))


def heat(scope: Scope, rows: QuerySet[Call]) -> Table:
    counted = {
        (day, at): number
        for day, at, number in rows.annotate(day=weekday("rang_at"), at=hour("rang_at"))
        .values_list("day", "at")
        .annotate(Count("pk"))
    }
    lines = [
        Line(
            str(day),
            _("周%s") % weekday_name(MONDAY + timedelta(days=day - 1)),
            [scope.figure(counted.get((day, at), 0), "call_list", weekday=day, hour=at) for at in range(24)],
        )
        for day in range(1, 8)
    ]
    return Table("heat", _("星期与钟点"), _("星期"), HOURS, lines, chart="heat")


def by_kind(scope: Scope, rows: QuerySet[Call]) -> Table:
    columns = [Column("count", gettext_lazy("来电"), chart=True, series="accent")]
    none = Value([NO_KIND], output_field=ArrayField(CharField()))
    kinds = Case(When(kinds=[], then=none), default=F("kinds"))
    counted = dict(rows.annotate(part=unnested(kinds)).values_list("part").annotate(Count("pk")))
    lines = [
        Line(kind, str(label), [scope.figure(counted.get(kind, 0), "call_list", what=kind)])
        for kind, label in KINDS.items()
    ]
    return Table("kinds", _("按类别"), _("类别"), columns, lines, chart="bars", note=_("一通来电可有两类，各计一次"))


def by_hour(scope: Scope, rows: QuerySet[Call]) -> Table:
    counted = {row["part"]: row for row in rows.annotate(part=hour("rang_at")).values("part").annotate(**_counts())}
    lines = [Line(str(at), f"{at:02}", _cells(scope, counted.get(at, {}), hour=at)) for at in range(24)]
    return Table("hours", _("按钟点"), _("钟点"), [*COUNTS, SHARE], lines, chart="bars")


def by_unit(scope: Scope, rows: QuerySet[Call]) -> Table:
    counted = rows.values("unit").annotate(**_counts())
    lines = [Line(str(row["unit"]), scope.names[row["unit"]], _cells(scope, row, unit=row["unit"])) for row in counted]
    lines.sort(key=lambda line: -(line.cells[0].value or 0))
    return Table("units", _("按机构"), _("热线"), [*COUNTS, SHARE], lines)


def _counts() -> dict[str, Count]:
    return {column.key: Count("pk", filter=which(column.key)) for column in COUNTS}


def _cells(scope: Scope, row: Any, **more: object) -> list[Cell]:
    numbers = [scope.figure(row.get(column.key, 0), "call_list", what=column.key, **more) for column in COUNTS]
    return [*numbers, rate_cell(row.get(MISSED, 0), row.get(PHONE, 0))]
