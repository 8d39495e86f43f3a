"""What became of a duty, as the compliance report reads the ledger's facts: one definition, for figures and for lists.

docs/decisions/a-duty-counts-when-it-arose-as-it-stands-now.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import LIVE
from chengnuo.ledger.models.duties import State

PRODUCED, MET, LATE, OPEN, OVERDUE = "produced", "met", "late", "open", "overdue"
BAD, UNTIMELY = "bad", "untimely"
LABELS = {PRODUCED: _("产生"), MET: _("按时"), LATE: _("迟办"), OPEN: _("未结"), OVERDUE: _("逾期")}
FILTERS = {**LABELS, BAD: _("迟办和逾期"), UNTIMELY: _("迟办和未结")}


def fates(now: datetime) -> dict[str, Q]:
    """By fate, which duties have it. Produced = met + late + open, and overdue is a part of open.

    One withdrawn before its due time was never owed and counts nowhere; withdrawn after it, the breach stays: late.
    Overdue is what was breached, or whose time has passed a moment ago, before the worker's next round.
    """
    live, breached = Q(state__in=LIVE), Q(breached_at__isnull=False)
    late = Q(state__in=(State.MET, State.WITHDRAWN)) & breached
    overdue = live & (breached | Q(due__lt=now))
    return {
        PRODUCED: ~Q(state=State.WITHDRAWN) | breached,
        MET: Q(state=State.MET) & ~breached,
        LATE: late,
        OPEN: live,
        OVERDUE: overdue,
        BAD: late | overdue,
        UNTIMELY: late | live,
    }


def counts(now: datetime) -> dict[str, Count]:
    """The aggregates of a query over duties, by fate. They count `since`, which is never null and in the index."""
    which = fates(now)
    return {name: Count("since", filter=which[name]) for name in LABELS}


@dataclass(frozen=True)
class Fates:
    """Numbers of duties by what became of them."""

    produced: int = 0
    met: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Fates":
        return cls(**{name: row[name] for name in LABELS})

    def __add__(self, other: "Fates") -> "Fates":
        return Fates(*(getattr(self, name) + getattr(other, name) for name in LABELS))

    @property
    def due(self) -> int:
        """What the rate is taken of: kept, kept late, and not kept so far."""
        return self.met + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """Percent in time: met ÷ (met + late + overdue); nothing while none of them is there."""
        return 100 * self.met / self.due if self.due else None

    @property
    def bad(self) -> int:
        return self.late + self.overdue

    @property
    def untimely(self) -> int:
        return self.late + self.open
