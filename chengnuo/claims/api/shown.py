"""A claim as the API tells it, and how an operation on one runs (3.4)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field

from chengnuo.clients.case_api import CaseOut, acted, acted_on_part
from chengnuo.kit.api import Answer, Page, Schema
from chengnuo.kit.requests import Asked

from ..access import visible_claims
from ..clocks import InsurerClock, insurer_clocks, limitation
from ..models import Claim, ClaimPaper, Escalation, Guidance, LossEstimate, Payment

M = TypeVar("M", bound=Model)


class EstimateOut(Answer):
    id: int
    amount: Decimal = Field(description="Yuan, gross of the deductible")
    currency: str = Field(description="Empty for yuan")
    foreign: Decimal | None = Field(description="What was said in the other currency")
    rate: Decimal | None = Field(description="Yuan for one of it, on the day of entry")
    basis: str
    said_by: str
    true_at: datetime = Field(description="When it is said to have been so")
    entered_at: datetime

    @classmethod
    def of(cls, one: LossEstimate) -> "EstimateOut":
        return cls.model_validate(one, from_attributes=True)


class GuidanceOut(Answer):
    id: int
    text: str
    due_on: date | None
    given_at: datetime
    done_at: datetime | None
    done_how: str

    @classmethod
    def of(cls, one: Guidance) -> "GuidanceOut":
        return cls.model_validate(one, from_attributes=True)


class EscalationOut(Answer):
    """What passed between branch and centre about a claim (3.4.3)."""

    id: int
    state: str = Field(description="owed, reported, acknowledged, guided, released")
    causes: list[str] = Field(description="amount, casualties, difficult, disputed")
    amount: Decimal = Field(description="What the claims of the occurrence came to then, yuan")
    known_at: datetime = Field(description="When the deciding fact was entered")
    true_at: datetime = Field(description="When it is said to have been so")
    reported_at: datetime | None
    facts: str
    measures: str
    asks: str
    acknowledged_at: datetime | None
    released_at: datetime | None
    released_because: str
    guidance: list[GuidanceOut]

    @classmethod
    def of(cls, one: Escalation) -> "EscalationOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name != "guidance"}
        return cls(**plain, guidance=[GuidanceOut.of(step) for step in one.guidance.all()])


class PaperOut(Answer):
    """A document of a claim (3.7.0)."""

    id: int
    name: str
    state: str = Field(description="expected, received, accepted, refused, waived")
    since: datetime = Field(description="Since when it stands so")
    why: str

    @classmethod
    def of(cls, one: ClaimPaper) -> "PaperOut":
        return cls.model_validate(one, from_attributes=True)


class PaymentOut(Answer):
    """Money that came."""

    id: int
    kind: str = Field(description="advance, part, final: from the insurer; recovered, salvage: from others")
    amount: Decimal = Field(description="Yuan")
    paid_on: date
    payee: str
    voided_because: str = Field(description="Why it counts no longer; empty while it counts")

    @classmethod
    def of(cls, one: Payment) -> "PaymentOut":
        return cls.model_validate(one, from_attributes=True)


class InsurerClockOut(Answer):
    """A clock of the insurer (保险法 23–25)."""

    name: str = Field(description="decision, advance, refusal, payment")
    article: str
    since: datetime
    due: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, one: InsurerClock) -> "InsurerClockOut":
        return cls.model_validate(one, from_attributes=True)


class ClaimOut(CaseOut):
    account: str
    reporter: str
    occurred_at: datetime | None
    reported_at: datetime = Field(description="When the telephone rang")
    place: str
    cause: str
    line: str = Field(description="The line of business; empty while nobody knows")
    policy_id: int | None = Field(description="None: no policy covers it, or nobody knows which")
    site_id: int | None
    deaths: int
    serious_injuries: int
    surveyor: str
    surveyed_at: datetime | None
    stage_at: datetime | None = Field(
        description="When its present state was entered; None: not since its registration"
    )
    asked_again_at: datetime | None = Field(description="When the insurer asked for what was missing")
    submitted_at: datetime | None = Field(description="When all documents were with the insurer")
    decided_at: datetime | None
    decided_amount: Decimal | None = Field(description="What the insurer decided to pay, yuan")
    decided_because: str
    refusal_told_at: datetime | None = Field(description="When the written refusal came")
    agreed_at: datetime | None = Field(description="When the client agreed to what is paid")
    paid: Decimal | None = Field(description="What the insurer paid so far, yuan")
    settled_at: datetime | None = Field(description="When it had paid all that it decided")
    client_told_at: datetime | None = Field(description="When the client last heard of it")
    limitation_at: datetime | None = Field(description="When the time to claim runs out (Insurance Act 26)")
    difficult_because: str = Field(description="Why it is difficult; empty while nobody said so")
    occurrence_id: int | None = Field(description="The first claim of the same occurrence; None: it stands alone")
    escalated_at: datetime | None = Field(description="Since when it is with the centre; None: it is the branch's own")
    estimates: list[EstimateOut] = Field(description="What the loss was thought to come to, the first first")
    escalations: list[EscalationOut] = Field(description="What passed with the centre, the first first")
    papers: list[PaperOut] = Field(description="Its documents, as they were listed")
    payments: list[PaymentOut] = Field(description="Money that came, the first first")
    clocks: list[InsurerClockOut] = Field(description="The insurer's clocks")

    @classmethod
    def of(cls, case: Any, **more: Any) -> "ClaimOut":
        def sorted_of(rows: Any, made: Callable[[Any], Any]) -> list[Any]:
            return [made(one) for one in sorted(rows.all(), key=lambda one: one.pk)]

        return super().of(
            case,
            estimates=sorted_of(case.estimates, EstimateOut.of),
            escalations=sorted_of(case.escalations, EscalationOut.of),
            papers=sorted_of(case.papers, PaperOut.of),
            payments=sorted_of(case.payments, PaymentOut.of),
            clocks=[InsurerClockOut.of(one) for one in insurer_clocks(case)],
            limitation_at=limitation(case),
            **more,
        )


class ClaimRow(CaseOut):
    """A claim in a list."""

    reported_at: datetime
    occurred_at: datetime | None
    place: str
    cause: str
    line: str = Field(description="The line of business; empty while nobody knows")
    policy_id: int | None
    decided_amount: Decimal | None = Field(description="What the insurer decided to pay, yuan")
    paid: Decimal | None = Field(description="What the insurer paid so far, yuan")
    escalated_at: datetime | None = Field(description="Since when it is with the centre; None: it is the branch's own")


class ClaimPage(Page):
    claims: list[ClaimRow]


def seen(request: Asked) -> QuerySet[Claim]:
    """The claims that the asker sees, with what an answer tells of each."""
    rows = visible_claims(request.user, request.now).select_related("policy")
    return rows.prefetch_related("estimates", "escalations__guidance", "papers", "payments")


def on_claim(request: Asked, id: int, payload: Schema, act: Callable[[Claim], Any]) -> Any:
    """An operation on a claim, answered with the claim as it stands then."""
    return acted(request, id, payload, seen(request), ClaimOut, act)


def on_part(request: Asked, rows: QuerySet[M], id: int, payload: Schema, act: Callable[[M], int]) -> Any:
    """An operation on what belongs to a claim; `act` gives the key of the claim, which is the answer."""
    answer = seen(request).select_related("unit")
    return acted_on_part(request, id, payload, rows, act, lambda claim: ClaimOut.of(answer.get(pk=claim)))
