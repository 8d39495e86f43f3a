"""Emergency response plans: read, drawn up, put in force, drilled, reviewed (3.2.7)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.clients.models import Client
from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, PDF, Cursor, Day, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import visible_emergency_plans
from ..models import EmergencyPlan
from ..views.emergencies import emergency_printed
from .asking import Version, client_of, site_of

router = Router(tags=["plans"])
Line = Annotated[str, Field(min_length=1, max_length=200)]
Lines = Annotated[list[Line], Field(min_length=1, max_length=40)]


class EmergencyPlanIn(Schema):
    scenario: Annotated[str, Field(min_length=1, max_length=200)]
    site_id: Id | None = Field(None, description="None: all of the client's sites")
    contacts: Lines = Field(description="Who is told, a line each")
    steps: Lines = Field(description="What is done, in order")
    drill_every: Annotated[int, Field(ge=1, le=60)] = Field(12, description="Months")
    review_on: Day


class EmergencyPlanChangeIn(EmergencyPlanIn):
    version: Version


class DrillIn(Schema):
    held_on: Day
    taken_part: Annotated[str, Field(min_length=1, max_length=300)]
    found: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="What was found wanting")


class EmergencyReviewIn(Schema):
    next_on: Day = Field(description="When it is reviewed next")
    found: Annotated[str, Field(min_length=1, max_length=2000)]


class DrillOut(Answer):
    held_on: date
    taken_part: str
    found: str


class EmergencyPlanOut(Answer):
    id: int
    version: int
    number: str
    client_id: int
    site_id: int | None
    unit: str = Field(description="Code of the branch")
    owner_id: int
    state: str = Field(description="`draft`, `in_force` or `replaced`")
    scenario: str
    contacts: list[str]
    steps: list[str]
    drill_every: int
    review_on: date
    in_force_at: datetime | None
    drills: list[DrillOut]

    @classmethod
    def of(cls, plan: EmergencyPlan) -> "EmergencyPlanOut":
        named = {name: getattr(plan, name) for name in cls.model_fields if name not in {"unit", "drills"}}
        drills = [DrillOut.model_validate(one, from_attributes=True) for one in plan.drills.all()]
        return cls(**named, unit=plan.unit.code, drills=drills)


class EmergencyPlanPage(Page):
    emergency_plans: list[EmergencyPlanOut]


@router.get("/emergency-plans", response=replies({200: EmergencyPlanPage}))
def list_emergency_plans(
    request: Asked,
    state: Annotated[Literal["draft", "in_force", "replaced"] | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Emergency plans that this person sees, newest first."""
    rows = visible_emergency_plans(request.user, request.now).select_related("unit").prefetch_related("drills")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(rows, cursor)
    return {"emergency_plans": [EmergencyPlanOut.of(plan) for plan in found], "next": following}


def _plan(request: Asked, id: int) -> EmergencyPlan:
    rows = visible_emergency_plans(request.user, request.now)
    return get_object_or_404(rows.select_related("client__unit", "unit", "site", "owner"), pk=id)


@router.get("/emergency-plans/{int:id}", response=replies({200: EmergencyPlanOut}))
def get_emergency_plan(request: Asked, id: int) -> Any:
    """One emergency plan with its drills; that you read it is noted."""
    plan = _plan(request, id)
    looked(plan, by=request.user, now=request.now)
    return EmergencyPlanOut.of(plan)


def _values(client: Client, payload: EmergencyPlanIn) -> dict[str, Any]:
    given = payload.model_dump(exclude={"site_id", "version"})
    return {**given, "site": site_of(client, payload.site_id)}


@router.post("/clients/{int:id}/emergency-plans", response=replies({201: EmergencyPlanOut}))
def draft_emergency_plan(request: Asked, id: int, payload: EmergencyPlanIn) -> Any:
    """Draw up an emergency plan for a client or one of his sites."""

    def run() -> tuple[int, EmergencyPlanOut]:
        client = client_of(request, id)
        given: dict[str, Any] = {"by": request.user, "now": request.now}
        plan = actions.draft_emergency_plan(client, values=_values(client, payload), **given)
        return 201, EmergencyPlanOut.of(_plan(request, plan.pk))

    return acts(request, payload, run)


def _acted(request: Asked, id: int, payload: Schema, act: Any) -> Any:
    def run() -> tuple[int, EmergencyPlanOut]:
        act(_plan(request, id))
        return 200, EmergencyPlanOut.of(_plan(request, id))

    return acts(request, payload, run)


@router.post("/emergency-plans/{int:id}/change", response=replies({200: EmergencyPlanOut}))
def change_emergency_plan(request: Asked, id: int, payload: EmergencyPlanChangeIn) -> Any:
    """Change a draft."""

    def act(plan: EmergencyPlan) -> Any:
        given: dict[str, Any] = {"values": _values(plan.client, payload), "by": request.user, "now": request.now}
        return actions.change_emergency_plan(plan, version=payload.version, **given)

    return _acted(request, id, payload, act)


@router.post("/emergency-plans/{int:id}/put-in-force", response=replies({200: EmergencyPlanOut}))
def put_emergency_plan_in_force(request: Asked, id: int, payload: NothingIn) -> Any:
    """From now on it holds; the one before it for the same scenario and site is replaced."""
    return _acted(request, id, payload, lambda plan: actions.put_in_force(plan, by=request.user, now=request.now))


@router.post("/emergency-plans/{int:id}/drill", response=replies({200: EmergencyPlanOut}))
def record_drill(request: Asked, id: int, payload: DrillIn) -> Any:
    """A drill was held: who took part, what was found."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.record_drill(plan, **given))


@router.post("/emergency-plans/{int:id}/review", response=replies({200: EmergencyPlanOut}))
def review_emergency_plan(request: Asked, id: int, payload: EmergencyReviewIn) -> Any:
    """It was gone through and holds until its next day of review."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.review_emergency_plan(plan, **given))


@router.post("/emergency-plans/{int:id}/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_emergency_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """The emergency plan as PDF."""
    return emergency_printed(request, _plan(request, id))
