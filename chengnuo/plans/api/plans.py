"""Service plans: read, drafted, changed, submitted, delivered, renewed, ended (3.2.1–3.2.4)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_agreements
from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, PDF, Cursor, Day, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import visible_plans
from ..models import PlanItem, ServicePlan
from ..snapshot import items_of
from ..views.plans import plan_printed
from .asking import Reason, Version, client_of, plan_of, site_of, staff_of

router = Router(tags=["plans"])
StateName = Literal["draft", "submitted", "approved", "delivered", "active", "closed"]
KindName = Literal["visit", "survey", "training", "drill", "call", "care", "letter", "renewal", "advice", "other"]
Said = Annotated[str, Field(max_length=2000)]


class PlanDraftIn(Schema):
    client_id: Id
    agreement_id: Id | None = Field(None, description="The signed agreement that it serves")
    start: Day | None = Field(None, description="None: as the agreement has it, from today on")
    end: Day | None = Field(None, description="None: a year at most, no longer than the agreement")


class SaidIn(Schema):
    """One of the five things that a plan is fitted to: words, or the author's word that there is nothing."""

    text: Said = ""
    none: bool = Field(False, description="There is nothing of it")


class PlanChangeIn(Schema):
    version: Version
    start: Day
    end: Day
    cause: Said = Field("", description="Why this edition")
    policies: SaidIn
    sites: SaidIn
    risk: SaidIn
    losses: SaidIn
    history: SaidIn


class PlanItemIn(Schema):
    kind: KindName
    title: Annotated[str, Field(min_length=1, max_length=120)]
    times: Annotated[int, Field(ge=1, le=366)] = Field(1, description="How often between the two days")
    start: Day
    end: Day
    owner_id: Id = Field(description="Who answers for it")
    site_id: Id | None = None
    preparation: Annotated[str, Field(max_length=1000)] = Field("", description="What is taken along")
    budget: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] = Field(Decimal(0), description="Yuan")


class PlanSubmitIn(Schema):
    version: Version


class PlanDeliverIn(Schema):
    how: Literal["hand", "post", "mail"]
    received_by: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Who of the client's signed")
    delivered_at: Instant | None = Field(None, description="None: now")


class PlanNextIn(Schema):
    cause: Annotated[str, Field(min_length=1, max_length=2000)]


class PlanEndIn(Schema):
    reason: Reason


class SituationOut(Answer):
    key: str = Field(description="`policies`, `sites`, `risk`, `losses` or `history`")
    text: str
    none: bool


class PlanItemOut(Answer):
    line: int = Field(description="Its number in every edition")
    kind: str
    title: str
    times: int
    start: date
    end: date
    owner_id: int
    site_id: int | None
    preparation: str
    budget: Decimal

    @classmethod
    def of(cls, item: PlanItem) -> "PlanItemOut":
        named = {name: getattr(item, name) for name in cls.model_fields if name not in {"start", "end"}}
        return cls(**named, start=item.starts_on, end=item.ends_on)


class ServicePlanOut(Answer):
    id: int
    version: int
    number: str
    edition: int
    state: str
    client_id: int
    agreement_id: int | None
    unit: str = Field(description="Code of the branch whose client it is")
    owner_id: int
    start: date
    end: date
    budget: Decimal = Field(description="Yuan")
    approved_at: datetime | None
    approved_sha256: str = Field(description="Of the snapshot that the chairman approved")
    delivered_at: datetime | None
    received_by: str

    @classmethod
    def of(cls, plan: ServicePlan, **more: Any) -> Any:
        named = {
            name: getattr(plan, name) for name in ServicePlanOut.model_fields if name not in {"unit", "start", "end"}
        }
        return cls(**named, unit=plan.client_unit.code, start=plan.starts_on, end=plan.ends_on, **more)


class WholeServicePlan(ServicePlanOut):
    cause: str
    situation: list[SituationOut]
    items: list[PlanItemOut]


class ServicePlanPage(Page):
    plans: list[ServicePlanOut]


def _whole(plan: ServicePlan) -> WholeServicePlan:
    situation = [SituationOut(**one) for one in plan.situation]
    items = [PlanItemOut.of(item) for item in items_of(plan)]
    found: WholeServicePlan = WholeServicePlan.of(plan, cause=plan.cause, situation=situation, items=items)
    return found


