"""Shifts exchanged between colleagues: asked, agreed, declined, called off (3.1.2)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_swaps
from ..models import ShiftSwap
from ..views.rosters import ANSWERS
from .asking import OfBranch, any_branch, person, shift_of

router = Router(tags=["hotline"])
SwapStateName = Literal["asked", "agreed", "declined", "called_off"]


class SwapIn(Schema):
    of_id: Id = Field(description="The colleague who is asked")
    other_id: Id | None = Field(None, description="The shift of his that is taken in return")
    note: Annotated[str, Field(max_length=200)] = ""


class SwapOut(Answer):
    id: int
    shift_id: int
    other_id: int | None
    asked_by_id: int
    asked_of_id: int
    asked_at: datetime
    note: str
    answered_at: datetime | None
    state: str = Field(description="`asked`, `agreed`, `declined` or `called_off`")

    @classmethod
    def of(cls, swap: ShiftSwap) -> "SwapOut":
        return cls.model_validate(swap, from_attributes=True)


class SwapPage(Page):
    swaps: list[SwapOut]


@router.get("/swaps", response=replies({200: SwapPage}))
def list_swaps(
    request: Asked,
    unit: OfBranch = None,
    state: Annotated[SwapStateName | None, Query(description="Where it stands")] = None,
    cursor: Cursor = "",
) -> Any:
    """Swaps asked by you or of you, and those of the branches that you reach, newest first."""
    rows = visible_swaps(request.user, request.now)
    if (narrowed := any_branch(unit)) is not None:
        rows = rows.filter(unit=narrowed)
    if state is not None:
        rows = rows.filter(state=state)
    found, following = paged(rows, cursor)
    return {"swaps": [SwapOut.of(swap) for swap in found], "next": following}


@router.post("/shifts/{int:id}/swaps", response=replies({201: SwapOut}))
def ask_swap(request: Asked, id: int, payload: SwapIn) -> Any:
    """Ask a colleague to take one's own shift."""

    def run() -> tuple[int, SwapOut]:
        other = shift_of(request, payload.other_id) if payload.other_id else None
        of = person(payload.of_id, "of_id")
        shift = shift_of(request, id)
        swap = actions.ask_swap(shift, of=of, other=other, by=request.user, now=request.now, note=payload.note)
        return 201, SwapOut.of(swap)

    return acts(request, payload, run)


@router.post("/swaps/{int:id}/{answer}", response=replies({200: SwapOut}))
def answer_swap(request: Asked, id: int, answer: Literal["agree", "decline", "call-off"], payload: NothingIn) -> Any:
    """The colleague agrees or declines; who asked takes it back."""

    def run() -> tuple[int, SwapOut]:
        swap: ShiftSwap = get_object_or_404(visible_swaps(request.user, request.now), pk=id)
        return 200, SwapOut.of(ANSWERS[answer](swap, by=request.user, now=request.now))

    return acts(request, payload, run)
