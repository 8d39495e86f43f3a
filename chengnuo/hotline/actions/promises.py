"""Making a promise and what follows: interim words, keeping, moving, withdrawing, handing over (3.1.5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_withdraw_alone, must_handle
from ..models import Call, Promise, PromiseAct, PromiseState
from .calls import reply
from .given import CLOCKS_DIFFER, LONGEST_PROMISE, NewPromise

S = PromiseState
K = PromiseAct.Kind
LONGEST = 5000


def make_promise(call: Call, promise: NewPromise, *, by: Staff, now: datetime) -> Promise:
    """Promise an answer on a registered call; the call closes, the promise stays (3.1.5)."""
    reply(call, by=by, now=now, promise=promise)
    return call.promises.order_by("-pk")[0]


@guards("2.3")
def answer_promise(promise: Promise, *, text: str, by: Staff, now: datetime, at: datetime | None = None) -> Promise:
    """Give the promised answer. Kept when it reached the client (`at`) by the first promised time, not a second later.

    What the client was told is on file, else the promise is not answered (2.3). A moved promise stays counted as moved.
    Raises Invalid without words, Refusal 409 when it is no longer running.
    """
    at = _told_at(promise, text, at, now)
    with _on(promise, by, now) as fresh:
        move(fresh, _keeping(fresh, at))
        fresh.answered_at = fresh.last_word_at = at
        return _done(fresh, K.ANSWER, "promise.answered", text=text, at=at, by=by, now=now)


def tell_interim(promise: Promise, *, text: str, by: Staff, now: datetime, at: datetime | None = None) -> Promise:
    """Tell the client how it stands. It is no answer: the promised time goes on (3.1.5)."""
    at = _told_at(promise, text, at, now)
    with _on(promise, by, now) as fresh:
        if not fresh.is_running:
            raise Refusal("illegal_move", _("这个承诺已了结"), clause="3.1.5")
        fresh.last_word_at = max(at, fresh.last_word_at)
        return _done(fresh, K.INTERIM, "promise.interim", text=text, at=at, by=by, now=now)


def move_promise(
    promise: Promise,
    *,
    to: datetime,
    agreed_who: str,
    agreed_how: str,
    text: str = "",
    by: Staff,
    now: datetime,
) -> Promise:
    """Move a promise to another time before it is due, with the client's word: who agreed, and how (3.1.5).

    Raises Invalid without the client's word or for a time past, Refusal 409 when it is already due: then only the
    answer counts, and it is late.
    """
    _check_word(agreed_who, agreed_how)
    if to <= now:
        raise Invalid("promise_past", clause="3.1.5", to=_("新时间已过，改一个以后的时间"))
    if to > now + LONGEST_PROMISE:
        raise Invalid("promise_far", clause="3.1.5", to=_("承诺时间超过一年，查一下年份"))
    with _on(promise, by, now) as fresh:
        if fresh.is_running and now >= fresh.by:
            raise Refusal("promise_due", _("已到承诺时间，不能再改期；尽快答复"), clause="3.1.5")
        if to == fresh.by:
            raise Invalid("promise_same", clause="3.1.5", to=_("新时间和现在的一样"))
        move(fresh, "move")
        old, fresh.by = fresh.by, to
        fresh.times_moved += 1
        fresh.last_word_at = now
        act: dict[str, Any] = {"old_by": old, "new_by": to, "agreed_who": agreed_who, "agreed_how": agreed_how}
        return _done(fresh, K.MOVE, "promise.moved", text=text, at=now, by=by, now=now, **act)


@guards("2.3")
def withdraw_promise(
    promise: Promise, *, text: str, agreed_who: str = "", agreed_how: str = "", by: Staff, now: datetime
) -> Promise:
    """Withdraw a promise with the client's word, or by the manager's decision with its reason (3.1.5).

    What was already breached stays breached.
    """
    if not text.strip():
        raise Invalid("reason_missing", clause="3.1.5", text=_("写明为什么撤回"))
    alone = may_withdraw_alone(by, promise, now)
    if not (agreed_who.strip() or agreed_how.strip()) and not alone:
        raise Invalid("no_word", clause="3.1.5", agreed_who=_("撤回要有客户的话，或由机构负责人决定"))
    if not alone or agreed_who.strip() or agreed_how.strip():
        _check_word(agreed_who, agreed_how)
    with _on(promise, by, now) as fresh:
        move(fresh, "withdraw")
        fresh.withdrawn_at = now
        act: dict[str, Any] = {"agreed_who": agreed_who, "agreed_how": agreed_how}
        return _done(fresh, K.WITHDRAW, "promise.withdrawn", text=text, at=now, by=by, now=now, **act)


def hand_over_promise(promise: Promise, *, to: Staff, by: Staff | None, now: datetime, text: str = "") -> Promise:
    """Give a running promise to another keeper of the same unit, at a shift's end or otherwise. Its time stays.

    `by` is None where the roster itself hands it to the one on duty.
    """
    if not to.is_active or to.unit_id != promise.unit_id:
        raise Invalid("not_of_unit", to=_("只能交给本机构在职人员"))
    with _on(promise, by, now) as fresh:
        if not fresh.is_running:
            raise Refusal("illegal_move", _("这个承诺已了结"), clause="3.1.5")
        was, fresh.keeper = fresh.keeper_id, to
        return _done(
            fresh, K.HAND_OVER, "promise.handed_over", text=text, at=now, by=by, now=now, data={"keeper": [was, to.pk]}
        )


@contextmanager
def _on(promise: Promise, by: Staff | None, now: datetime) -> Iterator[Promise]:
    """The promise under its lock and its call's: every act on a promise is told of the call as well."""
    if by is not None:
        must_handle(by, promise, now)
    with acting(promise.call, promise, client=promise.client) as (call, fresh):
        fresh.call, fresh.client = call, promise.client  # Read afresh under the same lock.
        yield fresh


