"""What became of calls and promises, counted the way the procedure reads it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from chengnuo.ledger.books import rulebook

from .models import Call, Promise, PromiseState

S = PromiseState


@dataclass(frozen=True)
class PromiseFigures:
    """Each promise counted once: withdrawn, else moved, else kept, late or unanswered (3.1.5)."""

    total: int
    kept: int
    late: int
    moved: int
    withdrawn: int
    unanswered: int


def outcome(promise: Promise) -> str:
    """`kept`, `late`, `moved`, `withdrawn` or `unanswered`. Withdrawn only before the first promised time."""
    if promise.withdrawn_at is not None and promise.withdrawn_at < promise.first_by:
        return "withdrawn"
    if promise.times_moved:
        return "moved"
    return {S.KEPT: "kept", S.KEPT_LATE: "late"}.get(PromiseState(promise.state), "unanswered")


def promise_figures(promises: Iterable[Promise]) -> PromiseFigures:
    counted = Counter(outcome(promise) for promise in promises)
    return PromiseFigures(
        total=counted.total(),
        **{name: counted[name] for name in ("kept", "late", "moved", "withdrawn", "unanswered")},
    )


@dataclass(frozen=True)
class CallBackFigures:
    """Calls missed, and how they were called back (3.1.2)."""

    missed: int
    in_time: int
    late: int
    never: int


def call_back_figures(calls: Iterable[Call]) -> CallBackFigures:
    """The term is the parameter `call_back.due` in force when the telephone rang; exactly at its end is in time."""
    book = rulebook()
    missed = [call for call in calls if call.was_missed]
    in_time = late = 0
    for call in missed:
        if call.called_back_at is None:
            continue
        term = timedelta(minutes=float(book.parameter("call_back.due", call.rang_at).value))
        in_time, late = (in_time + 1, late) if call.called_back_at <= call.rang_at + term else (in_time, late + 1)
    return CallBackFigures(len(missed), in_time, late, len(missed) - in_time - late)


def settled(promises: QuerySet[Promise], now: datetime) -> QuerySet[Promise]:
    """Promises whose first time has come or that were answered: those a rate of keeping may count."""
    return promises.filter(Q(first_by__lte=now) | Q(answered_at__isnull=False)).exclude(state=S.WITHDRAWN)


def kept_in_time() -> Q:
    """Answered at or before the first promised time, moved or not."""
    return Q(answered_at__isnull=False, answered_at__lte=F("first_by"))
