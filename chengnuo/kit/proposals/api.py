"""What the APIs of proposals have alike: their acts, and how a paper is told."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chengnuo.kit.api import Answer, Schema, acts
from chengnuo.kit.operations import Day
from chengnuo.kit.requests import Asked
from chengnuo.ledger.trail import looked

from .acts import LONGEST

Text = Annotated[str, Field(max_length=LONGEST)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
StateName = Literal["draft", "submitted", "analysed", "approved", "partly", "rejected", "carried_out", "reported"]
OfState = Annotated[StateName | None, Query(description="Where it stands")]
Out = TypeVar("Out", bound="ProposalOut")


class BudgetLine(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="What the money is for")
    amount: Decimal = Field(description="In yuan, at most two places", ge=0, max_digits=11, decimal_places=2)


class ProposalReturnIn(Schema):
    reason: Words = Field(description="What is to be mended")


class ProposalAnalysisIn(Schema):
    conclusion: Words
    amount: Decimal = Field(description="What is proposed to be granted, at most what was asked", ge=0)
    terms: Text = Field("", description="Which part is granted, where it is not all that was asked; else empty")


class ProposalCarriedOutIn(Schema):
    done_on: Day
    how: Words = Field(description="How it was done; of what was not done, why")


class ProposalResultIn(Schema):
    result: Words = Field(description="What came of it, what it cost, what went wrong")


class ProposalOut(Answer):
    """What every proposal says, whatever room it is of."""

    id: int
    number: str
    version: int
    unit: str = Field(description="Code of the branch")
    owner_id: int | None
    state: str
    scheme: str
    budget: list[dict[str, str]] = Field(description="Lines of name and amount")
    amount: Decimal = Field(description="The budget's sum")
    opinion: str = Field(description="What the branch thinks and demands")
    submitted_at: datetime | None
    returned_because: str
    conclusion: str = Field(description="What headquarters found")
    proposed_amount: Decimal | None
    proposed_terms: str
    analysed_at: datetime | None
    granted_amount: Decimal | None
    approved_sha256: str = Field(description="Hash of the snapshot that the executive signed")
    decided_at: datetime | None
    done_on: date | None
    done_how: str
    result: str
    reported_at: datetime | None

    @classmethod
    def of(cls: type[Out], one: Any, **more: Any) -> Out:
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in {"unit", *more}}
        return cls(**plain, unit=one.unit.code, **more)


def read(request: Asked, rows: QuerySet[Any], id: int) -> Any:
    """One of the papers that the person sees; that he read it is noted."""
    one = get_object_or_404(rows.select_related("unit"), pk=id)
    looked(one, by=request.user, now=request.now)
    return one


def acted(
    request: Asked, id: int, payload: Schema, rows: QuerySet[Any], out: type[ProposalOut], run: Callable[..., Any]
) -> Any:
    """Carry out an act with the payload's values on one of the papers that he sees, once, and tell it as it is then."""

    def act() -> tuple[int, ProposalOut]:
        one = get_object_or_404(rows.select_related("unit"), pk=id)
        run(one, **payload.model_dump(), by=request.user, now=request.now)
        return 200, out.of(rows.select_related("unit").get(pk=id))

    return acts(request, payload, act)
