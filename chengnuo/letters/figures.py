"""How many letters arrived and how many were answered: of each wording and each segment (4.2.1, 4.2.C)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from chengnuo.clients.models import Client
from chengnuo.ledger.clauses import REPORT, covers
from chengnuo.people.models import Staff

from .access import visible_letters, visible_replies
from .models import OUT, Campaign, Excuse, LetterState, ReplyKind, Tier

S = LetterState


@dataclass(frozen=True)
class Rates:
    """A group of letters. Arrived is what went out and did not come back: whoever answers has his letter, too."""

    chosen: int = 0
    sent: int = 0
    returned: int = 0
    confirmed: int = 0
    replied: int = 0

    @property
    def arrived(self) -> int:
        return self.sent - self.returned

    @property
    def delivery_rate(self) -> float | None:
        return 100 * self.arrived / self.sent if self.sent else None

    @property
    def reply_rate(self) -> float | None:
        return 100 * self.replied / self.sent if self.sent else None


@dataclass(frozen=True)
class Figures:
    """The rates of a round: whole, by wording, by kind of client and by tier; its replies by their business; why
    nobody was written to."""

    whole: Rates
    by_text: list[tuple[str, Rates]]
    by_kind: list[tuple[str, Rates]]
    by_tier: list[tuple[str, Rates]]
    replies: list[tuple[str, int]]
    excuses: list[tuple[str, int]]
    states: dict[str, int]


@covers("4.2.1", REPORT)
@covers("4.2.C", REPORT)
def figures_of(campaign: Campaign, user: Staff, now: datetime) -> Figures:
    """What a person may see of a round, counted in two reads: each figure is that of the letters it opens."""
    rows = list(
        visible_letters(user, now)
        .filter(campaign=campaign)
        .order_by()
        .values_list("text__key", "kind", "tier", "state", "excuse")
        .annotate(n=Count("pk"))
    )
    replies = visible_replies(user, now).filter(letter__campaign=campaign).order_by()
    by_business = dict(replies.values_list("kind").annotate(n=Count("pk")))
    return Figures(
        whole=_rates(rows),
        by_text=_grouped(rows, 0, sorted({row[0] for row in rows})),
        by_kind=_grouped(rows, 1, Client.Kind.values),
        by_tier=_grouped(rows, 2, Tier.values),
        replies=[(kind, by_business.get(kind, 0)) for kind in ReplyKind.values],
        excuses=[(one, n) for one, n in _counts(rows, 4, Excuse.values).items() if n],
        states=_counts(rows, 3, S.values),
    )


def _grouped(rows: list[Any], place: int, keys: Iterable[str]) -> list[tuple[str, Rates]]:
    parts = ((key, [row for row in rows if row[place] == key]) for key in keys)
    return [(key, _rates(part)) for key, part in parts if part]


def _counts(rows: list[Any], place: int, keys: Iterable[str]) -> dict[str, int]:
    return {key: sum(row[5] for row in rows if row[place] == key) for key in keys}


def _rates(rows: list[Any]) -> Rates:
    return Rates(
        chosen=_sum(rows, lambda row: row[3] != S.EXCLUDED),
        sent=_sum(rows, lambda row: row[3] in OUT),
        returned=_sum(rows, lambda row: row[3] == S.RETURNED),
        confirmed=_sum(rows, lambda row: row[3] in (S.DELIVERED, S.REPLIED)),
        replied=_sum(rows, lambda row: row[3] == S.REPLIED),
    )


def _sum(rows: list[Any], is_in: Callable[[Any], bool]) -> int:
    return sum(row[5] for row in rows if is_in(row))
