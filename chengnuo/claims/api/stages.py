"""The way of a claim by API: from its survey to its file (3.4.1)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Path, Router
from pydantic import Field

from chengnuo.clients.case_api import BecauseIn
from chengnuo.clients.case_papers import on_paper
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Instant, Schema, replies
from chengnuo.kit.operations import ANEW, PDF, NothingIn, paper
from chengnuo.kit.requests import Asked

from .. import actions
from ..printing import PAPERS
from .shown import ClaimOut, on_claim, seen

router = Router()
ClaimPaperName = Annotated[
    Literal["cover", "report", "reminder"], Path(description="The cover, the loss report, the reminder")
]
Names = Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=60)]


class ClaimSurveyIn(Schema):
    surveyor: Annotated[str, Field(max_length=60, description="Of the insurer, the adjuster, or ours")]
    found: Annotated[str, Field(max_length=2000, description="What was found")]
    surveyed_at: Instant


class DocumentsIn(Schema):
    names: Names = Field(description="Documents")


class HandedInIn(Schema):
    to: Annotated[str, Field(max_length=120, description="To whom they were given")]
    submitted_at: Instant = Field(description="When all of them were there")


class MoreDocumentsIn(DocumentsIn):
    asked_at: Instant


class InsurerDecisionIn(Schema):
    outcome: Literal["accepted", "partly", "declined"]
    amount: Annotated[
        Decimal | None, Field(gt=0, max_digits=16, decimal_places=2, description="Yuan; not where declined")
    ] = None
    because: Annotated[str, Field(max_length=1000, description="Why not all")] = ""
    decided_at: Instant


class RefusalToldIn(Schema):
    told_at: Instant = Field(description="When the written refusal came")


class SaidByIn(Schema):
    who: Annotated[str, Field(max_length=60, description="Who of the client said so")]
    because: Annotated[str, Field(max_length=500)]


class AdviceIn(Schema):
    text: Annotated[str, Field(max_length=2000)]
    to_accept: Annotated[bool, Field(description="Whether it advises to accept")] = False


class ClientAgreesIn(Schema):
    who: Annotated[str, Field(max_length=60, description="Who of the client agreed")]
    agreed_at: Instant


class ClaimClosingIn(Schema):
    because: Annotated[str, Field(max_length=500, description="Needed where less was paid than decided")] = ""


class PaymentIn(Schema):
    kind: Literal["advance", "part", "final", "recovered", "salvage"]
    amount: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=2, description="Yuan")]
    paid_on: date
    payee: Annotated[str, Field(max_length=120)]


@router.post("/claims/{int:id}/survey", response=replies({200: ClaimOut}))
def survey_claim(request: Asked, id: int, payload: ClaimSurveyIn) -> Any:
    """The loss was looked at (3.4.1)."""
    return on_claim(request, id, payload, lambda claim: actions.survey(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/collect", response=replies({200: ClaimOut}))
def collect_claim_documents(request: Asked, id: int, payload: DocumentsIn) -> Any:
    """The client was told which documents are needed, all at once (3.4.1)."""
    return on_claim(request, id, payload, lambda claim: actions.collect(claim, payload.names, **who(request)))


@router.post("/claims/{int:id}/submit", response=replies({200: ClaimOut}))
def submit_claim(request: Asked, id: int, payload: HandedInIn) -> Any:
    """All documents are with the insurer: its clocks run (保险法 23, 25)."""
    return on_claim(request, id, payload, lambda claim: actions.submit(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/ask-again", response=replies({200: ClaimOut}))
def ask_claim_documents_again(request: Asked, id: int, payload: MoreDocumentsIn) -> Any:
    """The insurer asks for what is missing, once and all of it (保险法 22)."""
    return on_claim(
        request,
        id,
        payload,
        lambda claim: actions.ask_again(claim, payload.names, asked_at=payload.asked_at, **who(request)),
    )


@router.post("/claims/{int:id}/decide", response=replies({200: ClaimOut}))
def decide_claim(request: Asked, id: int, payload: InsurerDecisionIn) -> Any:
    """What the insurer decided (3.4.2)."""
    return on_claim(request, id, payload, lambda claim: actions.decide(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/refusal", response=replies({200: ClaimOut}))
def tell_claim_refusal(request: Asked, id: int, payload: RefusalToldIn) -> Any:
    """The written refusal came (保险法 24)."""
    return on_claim(
        request, id, payload, lambda claim: actions.refusal_told(claim, **payload.model_dump(), **who(request))
    )


@router.post("/claims/{int:id}/agree", response=replies({200: ClaimOut}))
def agree_claim(request: Asked, id: int, payload: ClientAgreesIn) -> Any:
    """The client agreed to what the insurer pays (3.4.2)."""
    return on_claim(request, id, payload, lambda claim: actions.agree(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/dispute", response=replies({200: ClaimOut}))
def dispute_claim(request: Asked, id: int, payload: SaidByIn) -> Any:
    """The client does not agree: the claim is disputed (3.4.3)."""
    return on_claim(request, id, payload, lambda claim: actions.dispute(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/advise", response=replies({200: ClaimOut}))
def advise_on_claim(request: Asked, id: int, payload: AdviceIn) -> Any:
    """What the branch advises its client (3.4.3)."""
    return on_claim(request, id, payload, lambda claim: actions.advise(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/close", response=replies({200: ClaimOut}))
def close_claim(request: Asked, id: int, payload: ClaimClosingIn) -> Any:
    """The claim is over (3.4.3)."""
    return on_claim(request, id, payload, lambda claim: actions.close(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/give-up", response=replies({200: ClaimOut}))
def give_up_claim(request: Asked, id: int, payload: SaidByIn) -> Any:
    """The client does not claim, by his own word (3.4.1)."""
    return on_claim(request, id, payload, lambda claim: actions.give_up(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/file", response=replies({200: ClaimOut}))
def file_claim(request: Asked, id: int, payload: NothingIn) -> Any:
    """The file is complete and put away (3.7.0)."""
    return on_claim(request, id, payload, lambda claim: actions.file_claim(claim, **who(request)))


@router.post("/claims/{int:id}/reopen", response=replies({200: ClaimOut}))
def reopen_claim(request: Asked, id: int, payload: BecauseIn) -> Any:
    """The claim is open again, with the reason (3.4.1)."""
    return on_claim(request, id, payload, lambda claim: actions.reopen(claim, **payload.model_dump(), **who(request)))


@router.post("/claims/{int:id}/print/{form}", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_claim(request: Asked, id: int, form: ClaimPaperName, payload: NothingIn) -> Any:
    """One of its forms as PDF: the file's cover with its documents, the loss report, the reminder to the insurer."""
    return on_paper(request, get_object_or_404(seen(request), pk=id), PAPERS, form)


@router.post("/claims/{int:id}/payments", response=replies({200: ClaimOut}))
def pay_claim(request: Asked, id: int, payload: PaymentIn) -> Any:
    """Money came (3.4.1)."""
    return on_claim(request, id, payload, lambda claim: actions.pay(claim, **payload.model_dump(), **who(request)))
