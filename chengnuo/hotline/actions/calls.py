"""Registering calls (3.1.3), opening cases from them (3.1.4), calling back (3.1.2)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.claims.actions import open_claim
from chengnuo.clients.cases import Case
from chengnuo.clients.models import Client, Contact
from chengnuo.clients.phones import digits
from chengnuo.complaints.actions import open_complaint
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.links import link
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit
from chengnuo.visits.actions import open_visit

from ..access import may_handle
from ..models import Call, CallState, Kind, Promise
from .cards import share_card
from .given import (
    CLOCKS_DIFFER,
    NewCase,
    NewPromise,
    check_person,
    check_promised_time,
    check_texts,
    check_times,
    in_order,
)
from .owners import owner_at

ORDER: list[str] = [kind.value for kind in Kind]
OPENERS: dict[str, Callable[..., Case]] = {
    Kind.APPOINTMENT: open_visit,
    Kind.COMPLAINT: open_complaint,
    Kind.LOSS: open_claim,
}
REGISTER_OF: dict[str, str] = {Kind.APPOINTMENT: "BF", Kind.COMPLAINT: "TS", Kind.LOSS: "XP"}


@covers("3.1.3", RECORD)
def register_call(
    *,
    by: Staff,
    now: datetime,
    unit: Unit,
    rang_at: datetime,
    answered_at: datetime,
    hung_up_at: datetime | None = None,
    at_first_ring: bool = True,
    caller: str = "",
    caller_name: str = "",
    client: Client | None = None,
    contact: Contact | None = None,
    kinds: Sequence[str] = (),
    content: str = "",
    answer: str = "",
    no_reply_because: str = "",
    promise: NewPromise | None = None,
    cases: Sequence[NewCase] = (),
    about: Kept | None = None,
) -> Call:
    """Write an answered call into the register, with its answer or promise and the cases opened from it.

    One transaction, one event. The call closes when an answer, a promise or the reason for neither is on file (2.3).
    Times are instants; raises Invalid for impossible ones, Forbidden for somebody who does not serve the hotline.
    """
    check_person(by, now)
    check_times(now, rang_at, answered_at, hung_up_at)
    check_texts(kinds, content, answer, no_reply_because, promise)
    if not (content.strip() or no_reply_because):
        raise Invalid("content_missing", content=_("写下来电内容"))
    with acting(client=client):
        call = _new_call(by, now, unit, client, contact, caller, caller_name)
        call.rang_at, call.answered_at, call.hung_up_at = rang_at, answered_at, hung_up_at
        call.at_first_ring = at_first_ring
        if at_first_ring:
            move(call, "answer")
        else:
            move(call, "miss")
            move(call, "overflow")
            move(call, "answer_elsewhere")
        return fill(call, by, now, kinds, content, answer, no_reply_because, promise, cases, "call.registered", about)


@covers("3.1.2", RECORD)
@covers("3.1.3", RECORD)
def enter_missed_call(
    *,
    by: Staff,
    now: datetime,
    unit: Unit,
    rang_at: datetime,
    hung_up_at: datetime | None = None,
    caller: str = "",
    client: Client | None = None,
    contact: Contact | None = None,
    caller_name: str = "",
    content: str = "",
) -> Call:
    """Enter a call that nobody answered. It keeps its original time, and a call back is owed from then (3.1.2)."""
    check_person(by, now)
    check_times(now, rang_at, None, hung_up_at)
    check_texts((), content, "", "", None)
    with acting(client=client):
        call = _new_call(by, now, unit, client, contact, caller, caller_name)
        call.rang_at, call.hung_up_at, call.at_first_ring, call.content = rang_at, hung_up_at, False, content
        move(call, "miss")
        move(call, "owe_call_back")
        call.number = number(Call.REGISTER, unit.code, now)
        call.save()
        share_card(call, by=by, now=now)
        record(
            "call.missed",
            call,
            by=by,
            now=now,
            happened_at=rang_at,
            also=[client] if client else [],
            data={"number": call.number, "unit": unit.pk},
            texts={"caller": caller, "content": content},
        )
        return call


def call_back(
    call: Call,
    *,
    by: Staff,
    now: datetime,
    at: datetime,
    reached: bool,
    kinds: Sequence[str] = (),
    content: str = "",
    answer: str = "",
    no_reply_because: str = "",
    promise: NewPromise | None = None,
    cases: Sequence[NewCase] = (),
) -> Call:
    """Note that a missed caller was called back. The first attempt meets the duty, whether or not he picked up (3.1.2).

    When he was reached, what he wanted is registered as in `register_call`, once. Raises Refusal 409 for a call that
    was answered or voided, and for a second one that reaches him.
    """
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.2")
    check_texts(kinds, content, answer, no_reply_because, promise)
    if at > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", at=_("时间还没到"))
    if at < call.rang_at:
        raise Invalid("time_order", at=_("回拨不能早于来电"))
    with acting(call, client=call.client) as fresh:
        if not fresh.was_missed or fresh.state == CallState.VOID:
            raise Refusal("not_missed", _("这条来电不用回拨"), clause="3.1.2")
        if reached and not (content.strip() or fresh.content.strip()):
            raise Invalid("content_missing", content=_("写下来电内容"))
        fresh.called_back_at = fresh.called_back_at or at
        fresh.operator = fresh.operator or by
        if reached:
            return fill(
                fresh,
                by,
                now,
                kinds,
                content,
                answer,
                no_reply_because,
                promise,
                cases,
                "call.called_back",
                happened=at,
            )
        fresh.content = content or fresh.content
        fresh.version += 1
        fresh.save()
        record(
            "call.called_back",
            fresh,
            by=by,
            now=now,
            happened_at=at,
            data={"reached": False},
            texts={"content": content},
        )
        return fresh


def reply(
    call: Call,
    *,
    by: Staff,
    now: datetime,
    answer: str = "",
    no_reply_because: str = "",
    promise: NewPromise | None = None,
) -> Call:
    """Give a registered call its answer, its promise, or the reason for neither; then it closes (2.3).

    Raises Refusal 409 when the call is not registered or has its reply already.
    """
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="2.3")
    check_texts((), "", answer, no_reply_because, promise)
    if not (answer.strip() or no_reply_because or promise):
        raise Invalid("reply_missing", clause="2.3", answer=_("写下答复，或作出承诺"))
    with acting(call, client=call.client) as fresh:
        if fresh.state != CallState.REGISTERED:
            raise Refusal("illegal_move", _("这条来电不在待答复，刷新后看最新情况"), clause="2.3")
        fresh.answer, fresh.no_reply_because = answer.strip(), no_reply_because
        made = _make(promise, fresh, by, now)
        close_when_replied(fresh, bool(made), now)
        fresh.version += 1
        fresh.save()
        record(
            "call.replied",
            fresh,
            by=by,
            now=now,
            also=made,
            data={"state": fresh.state, "no_reply_because": no_reply_because},
            texts={"answer": answer},
        )
        return fresh


@covers("3.1.4", RECORD)
@guards("3.1.4")
def open_case(call: Call, new: NewCase, *, by: Staff, now: datetime) -> Case:
    """Open an appointment, a complaint or a notice of loss from a call in one step, linked both ways (3.1.4).

    Raises Refusal 409 for a call that nobody has spoken in yet, and for a voided one.
    """
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.4")
    with acting(call, client=call.client) as fresh:
        if fresh.state not in (CallState.REGISTERED, CallState.CLOSED):
            raise Refusal("illegal_move", _("这条来电还没有登记内容，不能立案"), clause="3.1.4")
        case = _open(new, fresh, by, now)
        if new.kind not in fresh.kinds:
            fresh.kinds = in_order([*fresh.kinds, new.kind])
            fresh.version += 1
            fresh.save()
            record("call.kinds_changed", fresh, by=by, now=now, data={"kinds": fresh.kinds})
        return case


def void_call(call: Call, *, by: Staff, now: datetime, reason: str) -> Call:
    """Void a wrong entry with its reason. It keeps its number: the register has no gap (3.1.3)."""
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.3")
    if not reason.strip():
        raise Invalid("reason_missing", reason=_("写明作废原因"))
    with acting(call, client=call.client) as fresh:
        if fresh.promises.filter(state__in=("open", "moved")).exists():
            raise Invalid("promise_open", _("还有未了的承诺，先答复或撤回"), clause="2.3")
        was = fresh.state
        move(fresh, "void")
        fresh.void_because = reason[:200]
        fresh.version += 1
        fresh.save()
        record("call.voided", fresh, by=by, now=now, data={"state": [was, fresh.state]}, texts={"reason": reason})
        return fresh


@guards("2.3")
def close_when_replied(call: Call, promised: bool, now: datetime) -> None:
    """No request is closed without a reply to the client on file: an answer, a promise, or why nobody waits (2.3)."""
    if call.state == CallState.REGISTERED and (promised or call.has_reply()):
        move(call, "close")
        call.closed_at = now


def _new_call(
    by: Staff, now: datetime, unit: Unit, client: Client | None, contact: Contact | None, caller: str, caller_name: str
) -> Call:
    return Call(
        unit=unit,
        client=client,
        client_unit_id=client.unit_id if client else None,
        contact=contact,
        caller=caller.strip()[:30],
        caller_digits=digits(caller)[:24],
        caller_name=(caller_name or (contact.name if contact else ""))[:60],
        operator=by,
        entered_at=now,
    )


def fill(
    call: Call,
    by: Staff,
    now: datetime,
    kinds: Sequence[str],
    content: str,
    answer: str,
    no_reply_because: str,
    promise: NewPromise | None,
    cases: Sequence[NewCase],
    verb: str,
    about: Kept | None = None,
    happened: datetime | None = None,
    also: Sequence[Kept] = (),
) -> Call:
    """Write what a caller wanted and what he was told; number, save, open what is to be opened, record once."""
    is_new = call.pk is None
    call.kinds = in_order(kinds)
    call.content = content or call.content
    call.answer, call.no_reply_because = answer.strip(), no_reply_because
    call.registered_at = now
    move(call, "register")
    close_when_replied(call, promise is not None, now)
    if is_new:
        call.number = number(Call.REGISTER, call.unit.code, now)
    else:
        call.version += 1
    call.save()
    made = _make(promise, call, by, happened or call.hung_up_at or call.answered_at or now)
    if is_new:
        share_card(call, by=by, now=now)
    event = record(
        verb,
        call,
        by=by,
        now=now,
        happened_at=happened or call.rang_at,
        also=[*made, *([call.client] if is_new and call.client else also)],
        data={
            "number": call.number,
            "kinds": call.kinds,
            "state": call.state,
            "promises": [{"id": one.pk, "by": one.by, "keeper": one.keeper_id} for one in made],
        },
        texts={"caller": call.caller, "content": content, "answer": answer, "what": promise.what if promise else ""},
    )
    # The call's number is taken before any case's, and cases in the order of their registers: no two calls can wait
    # for each other's series.
    for case in sorted(cases, key=lambda one: REGISTER_OF.get(one.kind, "")):
        _open(case, call, by, now)
    if about is not None:
        link(call, about, "about", event)
    return call


def _make(promise: NewPromise | None, call: Call, by: Staff, made_at: datetime) -> list[Promise]:
    """A promise was made when the client heard it, whenever it is entered: one that ran out meanwhile is on record
    and overdue, not refused."""
    if promise is None:
        return []
    check_promised_time(made_at, promise.by)
    keeper = promise.keeper or by
    if not keeper.is_active:
        raise Invalid("has_left", clause="3.1.5", keeper=_("承办人已离职"))
    return [
        Promise.objects.create(
            call=call,
            unit=call.unit,
            client=call.client,
            client_unit_id=call.client_unit_id,
            to_whom=(promise.to_whom or call.who or call.masked_caller or _("来电人"))[:60],
            what=promise.what[:500],
            made_at=made_at,
            made_by=by,
            first_by=promise.by,
            by=promise.by,
            keeper=keeper,
            last_word_at=made_at,
        )
    ]


def _open(new: NewCase, call: Call, by: Staff, now: datetime) -> Case:
    if new.kind not in OPENERS:
        raise Invalid("kind_unknown", kinds=_("没有这个类别"))
    if new.owner and (not new.owner.is_active or new.owner.unit_id != call.unit_id):
        raise Invalid("not_of_unit", clause="3.1.4", owner=_("承办人须是本机构在职人员"))
    owner = new.owner or owner_at(call.unit, by, now)
    return OPENERS[new.kind](call=call, owner=owner, by=by, now=now, **new.fields)
