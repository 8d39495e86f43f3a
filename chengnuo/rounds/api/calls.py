"""Calls of rounds and what clients asked for in them (3.2.6, 4.3.B, 4.3.C, 4.3.D)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.clients.models import Contact
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff

from .. import actions
from ..access import visible_demands, visible_round_calls
from ..models import CallDemand, RoundCall
from ..views.calling import call_of
from ..views.demands import demand_of
from ..views.rounds import row_of

router = Router(tags=["rounds"])
OutcomeName = Literal["reached", "unreached", "refused", "wrong"]
DemandStateName = Literal["open", "passed_on", "handled"]
Long = Annotated[str, Field(max_length=20_000)]
Said = Annotated[str, Field(max_length=5000, description="What the client was told")]


class RoundCallIn(Schema):
    outcome: OutcomeName
    contact_id: Id | None = Field(None, description="Who of the client's contacts was spoken with")
    spoke_with: Annotated[str, Field(max_length=60)] = ""
    dialogue: Long = Field("", description="What was said on both sides: needed where the client was reached (3.2.6)")
    opinion: Long = ""
    suggestion: Long = ""
    demands: list[Annotated[str, Field(max_length=500)]] = Field(default_factory=list, description="At most ten")
    is_important: bool = Field(False, description="There is material to file (4.3.D)")
    planned_id: Id | None = Field(None, description="The planned call that it carries out")
    at: Instant | None = Field(None, description="When; now unless stated")


class RoundCallFileIn(Schema):
    filed_as: Annotated[str, Field(max_length=200)] = Field(description="Where in the client's file")


class DemandWordIn(Schema):
    text: Said


class PassOnIn(Schema):
    to_id: Id = Field(description="Who has to do with it")
    department: Annotated[str, Field(max_length=60)]
    text: Annotated[str, Field(max_length=500)] = ""


class RoundCallOut(Answer):
    id: int
    number: str
    round_id: int
    client_id: int
    contact_id: int | None
    spoke_with: str
    owner_id: int
    at: datetime
    outcome: OutcomeName
    dialogue: str
    opinion: str
    suggestion: str
    basis: str
    basis_reason: str
    planned_id: int | None
    is_important: bool
    filed_at: datetime | None
    filed_as: str

    @classmethod
    def of(cls, made: RoundCall) -> "RoundCallOut":
        plain = {name: getattr(made, name) for name in cls.model_fields if name != "round_id"}
        return cls(**plain, round_id=made.on_list.round_id)


class RoundCallPage(Page):
    calls: list[RoundCallOut]


class CallDemandOut(Answer):
    id: int
    call_id: int
    client_id: int
    what: str
    owner_id: int
    department: str
    state: DemandStateName
    made_at: datetime
    last_word_at: datetime
    handled_at: datetime | None
    answer: str

    @classmethod
    def of(cls, one: CallDemand) -> "CallDemandOut":
        return cls.model_validate(one, from_attributes=True)


class CallDemandPage(Page):
    demands: list[CallDemandOut]


@router.post("/round-clients/{int:id}/calls", response=replies({201: RoundCallOut}))
def record_round_call(request: Asked, id: int, payload: RoundCallIn) -> Any:
    """Write down a call of a round that runs. A conversation without its dialogue is refused (422, clause 3.2.6)."""

    def run() -> tuple[int, RoundCallOut]:
        row = row_of(request, id)
        given = payload.dict(exclude={"contact_id"})
        contact = None
        if payload.contact_id is not None:
            contacts = Contact.objects.filter(positions__client=row.client_id, positions__is_active=True)
            contact = contacts.filter(pk=payload.contact_id).first()
            if contact is None:
                raise Invalid("contact_unknown", contact_id=_("这个客户没有这个联系人"))
        call = actions.NewCall(**given, contact=contact)
        return 201, RoundCallOut.of(actions.record_call(row, call, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.get("/round-calls", response=replies({200: RoundCallPage}))
def list_round_calls(request: Asked, cursor: Cursor = "", client_id: OfClient = None) -> Any:
    """Calls of rounds that this person sees, newest first."""
    rows = visible_round_calls(request.user, request.now).select_related("on_list__round")
    found, following = paged(rows.filter(client_id=client_id) if client_id is not None else rows, cursor)
    return {"calls": [RoundCallOut.of(made) for made in found], "next": following}


@router.get("/round-calls/{int:id}", response=replies({200: RoundCallOut}))
def get_round_call(request: Asked, id: int) -> Any:
    """A call of a round; that you read it is noted."""
    made = call_of(request, id)
    looked(made, by=request.user, now=request.now)
    return RoundCallOut.of(made)


@router.post("/round-calls/{int:id}/file", response=replies({200: RoundCallOut}))
def file_round_call(request: Asked, id: int, payload: RoundCallFileIn) -> Any:
    """Say where the important material of a call was filed (4.3.D)."""

    def run() -> tuple[int, RoundCallOut]:
        filed = actions.file_call(call_of(request, id), **payload.dict(), by=request.user, now=request.now)
        return 200, RoundCallOut.of(filed)

    return acts(request, payload, run)


@router.get("/call-demands", response=replies({200: CallDemandPage}))
def list_call_demands(
    request: Asked,
    cursor: Cursor = "",
    state: Annotated[DemandStateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
) -> Any:
    """What clients asked for in calls of rounds, newest first (4.3.C)."""
    rows = visible_demands(request.user, request.now)
    if state is not None:
        rows = rows.filter(state=state)
    found, following = paged(rows.filter(client_id=client_id) if client_id is not None else rows, cursor)
    return {"demands": [CallDemandOut.of(one) for one in found], "next": following}


@router.get("/call-demands/{int:id}", response=replies({200: CallDemandOut}))
def get_call_demand(request: Asked, id: int) -> Any:
    """One demand; that you read it is noted."""
    one = demand_of(request, id)
    looked(one, by=request.user, now=request.now)
    return CallDemandOut.of(one)


@router.post("/call-demands/{int:id}/told", response=replies({200: CallDemandOut}))
def tell_call_demand(request: Asked, id: int, payload: DemandWordIn) -> Any:
    """The client heard why it is not done yet, or how it stands."""
    return _acted(request, id, payload, actions.tell_interim, text=payload.text)


@router.post("/call-demands/{int:id}/handled", response=replies({200: CallDemandOut}))
def handle_call_demand(request: Asked, id: int, payload: DemandWordIn) -> Any:
    """It was done, and the client was told so."""
    return _acted(request, id, payload, actions.handle, text=payload.text)


@router.post("/call-demands/{int:id}/pass-on", response=replies({200: CallDemandOut}))
def pass_on_call_demand(request: Asked, id: int, payload: PassOnIn) -> Any:
    """Give it to who has to do with it. The client's clock goes on."""
    to = Staff.objects.filter(pk=payload.to_id, is_active=True).first()
    if to is None:
        raise Invalid("staff_unknown", to_id=_("没有这个人"))
    return _acted(request, id, payload, actions.pass_on, to=to, department=payload.department, text=payload.text)


def _acted(request: Asked, id: int, payload: Schema, act: Callable[..., CallDemand], **given: Any) -> Any:
    def run() -> tuple[int, CallDemandOut]:
        return 200, CallDemandOut.of(act(demand_of(request, id), by=request.user, now=request.now, **given))

    return acts(request, payload, run)
