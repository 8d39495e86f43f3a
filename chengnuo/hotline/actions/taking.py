"""Who answered a ringing call writes down what was said: into its row, never into a second one (3.1.3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.clients.models import Client, Contact
from chengnuo.clients.phones import digits
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.people.models import Staff

from ..access import may_take
from ..models import Call, CallState, Ring
from ..models.calls import RINGS, SPOKEN
from ..phone.story import WALKS
from .calls import fill
from .cards import share_card
from .given import NewCase, NewPromise, check_texts

HELD_FOR = timedelta(minutes=30)


def hold(call: Call, *, by: Staff, now: datetime) -> Staff | None:
    """Note that somebody has the form of a call open. Returns who else has it, for half an hour since he opened it."""
    ring = Ring.objects.select_related("held_by").filter(call=call).first()
    if ring is None:
        return None
    if ring.held_by and ring.held_at and ring.held_by_id != by.pk and now - ring.held_at < HELD_FOR:
        return ring.held_by
    if ring.held_by_id != by.pk:
        Ring.objects.filter(pk=ring.pk).update(held_by=by, held_at=now)
    return None


@covers("3.1.3", RECORD)
def register_ring(
    call: Call,
    *,
    by: Staff,
    now: datetime,
    client: Client | None = None,
    contact: Contact | None = None,
    caller: str = "",
    caller_name: str = "",
    kinds: Sequence[str] = (),
    content: str = "",
    answer: str = "",
    no_reply_because: str = "",
    promise: NewPromise | None = None,
    cases: Sequence[NewCase] = (),
    about: Kept | None = None,
) -> Call:
    """Fill the row of a call that rang. Where the exchange has not said yet that it was answered, he who writes did.

    Raises Forbidden for who neither serves the line nor was rung, Refusal 409 where somebody else has filled it, and
    where nobody answered: then the caller is called back.
    """
    if not may_take(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.3")
    check_texts(kinds, content, answer, no_reply_because, promise)
    if not (content.strip() or no_reply_because):
        raise Invalid("content_missing", content=_("写下来电内容"))
    with acting(call, client=client) as fresh:
        _is_unfilled(fresh)
        if fresh.state in RINGS:
            _answered(fresh, by, now)
        fresh.operator = fresh.operator or by
        fresh.client, fresh.client_unit_id = client, client.unit_id if client else None
        fresh.contact = contact
        fresh.caller_name = (caller_name or (contact.name if contact else ""))[:60]
        if not fresh.caller:
            fresh.caller, fresh.caller_digits = caller.strip()[:30], digits(caller)[:24]
        share_card(fresh, by=by, now=now)
        named = [client] if client else []
        words = (kinds, content, answer, no_reply_because, promise, cases)
        return fill(fresh, by, now, *words, "call.registered", about, also=named)


def _is_unfilled(call: Call) -> None:
    if call.state in (*RINGS, *SPOKEN):
        return
    if call.state == CallState.CALL_BACK_OWED:
        raise Refusal("not_answered", _("这条来电没有接通，回拨后登记"), clause="3.1.2")
    who = call.operator.name if call.operator else _("同事")
    raise Refusal("registered_already", _("%(who)s已登记这条来电，打开看他写的") % {"who": who}, clause="3.1.3")


def _answered(call: Call, by: Staff, now: datetime) -> None:
    first = call.attempts.order_by("order").first()
    is_first = call.state == CallState.RINGING and (first is None or first.staff_id in (None, by.pk))
    held = Ring.objects.filter(call=call, held_by=by).values_list("held_at", flat=True).first()
    target = CallState.ANSWERED if is_first else CallState.ANSWERED_ELSEWHERE
    for verb in WALKS[call.state, target]:
        move(call, verb)
    call.at_first_ring = is_first
    call.answered_at = max(held or now, call.rang_at)
