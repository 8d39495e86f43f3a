"""Claims by API: listed, read, registered, handed on (3.1.4, 3.4.1)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import CaseOut, HandOnIn, OfClient, acted, handed_on, listed, read
from chengnuo.kit.api import Answer, Page, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .access import visible_claims
from .actions import register_claim as register
from .models import Claim, LossEstimate

router = Router(tags=["claims"])
StateName = Literal[
    "reported",
    "registered",
    "surveyed",
    "documents",
    "submitted",
    "accepted",
    "partly",
    "declined",
    "disputed",
    "paid",
    "recovery",
    "closed",
    "filed",
]


class EstimateOut(Answer):
    id: int
    amount: Decimal = Field(description="Yuan, gross of the deductible")
    basis: str
    said_by: str
    true_at: datetime

    @classmethod
    def of(cls, one: LossEstimate) -> "EstimateOut":
        return cls.model_validate(one, from_attributes=True)


class ClaimOut(CaseOut):
    account: str
    reporter: str
    occurred_at: datetime | None
    reported_at: datetime = Field(description="When the telephone rang")
    place: str
    cause: str
    deaths: int
    serious_injuries: int
    estimates: list[EstimateOut] = Field(description="What the loss was thought to come to, the first first")

    @classmethod
    def of(cls, case: Any, **more: Any) -> "ClaimOut":
        estimates = sorted(case.estimates.all(), key=lambda one: one.pk)
        return super().of(case, estimates=[EstimateOut.of(one) for one in estimates], **more)


class ClaimPage(Page):
    claims: list[ClaimOut]


def _claims(request: Asked) -> QuerySet[Claim]:
    return visible_claims(request.user, request.now).prefetch_related("estimates")


@router.get("/claims", response=replies({200: ClaimPage}))
def list_claims(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Claims that this person sees, newest first."""
    found, following = listed(_claims(request), state, client_id, cursor)
    return {"claims": [ClaimOut.of(claim) for claim in found], "next": following}


@router.get("/claims/{int:id}", response=replies({200: ClaimOut}))
def get_claim(request: Asked, id: int) -> Any:
    """A claim as it stands; that you read it is noted."""
    return ClaimOut.of(read(request, _claims(request), id))


@router.post("/claims/{int:id}/register", response=replies({200: ClaimOut}))
def register_claim(request: Asked, id: int, payload: NothingIn) -> Any:
    """Register the loss and open its claim file; who does it owns the claim."""
    who: dict[str, Any] = {"by": request.user, "now": request.now}
    return acted(request, id, payload, _claims(request), ClaimOut, lambda claim: register(claim, **who))


@router.post("/claims/{int:id}/hand-on", response=replies({200: ClaimOut}))
def hand_on_claim(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a claim to a colleague of its branch; its clocks go on."""
    return acted(request, id, payload, _claims(request), ClaimOut, handed_on(request, payload))
