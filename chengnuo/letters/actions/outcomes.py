"""What became of letters: posted, delivered, returned, replied; scanned or typed by their numbers, many at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle, visible_letters
from ..models import Letter, Returned, Way
from .posting import carry_out_plans, check_day, leave
from .replies import enter_reply

MOST_NUMBERS = 200
"""What is entered within a second or so; a sheaf that somebody scans at one go."""
SPLIT = re.compile(r"[\s,，;；、]+")
POSTED, DELIVERED, RETURNED, REPLIED = "posted", "delivered", "returned", "replied"
OUTCOMES = (DELIVERED, RETURNED, REPLIED, POSTED)


@dataclass
class Entered:
    """What came of numbers that were entered together: the letters, and for each other number why nothing was."""

    letters: list[Letter] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def numbers_in(typed: str) -> list[str]:
    """The numbers of a text as scanners and people give them, each once: an address that ends in one is one."""
    parts = (one.rstrip("/").rpartition("/")[2].upper() for one in SPLIT.split(typed))
    return [one for one in dict.fromkeys(parts) if one]


@covers("4.2.C", RECORD)
def enter_outcomes(
    numbers: Sequence[str],
    *,
    outcome: str,
    on: date,
    because: str = "",
    kind: str = "",
    content: str = "",
    is_important: bool = False,
    by: Staff,
    now: datetime,
) -> Entered:
    """Enter what became of letters by their numbers. Each stands for itself: a number that is unknown, not his to
    handle or in no state for it is told, the others are entered.

    Raises Invalid (422) for no outcome, no number, too many, a day to come, or a return without its reason."""
    if outcome not in OUTCOMES:
        raise Invalid("outcome", clause="4.2.C", outcome=_("选一种结果"))
    if not 0 < len(numbers) <= MOST_NUMBERS:
        raise Invalid("numbers", clause="4.2.C", numbers=_("写1到%s个编号") % MOST_NUMBERS)
    if outcome == RETURNED and because not in Returned.values:
        raise Invalid("no_reason", clause="4.2.1", because=_("选退回原因"))
    if outcome == REPLIED and not content.strip():
        raise Invalid("no_content", clause="4.2.C", content=_("写明回信内容"))
    check_day(on, None, now, "on")
    rows = visible_letters(by, now).filter(number__in=numbers).select_related("campaign__unit", "client", "client_unit")
    found = {one.number: one for one in rows}
    entered = Entered()
    for typed in numbers:
        letter = found.get(typed)
        if letter is None:
            entered.faults.append((typed, _("没有这个编号")))
            continue
        try:
            given: dict[str, Any] = {"kind": kind, "content": content, "is_important": is_important}
            entered.letters.append(_enter(letter, outcome, on, because, given, by, now))
        except Refusal as refusal:
            entered.faults.append((typed, refusal.message))
    return entered


def _enter(
    letter: Letter, outcome: str, on: date, because: str, given: dict[str, Any], by: Staff, now: datetime
) -> Letter:
    if outcome == REPLIED:
        return enter_reply(letter, came_on=on, by=by, now=now, **given).letter
    if outcome == POSTED:
        return post_letter(letter, posted_on=on, by=by, now=now)
    if outcome == RETURNED:
        return return_letter(letter, on=on, because=because, by=by, now=now)
    return deliver_letter(letter, on=on, by=by, now=now)


def post_letter(letter: Letter, *, posted_on: date, by: Staff, now: datetime) -> Letter:
    """One letter went to the post by itself (4.2.B). A mail goes by the queue alone."""
    _require(letter, by, now)
    if letter.campaign.way == Way.MAIL:
        raise Refusal("by_mail", _("邮件由系统发出，不用登记寄出"), clause="4.2.B")
    with acting(letter) as fresh:
        was = fresh.state
        check_day(posted_on, None, now, "on")
        leave(fresh, posted_on, by, now)
        fresh.save()
        data = {"state": [was, fresh.state], "posted_on": posted_on}
        record("letter.posted", fresh, by=by, now=now, data=data)
        carry_out_plans([fresh], posted_on, by, now)
        return fresh  # type: ignore[no-any-return]


def deliver_letter(letter: Letter, *, on: date, by: Staff, now: datetime) -> Letter:
    """A letter is known to have arrived (4.2.1)."""
    _require(letter, by, now)
    with acting(letter) as fresh:
        was = fresh.state
        move(fresh, "deliver")
        check_day(on, fresh.posted_on, now, "on")
        fresh.delivered_on = on
        return _saved(fresh, "letter.delivered", was, by, now)


def return_letter(letter: Letter, *, on: date, because: str, by: Staff | None, now: datetime) -> Letter:
    """A letter came back, for a reason; of a mail the mail system says so itself (4.2.1)."""
    if by is not None:
        _require(letter, by, now)
    if because not in Returned.values:
        raise Invalid("no_reason", clause="4.2.1", because=_("选退回原因"))
    with acting(letter) as fresh:
        was = fresh.state
        move(fresh, "return")
        check_day(on, fresh.posted_on, now, "on")
        fresh.returned_on, fresh.returned_because = on, because
        return _saved(fresh, "letter.returned", was, by, now, because=because)


def _saved(fresh: Any, verb: str, was: str, by: Staff | None, now: datetime, **data: str) -> Letter:
    fresh.version += 1
    fresh.save()
    record(verb, fresh, by=by, now=now, data={"state": [was, fresh.state], **data})
    return fresh  # type: ignore[no-any-return]


def _require(letter: Letter, by: Staff, now: datetime) -> None:
    if not may_handle(by, letter, now):
        raise Forbidden(_("这封信不归你办"), clause="4.2.C")
