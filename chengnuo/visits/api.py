"""Visits by API: listed, read, agreed with the client, handed on (3.1.4, 4.1.B)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import CaseOut, HandOnIn, OfClient, acted, handed_on, listed, read
from chengnuo.kit.api import Instant, Page, Schema, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked

from .access import visible_visits
from .actions import confirm_visit as confirm

router = Router(tags=["visits"])
StateName = Literal[
    "planned", "confirmed", "done", "survey_signed", "survey_unsigned", "followed_up", "filed", "missed", "cancelled"
]


class VisitOut(CaseOut):
    purpose: str
    wanted_at: datetime | None = Field(description="When the client would like it")
    agreed_at: datetime | None
    agreed_with: str
    other_wishes: str
    is_urgent: bool


class VisitPage(Page):
    visits: list[VisitOut]


class VisitAgreedIn(Schema):
    agreed_at: Instant
    agreed_with: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Who of the client's")
    other_wishes: Annotated[str, Field(max_length=2000)] = ""


@router.get("/visits", response=replies({200: VisitPage}))
def list_visits(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Visits that this person sees, newest first."""
    found, following = listed(visible_visits(request.user, request.now), state, client_id, cursor)
    return {"visits": [VisitOut.of(visit) for visit in found], "next": following}


@router.get("/visits/{int:id}", response=replies({200: VisitOut}))
def get_visit(request: Asked, id: int) -> Any:
    """A visit as it stands; that you read it is noted."""
    return VisitOut.of(read(request, visible_visits(request.user, request.now), id))


@router.post("/visits/{int:id}/confirm", response=replies({200: VisitOut}))
def confirm_visit(request: Asked, id: int, payload: VisitAgreedIn) -> Any:
    """Agree time and business with the client first; who does it owns the visit."""
    rows = visible_visits(request.user, request.now)
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return acted(request, id, payload, rows, VisitOut, lambda visit: confirm(visit, **given))


@router.post("/visits/{int:id}/hand-on", response=replies({200: VisitOut}))
def hand_on_visit(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a visit to a colleague of its branch; its clocks go on."""
    rows = visible_visits(request.user, request.now)
    return acted(request, id, payload, rows, VisitOut, handed_on(request, payload))
