"""What clause 2.2 demands: the client is the judge of every finished service, and a low mark is not left alone."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.books import Rulebook
from chengnuo.ledger.calendar import Basis
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import RatingRequest, RequestState, Skipped


class Earlier(NamedTuple):
    """A request of the same contact, as far as it counts for the next one."""

    state: str
    asked_at: datetime
    expires_at: datetime


def skipped_because(client_id: int | None, latest: Earlier | None, now: datetime, book: Rulebook) -> Skipped | None:
    """Why nobody is asked about a service finished now; None where the client is (2.2).

    A client's contact has at most one link open, and is asked again only `rating.quiet` natural days [D] after he was
    asked last; `latest` is that request. Whom we do not know cannot be asked.
    """
    if client_id is None:
        return Skipped.UNKNOWN
    if latest is None:
        return None
    if latest.state == RequestState.ASKED and now < latest.expires_at:
        return Skipped.OPEN
    return Skipped.QUIET if now < _after(latest.asked_at, "rating.quiet", book) else None


def expires(asked_at: datetime, book: Rulebook) -> datetime:
    """Until when a link is good: `rating.valid` natural days [D]."""
    return _after(asked_at, "rating.valid", book)


def _after(start: datetime, key: str, book: Rulebook) -> datetime:
    version = book.parameter(key, start)
    return book.calendar.add(start, version.value, Basis(version.unit)).at


def is_low(mark: int, figure: Decimal) -> bool:
    """A mark that is followed up: of 5, at most `rating.low` [D]."""
    return mark <= figure


@obligation(
    "2.2",
    of=RatingRequest,
    met_by=verbs("satisfaction.followed_up"),
    act=Act(gettext_lazy("回访"), "satisfaction:follow_up"),
)
def hear_who_is_not_satisfied(request: RatingRequest, facts: Facts) -> Owed | None:
    """The client is the judge, so a low mark is heard: whoever did the service, or without him the head of the unit,
    calls the client back and finds out within one working day [D: `rating.follow_up`] (2.2). Low is at most 2 of 5 [D:
    `rating.low`]. The duty is met only by what was found and said."""
    if request.state != RequestState.RATED or request.mark is None or request.used_at is None:
        return None
    if request.followed_up_at is not None or not is_low(request.mark, facts.figure("rating.low", request.used_at)):
        return None
    return Owed(
        "follow_up",
        gettext_noop("回访%(who)s：评了%(mark)s分"),
        facts.after(request.used_at, "rating.follow_up"),
        args={"who": request.name or "—", "mark": str(request.mark)},
        inputs={
            gettext_noop("评价时间"): request.used_at.isoformat(),
            gettext_noop("评分"): request.mark,
        },
    )
