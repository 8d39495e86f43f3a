"""Cases counted by age and by their next due time, in one statement."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from chengnuo.ledger.models import Obligation

from .cases import Case
from .lenses import AGES, CLOCKS, DAY, bounds

COUNTED = """
WITH cases AS ({rows}), owed AS (
  SELECT subject_pk, min(due) AS due FROM (
    SELECT subject_pk, due FROM ledger_obligation WHERE subject_type = %s AND state = 'open' AND due IS NOT NULL
    {beside}
  ) each_owed GROUP BY subject_pk
)
SELECT width_bucket(c.entered_at, %s) AS age,
  CASE WHEN o.due IS NULL THEN 'none' WHEN o.due < %s THEN 'overdue' WHEN o.due < %s THEN 'today'
    WHEN o.due < %s THEN 'soon' ELSE 'later' END AS clock,
  count(*)
FROM cases c LEFT JOIN owed o ON o.subject_pk = c.id GROUP BY 1, 2
"""


def counted(rows: QuerySet[Any], now: datetime) -> dict[tuple[str, str], int]:
    """How many of these cases there are by (age, clock), keys as in the filter of their list."""
    try:
        sql, given = rows.order_by().values("id", "entered_at").query.sql_with_params()
    except EmptyResultSet:  # Who reaches no unit sees nothing, and the ORM does not even ask.
        return {}
    today, soon = bounds(now)
    # Ascending in time: before the first bound are the oldest.
    ends = sorted(now - until * DAY for _label, _since, until in AGES.values() if until is not None)
    names = [*reversed(AGES)]
    with connection.cursor() as cursor:
        beside, more = _beside(rows.model)
        asked = [*given, rows.model._meta.label_lower, *more, ends, now, today, soon]
        cursor.execute(COUNTED.format(rows=sql, beside=beside), asked)
        return {(names[age], clock): count for age, clock, count in cursor.fetchall()}


def _beside(model: type[Case]) -> tuple[str, list[Any]]:
    """What is owed on records beside the cases, as further rows of (case, due), and its parameters."""
    found, given = "", []
    for label, path in model.BESIDE:
        open_ = Obligation.objects.filter(subject_type=label, state="open", due__isnull=False)
        due = open_.filter(subject_pk=OuterRef("pk")).order_by("due").values("due")[:1]
        parts = apps.get_model(label)._default_manager.order_by().filter(pk__in=open_.values("subject_pk"))
        sql, more = parts.values_list(path, Subquery(due)).query.sql_with_params()
        found += f" UNION ALL ({sql})"
        given += more
    return found, given


def table_of(counts: dict[tuple[str, str], int]) -> list[tuple[str, Any, list[tuple[str, int]], int]]:
    """A line an age: its key, its words, (clock, how many) for each clock, and their sum."""
    lines = []
    for age, (label, _since, _until) in AGES.items():
        cells = [(clock, counts.get((age, clock), 0)) for clock in CLOCKS]
        lines.append((age, label, cells, sum(count for _clock, count in cells)))
    return lines
