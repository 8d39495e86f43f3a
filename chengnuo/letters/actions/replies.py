"""A client's answer: sorted by its business on arrival, handled or passed on, filed where it matters (4.2.C–E)."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _

from chengnuo.claims.actions import open_claim
from chengnuo.clients.cases import Case
from chengnuo.complaints.actions import open_complaint
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.visits.actions import open_visit

from ..access import may_handle, may_pass_to
from ..models import Letter, LetterReply, ReplyKind
from .posting import check_day

OPENERS: dict[str, Callable[..., Case]] = {
    ReplyKind.APPOINTMENT: open_visit,
    ReplyKind.COMPLAINT: open_complaint,
    ReplyKind.LOSS: open_claim,
}
LONGEST = 5000


@covers("4.2.C", RECORD)
def enter_reply(
    letter: Letter,
    *,
    kind: str,
    content: str,
    came_on: date,
    is_important: bool = False,
    by: Staff,
    now: datetime,
) -> LetterReply:
    """Enter a client's answer, sorted by its business (4.2.C). An appointment, a complaint and a loss report open their
    case in the same step, whose clock runs from the day the answer came; the branch whose client he is handles it.

    Raises Forbidden, Invalid (422), Refusal 409 for a letter that never went out."""
    if not may_handle(by, letter, now):
        raise Forbidden(_("这封信不归你办"), clause="4.2.C")
    if kind not in ReplyKind.values:
        raise Invalid("kind", clause="4.2.C", kind=_("选一类业务"))
    content = _said(content, "content", _("写明回信内容，最多5000个字"))
    with acting(letter, client=letter.client) as fresh:
        was = fresh.state
        move(fresh, "reply")
        check_day(came_on, fresh.posted_on, now, "came_on")
        fresh.replied_on = fresh.replied_on or came_on
        fresh.version += 1
        fresh.save()
        nth = fresh.replies.count() + 1
        reply = LetterReply(
            letter=fresh,
            number=f"{fresh.number}-R{nth}",
            unit_id=fresh.client_unit_id,
            client=letter.client,
            client_unit_id=fresh.client_unit_id,
            contact_id=fresh.contact_id,
            owner=_owner(fresh, letter, by),
            kind=kind,
            content=content,
            came_on=came_on,
            entered_at=now,
            told_at=now,
            is_important=is_important,
        )
        reply.save()
        record(
            "letterreply.entered",
            reply,
            by=by,
            now=now,
            also=[fresh],
            data={"number": reply.number, "kind": kind, "came_on": came_on, "letter_state": [was, fresh.state]},
            texts={"content": content},
        )
        if kind in OPENERS:
            OPENERS[kind](call=reply, owner=reply.owner, by=by, now=now)
    return reply


def _owner(letter: Letter, read: Letter, by: Staff) -> Staff:
    """Whoever of the client's branch leads the round, else keeps the client, else who entered it."""
    lead, keeper = letter.campaign.owner, read.client.manager
    if lead.unit_id == letter.client_unit_id and lead.is_active:
        return lead
    return keeper if keeper and keeper.is_active else by


def handle_reply(
    reply: LetterReply, *, answer: str, is_important: bool = False, by: Staff, now: datetime
) -> LetterReply:
    """The business of a reply is done, and the client was told so (4.2.D)."""
    _require(reply, by, now)
    answer = _said(answer, "answer", _("写明怎么办的、怎么答复客户的，最多5000个字"))
    with acting(reply, client=reply.client) as fresh:
        was = fresh.state
        move(fresh, "handle_reply")
        fresh.handled_at, fresh.answer = now, answer
        fresh.is_important = fresh.is_important or is_important
        fresh.version += 1
        fresh.save()
        data = {"state": [was, fresh.state], "is_important": fresh.is_important}
        record("letterreply.handled", fresh, by=by, now=now, data=data, texts={"answer": answer})
        return fresh  # type: ignore[no-any-return]


def tell_client(reply: LetterReply, *, text: str, by: Staff, now: datetime) -> LetterReply:
    """What is not done in time is answered with the reason or how it stands; from then the next term runs (4.2.D)."""
    _require(reply, by, now)
    text = _said(text, "text", _("写明原因或进展，最多5000个字"))
    with acting(reply) as fresh:
        _require_open(fresh)
        fresh.told_at, fresh.words = now, fresh.words + 1
        fresh.version += 1
        fresh.save()
        record("letterreply.told", fresh, by=by, now=now, data={"words": fresh.words}, texts={"content": text})
        return fresh  # type: ignore[no-any-return]


def pass_on(reply: LetterReply, *, to: Staff, reason: str, by: Staff, now: datetime) -> LetterReply:
    """Pass a reply to the department concerned (4.2.D). That settles the term of who had it; who got it has one of his
    own. Passing it on again changes whose it is and gains no time."""
    _require(reply, by, now)
    reason = _said(reason, "reason", _("写明为什么转、转去办什么"))
    if not may_pass_to(by, now).filter(pk=to.pk).exists():
        raise Invalid("not_serving", clause="4.2.D", to=_("只能转给在职的服务人员"))
    with acting(reply) as fresh:
        _require_open(fresh)
        if to.pk == fresh.owner_id:
            raise Invalid("same", clause="4.2.D", to=_("已由这个人承办"))
        is_first = not fresh.was_passed_on
        data = {"owner": [fresh.owner_id, to.pk], "unit": [fresh.unit_id, to.unit_id], "is_first": is_first}
        if is_first:
            fresh.told_at, fresh.words, fresh.was_passed_on = now, fresh.words + 1, True
        fresh.owner, fresh.unit = to, to.unit
        fresh.version += 1
        fresh.save()
        record("letterreply.passed_on", fresh, by=by, now=now, data=data, texts={"reason": reason})
        return fresh  # type: ignore[no-any-return]


def file_reply(reply: LetterReply, *, where: str, by: Staff, now: datetime) -> LetterReply:
    """Important material of a reply is in the files (4.2.E)."""
    _require(reply, by, now)
    where = _said(where, "where", _("写明存放处，最多120个字"), longest=120)
    with acting(reply) as fresh:
        if fresh.filed_at is not None:
            raise Refusal("filed", _("已归档，刷新后看"), clause="4.2.E")
        fresh.is_important, fresh.filed_at, fresh.filed_where = True, now, where
        fresh.version += 1
        fresh.save()
        record("letterreply.filed", fresh, by=by, now=now, texts={"where": where})
        return fresh  # type: ignore[no-any-return]


def _require(reply: LetterReply, by: Staff, now: datetime) -> None:
    if not may_handle(by, reply, now):
        raise Forbidden(_("这封回信不归你办"), clause="4.2.D")


def _require_open(reply: LetterReply) -> None:
    if not reply.is_open:
        raise Refusal("handled", _("这封回信已办结，刷新后看"), clause="4.2.D")


def _said(words: str, name: str, fault: str, longest: int = LONGEST) -> str:
    words = words.strip()
    if not 0 < len(words) <= longest:
        raise Invalid("words_missing", clause="4.2.D", **{name: fault})
    return words
