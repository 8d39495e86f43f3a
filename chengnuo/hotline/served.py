"""When a call or a promise is a finished service, so that the client is asked how it was (2.2)."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.served import Finishing, Service, register_finishing
from chengnuo.ledger.trail import Draft

from .models import Call, CallState, Kind, Promise, PromiseState

KEPT = (PromiseState.KEPT, PromiseState.KEPT_LATE, PromiseState.MOVED_KEPT, PromiseState.MOVED_LATE)
CLOSES = ("call.registered", "call.called_back", "call.replied")


def answered_call(call: Call) -> Service | None:
    """An enquiry answered on the spot. What else a caller wants is finished with the case opened from his call, and
    what was promised him with its answer."""
    if call.state != CallState.CLOSED or not call.answer or set(call.kinds) - {Kind.ENQUIRY}:
        return None
    who = (call.client_id, call.client_unit_id, call.contact_id, call.caller_name)
    return Service(call.number, call.unit_id, *who, keeper_id=call.operator_id)


def kept_promise(promise: Promise) -> Service | None:
    """A promise that was answered, in time or late."""
    if promise.state not in KEPT:
        return None
    who = (promise.client_id, promise.client_unit_id, promise.call.contact_id, promise.to_whom)
    return Service(promise.number, promise.unit_id, *who, keeper_id=promise.keeper_id)


def _closes(call: Call, event: Draft) -> bool:
    return event.verb in CLOSES


def _answers(promise: Promise, event: Draft) -> bool:
    return event.verb == "promise.answered"


def register() -> None:
    register_finishing("hotline.call", Finishing(_("来电"), answered_call, _closes, undone_by=("call.voided",)))
    register_finishing("hotline.promise", Finishing(_("承诺"), kept_promise, _answers))
