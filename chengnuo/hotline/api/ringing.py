"""A call that rings: whom it rings at, who writes it down, its recording, and dialling back (3.1.2, 3.1.3)."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.clients.access import visible_positions
from chengnuo.kit.api import Answer, Id, acts, replies
from chengnuo.kit.operations import ANEW, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..access import visible_calls
from ..models import Call, Ring, RingAttempt
from ..models.calls import SPOKEN
from ..phone import pop
from ..views.ringing import AT_DUTY, OFF_DUTY, rung
from .asking import Short, call_of, caller_of, matter
from .calls import CallOut, answer_of
from .spoken import SpokenIn, spoken

router = Router(tags=["hotline"])


class TakeIn(SpokenIn):
    caller: Annotated[str, Field(max_length=30)] = Field("", description="Where the exchange told no number")
    caller_name: Short = ""
    client_id: Id | None = None
    contact_id: Id | None = None
    about: Annotated[str, Field(max_length=80)] = Field(
        "", description="The client's running matter that the call is about: a `key` of `GET /clients/{id}/running`"
    )


class AttemptOut(Answer):
    order: int
    rung: str = Field(description="`primary`, `backup`, `other` (another branch) or `centre`")
    unit: str = Field(description="Code of the unit")
    staff_id: int | None = Field(description="None: it rang at everybody of the unit")
    at: datetime
    ended_at: datetime | None
    result: str = Field(description="Empty while it rings; `unanswered`, `answered` or `given_up`")

    @classmethod
    def of(cls, one: RingAttempt) -> "AttemptOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=one.unit.code)


class RingOut(Answer):
    is_known: bool = Field(description="Whether an exchange told of this call; one entered by hand has no ring")
    attempts: list[AttemptOut] = Field(description="Whom it rang at, in order")
    has_recording: bool
    held_by_id: int | None = Field(description="Who has its form open")
    reached_at: datetime | None = Field(description="When the exchange's call back was picked up")


class RingingOut(Answer):
    call_id: int | None = Field(description="None: nothing rings for you")
    state: str
    line: str = Field(description="Code of the branch whose number rings")
    caller: str = Field(description="Masked")
    since: datetime | None
    talks: bool = Field(description="You have answered; the row waits to be filled")
    again_after_ms: int = Field(description="Ask again no sooner")


class HeldOut(Answer):
    held_by_id: int | None = Field(description="Somebody else who has it open; None: it is yours")


class RecordingOut(Answer):
    address: str = Field(description="Where the recording lies; that you opened it is on record")


class DialledOut(Answer):
    extension: str = Field(description="The telephone that rings first: yours")


@router.get("/ringing", response=replies({200: RingingOut}))
def get_ringing(request: Asked) -> Any:
    """What rings for you now: one indexed read."""
    found = pop.for_staff(request.user, request.now)
    again = AT_DUTY if found and found.is_on_duty else OFF_DUTY
    call = None
    if found and found.call_id:
        call = Call.objects.select_related("unit").get(pk=found.call_id)
    talks = call is not None and call.state in SPOKEN
    return RingingOut(
        call_id=call.pk if call else None,
        state=call.state if call else "",
        line=call.unit.code if call else "",
        caller=call.masked_caller if call else "",
        since=(call.answered_at if talks else call.rang_at) if call else None,
        talks=talks,
        again_after_ms=again,
    )


@router.get("/calls/{int:id}/ring", response=replies({200: RingOut}))
def get_ring(request: Asked, id: int) -> Any:
    """Whom a call rang at and what came of each attempt."""
    call = get_object_or_404(visible_calls(request.user, request.now), pk=id)
    ring = Ring.objects.filter(call=call).first()
    attempts = call.attempts.filter(at__lte=request.now).select_related("unit") if ring else []
    return RingOut(
        is_known=ring is not None,
        attempts=[AttemptOut.of(one) for one in attempts],
        has_recording=bool(ring and ring.recording),
        held_by_id=ring.held_by_id if ring else None,
        reached_at=ring.reached_at if ring else None,
    )


@router.post("/calls/{int:id}/hold", response=replies({200: HeldOut}))
def hold_ring(request: Asked, id: int, payload: NothingIn) -> Any:
    """Say that you are writing this call down, for half an hour; learn who else is."""

    def run() -> tuple[int, HeldOut]:
        other = actions.hold(rung(request, id), by=request.user, now=request.now)
        return 200, HeldOut(held_by_id=other.pk if other else None)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/take", response=replies({200: CallOut}))
def take_ring(request: Asked, id: int, payload: TakeIn) -> Any:
    """Fill the row of a call that rang: what was said goes into it, never into a second one (3.1.3)."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        call = rung(request, id)
        client, contact = caller_of(user, payload.client_id, payload.contact_id, payload.caller or call.caller, now)
        done = actions.register_ring(
            call,
            client=client,
            contact=contact,
            caller=payload.caller,
            caller_name=payload.caller_name,
            about=matter(user, payload.about, client, now),
            by=user,
            now=now,
            **spoken(payload, user, now),
        )
        return 200, answer_of(request, done)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/recording", response=replies({200: RecordingOut}), openapi_extra=ANEW)
def open_recording(request: Asked, id: int, payload: NothingIn) -> Any:
    """The address of a call's recording; each opening is on record."""
    return {"address": actions.open_recording(call_of(request, id), by=request.user, now=request.now)}


@router.post("/calls/{int:id}/dial", response=replies({202: DialledOut}))
def dial_caller(request: Asked, id: int, payload: NothingIn) -> Any:
    """Let the exchange connect your telephone with a caller."""

    def run() -> tuple[int, DialledOut]:
        actions.dial(call_of(request, id), by=request.user, now=request.now)
        return 202, DialledOut(extension=request.user.extension)

    return acts(request, payload, run)


@router.post("/positions/{int:id}/phones/{int:phone_id}/dial", response=replies({202: DialledOut}))
def dial_contact(request: Asked, id: int, phone_id: int, payload: NothingIn) -> Any:
    """Let the exchange connect your telephone with a contact of a client."""

    def run() -> tuple[int, DialledOut]:
        user, now = request.user, request.now
        position = get_object_or_404(visible_positions(user, now).select_related("client", "contact"), pk=id)
        phone = position.contact.phones.filter(pk=phone_id).first()
        if phone is None:
            raise Refusal("not_found", _("这个联系人没有这个电话"), status=404)
        actions.dial_contact(position, phone, by=user, now=now)
        return 202, DialledOut(extension=user.extension)

    return acts(request, payload, run)
