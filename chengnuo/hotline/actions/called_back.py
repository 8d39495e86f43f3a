"""The exchange dialled somebody who was missed: that is the call back, and its evidence (3.1.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.phones import digits
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from ..access import may_handle
from ..models import Call, CallState, PhoneEvent, Ring, Word
from ..phone.routing import at_extension
from ..phone.story import Story

MOST = 10


def heard_outgoing(event: PhoneEvent, events: Sequence[PhoneEvent], story: Story, now: datetime) -> Call | None:
    """Somebody's telephone called a number that waits for a call back in a unit of his. Picked up, the caller was
    reached; hung up without, it was an attempt all the same."""
    has_answered = story.answered_at is not None
    if event.word not in (Word.ANSWERED, Word.HANGUP) or (event.word == Word.HANGUP and has_answered):
        return None
    by = at_extension(next((one.extension or one.caller for one in events if one.extension or one.caller), ""))
    number = digits(story.called)[:24]
    if by is None or not number:
        return None
    owed = Call.objects.filter(
        unit_id__in=reach(by, now).units,
        caller_digits=number,
        state=CallState.CALL_BACK_OWED,
        rang_at__lte=story.rang_at,
    )
    called: Call | None = None
    for call in owed.select_related("client").order_by("rang_at", "pk")[:MOST]:
        called = _note(call, event, by=by, at=story.rang_at, reached_at=story.answered_at, now=now) or called
    if called:
        PhoneEvent.objects.filter(pk__in=[one.pk for one in events]).update(call=called)
    return called


def _note(
    call: Call, event: PhoneEvent, *, by: Staff, at: datetime, reached_at: datetime | None, now: datetime
) -> Call | None:
    with acting(call, client=call.client) as fresh:
        if fresh.state != CallState.CALL_BACK_OWED:
            return None
        fresh.called_back_at = fresh.called_back_at or at
        fresh.operator = fresh.operator or by
        fresh.version += 1
        fresh.save()
        if reached_at:
            defaults = {"system": event.system, "phone_id": event.phone_id, "rang_at": at, "is_open": False}
            Ring.objects.get_or_create(call=fresh, defaults={**defaults, "is_entered": True})
            Ring.objects.filter(call=fresh).update(reached_at=reached_at)
        record(
            "call.called_back",
            fresh,
            by=by,
            now=now,
            happened_at=at,
            source="phone",
            data={"reached": reached_at is not None, "system": event.system_id, "phone": event.phone_id[:60]},
        )
        return fresh


def must_dial(by: Staff, call: Call, now: datetime) -> None:
    """Raises Forbidden (403) for who does not handle the call."""
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.2")
