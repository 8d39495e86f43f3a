"""When a duty speaks up: opening, reminder, due, and the rungs of escalation above it.

Person → unit's manager (at due) → centre (+25 %) → executive in charge (+50 %) → chairman (+100 % of the term), each
at least 15 minutes after the one before [D, parameters `rung.*`]. Nobody is above the chairman: there it stays red.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .books import Rulebook
from .models import Obligation
from .models.duties import State

PERSON, MANAGER, CENTRE, EXECUTIVE, CHAIRMAN = range(5)
RUNG_NAMES = {
    PERSON: _("承办人"),
    MANAGER: _("机构负责人"),
    CENTRE: _("客户服务中心"),
    EXECUTIVE: _("分管领导"),
    CHAIRMAN: _("董事长"),
}
SHARES = {CENTRE: "rung.centre", EXECUTIVE: "rung.executive", CHAIRMAN: "rung.chairman"}


@dataclass(frozen=True)
class Moment:
    """An instant at which a duty speaks: what happens (`open`, `remind`, `due` or `rung`) and to whom."""

    at: datetime
    what: str
    rung: int


def moments(duty: Obligation, book: Rulebook) -> list[Moment]:
    """Every moment of a duty's life in order, from the parameters in force when it began."""
    found = []
    if duty.state == State.WAITING and duty.opens_at:
        found.append(Moment(duty.opens_at, "open", PERSON))
    if duty.due is None:
        return found
    start = max(duty.since, duty.opens_at or duty.since)
    term = max(duty.due - start, timedelta())

    def share(key: str) -> timedelta:
        return term * float(book.parameter(key, duty.since).value / Decimal(100))

    def minutes(key: str) -> timedelta:
        return timedelta(minutes=float(book.parameter(key, duty.since).value))

    remind = min(start + share("reminder.share"), duty.due - minutes("reminder.least"))
    if remind > start:
        found.append(Moment(remind, "remind", PERSON))
    found.append(Moment(duty.due, "due", MANAGER))
    last = duty.due
    for rung, key in SHARES.items():
        last = max(duty.due + share(key), last + minutes("rung.gap"))
        found.append(Moment(last, "rung", rung))
    return found


def next_moment(duty: Obligation, *, fired: Collection[Moment], book: Rulebook) -> datetime | None:
    """The first moment that has not been dealt with."""
    return next((moment.at for moment in moments(duty, book) if moment not in fired), None)


def is_dealt_with(moment: Moment, duty: Obligation, highest_rung: int) -> bool:
    """Whether the duty has spoken at this moment already; `highest_rung` is the highest on record, or -1."""
    if moment.what == "remind":
        return duty.reminded_at is not None
    return moment.what in {"due", "rung"} and moment.rung <= highest_rung


Told = Callable[[list[tuple[Obligation, int]], datetime], list[list[int]]]
_told: list[Told] = []


def set_ladder(told: Told) -> None:
    """The room that knows people says who stands on the rung of each duty: a list of staff ids per (duty, rung)."""
    _told[:] = [told]


def told(asked: list[tuple[Obligation, int]], now: datetime) -> list[list[int]]:
    return _told[0](asked, now) if _told else [[] for _one in asked]


Teller = Callable[[list[tuple[Obligation, Moment, list[int]]], datetime], None]
_tellers: list[Teller] = []


def on_moment(teller: Teller) -> None:
    """The room that shows notices writes them, in the loop's transaction."""
    _tellers.append(teller)


def tell(spoken: list[tuple[Obligation, Moment, list[int]]], now: datetime) -> None:
    for teller in _tellers:
        teller(spoken, now)
