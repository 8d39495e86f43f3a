"""Complaints by API: listed, read, taken in, registered, handed on, and what becomes known of one (3.6.1)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.case_api import AgeName, ClockOfCase, HandOnIn, OfClient, handed_on, listed, read
from chengnuo.clients.lenses import looked_at
from chengnuo.clients.models import Client, Contact, Policy
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Id, Instant, Schema, acts, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff, Unit

from .. import actions
from ..access import visible_complaints
from ..lenses import LENSES
from ..models import Complaint
from .shown import ComplaintOut, ComplaintPage, ComplaintRow, on_complaint, seen

router = Router()
LensName = Literal["open", "mine", "due", "with_centre", "client", "others", "centre", "serious"]
StateName = Literal[
    "received",
    "registered",
    "assessed",
    "branch_handling",
    "centre_handling",
    "investigating",
    "paused",
    "decided",
    "notified",
    "closed",
    "review_asked",
    "review_decided",
    "mediation",
    "litigation",
    "withdrawn",
]
ChannelName = Literal["phone", "visit", "mail", "letter", "chat"]
CategoryName = Literal["claims", "sales", "premium", "attitude", "policy", "other"]


class GrievanceIn(Schema):
    account: Annotated[str, Field(max_length=4000, description="What is complained of")]
    complainant: Annotated[str, Field(max_length=60, description="Who complains")]
    complainant_phone: Annotated[str, Field(max_length=30)] = ""
    contact_id: Annotated[Id | None, Field(description="The complainant, as one of the client's contacts")] = None
    category: CategoryName = "other"
    channel: Annotated[ChannelName, Field(description="How it came")] = "phone"
    amount: Annotated[Decimal | None, Field(ge=0, max_digits=16, decimal_places=2, description="Yuan")] = None
    claim_id: Annotated[Id | None, Field(description="The client's claim that it is about")] = None
    policy_id: Annotated[Id | None, Field(description="The client's policy that it is about")] = None
    against_id: Annotated[Id | None, Field(description="The person complained of")] = None
    on_behalf_of: Annotated[str, Field(max_length=60)] = ""
    authority: Annotated[str, Field(max_length=200, description="Needed where he speaks for another")] = ""
    people: Annotated[int, Field(ge=1, le=30_000)] = 1
    representatives: Annotated[str, Field(max_length=300, description="At most five, of a group of more")] = ""
    regulator: Annotated[str, Field(max_length=60, description="Who forwarded it; empty: nobody")] = ""
    regulator_no: Annotated[str, Field(max_length=60)] = ""
    regulator_due: Annotated[date | None, Field(description="The day by which it wants its answer")] = None


class ComplaintIn(GrievanceIn):
    client_id: Annotated[Id | None, Field(description="None: the complainant is no client")] = None
    unit: Annotated[str, Field(max_length=6, description="Code of the branch, where there is no client")] = ""
    received_at: Instant


class RestatedIn(GrievanceIn):
    new_facts: Annotated[bool, Field(description="The complainant brought new facts: the clock runs anew")] = False


def _own(rows: Any, key: int | None, field: str) -> Any:
    if key is None:
        return None
    found = rows.filter(pk=key).first()
    if found is None:
        raise Invalid(field, clause="3.6.1", **{field: _("选这个客户名下的")})
    return found


def _grievance(
    request: Asked, payload: GrievanceIn, client: Client | None, complained_of: int | None = None
) -> actions.Grievance:
    names = set(GrievanceIn.model_fields) - {"contact_id", "claim_id", "policy_id", "against_id"}
    contacts = Contact.objects.filter(positions__client=client) if client else Contact.objects.none()
    policies = Policy.objects.filter(client=client) if client else Policy.objects.none()
    staff = Staff.objects.filter(Q(pk__in=visible_staff(request.user, request.now).values("pk")) | Q(pk=complained_of))
    against: Staff | None = None
    if payload.against_id is not None:
        against = staff.filter(pk=payload.against_id).first()
        if against is None:
            raise Invalid("against_id", clause="3.6.1", against_id=_("没有这个人"))
    return actions.Grievance(
        **payload.model_dump(include=names),
        contact=_own(contacts.distinct(), payload.contact_id, "contact_id"),
        policy=_own(policies, payload.policy_id, "policy_id"),
        against=against,
        claim_key=payload.claim_id,
    )


def _looked_at(request: Asked, lens: str | None, age: str | None, clock: str | None) -> QuerySet[Complaint]:
    asked = {"lens": lens, "age": age, "clock": clock, "state": ""}
    return looked_at(visible_complaints(request.user, request.now), asked, LENSES, request.user, request.now)


@router.get("/complaints", response=replies({200: ComplaintPage}))
def list_complaints(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    lens: Annotated[LensName | None, Query(description="What it waits for, or what it may become")] = None,
    age: AgeName = None,
    clock: ClockOfCase = None,
    cursor: Cursor = "",
) -> Any:
    """Complaints that this person sees, newest first."""
    found, following = listed(_looked_at(request, lens, age, clock), state, client_id, cursor)
    return {"complaints": [ComplaintRow.of(complaint) for complaint in found], "next": following}


@router.post("/complaints", response=replies({201: ComplaintOut}))
def enter_complaint(request: Asked, payload: ComplaintIn) -> Any:
    """A complaint that came otherwise than by the hotline, of a client or of somebody who is none (3.6.1)."""

    def run() -> tuple[int, ComplaintOut]:
        user, now = request.user, request.now
        client = unit = None
        if payload.client_id is not None:
            client = get_object_or_404(visible_clients(user, now).select_related("unit"), pk=payload.client_id)
        elif payload.unit:
            unit = get_object_or_404(Unit, code=payload.unit)
        given = _grievance(request, payload, client)
        more: dict[str, Any] = {"received_at": payload.received_at, "unit": unit, **who(request)}
        made = actions.enter_complaint(client, given, **more)
        return 201, ComplaintOut.seen_by(request, seen(request).get(pk=made.pk))

    return acts(request, payload, run)


@router.get("/complaints/{int:id}", response=replies({200: ComplaintOut}))
def get_complaint(request: Asked, id: int) -> Any:
    """A complaint as it stands; that you read it is noted."""
    return ComplaintOut.seen_by(request, read(request, seen(request), id))


@router.post("/complaints/{int:id}/register", response=replies({200: ComplaintOut}))
def register_complaint(request: Asked, id: int, payload: NothingIn) -> Any:
    """Register a complaint that was received; who does it answers for it."""
    return on_complaint(request, id, payload, lambda complaint: actions.register_complaint(complaint, **who(request)))


@router.post("/complaints/{int:id}/hand-on", response=replies({200: ComplaintOut}))
def hand_on_complaint(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a complaint to a colleague of its branch; its clocks go on."""
    return on_complaint(request, id, payload, handed_on(request, payload))


@router.post("/complaints/{int:id}/state", response=replies({200: ComplaintOut}))
def state_complaint(request: Asked, id: int, payload: RestatedIn) -> Any:
    """Say more exactly what is complained of; old and new are kept (3.6.1)."""

    def act(complaint: Complaint) -> None:
        given = _grievance(request, payload, complaint.client, complaint.against_id)
        actions.state_complaint(complaint, given, new_facts=payload.new_facts, **who(request))

    return on_complaint(request, id, payload, act)
