"""Complaints by API: listed, read, registered, handed on (3.1.4, 3.6.1)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import CaseOut, HandOnIn, OfClient, acted, handed_on, listed, read
from chengnuo.kit.api import Page, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .access import visible_complaints
from .actions import register_complaint as register

router = Router(tags=["complaints"])
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


class ComplaintOut(CaseOut):
    account: str
    complainant: str
    on_behalf_of: str
    category: str = Field(description="`claims`, `sales`, `premium`, `attitude`, `policy` or `other`")
    amount: Decimal | None = Field(description="Yuan: the sum that it is about")
    received_at: datetime = Field(description="When the telephone rang; its clocks run from here")
    forwarded_by_regulator: bool


class ComplaintPage(Page):
    complaints: list[ComplaintOut]


@router.get("/complaints", response=replies({200: ComplaintPage}))
def list_complaints(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Complaints that this person sees, newest first."""
    found, following = listed(visible_complaints(request.user, request.now), state, client_id, cursor)
    return {"complaints": [ComplaintOut.of(complaint) for complaint in found], "next": following}


@router.get("/complaints/{int:id}", response=replies({200: ComplaintOut}))
def get_complaint(request: Asked, id: int) -> Any:
    """A complaint as it stands; that you read it is noted."""
    return ComplaintOut.of(read(request, visible_complaints(request.user, request.now), id))


@router.post("/complaints/{int:id}/register", response=replies({200: ComplaintOut}))
def register_complaint(request: Asked, id: int, payload: NothingIn) -> Any:
    """Register a complaint that was received; who does it answers for it."""
    rows = visible_complaints(request.user, request.now)
    who: dict[str, Any] = {"by": request.user, "now": request.now}
    return acted(request, id, payload, rows, ComplaintOut, lambda complaint: register(complaint, **who))


@router.post("/complaints/{int:id}/hand-on", response=replies({200: ComplaintOut}))
def hand_on_complaint(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a complaint to a colleague of its branch; its clocks go on."""
    rows = visible_complaints(request.user, request.now)
    return acted(request, id, payload, rows, ComplaintOut, handed_on(request, payload))
