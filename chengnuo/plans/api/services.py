"""Planned services: the timetable, and what was given of it (3.2.4, 3.2.5, 3.3.0)."""

from datetime import date
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor, Day, JobAskedOut
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_planned_services
from ..figures import against
from ..models import PlannedService
from ..yearly import start_year
from .asking import Reason

router = Router(tags=["plans"])


class PlannedServiceOut(Answer):
    id: int
    plan_id: int
    plan: str = Field(description="Number of the plan")
    client_id: int
    unit: str = Field(description="Code of the branch")
    owner_id: int
    kind: str
    title: str
    opens_on: date
    due_on: date
    state: str = Field(description="`planned`, `done` or `dropped`")
    done_on: date | None
    done_how: str
    dropped_because: str

    @classmethod
    def of(cls, service: PlannedService) -> "PlannedServiceOut":
        named = {name: getattr(service, name) for name in cls.model_fields if name not in {"plan", "unit"}}
        return cls(**named, plan=service.plan.number, unit=service.unit.code)


class PlannedServicePage(Page):
    services: list[PlannedServiceOut]


class ServiceGivenIn(Schema):
    done_on: Day
    how: Annotated[str, Field(min_length=1, max_length=500)]


class ServiceDroppedIn(Schema):
    reason: Reason


class AgainstOut(Answer):
    key: str
    label: str
    promised: int = Field(description="Without those that were dropped")
    in_time: int
    late: int
    overdue: int
    ahead: int = Field(description="Not due yet")
    dropped: int
    rate: float | None = Field(description="Percent in time of all that fell due")


class PlanAgainstDone(Answer):
    year: int
    lines: list[AgainstOut]


@router.get("/planned-services", response=replies({200: PlannedServicePage}))
def list_planned_services(
    request: Asked,
    state: Annotated[Literal["planned", "done", "dropped"] | None, Query(description="What became of it")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """What plans promise, dated, newest first."""
    rows = visible_planned_services(request.user, request.now).select_related("plan", "unit")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(rows, cursor)
    return {"services": [PlannedServiceOut.of(one) for one in found], "next": following}


def _acted(request: Asked, id: int, payload: Schema, act: Any) -> Any:
    rows = visible_planned_services(request.user, request.now).select_related("plan", "unit", "client")

    def run() -> tuple[int, PlannedServiceOut]:
        act(get_object_or_404(rows, pk=id))
        return 200, PlannedServiceOut.of(rows.get(pk=id))

    return acts(request, payload, run)


@router.post("/planned-services/{int:id}/give", response=replies({200: PlannedServiceOut}))
def give_planned_service(request: Asked, id: int, payload: ServiceGivenIn) -> Any:
    """Write down that a planned service was given, where no record of another room says so."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda service: actions.carry_out(service.pk, **given))


@router.post("/planned-services/{int:id}/drop", response=replies({200: PlannedServiceOut}))
def drop_planned_service(request: Asked, id: int, payload: ServiceDroppedIn) -> Any:
    """An emergency takes its place; else only a new edition of the plan drops one."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda service: actions.drop_for_emergency(service, **given))


class YearIn(Schema):
    year: Annotated[int, Field(ge=2000, le=2200, description="This one or the next")]


@router.post("/planned-services/break-down", response=replies({202: JobAskedOut}))
def break_down_year(request: Asked, payload: YearIn) -> Any:
    """Break all plans in force down into dated services up to a year's end, by the worker. The centre's to do."""

    def run() -> tuple[int, JobAskedOut]:
        return 202, JobAskedOut(job_id=start_year(payload.year, by=request.user, now=request.now).pk)

    return acts(request, payload, run)


@router.get("/plans/against", response=replies({200: PlanAgainstDone}))
def get_plan_against_done(
    request: Asked,
    year: Annotated[int, Query(ge=2000, le=2200, description="Of the services' last days")],
    by: Annotated[Literal["unit", "kind"], Query(description="What a line is of")] = "unit",
) -> Any:
    """Plan against done: what was promised for a year and what became of it, as far as this person sees it."""
    lines = against(request.user, request.now, year, by)
    return {"year": year, "lines": [AgainstOut.model_validate(line, from_attributes=True) for line in lines]}
