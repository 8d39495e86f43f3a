"""How far rounds are: how many of their clients are called, left, not reached, left out."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from .models import RoundClient, Stand


@dataclass(frozen=True)
class Progress:
    """`counts` by how a client stands."""

    counts: Counter[str]

    @property
    def planned(self) -> int:
        """Everybody on the list but who was left out."""
        return sum(self.counts.values()) - self.counts[Stand.LEFT_OUT]

    @property
    def left(self) -> int:
        return self.counts[Stand.WAITING]

    @property
    def called(self) -> int:
        return self.planned - self.left

    @property
    def reached(self) -> int:
        return self.counts[Stand.REACHED]

    @property
    def percent(self) -> int:
        return 100 * self.called // self.planned if self.planned else 0

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """(state, label, how many) of each state that somebody stands in."""
        return [(state, str(Stand(state).label), self.counts[state]) for state in Stand.values if self.counts[state]]


def progress_of(rounds: Collection[int]) -> dict[int, Progress]:
    """By the round's key; one query whatever their number."""
    counted: dict[int, Counter[str]] = {pk: Counter() for pk in rounds}
    rows = RoundClient.objects.filter(round__in=list(rounds)).order_by().values_list("round", "state")
    for pk, state, count in rows.annotate(count=Count("pk")):
        counted[pk][state] = count
    return {pk: Progress(counts) for pk, counts in counted.items()}
