"""What is given to the acts on a visit, and what of it cannot be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.kit.blobs import Stored
from chengnuo.kit.models import Blob
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Stale
from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Staff

from ..access import may_take_on
from ..models import Outcome, Question, Visit

CLOCKS_DIFFER = timedelta(minutes=2)
FARTHEST = timedelta(days=366)
LONGEST, LONGEST_REASON, LONGEST_NAME = 5000, 500, 60
MOST_ITEMS = MOST_WISHES = 30
Stroke = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Given:
    """A visit that was paid. `prepared` says of each item of the preparation whether it was done, and if not, why."""

    arrived_at: datetime
    left_at: datetime
    did: str = ""
    prepared: Sequence[tuple[bool, str]] = ()
    unagreed_because: str = ""
    late_because: str = ""


@dataclass(frozen=True)
class Answers:
    """What the client said on the survey form. Each wish becomes a matter of its own."""

    overall: int | None = None
    marks: Mapping[str, int] = field(default_factory=dict)
    opinions: str = ""
    wishes: Sequence[str] = ()


@dataclass(frozen=True)
class Signed:
    """The client's hand on the screen (`strokes`), or a form with his seal: a new scan, or a file of the visit."""

    signer: str
    at: datetime
    strokes: Sequence[Stroke] = ()
    scan: Stored | Blob | None = None


@dataclass(frozen=True)
class Unsigned:
    """Neither signed nor sealed: refused, absent or sent away for the seal, and the reason."""

    outcome: str
    reason: str


@contextmanager
def working_on(visit: Visit, *, by: Staff, now: datetime, version: int | None = None) -> Iterator[Visit]:
    """The visit under its lock and its client's.

    Raises Forbidden for who serves nobody in its unit, Stale when it is no longer the `version` that was read.
    """
    with acting(visit, client=visit.client) as fresh:
        if not may_take_on(by, fresh, now):
            raise Forbidden(_("只有承办机构的人能办这次拜访"), clause="4.1")
        if version is not None and version != fresh.version:
            raise Stale(fresh)
        yield fresh


def told(fresh: Visit, verb: str, *, by: Staff, now: datetime, also: Sequence[Kept] = (), **event: Any) -> Draft:
    """Save the visit and record what happened to it, for its client too."""
    fresh.version += 1
    fresh.save()
    client = [fresh.client] if fresh.client else []
    return record(verb, fresh, by=by, now=now, also=[*also, *client], **event)


def lines(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(filter(None, (one.strip() for one in text.splitlines()))))


def check_preparation(items: Sequence[str]) -> None:
    if len(items) > MOST_ITEMS or any(len(item) > 120 for item in items):
        raise Invalid("too_long", clause="4.1.C", preparation=_("准备最多30项，每项最多120个字"))


def check_ahead(name: str, moment: datetime, now: datetime) -> None:
    """A visit lies ahead, and within a year. Raises Invalid beside the field `name`."""
    if moment <= now:
        raise Invalid("time_past", clause="4.1.B", **{name: _("上门时间已过，改一个以后的时间")})
    if moment > now + FARTHEST:
        raise Invalid("time_far", clause="4.1.B", **{name: _("上门时间超过一年，查一下年份")})


def check_happened(name: str, moment: datetime, now: datetime) -> None:
    """What happened lies behind, within a year. Raises Invalid beside the field `name`."""
    if moment > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", clause="4.1.1", **{name: _("时间还没到")})
    if moment < now - FARTHEST:
        raise Invalid("time_far", clause="4.1.1", **{name: _("时间早于一年前，查一下年份")})


def reason(text: str, name: str, words: str, *, clause: str) -> str:
    """A reason that must be there and fit. Raises Invalid beside the field `name`."""
    text = text.strip()
    if not text:
        raise Invalid("reason_missing", clause=clause, **{name: words})
    if len(text) > LONGEST_REASON:
        raise Invalid("too_long", clause=clause, **{name: _("最多%s个字") % LONGEST_REASON})
    return text


def check_answers(answers: Answers, outcome: Signed | Unsigned) -> None:
    """Raises Invalid for marks that are none, too much text, and a signed form that says nothing (4.1.D)."""
    marks = [answers.overall, *answers.marks.values()]
    if any(mark is not None and mark not in range(1, 6) for mark in marks):
        raise Invalid("no_mark", clause="4.1.D", overall=_("满意度为1到5"))
    if set(answers.marks) - set(Question.values):
        raise Invalid("no_question", clause="4.1.D", marks=_("没有这个问题"))
    if len(answers.opinions) > LONGEST:
        raise Invalid("too_long", clause="4.1.D", opinions=_("最多%s个字") % LONGEST)
    if len(answers.wishes) > MOST_WISHES or any(len(wish) > LONGEST_REASON for wish in answers.wishes):
        raise Invalid("too_long", clause="4.1.D", wishes=_("要求最多30条，每条最多500个字"))
    if isinstance(outcome, Signed) and answers.overall is None:
        raise Invalid("no_mark", clause="4.1.D", overall=_("客户签章的调查表要有总体满意度"))


def check_unsigned(unsigned: Unsigned) -> None:
    if unsigned.outcome not in (Outcome.REFUSED, Outcome.ABSENT, Outcome.SENT):
        raise Invalid("no_outcome", clause="4.1.D", outcome=_("选未签的情况"))
    reason(unsigned.reason, "reason", _("写明为什么没有签章"), clause="4.1.D")
