"""The API of requests for support: the same actions as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, PDF, Cursor, Day, NothingIn, paper
from chengnuo.kit.proposals.api import (
    BudgetLine,
    OfState,
    ProposalAnalysisIn,
    ProposalCarriedOutIn,
    ProposalOut,
    ProposalResultIn,
    ProposalReturnIn,
    Text,
    acted,
    read,
)
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Unit

from . import actions
from .access import visible_spendings, visible_support
from .models import SupportRequest, SupportSpending
from .views.paper import printed

router = Router(tags=["support"])
PAPER = {**paper(PDF), **ANEW}
OfClient = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Those that are for this client")]


class SupportOut(ProposalOut):
    kind: str = Field(description="service (3.2.9) or value_added (3.5.10)")
    title: str
    client_ids: list[int]
    objective: str
    activity: str
    starts_on: date | None
    ends_on: date | None
    needed: str
    follows_id: int | None = Field(description="The request whose money did not suffice")


class SupportPage(Page):
    requests: list[SupportOut]


class SupportSpendingOut(Answer):
    id: int
    spent_on: date
    what: str
    amount: Decimal
    entered_at: datetime
    voided_at: datetime | None
    void_because: str

    @classmethod
    def of(cls, one: SupportSpending) -> "SupportSpendingOut":
        return cls.model_validate(one, from_attributes=True)


class SupportSpendings(Answer):
    granted: Decimal | None
    spent: Decimal
    spendings: list[SupportSpendingOut]


class SupportIn(Schema):
    """The six parts may be missing in a draft; submitted, none is."""

    kind: Literal["service", "value_added"] = "service"
    title: Annotated[str, Field(min_length=1, max_length=80)]
    clients: list[Id] = Field(default_factory=list, max_length=50)
    objective: Text = ""
    activity: Text = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    scheme: Text = ""
    budget: list[BudgetLine] = Field(default_factory=list, max_length=30)
    needed: Text = ""
    opinion: Text = Field("", description="What the branch thinks and demands")


class SupportDraftIn(SupportIn):
    unit: Annotated[str, Field(max_length=6)] = Field(description="Code of the branch")
    follows_id: Id | None = None


class SupportChangeIn(SupportIn):
    version: Annotated[int, Field(ge=1)] = Field(description="The version that was read")


class SupportSpendIn(Schema):
    what: Annotated[str, Field(min_length=1, max_length=120)]
    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    spent_on: Day


class SupportVoidIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


def _rows(request: Asked) -> QuerySet[SupportRequest]:
    return visible_support(request.user, request.now)


@router.get("/support", response=replies({200: SupportPage}))
def list_support(request: Asked, cursor: Cursor = "", state: OfState = None, client_id: OfClient = None) -> Any:
    """The branch's requests for headquarters' support, newest first (3.2.9, 3.5.10)."""
    rows = _rows(request).select_related("unit")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_ids__contains=[client_id])
    found, following = paged(rows, cursor)
    return {"requests": [SupportOut.of(one) for one in found], "next": following}


@router.post("/support", response=replies({201: SupportOut}))
def draft_support(request: Asked, payload: SupportDraftIn) -> Any:
    """Write a branch's request as a draft; it takes its number."""

    def run() -> tuple[int, SupportOut]:
        values = payload.model_dump(exclude={"unit", "follows_id"})
        unit = Unit.objects.filter(code=payload.unit, kind=Unit.Kind.BRANCH, closed_on__isnull=True).first()
        if unit is None:
            raise Invalid("unit_unknown", unit=_("没有这个机构"))
        follows = get_object_or_404(_rows(request), pk=payload.follows_id) if payload.follows_id else None
        one = actions.draft(unit, values, follows=follows, by=request.user, now=request.now)
        return 201, SupportOut.of(one)

    return acts(request, payload, run)


