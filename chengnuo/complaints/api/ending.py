"""The decision and what follows it, by API: drafted, decided, told, followed up, closed, looked at again (5.3)."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Path, Router
from pydantic import Field

from chengnuo.clients.case_papers import on_paper
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Instant, Schema, replies
from chengnuo.kit.operations import ANEW, PDF, NothingIn, paper
from chengnuo.kit.requests import Asked

from .. import actions
from ..printing import PAPERS
from .course import ResultIn, ToldIn, Whom
from .shown import ComplaintOut, on_complaint, seen

router = Router()
ComplaintPaperName = Annotated[
    Literal["record", "decision", "chairman"], Path(description="The record, the decision letter, the report")
]
Part = Annotated[str, Field(max_length=4000)]


class ComplaintDecisionIn(Schema):
    outcome: Annotated[Literal["", "upheld", "partly", "refused"], Field(description="Empty in a draft alone")] = ""
    findings: Part = ""
    basis: Part = ""
    reasons: Part = ""
    remedy: Part = ""
    ways_on: Annotated[
        list[Literal["review", "mediation", "arbitration", "court"]],
        Field(max_length=4, description="What the complainant may still do; a decision names all four"),
    ] = []


class SummaryIn(Schema):
    summary: Annotated[str, Field(max_length=1000)]


class RegulatorAnswerIn(Schema):
    answer: Annotated[str, Field(max_length=2000)]
    answered_at: Instant


class ComplaintFollowUpIn(ResultIn):
    whom: Whom


class ComplaintClosingIn(Schema):
    root_cause: Annotated[str, Field(max_length=1000)]
    measure: Annotated[str, Field(max_length=1000, description="What is done against the cause")]


class ComplaintReviewIn(Schema):
    whom: Whom
    because: Annotated[str, Field(max_length=1000)]
    asked_at: Instant


class GoneOnIn(Schema):
    at: Annotated[str, Field(max_length=200, description="Before whom, and under what number")]


@router.post("/complaints/{int:id}/draft", response=replies({200: ComplaintOut}))
def draft_complaint_decision(request: Asked, id: int, payload: ComplaintDecisionIn) -> Any:
    """Write the decision down as far as it is known."""
    draft = actions.Draft(**payload.model_dump())
    return on_complaint(request, id, payload, lambda one: actions.draft_decision(one, draft, **who(request)))


@router.post("/complaints/{int:id}/decide", response=replies({200: ComplaintOut}))
def decide_complaint(request: Asked, id: int, payload: ComplaintDecisionIn) -> Any:
    """The decision stands, of the complaint or of its review; every part is named."""
    draft = actions.Draft(**payload.model_dump())
    return on_complaint(request, id, payload, lambda one: actions.decide(one, draft, **who(request)))


@router.post("/complaints/{int:id}/notify", response=replies({200: ComplaintOut}))
def notify_complainant(request: Asked, id: int, payload: ToldIn) -> Any:
    """The complainant is told the decision (5.3)."""
    return on_complaint(
        request, id, payload, lambda one: actions.notify_complainant(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/chairman", response=replies({200: ComplaintOut}))
def tell_chairman_of_complaint(request: Asked, id: int, payload: SummaryIn) -> Any:
    """The result is reported to the chairman (5.3)."""
    return on_complaint(
        request, id, payload, lambda one: actions.tell_chairman(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/answer-regulator", response=replies({200: ComplaintOut}))
def answer_regulator(request: Asked, id: int, payload: RegulatorAnswerIn) -> Any:
    """The regulator that forwarded it has its answer."""
    return on_complaint(
        request, id, payload, lambda one: actions.answer_regulator(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/follow-up", response=replies({200: ComplaintOut}))
def follow_up_complaint(request: Asked, id: int, payload: ComplaintFollowUpIn) -> Any:
    """The branch asks the client how what was settled was carried out (3.6.3)."""
    return on_complaint(
        request, id, payload, lambda one: actions.follow_up(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/close", response=replies({200: ComplaintOut}))
def close_complaint(request: Asked, id: int, payload: ComplaintClosingIn) -> Any:
    """The complaint is over, with its root cause and the measure (3.6.2)."""
    return on_complaint(request, id, payload, lambda one: actions.close(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/file", response=replies({200: ComplaintOut}))
def file_complaint(request: Asked, id: int, payload: NothingIn) -> Any:
    """Course and result are put away (3.6.1)."""
    return on_complaint(request, id, payload, lambda one: actions.file_complaint(one, **who(request)))


@router.post("/complaints/{int:id}/ask-review", response=replies({200: ComplaintOut}))
def ask_complaint_review(request: Asked, id: int, payload: ComplaintReviewIn) -> Any:
    """The complainant asks that the decision be looked at again."""
    return on_complaint(
        request, id, payload, lambda one: actions.ask_review(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/print/{form}", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_complaint(request: Asked, id: int, form: ComplaintPaperName, payload: NothingIn) -> Any:
    """One of its forms as PDF: the record, the decision letter, the report to the chairman."""
    return on_paper(request, get_object_or_404(seen(request), pk=id), PAPERS, form)


@router.post("/complaints/{int:id}/mediate", response=replies({200: ComplaintOut}))
def mediate_complaint(request: Asked, id: int, payload: GoneOnIn) -> Any:
    """It goes on before a mediator."""
    return on_complaint(request, id, payload, lambda one: actions.mediate(one, at=payload.at, **who(request)))


@router.post("/complaints/{int:id}/litigate", response=replies({200: ComplaintOut}))
def litigate_complaint(request: Asked, id: int, payload: GoneOnIn) -> Any:
    """It goes on in court or before arbitrators (3.6.4)."""
    return on_complaint(request, id, payload, lambda one: actions.litigate(one, at=payload.at, **who(request)))
