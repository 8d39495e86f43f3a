"""The insurer's clocks of a claim (保险法 23–26): since when, until when, and whether they were kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Policy
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import Basis, midnight
from chengnuo.ledger.clock import ZONE

from .models import Claim, State

YEARS = 2
YEARS_OF_LIFE = 5
DECISION, ADVANCE, REFUSAL, PAYMENT = "decision", "advance", "refusal", "payment"
LABELS = {
    DECISION: (_("核定"), _("保险法 23")),
    ADVANCE: (_("先行赔付"), _("保险法 25")),
    REFUSAL: (_("拒赔通知书"), _("保险法 24")),
    PAYMENT: (_("赔付"), _("保险法 23")),
}
FIGURES = {
    DECISION: "insurer.decides",
    ADVANCE: "insurer.advances",
    REFUSAL: "insurer.tells_refusal",
    PAYMENT: "insurer.pays",
}


@dataclass(frozen=True)
class InsurerClock:
    """One clock: `done_at` is when the insurer did it, None while it runs."""

    name: str
    since: datetime
    due: datetime
    done_at: datetime | None

    @property
    def label(self) -> Any:
        return LABELS[self.name][0]

    @property
    def article(self) -> str:
        return str(LABELS[self.name][1])

    def is_late(self, now: datetime) -> bool:
        return (self.done_at or now) > self.due


def running(claim: Claim) -> list[tuple[str, datetime, datetime | None]]:
    """Which clocks of the insurer there are, with their start and their end; from the claim's own columns alone. Of
    what is over none runs any more."""
    found: list[tuple[str, datetime, datetime | None]] = []
    if claim.submitted_at:
        found.append((DECISION, claim.submitted_at, claim.decided_at))
        if claim.decided_at is None:
            found.append((ADVANCE, claim.submitted_at, claim.advanced_at))
    if claim.decided_at and claim.state == State.DECLINED:
        found.append((REFUSAL, claim.decided_at, claim.refusal_told_at))
    if claim.agreed_at:
        found.append((PAYMENT, claim.agreed_at, claim.settled_at))
    is_over = claim.state in Claim.FINISHED
    return [clock for clock in found if clock[2] or not is_over]


def insurer_clocks(claim: Claim) -> list[InsurerClock]:
    """The insurer's clocks of a claim, by the figures in force when each started (natural days)."""
    book = rulebook()
    clocks = []
    for name, since, done_at in running(claim):
        version = book.parameter(FIGURES[name], since)
        due = book.calendar.add(since, version.value, Basis(version.unit)).at
        clocks.append(InsurerClock(name, since, due, done_at))
    return clocks


def late_clocks(claim: Claim, now: datetime) -> list[InsurerClock]:
    """Those that ran out before the insurer did what it owes."""
    return [one for one in insurer_clocks(claim) if one.done_at is None and one.is_late(now)]


def clock_named(claim: Claim, name: str) -> InsurerClock | None:
    return next((one for one in insurer_clocks(claim) if one.name == name), None)


def limitation(claim: Claim) -> datetime | None:
    """The end of the time in which the insured may claim from the insurer: two years from when he knew of the loss,
    five in life insurance (保险法 26), anew from an interruption; None while the day of the loss is not known."""
    since = claim.limitation_from or claim.occurred_at
    if since is None:
        return None
    years = YEARS_OF_LIFE if claim.line == Policy.Line.LIFE else YEARS
    day = since.astimezone(ZONE).date()
    # The day of the event is not counted: two years end at 24:00 of the same day of the second year (民法典 201, 202).
    return midnight(_day_after(_years_on(day, years)))


def _years_on(day: date, years: int) -> date:
    """The same day so many years on; where the month has no such day, its last (民法典 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
