"""How punctual visits are, per branch and per person (4.1.1); which filed ones are drawn for inspection (4.1.F)."""

import hashlib
import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from chengnuo.ledger.clauses import REPORT, covers

from .models import MINUTE, State, Visit

MOST_DRAWN_FROM = 50_000


@dataclass(frozen=True)
class Punctuality:
    """Visits agreed for a time: paid on time, paid late, not paid, and those that nobody had agreed.

    The rate is on time ÷ (on time + late + missed).
    """

    on_time: int = 0
    late: int = 0
    missed: int = 0
    unagreed: int = 0
    late_for: timedelta = timedelta(0)

    @property
    def counted(self) -> int:
        return self.on_time + self.late + self.missed

    @property
    def rate(self) -> float | None:
        return 100 * self.on_time / self.counted if self.counted else None

    @property
    def mean_late(self) -> timedelta | None:
        return self.late_for / self.late if self.late else None


LATE = Q(arrived_at__gte=F("agreed_at") + MINUTE)
"""A whole minute later than agreed: what `Visit.late_by` says, in the database."""


@covers("4.1.1", REPORT)
def punctuality(rows: QuerySet[Visit], by: str) -> dict[Any, Punctuality]:
    """The figures of visits by one of their columns, in one query; who has none has no line."""
    agreed = Q(agreed_at__isnull=False)
    came = agreed & Q(arrived_at__isnull=False)
    counted = (
        rows.order_by()
        .values_list(by)
        .annotate(
            late=Count("pk", filter=came & LATE),
            on_time=Count("pk", filter=came & ~LATE),
            missed=Count("pk", filter=agreed & Q(state=State.MISSED, arrived_at__isnull=True)),
            unagreed=Count("pk", filter=Q(agreed_at__isnull=True, state__in=Visit.SERVED)),
            late_for=Sum(F("arrived_at") - F("agreed_at"), filter=came & LATE),
        )
    )
    return {
        key: Punctuality(on_time, late, missed, unagreed, late_for or timedelta(0))
        for key, late, on_time, missed, unagreed, late_for in counted
        if late or on_time or missed or unagreed
    }


def of_period(rows: QuerySet[Visit], since: datetime, until: datetime) -> QuerySet[Visit]:
    """Those agreed for the period, and those paid in it that nobody had agreed."""
    agreed = Q(agreed_at__gte=since, agreed_at__lt=until)
    return rows.filter(agreed | Q(agreed_at__isnull=True, arrived_at__gte=since, arrived_at__lt=until))


@covers("4.1.F", REPORT)
def drawn(rows: QuerySet[Visit], since: datetime, until: datetime, count: int) -> list[Visit]:
    """So many of the visits filed in a period, at random.

    The lot is a keyed hash of period and number: nobody can foretell which visits are drawn, and nobody can draw again
    until the sample pleases him.
    """
    filed = rows.filter(filed_at__gte=since, filed_at__lt=until)
    found = filed.order_by("pk").values_list("pk", "number")[:MOST_DRAWN_FROM]
    lots = sorted((_lot(since, until, number), pk) for pk, number in found)[:count]
    by_pk = rows.select_related("client", "owner", "unit", "survey").in_bulk([pk for _lot_, pk in lots])
    return [by_pk[pk] for _lot_, pk in lots if pk in by_pk]


def _lot(since: datetime, until: datetime, number: str) -> str:
    said = f"inspection {since.isoformat()} {until.isoformat()} {number}"
    return hmac.new(settings.TRAIL_KEY, said.encode(), hashlib.sha256).hexdigest()


def folded(figures: dict[Any, Punctuality]) -> Punctuality:
    """All of them as one."""
    sums: dict[str, Any] = defaultdict(int, late_for=timedelta(0))
    for one in figures.values():
        for name in ("on_time", "late", "missed", "unagreed", "late_for"):
            sums[name] += getattr(one, name)
    return Punctuality(**sums)
