"""The API of the year's plans: the same actions as the pages."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, PDF, Cursor, NothingIn, paper
from chengnuo.kit.proposals.api import (
    BudgetLine,
    OfState,
    ProposalAnalysisIn,
    ProposalCarriedOutIn,
    ProposalOut,
    ProposalResultIn,
    ProposalReturnIn,
    Text,
    Words,
    acted,
    read,
)
from chengnuo.kit.requests import Asked

from . import actions
from .access import visible_calls, visible_plans
from .comparing import compared
from .models import AnnualCall, AnnualPlan
from .timetable import timetable
from .views.plan import printed

router = Router(tags=["annual"])
PAPER = {**paper(PDF), **ANEW}
FAR = 9999
"""Beyond this there is no year, whatever number the address has."""
KindName = Literal["visit", "survey", "training", "drill", "call", "care", "letter", "renewal", "advice", "other"]
SegmentName = Literal["all", "key", "large", "high_risk", "plain"]
Year = Annotated[int, Field(ge=2000, le=2200)]
OfYear = Annotated[int | None, Query(ge=2000, le=2200, description="The plans of this year alone")]
Times = Annotated[int, Field(ge=0, le=1_000_000)]
Months = Annotated[list[Times], Field(min_length=12, max_length=12)]


class AnnualCallOut(Answer):
    id: int
    version: int
    year: int
    requirements: str
    due_at: datetime = Field(description="Until when branches submit")
    called_at: datetime

    @classmethod
    def of(cls, call: AnnualCall) -> "AnnualCallOut":
        return cls.model_validate(call, from_attributes=True)


class AnnualCallPage(Page):
    calls: list[AnnualCallOut]


class AnnualCallIn(Schema):
    year: Year
    requirements: Words


class AnnualCallChangeIn(Schema):
    version: Annotated[int, Field(ge=1)] = Field(description="The version that was read")
    requirements: Words


class AnnualExcuseIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class AnnualLineOut(Answer):
    kind: str
    segment: str
    months: list[int]
    note: str


class AnnualPlanOut(ProposalOut):
    year: int
    overall: str
    lines: list[AnnualLineOut]
    total: int = Field(description="How many services it plans")
    first_submitted_at: datetime | None
    excused_because: str = Field(description="Why the branch owes none, where headquarters excused it")


class AnnualPlanPage(Page):
    plans: list[AnnualPlanOut]


class AnnualLineIn(Schema):
    kind: KindName
    segment: SegmentName = "all"
    numbers: list[Times] = Field(description="The year in 1 number, 4 quarters or 12 months", max_length=12)
    note: Annotated[str, Field(max_length=120)] = ""


class AnnualPlanIn(Schema):
    version: Annotated[int, Field(ge=1)] = Field(description="The version that was read")
    overall: Text = ""
    scheme: Text = ""
    opinion: Text = ""
    budget: list[BudgetLine] = Field(default_factory=list, max_length=30)
    lines: list[AnnualLineIn] = Field(default_factory=list, max_length=40)


class AnnualArrangeIn(Schema):
    months: list[Months] = Field(description="Twelve numbers for each line; no quarter's sum changes", max_length=40)


class AnnualMonthOut(Answer):
    month: int
    planned: int
    done: int


class AnnualSubplanOut(Answer):
    kind: str
    planned: int
    done: int
    variance: int = Field(description="What was done less what the months that have ended had planned")
    months: list[AnnualMonthOut]


class AnnualTimetable(Answer):
    year: int
    subplans: list[AnnualSubplanOut]


class AnnualKindOut(Answer):
    kind: str
    planned: int
    done_before: int = Field(description="What was done in the year before")


class AnnualBranchOut(Answer):
    plan_id: int
    unit: str
    state: str
    is_late: bool
    budget: Decimal = Field(description="Asked; once decided, granted")
    granted_before: Decimal | None = Field(description="The budget granted for the year before")
    kinds: list[AnnualKindOut]


class AnnualComparison(Answer):
    year: int
    branches: list[AnnualBranchOut]
    budget: Decimal
    planned: int
    done_before: int


def _rows(request: Asked) -> QuerySet[AnnualPlan]:
    return visible_plans(request.user, request.now)


@router.get("/annual/calls", response=replies({200: AnnualCallPage}))
def list_annual_calls(request: Asked, cursor: Cursor = "") -> Any:
    """What headquarters required of each year's plans, newest first (3.2.8)."""
    found, following = paged(visible_calls(request.user, request.now), cursor)
    return {"calls": [AnnualCallOut.of(call) for call in found], "next": following}


@router.post("/annual/calls", response=replies({201: AnnualCallOut}))
def call_for_annual_plans(request: Asked, payload: AnnualCallIn) -> Any:
    """Headquarters calls for the plans of a year; every open branch gets its draft, which it owes."""

    def run() -> tuple[int, AnnualCallOut]:
        made = actions.call_for_plans(payload.year, payload.requirements, by=request.user, now=request.now)
        return 201, AnnualCallOut.of(made)

    return acts(request, payload, run)


@router.post("/annual/calls/{int:id}/change", response=replies({200: AnnualCallOut}))
def change_annual_call(request: Asked, id: int, payload: AnnualCallChangeIn) -> Any:
    """Change what is required. 409 `stale` when somebody else changed it since."""

    def run() -> tuple[int, AnnualCallOut]:
        call = get_object_or_404(visible_calls(request.user, request.now), pk=id)
        actions.change_call(call, payload.requirements, payload.version, by=request.user, now=request.now)
        return 200, AnnualCallOut.of(AnnualCall.objects.get(pk=id))

    return acts(request, payload, run)


