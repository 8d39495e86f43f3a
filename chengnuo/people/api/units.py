"""Units: everybody reads those he reaches, the administrator opens, changes and closes them."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_units
from ..models import Unit
from ..views.asking import administrator

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=60)]
Division = Annotated[str, Field(max_length=6, description="Six digits, as 320500")]
Phone = Annotated[str, Field(max_length=30)]


class UnitIn(Schema):
    code: Annotated[str, Field(min_length=1, max_length=6, description="Its registers' numbers begin with it for good")]
    name: Name
    kind: Literal["hq", "centre", "office", "branch"] = "branch"
    division_code: Division = ""
    phone: Phone = ""


class UnitChangeIn(Schema):
    name: Name
    division_code: Division = ""
    phone: Phone = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="The version that was read; with it a change meanwhile is refused with 409 `stale`"
    )


class UnitOut(Answer):
    id: int
    code: str
    name: str
    kind: str
    division_code: str
    phone: str
    opened_on: date
    closed_on: date | None
    at_work: int = Field(description="How many people work there")
    version: int


class UnitPage(Page):
    units: list[UnitOut]


def _units(request: Asked) -> Any:
    at_work = Count("staff", filter=Q(staff__is_active=True))
    return visible_units(request.user, request.now).annotate(at_work=at_work)


def _answer(request: Asked, unit: Unit) -> UnitOut:
    return UnitOut.model_validate(_units(request).get(pk=unit.pk), from_attributes=True)


@router.get("/units", response=replies({200: UnitPage}))
def list_units(request: Asked, cursor: str | None = None) -> Any:
    """The units that this person sees, closed ones among them."""
    found, following = paged(_units(request), cursor)
    return {"units": [UnitOut.model_validate(unit, from_attributes=True) for unit in found], "next": following}


@router.get("/units/{id}", response=replies({200: UnitOut}))
def get_unit(request: Asked, id: int) -> Any:
    """One unit."""
    return UnitOut.model_validate(get_object_or_404(_units(request), pk=id), from_attributes=True)


@router.post("/units", response=replies({201: UnitOut}))
def open_unit(request: Asked, payload: UnitIn) -> Any:
    """Open a unit of the company."""

    def run() -> tuple[int, UnitOut]:
        user, now = administrator(request)
        return 201, _answer(request, actions.open_unit(**payload.model_dump(), by=user, now=now))

    return acts(request, payload, run)


@router.post("/units/{id}/change", response=replies({200: UnitOut}))
def change_unit(request: Asked, id: int, payload: UnitChangeIn) -> Any:
    """Change what a unit is called and where it is reached; its code stays."""

    def run() -> tuple[int, UnitOut]:
        user, now = administrator(request)
        unit = get_object_or_404(visible_units(user, now), pk=id)
        return 200, _answer(request, actions.change_unit(unit, **payload.model_dump(), by=user, now=now))

    return acts(request, payload, run)


@router.post("/units/{id}/close", response=replies({200: UnitOut}))
def close_unit(request: Asked, id: int) -> Any:
    """Close a unit where nobody works any more and that owes nothing."""

    def run() -> tuple[int, UnitOut]:
        user, now = administrator(request)
        unit = get_object_or_404(visible_units(user, now), pk=id)
        return 200, _answer(request, actions.close_unit(unit, by=user, now=now))

    return acts(request, None, run)