@router.get("/plans", response=replies({200: ServicePlanPage}))
def list_plans(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Editions of service plans that this person sees, newest first."""
    rows = visible_plans(request.user, request.now).select_related("client_unit")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(rows, cursor)
    return {"plans": [ServicePlanOut.of(plan) for plan in found], "next": following}


@router.get("/plans/{int:id}", response=replies({200: WholeServicePlan}))
def get_plan(request: Asked, id: int) -> Any:
    """One edition with what it is fitted to and what it promises; that you read it is noted."""
    plan = plan_of(request, id)
    looked(plan, by=request.user, now=request.now)
    return _whole(plan)


@router.post("/plans", response=replies({201: WholeServicePlan}))
def draft_plan(request: Asked, payload: PlanDraftIn) -> Any:
    """Draft a client's plan from what is known of him. The centre's to do."""

    def run() -> tuple[int, WholeServicePlan]:
        client = client_of(request, payload.client_id)
        agreement = None
        if payload.agreement_id is not None:
            rows = visible_agreements(request.user, request.now)
            agreement = rows.filter(pk=payload.agreement_id, client=client).first()
            if agreement is None:
                raise Invalid("not_his", clause="3.2.1", agreement_id=_("这份协议不是该客户的"))
        plan = actions.draft_plan(
            client,
            agreement=agreement,
            starts_on=payload.start,
            ends_on=payload.end,
            by=request.user,
            now=request.now,
        )
        return 201, _whole(plan_of(request, plan.pk))

    return acts(request, payload, run)


def _acted(request: Asked, id: int, payload: Schema, act: Any) -> Any:
    """Carry out an act on a plan, and answer with the edition that it gave, as it stands then."""

    def run() -> tuple[int, WholeServicePlan]:
        done = act(plan_of(request, id))
        return 200, _whole(plan_of(request, done.pk if isinstance(done, ServicePlan) else id))

    return acts(request, payload, run)


@router.post("/plans/{int:id}/change", response=replies({200: WholeServicePlan}))
def change_plan(request: Asked, id: int, payload: PlanChangeIn) -> Any:
    """Change a draft's period, cause and situation."""
    five = {name: getattr(payload, name) for name in ("policies", "sites", "risk", "losses", "history")}
    values: dict[str, Any] = {"starts_on": payload.start, "ends_on": payload.end, "cause": payload.cause}
    for name, said in five.items():
        values |= {name: said.text, f"{name}_none": said.none}
    given: dict[str, Any] = {"values": values, "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.change_plan(plan, version=payload.version, **given))


def _item_values(request: Asked, plan: ServicePlan, payload: PlanItemIn) -> dict[str, Any]:
    given = payload.model_dump(exclude={"start", "end", "owner_id", "site_id"})
    owner, site = staff_of(request, payload.owner_id), site_of(plan.client, payload.site_id)
    return {**given, "starts_on": payload.start, "ends_on": payload.end, "owner": owner, "site": site}


@router.post("/plans/{int:id}/items", response=replies({200: WholeServicePlan}))
def add_plan_item(request: Asked, id: int, payload: PlanItemIn) -> Any:
    """Add a line to a draft."""
    return _acted(request, id, payload, lambda plan: _set(request, plan, None, payload))


@router.post("/plans/{int:id}/items/{int:line}", response=replies({200: WholeServicePlan}))
def change_plan_item(request: Asked, id: int, line: int, payload: PlanItemIn) -> Any:
    """Change a line of a draft."""
    return _acted(request, id, payload, lambda plan: _set(request, plan, line, payload))


def _set(request: Asked, plan: ServicePlan, line: int | None, payload: PlanItemIn) -> Any:
    actions.require_writer(request.user, request.now)
    values = _item_values(request, plan, payload)
    return actions.set_item(plan, line, values=values, by=request.user, now=request.now)


@router.post("/plans/{int:id}/items/{int:line}/remove", response=replies({200: WholeServicePlan}))
def remove_plan_item(request: Asked, id: int, line: int, payload: NothingIn) -> Any:
    """Strike a line out of a draft."""
    given: dict[str, Any] = {"by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.remove_item(plan, line, **given))


@router.post("/plans/{int:id}/submit", response=replies({200: WholeServicePlan}))
def submit_plan(request: Asked, id: int, payload: PlanSubmitIn) -> Any:
    """Put a draft before the chairman; nobody changes it from then on."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.submit_plan(plan, **given))


@router.post("/plans/{int:id}/deliver", response=replies({200: WholeServicePlan}))
def deliver_plan(request: Asked, id: int, payload: PlanDeliverIn) -> Any:
    """The client has received exactly what was approved, and said so."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.deliver_plan(plan, **given))


@router.post("/plans/{int:id}/next", response=replies({200: WholeServicePlan}))
def next_plan_edition(request: Asked, id: int, payload: PlanNextIn) -> Any:
    """The next edition of an approved plan, a draft; this one stays in force."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.next_edition(plan, **given))


@router.post("/plans/{int:id}/close", response=replies({200: WholeServicePlan}))
def close_plan(request: Asked, id: int, payload: PlanEndIn) -> Any:
    """End a plan, or throw a draft away, with the reason."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return _acted(request, id, payload, lambda plan: actions.close_plan(plan, **given))


@router.post("/plans/{int:id}/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_plan(request: Asked, id: int, payload: NothingIn) -> Any:
    """The plan as PDF: as final in exactly the approved content, else marked as a draft."""
    return plan_printed(request, get_object_or_404(visible_plans(request.user, request.now), pk=id))