@router.get("/annual/plans", response=replies({200: AnnualPlanPage}))
def list_annual_plans(request: Asked, cursor: Cursor = "", state: OfState = None, year: OfYear = None) -> Any:
    """The branches' annual plans, newest first."""
    rows = _rows(request).select_related("unit")
    if state is not None:
        rows = rows.filter(state=state)
    if year is not None:
        rows = rows.filter(year=year)
    found, following = paged(rows, cursor)
    return {"plans": [AnnualPlanOut.of(plan) for plan in found], "next": following}


@router.get("/annual/plans/{int:id}", response=replies({200: AnnualPlanOut}))
def get_annual_plan(request: Asked, id: int) -> Any:
    """One branch's plan of a year."""
    return AnnualPlanOut.of(read(request, _rows(request), id))


@router.post("/annual/plans/{int:id}/write", response=replies({200: AnnualPlanOut}))
def write_annual_plan(request: Asked, id: int, payload: AnnualPlanIn) -> Any:
    """Change a branch's draft. 409 `stale` when somebody else changed it since."""

    def run(plan: AnnualPlan, *, version: int, by: Any, now: datetime, **values: Any) -> None:
        actions.write(plan, values, version, by=by, now=now)

    return acted(request, id, payload, _rows(request), AnnualPlanOut, run)


@router.post("/annual/plans/{int:id}/submit", response=replies({200: AnnualPlanOut}))
def submit_annual_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """Submit the plan to headquarters: overall plan, scheme, budget and services, none missing."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.submit)


@router.post("/annual/plans/{int:id}/take-back", response=replies({200: AnnualPlanOut}))
def take_back_annual_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take back what headquarters has not weighed yet."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.take_back)


@router.post("/annual/plans/{int:id}/return", response=replies({200: AnnualPlanOut}))
def return_annual_plan(request: Asked, id: int, payload: ProposalReturnIn) -> Any:
    """The centre returns it to be mended."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.send_back)


@router.post("/annual/plans/{int:id}/excuse", response=replies({200: AnnualPlanOut}))
def excuse_annual_plan(request: Asked, id: int, payload: AnnualExcuseIn) -> Any:
    """Headquarters excuses a branch from the year's plan, as one that is to be closed."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.excuse)


@router.post("/annual/plans/{int:id}/analyse", response=replies({200: AnnualPlanOut}))
def analyse_annual_plan(request: Asked, id: int, payload: ProposalAnalysisIn) -> Any:
    """The centre weighs it and puts what it proposes to grant, all or a part, to the executive."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.analyse)


@router.post("/annual/plans/{int:id}/arrange", response=replies({200: AnnualPlanOut}))
def arrange_annual_plan(request: Asked, id: int, payload: AnnualArrangeIn) -> Any:
    """Make the timetable of an approved plan: move its numbers between the months of a quarter."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.arrange)


@router.post("/annual/plans/{int:id}/carry-out", response=replies({200: AnnualPlanOut}))
def carry_out_annual_plan(request: Asked, id: int, payload: ProposalCarriedOutIn) -> Any:
    """Say, from December on, how the year was carried out."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.carry_out)


@router.post("/annual/plans/{int:id}/report", response=replies({200: AnnualPlanOut}))
def report_annual_plan(request: Asked, id: int, payload: ProposalResultIn) -> Any:
    """Report to headquarters what came of the year."""
    return acted(request, id, payload, _rows(request), AnnualPlanOut, actions.report_back)


@router.get("/annual/plans/{int:id}/timetable", response=replies({200: AnnualTimetable}))
def get_annual_timetable(request: Asked, id: int) -> Any:
    """The plan's sub-plans by month against what was given."""
    plan = get_object_or_404(_rows(request), pk=id)
    subplans = [
        AnnualSubplanOut(
            kind=one.kind,
            planned=one.planned,
            done=one.done,
            variance=one.variance,
            months=[AnnualMonthOut.model_validate(cell, from_attributes=True) for cell in one.cells],
        )
        for one in timetable(plan, request.now)
    ]
    return AnnualTimetable(year=plan.year, subplans=subplans)


@router.get("/annual/comparison/{int:year}", response=replies({200: AnnualComparison}))
def get_annual_comparison(request: Asked, year: int) -> Any:
    """The branches' plans of a year side by side, against what the year before came to."""
    told = compared(min(year, FAR), request.user, request.now)
    branches = [
        AnnualBranchOut(
            plan_id=row.plan.pk,
            unit=row.plan.unit.code,
            state=row.plan.state,
            is_late=row.is_late,
            budget=row.budget,
            granted_before=row.before,
            kinds=[
                AnnualKindOut(kind=kind, planned=planned, done_before=done)
                for kind, (planned, done) in zip(told.kinds, row.kinds, strict=True)
            ],
        )
        for row in told.rows
    ]
    return AnnualComparison(year=year, branches=branches, budget=told.budget, planned=told.total, done_before=told.done)


@router.post("/annual/plans/{int:id}/print", response=replies({200: None}), openapi_extra=PAPER)
def print_annual_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """A branch's annual plan with its timetable (3.2.8)."""
    return printed(request, id)
