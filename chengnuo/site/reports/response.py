"""How long things took, as median and 90th percentile, by hour, branch, person and client tier (2.1, 3.1.2, 3.1.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, CharField, Count, F, FloatField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Extract
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.models import Client
from chengnuo.hotline.figures import missed
from chengnuo.hotline.models import Call, Channel, Promise
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.models.duties import State

from .dimensions import GROUPS, UNKNOWN, group_names, groups, hour, of_seen_people, unnested
from .scope import Scope
from .tables import LEAST, Cell, Column, Line, Table

ACKNOWLEDGED = "centre.acknowledges"
COLUMNS = [
    Column("count", gettext_lazy("次数")),
    Column("median", gettext_lazy("中位数"), "span", chart=True, series="accent"),
    Column("p90", gettext_lazy("九成在内"), "span", chart=True, series="grey"),
]


class Percentile(Aggregate):
    """percentile_cont, between two values where none lies exactly there."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Metric:
    """One kind of time: of which records, from which instant to which. `on` is the instant that places it in a period,
    `list` the page on which its records stand, narrowed by the metric's own key."""

    key: str
    label: str | Text
    says: str | Text
    rows: Callable[[Scope], QuerySet[Any]]
    which: Callable[[], Q]
    of: type[Model]
    on: str
    start: str
    end: str
    person: str
    list: str


METRICS = {
    one.key: one
    for one in (
        Metric(
            "answered",
            gettext_lazy("接听"),
            gettext_lazy("从第一声铃到有人接听"),
            lambda scope: scope.calls,
            lambda: Q(channel=Channel.PHONE, answered_at__isnull=False),
            Call,
            "rang_at",
            "rang_at",
            "answered_at",
            "operator",
            "call_list",
        ),
        Metric(
            "called_back",
            gettext_lazy("回拨"),
            gettext_lazy("未接来电从第一声铃到回拨，时限也从这时算起"),
            lambda scope: scope.calls,
            lambda: missed() & Q(called_back_at__isnull=False),
            Call,
            "rang_at",
            "rang_at",
            "called_back_at",
            "operator",
            "call_list",
        ),
        Metric(
            "kept",
            gettext_lazy("答复承诺"),
            gettext_lazy("从作出承诺到答复，不论按时与否"),
            lambda scope: scope.promises,
            lambda: Q(answered_at__isnull=False),
            Promise,
            "first_by",
            "made_at",
            "answered_at",
            "keeper",
            "promise_list",
        ),
        Metric(
            "acknowledged",
            gettext_lazy("中心确认"),
            gettext_lazy("从应确认的义务产生到客户服务中心确认"),
            lambda scope: scope.duties,
            lambda: Q(state=State.MET, parameter__key=ACKNOWLEDGED),
            Obligation,
            "since",
            "since",
            "ended_at",
            "owner",
            "duties",
        ),
    )
}


def measured(scope: Scope, metric: Metric) -> QuerySet[Any]:
    """The records whose time is measured, in the period, each with its `seconds`."""
    rows = scope.within(metric.rows(scope), metric.on).filter(metric.which())
    return rows.order_by().annotate(
        seconds=Extract(F(metric.end) - F(metric.start), "epoch", output_field=FloatField())
    )


def tables(scope: Scope, metric: Metric) -> list[Table]:
    """Five queries, each with its percentiles in it."""
    rows = measured(scope, metric)
    person = metric.person
    seen = of_seen_people(rows, person, scope.user, scope.now).annotate(part_name=F(f"{person}__name"))
    people = {row["part"]: row for row in _timed(seen.annotate(part=F(person)), "part_name")}
    return [
        _table(scope, metric, "hours", _("按钟点"), _("钟点"), _hours(rows, metric), "hour", chart="bars"),
        _table(scope, metric, "units", _("按机构"), _("机构"), _named(_by(rows, F("unit_id")), scope.names), "unit"),
        _table(
            scope,
            metric,
            "people",
            _("按人"),
            _("姓名"),
            _named(people, {key: row["part_name"] for key, row in people.items()}),
            "person",
        ),
        by_group(scope, metric),
    ]


def total(scope: Scope, metric: Metric) -> list[Cell]:
    found = measured(scope, metric).aggregate(**AGGREGATES)
    return cells(scope, metric, found)


def by_group(scope: Scope, metric: Metric) -> Table:
    counted = timed_groups(scope, metric)
    named = [(group, group_names()[group], counted.get(group, {})) for group in GROUPS]
    return _table(scope, metric, "tiers", _("按客户类别"), _("客户"), named, "group")


def timed_groups(scope: Scope, metric: Metric) -> dict[str, Mapping[str, Any]]:
    """By tier and kind of client: count and percentiles."""
    rows = measured(scope, metric)
    if metric.list == "duties":
        client = Client.objects.filter(pk=OuterRef("client_id")).annotate(groups=groups("")).values("groups")
        unknown = Value(list(UNKNOWN), output_field=ArrayField(CharField()))
        return _by(rows, unnested(Coalesce(Subquery(client), unknown)))
    return _by(rows, unnested(groups()))


AGGREGATES = {
    "count": Count("pk"),
    "median": Percentile("seconds", fraction=0.5),
    "p90": Percentile("seconds", fraction=0.9),
}


def _timed(rows: QuerySet[Any], *more: str) -> QuerySet[Any, Any]:
    return rows.values("part", *more).annotate(**AGGREGATES)


def _by(rows: QuerySet[Any], part: Combinable) -> dict[Any, Mapping[str, Any]]:
    return {row["part"]: row for row in _timed(rows.annotate(part=part))}


def _hours(rows: QuerySet[Any], metric: Metric) -> list[tuple[Any, str, Mapping[str, Any]]]:
    counted = _by(rows, hour(metric.start))
    return [(nth, f"{nth:02}", counted.get(nth, {})) for nth in range(24)]


def _named(counted: Mapping[Any, Mapping[str, Any]], names: Mapping[Any, str]) -> list[tuple[Any, str, Any]]:
    """Those with the most records first."""
    ordered = sorted(counted.items(), key=lambda one: (-one[1]["count"], one[0]))
    return [(key, names[key], row) for key, row in ordered]


def _table(
    scope: Scope,
    metric: Metric,
    key: str,
    title: str,
    head: str,
    parts: list[tuple[Any, str, Mapping[str, Any]]],
    word: str,
    chart: str = "",
) -> Table:
    lines = [Line(str(part), name, cells(scope, metric, row, **{word: part})) for part, name, row in parts]
    return Table(key, title, head, COLUMNS, lines, chart=chart)


def cells(scope: Scope, metric: Metric, row: Mapping[str, Any], **more: object) -> list[Cell]:
    """Count, median and 90th percentile; the two are hidden while too few stand behind them."""
    count = scope.figure(row.get("count", 0), metric.list, measure=metric.key, **more)
    return [count, *(span_cell(row, name) for name in ("median", "p90"))]


def span_cell(row: Mapping[str, Any], name: str) -> Cell:
    count = row.get("count", 0)
    return Cell(row[name] if count >= LEAST else None, is_short=0 < count < LEAST)
