"""What became of calls and promises, counted the way the procedure reads it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from chengnuo.ledger.books import rulebook

from .models import Call, Channel, Kind, Promise, PromiseState
from .models.calls import RINGS

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


def missed() -> Q:
    """`Call.was_missed` as the database reads it: rang out by telephone, and nobody took it (3.1.2)."""
    return Q(answered_at__isnull=True, channel=Channel.PHONE) & ~Q(state__in=RINGS)


def with_outcome(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    """The promises, each with its `outcome` as the function of that name tells it; a test compares the two."""
    said = Case(
        When(withdrawn_at__lt=F("first_by"), then=Value("withdrawn")),
        When(times_moved__gt=0, then=Value("moved")),
        When(state=S.KEPT, then=Value("kept")),
        When(state=S.KEPT_LATE, then=Value("late")),
        default=Value("unanswered"),
        output_field=CharField(),
    )
    return promises.annotate(outcome=said)


def is_settled(now: datetime) -> Q:
    """Of promises with their outcome: those that a rate of keeping may count, whose first time has come or that were
    answered. One withdrawn after its first time counts: it was not kept."""
    return (Q(first_by__lte=now) | Q(answered_at__isnull=False)) & ~Q(outcome="withdrawn")


def kept_in_time() -> Q:
    """Of promises with their outcome: answered by the first promised time. One that was moved is moved (3.1.5)."""
    return Q(outcome="kept")


def settled(promises: QuerySet[Promise], now: datetime) -> QuerySet[Promise]:
    """Promises that a rate of keeping may count, each with its outcome."""
    return with_outcome(promises).filter(is_settled(now))


@dataclass(frozen=True)
class CallFigures:
    """The register counted: kinds overlap, so their sum may exceed the total (3.1.3)."""

    total: int
    kinds: dict[str, int]
    no_kind: int
    two_kinds: int
    known: int
    unknown: int
    not_at_first_ring: int
    overflow: int


def call_figures(calls: Iterable[Call]) -> CallFigures:
    """`known` have a client on record; `overflow` rang on and were answered elsewhere."""
    calls = list(calls)
    kinds = Counter(kind for call in calls for kind in call.kinds)
    return CallFigures(
        total=len(calls),
        kinds={kind: kinds[kind] for kind in Kind.values},
        no_kind=sum(not call.kinds for call in calls),
        two_kinds=sum(len(call.kinds) == 2 for call in calls),
        known=sum(call.client_id is not None for call in calls),
        unknown=sum(call.client_id is None for call in calls),
        not_at_first_ring=sum(not call.at_first_ring for call in calls),
        overflow=sum(not call.at_first_ring and not call.was_missed for call in calls),
    )


@dataclass(frozen=True)
class RunningFigures:
    """What became of the moved promises by their new time, and how the unanswered stand, at an instant (3.1.5)."""

    moved_in_time: int
    moved_late: int
    moved_overdue: int
    moved_ahead: int
    unanswered_overdue: int
    unanswered_ahead: int


def running_figures(promises: Iterable[Promise], now: datetime) -> RunningFigures:
    """Exactly at the promised time an answer is in time and a promise without one not yet overdue."""
    promises = list(promises)
    moved = [promise for promise in promises if outcome(promise) == "moved"]
    unanswered = [promise for promise in promises if outcome(promise) == "unanswered"]
    states = Counter(promise.state for promise in moved)
    moved_ahead = sum(promise.is_running and promise.by > now for promise in moved)
    ahead = sum(promise.by > now for promise in unanswered)
    return RunningFigures(
        moved_in_time=states[S.MOVED_KEPT],
        moved_late=states[S.MOVED_LATE],
        moved_overdue=states[S.MOVED] - moved_ahead,
        moved_ahead=moved_ahead,
        unanswered_overdue=len(unanswered) - ahead,
        unanswered_ahead=ahead,
    )