@router.get("/support/{int:id}", response=replies({200: SupportOut}))
def get_support(request: Asked, id: int) -> Any:
    """One request with what headquarters found and what was granted."""
    return SupportOut.of(read(request, _rows(request), id))


@router.post("/support/{int:id}/change", response=replies({200: SupportOut}))
def change_support(request: Asked, id: int, payload: SupportChangeIn) -> Any:
    """Change a draft. 409 `stale` when somebody else changed it since."""

    def run(one: SupportRequest, *, version: int, by: Any, now: datetime, **values: Any) -> None:
        actions.edit(one, values, version, by=by, now=now)

    return acted(request, id, payload, _rows(request), SupportOut, run)


@router.post("/support/{int:id}/submit", response=replies({200: SupportOut}))
def submit_support(request: Asked, id: int, payload: NothingIn) -> Any:
    """Send a draft to headquarters. None of its six parts may be missing."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.submit)


@router.post("/support/{int:id}/take-back", response=replies({200: SupportOut}))
def take_back_support(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take back what headquarters has not weighed yet."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.take_back)


@router.post("/support/{int:id}/return", response=replies({200: SupportOut}))
def return_support(request: Asked, id: int, payload: ProposalReturnIn) -> Any:
    """The centre returns it to be mended."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.send_back)


@router.post("/support/{int:id}/analyse", response=replies({200: SupportOut}))
def analyse_support(request: Asked, id: int, payload: ProposalAnalysisIn) -> Any:
    """The centre weighs it and puts what it proposes to grant, all or a part, to the executive."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.analyse)


@router.post("/support/{int:id}/carry-out", response=replies({200: SupportOut}))
def carry_out_support(request: Asked, id: int, payload: ProposalCarriedOutIn) -> Any:
    """Say that what was approved was done. Before the approval: 409."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.carry_out)


@router.post("/support/{int:id}/report", response=replies({200: SupportOut}))
def report_support(request: Asked, id: int, payload: ProposalResultIn) -> Any:
    """Report to headquarters what came of it."""
    return acted(request, id, payload, _rows(request), SupportOut, actions.report_back)


@router.get("/support/{int:id}/spendings", response=replies({200: SupportSpendings}))
def get_support_spendings(request: Asked, id: int) -> Any:
    """What was spent of the granted budget, voided entries too."""
    one = get_object_or_404(_rows(request), pk=id)
    spendings = [SupportSpendingOut.of(row) for row in one.spendings.all()[:1000]]
    return {"granted": one.granted_amount, "spent": one.spent, "spendings": spendings}


@router.post("/support/{int:id}/spendings", response=replies({201: SupportSpendingOut}))
def spend_support(request: Asked, id: int, payload: SupportSpendIn) -> Any:
    """Enter what was spent. 409 `over_budget` beyond what was granted: that needs a new request."""

    def run() -> tuple[int, SupportSpendingOut]:
        one = get_object_or_404(_rows(request).select_related("unit"), pk=id)
        spending = actions.spend(one, **payload.model_dump(), by=request.user, now=request.now)
        return 201, SupportSpendingOut.of(spending)

    return acts(request, payload, run)


@router.post("/support/spendings/{int:id}/void", response=replies({200: SupportSpendingOut}))
def void_support_spending(request: Asked, id: int, payload: SupportVoidIn) -> Any:
    """Void a wrong entry, with the reason."""

    def run() -> tuple[int, SupportSpendingOut]:
        spending = get_object_or_404(visible_spendings(request.user, request.now).select_related("request"), pk=id)
        return 200, SupportSpendingOut.of(
            actions.void_spending(spending, reason=payload.reason, by=request.user, now=request.now)
        )

    return acts(request, payload, run)


@router.post("/support/{int:id}/print", response=replies({200: None}), openapi_extra=PAPER)
def print_support(request: Asked, id: int, payload: NothingIn) -> Any:
    """The request as its written report (3.2.9)."""
    return printed(request, id)
