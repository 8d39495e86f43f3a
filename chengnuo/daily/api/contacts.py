"""Return visits and daily care (3.3.1, 3.3.2)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.case_api import OfClient
from chengnuo.clients.models import Contact
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import visible_contacts
from ..models import DailyContact
from ..views.contacts import contact_of, narrowed

router = Router(tags=["daily"])
KindName = Literal["return", "care", "advice", "other"]
ChannelName = Literal["phone", "in_person", "wecom", "mail"]
BasisName = Literal["planned", "client", "matter", "emergency", "other"]
Short = Annotated[str, Field(max_length=500)]


class DailyContactIn(Schema):
    client_id: Id
    kind: KindName
    channel: ChannelName
    at: Instant | None = Field(None, description="When it was; now unless stated")
    contact_id: Id | None = Field(None, description="Who of the client's contacts")
    spoke_with: Annotated[str, Field(max_length=60)] = ""
    dialogue: Annotated[str, Field(max_length=20_000)] = Field(
        description="What was said; a telephone visit is not finished without it (3.2.6)"
    )
    result: Short = ""
    promised: Short = Field("", description="What the client was promised")
    promised_by: Instant | None = Field(None, description="Until when; needed where something was promised")
    basis: BasisName = Field(description="By what it was given (3.2.4)")
    basis_reason: Short = Field("", description="Needed for `emergency` and `other`")
    planned_id: Id | None = Field(None, description="Needed for `planned`: the planned service that it carries out")


class DailyAnswerIn(Schema):
    text: Annotated[str, Field(max_length=5000)] = Field(description="What the client was told")


class DailyContactOut(Answer):
    id: int
    number: str
    unit: str = Field(description="Code of the branch that gave the service")
    client_id: int
    contact_id: int | None
    spoke_with: str
    owner_id: int
    kind: KindName
    channel: ChannelName
    at: datetime
    dialogue: str
    result: str
    promised: str
    promised_by: datetime | None
    answered_at: datetime | None
    answer: str
    basis: str
    basis_reason: str
    planned_id: int | None
    entered_at: datetime

    @classmethod
    def of(cls, one: DailyContact) -> "DailyContactOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=one.unit.code)


class DailyContactPage(Page):
    contacts: list[DailyContactOut]


@router.get("/daily-contacts", response=replies({200: DailyContactPage}))
def list_daily_contacts(
    request: Asked,
    cursor: Cursor = "",
    client_id: OfClient = None,
    kind: Annotated[KindName | None, Query(description="Which service")] = None,
    channel: Annotated[ChannelName | None, Query(description="By which way")] = None,
) -> Any:
    """What passed with clients, newest first."""
    rows = visible_contacts(request.user, request.now).select_related("unit")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(narrowed(rows, {"kind": kind, "channel": channel}), cursor)
    return {"contacts": [DailyContactOut.of(one) for one in found], "next": following}


@router.post("/daily-contacts", response=replies({201: DailyContactOut}))
def enter_daily_contact(request: Asked, payload: DailyContactIn) -> Any:
    """Write down what passed with a client, by which plan item or why outside the plan (3.2.4)."""

    def run() -> tuple[int, DailyContactOut]:
        user, now = request.user, request.now
        client = visible_clients(user, now).select_related("unit").filter(pk=payload.client_id).first()
        if client is None:
            raise Invalid("client_unknown", client_id=_("没有这个客户"))
        contact = None
        if payload.contact_id is not None:
            people = Contact.objects.filter(positions__client=client, positions__is_active=True)
            contact = people.filter(pk=payload.contact_id).first()
            if contact is None:
                raise Invalid("contact_unknown", contact_id=_("这个客户没有这个联系人"))
        given = payload.dict(exclude={"client_id", "contact_id", "at"})
        made = actions.enter_contact(client, at=payload.at or now, contact=contact, by=user, now=now, **given)
        return 201, DailyContactOut.of(made)

    return acts(request, payload, run)


@router.get("/daily-contacts/{int:id}", response=replies({200: DailyContactOut}))
def get_daily_contact(request: Asked, id: int) -> Any:
    """One entry; that you read it is noted."""
    one = contact_of(request, id)
    looked(one, by=request.user, now=request.now)
    return DailyContactOut.of(one)


@router.post("/daily-contacts/{int:id}/answer", response=replies({200: DailyContactOut}))
def answer_daily_contact(request: Asked, id: int, payload: DailyAnswerIn) -> Any:
    """Give the client what was promised then."""

    def run() -> tuple[int, DailyContactOut]:
        one = get_object_or_404(visible_contacts(request.user, request.now).select_related("client", "unit"), pk=id)
        return 200, DailyContactOut.of(actions.answer(one, text=payload.text, by=request.user, now=request.now))

    return acts(request, payload, run)
