"""The documents of a claim and its payments by API; which documents each line needs (3.4.1, 3.7.0)."""

from typing import Annotated, Any, Literal

from ninja import Path, Router
from pydantic import Field

from chengnuo.clients.case_api import BecauseIn
from chengnuo.clients.models import Policy
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Answer, Schema, acts, replies
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_papers, visible_payments
from ..models import ClaimPaper, Payment
from ..needed import ALL, needed
from .shown import ClaimOut, on_claim, on_part
from .stages import DocumentsIn

router = Router()


class PaperMoveIn(Schema):
    verb: Literal["receive", "accept", "refuse", "waive", "need"]
    why: Annotated[str, Field(max_length=500, description="Needed where it is refused or waived")] = ""


class PaperListOut(Answer):
    line: str = Field(description="all: the documents of every claim")
    names: list[str]


class PaperListsOut(Answer):
    lists: list[PaperListOut]


@router.post("/claims/{int:id}/papers", response=replies({200: ClaimOut}))
def add_claim_documents(request: Asked, id: int, payload: DocumentsIn) -> Any:
    """More documents are needed (3.7.0)."""
    return on_claim(request, id, payload, lambda claim: actions.add_papers(claim, payload.names, **who(request)))


@router.post("/claim-papers/{int:id}/move", response=replies({200: ClaimOut}))
def move_claim_document(request: Asked, id: int, payload: PaperMoveIn) -> Any:
    """A document came, is good, was sent back, is not needed (3.7.0)."""

    def run(paper: ClaimPaper) -> int:
        actions.move_paper(paper, payload.verb, why=payload.why, **who(request))
        return paper.claim_id

    rows = visible_papers(request.user, request.now).select_related("claim__client")
    return on_part(request, rows, id, payload, run)


@router.post("/claim-payments/{int:id}/void", response=replies({200: ClaimOut}))
def void_claim_payment(request: Asked, id: int, payload: BecauseIn) -> Any:
    """A payment was entered wrongly: it stays in sight, and counts no longer (3.4.1)."""

    def run(payment: Payment) -> int:
        actions.void_payment(payment, because=payload.because, **who(request))
        return payment.claim_id

    rows = visible_payments(request.user, request.now).select_related("claim__client")
    return on_part(request, rows, id, payload, run)


@router.get("/claim-paper-lists", response=replies({200: PaperListsOut}))
def list_claim_paper_lists(request: Asked) -> Any:
    """Which documents claims need, by line of business."""
    lines = [ALL, *Policy.Line.values]
    return {"lists": [{"line": line or "all", "names": needed(line)} for line in lines]}


@router.post("/claim-paper-lists/{line}", response=replies({200: PaperListOut}))
def set_claim_paper_list(
    request: Asked,
    line: Annotated[str, Path(max_length=16, description="A line of business; all: every claim")],
    payload: DocumentsIn,
) -> Any:
    """The centre says which documents claims of a line need; told clients keep their list."""

    def run() -> tuple[int, dict[str, Any]]:
        row = actions.set_papers(ALL if line == "all" else line, payload.names, **who(request))
        return 200, {"line": row.line or "all", "names": row.names}

    return acts(request, payload, run)
