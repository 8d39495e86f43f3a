"""How many policies that ended stayed with us, and why others went (3.3.3). Counted over the day of expiry, so that all
figures of a page speak of the same policies."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from .models import KEPT, OPEN, Renewal, RenewalState


@dataclass(frozen=True)
class Retention:
    """`states` by how renewals stand. What is not needed any more could not be kept, so it counts on neither side."""

    states: Counter[str]

    @property
    def due(self) -> int:
        return sum(self.states.values()) - self.states[RenewalState.NOT_NEEDED]

    @property
    def kept(self) -> int:
        return sum(self.states[state] for state in KEPT)

    @property
    def lost(self) -> int:
        return self.states[RenewalState.LOST]

    @property
    def waiting(self) -> int:
        return sum(self.states[state] for state in OPEN)

    @property
    def rate(self) -> float | None:
        """Kept ÷ due, in percent; None where nothing was due."""
        return 100 * self.kept / self.due if self.due else None


NOTHING = Retention(Counter())


def retention(rows: QuerySet[Renewal], by: str = "") -> dict[Any, Retention]:
    """The figures of all these renewals (under ""), or by the values of a column; one query."""
    key = F(by) if by else F("state")
    counted = rows.order_by().values("state", key=key).annotate(count=Count("pk")).values_list("key", "state", "count")
    return _folded((found if by else "", state, count) for found, state, count in counted)


def lost_reasons(rows: QuerySet[Renewal]) -> list[tuple[str, int]]:
    """(reason, how many), the commonest first."""
    lost = rows.filter(state=RenewalState.LOST).order_by().values_list("lost_reason").annotate(count=Count("pk"))
    return sorted(lost, key=lambda row: (-row[1], row[0]))


def _folded(counted: Iterable[tuple[Any, str, int]]) -> dict[Any, Retention]:
    states: dict[Any, Counter[str]] = defaultdict(Counter)
    for key, state, count in counted:
        states[key][state] += count
    return {key: Retention(found) for key, found in states.items()}
