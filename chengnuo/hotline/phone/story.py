"""What the words of an exchange make of a call: the same whatever the order in which they came. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..models import CallState, RingAttempt, Word
from ..models.ringing import PhoneEvent

R = RingAttempt.Result
RANK = {word: number for number, word in enumerate(Word)}


@dataclass(frozen=True)
class Story:
    """The facts of a call as far as they are known. `answered_by` is the extension that spoke last."""

    rang_at: datetime
    answered_at: datetime | None = None
    answered_by: str = ""
    hung_up_at: datetime | None = None
    caller: str = ""
    called: str = ""
    recording: str = ""
    missed: tuple[tuple[datetime, str], ...] = ()

    @property
    def ended_at(self) -> datetime | None:
        """When the telephone stopped ringing."""
        return self.answered_at or self.hung_up_at


def told(events: Iterable[PhoneEvent]) -> Story:
    """The story of one call, from all that was said of it, by the times that were stated."""
    said = sorted(events, key=lambda one: (one.at, RANK[Word(one.word)], one.leg))
    answers = [one for one in said if one.word == Word.ANSWERED]
    ends = [one.at for one in said if one.word == Word.HANGUP]
    answered_at = answers[0].at if answers else None
    rang_at = min((one.at for one in said if one.word == Word.RINGING), default=said[0].at)
    hung_up_at = max(ends) if ends else None
    if hung_up_at and hung_up_at < max(rang_at, answered_at or rang_at):
        hung_up_at = max(rang_at, answered_at or rang_at)
    gone_on = (Word.MISSED, Word.TRANSFERRED)
    return Story(
        rang_at=min(rang_at, answered_at or rang_at),
        answered_at=answered_at,
        answered_by=next((one.extension for one in reversed(answers) if one.extension), ""),
        hung_up_at=hung_up_at,
        caller=_first(said, "caller"),
        called=_first(said, "called"),
        recording=next((one.recording for one in reversed(said) if one.recording), ""),
        missed=tuple(
            (one.at, one.extension)
            for one in said
            if one.word in gone_on and not (answered_at and one.at > answered_at)
        ),
    )


def _first(said: Sequence[PhoneEvent], name: str) -> str:
    """A number as the ring said it, else as the first one that says it: a later leg calls from an extension."""
    rings_first = sorted(said, key=lambda one: one.word != Word.RINGING)
    return next((value for one in rings_first if (value := getattr(one, name))), "")


@dataclass(frozen=True)
class Step:
    """Somebody that a call is to ring at: a person, or everybody of a unit."""

    rung: str
    unit_id: int
    staff_id: int | None = None
    extension: str = ""


@dataclass(frozen=True)
class Tried:
    """A step as it was taken, or as it is planned to be."""

    step: Step
    at: datetime
    ended_at: datetime | None
    result: str = ""


def tried(
    plan: Sequence[Step],
    story: Story,
    *,
    next_after: timedelta,
    given_up_after: timedelta,
    answerer: Step | None,
    now: datetime,
) -> list[Tried]:
    """The steps of a plan with their times (3.1.2).

    Each step ends when its turn is over or when the exchange says that it was missed, the last one when the whole ring
    is given up; a turn that is not over has no result. What lies beyond the answer or the hang-up never was. Who
    answered out of turn is the last attempt.
    """
    found: list[Tried] = []
    at, misses = story.rang_at, list(story.missed)
    others = {step.extension for step in plan if step.extension}
    for number, step in enumerate(plan):
        is_last = number == len(plan) - 1
        end = max(at + next_after, story.rang_at + given_up_after) if is_last else at + next_after
        # A telephone of the plan speaks for its own turn alone; any other word is of whoever's turn it is.
        mine = [one for one in misses if at <= one[0] <= end and (one[1] == step.extension or one[1] not in others)]
        if mine:
            misses.remove(mine[0])
            end = mine[0][0]
        over = story.ended_at is not None and story.ended_at <= end
        found.append(Tried(step, at, story.ended_at if over else end, R.RINGING if not over else _result(story)))
        if over:
            break
        at = end
    found = [replace(one, result=R.UNANSWERED) if _is_past(one, found[-1], now) else one for one in found]
    if answerer and story.answered_at and not (found and _is_at(found[-1].step, answerer)):
        found = [replace(one, result=R.UNANSWERED) for one in found]
        found.append(Tried(answerer, found[-1].at if found else story.rang_at, story.answered_at, R.ANSWERED))
    return found


def _is_past(one: Tried, last: Tried, now: datetime) -> bool:
    return not one.result and (bool(last.result) or (one.ended_at is not None and one.ended_at <= now))


def _result(story: Story) -> str:
    return R.ANSWERED if story.answered_at else R.GIVEN_UP


def _is_at(step: Step, answerer: Step) -> bool:
    return step.staff_id == answerer.staff_id or (step.staff_id is None and step.unit_id == answerer.unit_id)


def state_of(story: Story, attempts: Sequence[Tried], now: datetime, unit_id: int) -> CallState:
    """Where a call stands: the first turn rings, later ones are overflow, a ring without an answer owes a call back."""
    if story.answered_at:
        first = len(attempts) <= 1 and all(one.step.unit_id == unit_id for one in attempts)
        return CallState.ANSWERED if first else CallState.ANSWERED_ELSEWHERE
    if story.hung_up_at or not attempts or (attempts[-1].ended_at and attempts[-1].ended_at <= now):
        return CallState.CALL_BACK_OWED
    return CallState.OVERFLOW if sum(one.at <= now for one in attempts) > 1 else CallState.RINGING


# How a row is moved from where it stood to where its story says that it stands. Back to ringing it never goes.
S = CallState
WALKS: dict[tuple[str, str], tuple[str, ...]] = {
    (S.RINGING, S.OVERFLOW): ("miss", "overflow"),
    (S.RINGING, S.ANSWERED): ("answer",),
    (S.RINGING, S.ANSWERED_ELSEWHERE): ("miss", "overflow", "answer_elsewhere"),
    (S.RINGING, S.CALL_BACK_OWED): ("miss", "owe_call_back"),
    (S.OVERFLOW, S.ANSWERED): ("turn_out_answered",),
    (S.OVERFLOW, S.ANSWERED_ELSEWHERE): ("answer_elsewhere",),
    (S.OVERFLOW, S.CALL_BACK_OWED): ("owe_call_back",),
    (S.CALL_BACK_OWED, S.ANSWERED): ("turn_out_answered",),
    (S.CALL_BACK_OWED, S.ANSWERED_ELSEWHERE): ("turn_out_elsewhere",),
    (S.ANSWERED, S.ANSWERED_ELSEWHERE): ("turn_out_elsewhere",),
    (S.ANSWERED_ELSEWHERE, S.ANSWERED): ("turn_out_answered",),
}
