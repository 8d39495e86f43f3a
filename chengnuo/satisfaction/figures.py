"""How clients judged, counted: asked, answered, average and spread, by branch, person, kind of service and client tier.

Everything is counted over the services that their clients were asked about in a period, so that all figures of a page
speak of the same ones. What rests on fewer than 20 is not shown: it would tell of persons, not of the service.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet

from chengnuo.clients.models import TICKS
from chengnuo.ledger.clauses import REPORT, covers

from .models import MARKS, RatingRequest, RequestState

FEWEST = 20
S = RequestState


@dataclass(frozen=True)
class Figures:
    """`marks` has the number of each mark. A rate or an average is None where fewer than 20 stand behind it."""

    asked: int = 0
    marks: Mapping[int, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(self.marks.values())

    @property
    def rate(self) -> float | None:
        """Answered ÷ asked, in percent."""
        return 100 * self.answered / self.asked if self.asked >= FEWEST else None

    @property
    def average(self) -> float | None:
        total = sum(mark * count for mark, count in self.marks.items())
        return total / self.answered if self.answered >= FEWEST else None

    @property
    def spread(self) -> list[tuple[int, int, float]]:
        """(mark, how many, percent of those answered), the best first; nothing where fewer than 20 answered."""
        if self.answered < FEWEST:
            return []
        return [(mark, self.marks.get(mark, 0), 100 * self.marks.get(mark, 0) / self.answered) for mark in MARKS[::-1]]


@covers("2.2", REPORT)
def figures(rows: QuerySet[RatingRequest], by: str = "") -> dict[Any, Figures]:
    """The figures of all these requests, or by the values of a column, in one query. Those that were skipped or taken
    back are not among the asked."""
    asked = rows.filter(state__in=(S.ASKED, S.RATED)).order_by()
    key = F(by) if by else F("state")
    counted = asked.values("mark", key=key).annotate(count=Count("pk")).values_list("key", "mark", "count")
    return _folded((key if by else "", mark, count) for key, mark, count in counted)


def figures_by_tier(rows: QuerySet[RatingRequest]) -> dict[str, Figures]:
    """By the client's ticks as they are now; one with several counts in each, one without any under nothing (2.1)."""
    asked = rows.filter(state__in=(S.ASKED, S.RATED)).order_by()
    names = list(TICKS)
    counted = asked.values_list(*(f"client__{name}" for name in names), "mark").annotate(count=Count("pk"))
    found = []
    for *ticks, mark, count in counted:
        tiers = [name for name, is_set in zip(names, ticks, strict=True) if is_set] or [""]
        found += [(tier, mark, count) for tier in tiers]
    return _folded(found)


def skipped(rows: QuerySet[RatingRequest]) -> dict[str, int]:
    """Finished services whose client was not asked, by the reason."""
    counted = rows.filter(state=S.SKIPPED).order_by().values_list("skipped_because").annotate(count=Count("pk"))
    return dict(counted)


def _folded(counted: Iterable[tuple[Any, int | None, int]]) -> dict[Any, Figures]:
    asked: Counter[Any] = Counter()
    marks: dict[Any, Counter[int]] = defaultdict(Counter)
    for key, mark, count in counted:
        asked[key] += count
        if mark is not None:
            marks[key][mark] += count
    return {key: Figures(asked[key], marks[key]) for key in asked}


def of_period(rows: QuerySet[RatingRequest], since: datetime | None, until: datetime | None) -> QuerySet[RatingRequest]:
    """Those asked about from one instant until before another."""
    if since:
        rows = rows.filter(asked_at__gte=since)
    return rows.filter(asked_at__lt=until) if until else rows