def _keeping(promise: Promise, at: datetime) -> str:
    if promise.state == S.MOVED:
        return "keep_moved" if at <= promise.by else "keep_moved_late"
    return "keep" if at <= promise.first_by else "keep_late"


def _done(
    fresh: Promise,
    kind: str,
    verb: str,
    *,
    text: str,
    at: datetime,
    by: Staff | None,
    now: datetime,
    data: dict[str, Any] | None = None,
    **act: Any,
) -> Promise:
    """Save the promise and the act on it, and record both."""
    fresh.version += 1
    fresh.save()
    row = PromiseAct.objects.create(promise=fresh, kind=kind, at=at, by=by, text=text, **act)
    times = {name: value for name, value in act.items() if name in {"old_by", "new_by"}}
    words = {name: value for name, value in act.items() if name.startswith("agreed")}
    record(
        verb,
        fresh,
        by=by,
        now=now,
        happened_at=at,
        also=[row, fresh.call, *([fresh.client] if fresh.client else [])],
        data={"state": fresh.state, **times, **(data or {})},
        texts={"text": text, **words},
    )
    return fresh


def _told_at(promise: Promise, text: str, at: datetime | None, now: datetime) -> datetime:
    if not text.strip():
        raise Invalid("text_missing", clause="3.1.5", text=_("写下告诉了客户什么"))
    if len(text) > LONGEST:
        raise Invalid("text_long", text=_("最多5000字"))
    at = at or now
    if at > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", at=_("时间还没到"))
    if at < promise.made_at:
        raise Invalid("time_order", at=_("不能早于作出承诺的时间"))
    return at


def _check_word(who: str, how: str) -> None:
    missing = {}
    if not who.strip():
        missing["agreed_who"] = _("写明客户方谁同意")
    if not how.strip():
        missing["agreed_how"] = _("写明如何同意，如电话、微信")
    if missing:
        raise Invalid("no_word", clause="3.1.5", **missing)
