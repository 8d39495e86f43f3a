"""What passes between branch, centre and leader about a complaint, by API (3.6.2)."""

from collections.abc import Callable
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from chengnuo.clients.case_api import BecauseIn
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Schema, replies
from chengnuo.kit.operations import NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_referrals
from ..models import Referral
from .shown import ComplaintOut, on_part

router = Router()


class ComplaintReportIn(Schema):
    facts: Annotated[str, Field(max_length=4000, description="What happened")]
    measures: Annotated[str, Field(max_length=4000, description="What was done")]
    asks: Annotated[str, Field(max_length=2000, description="What is asked of the centre")]


class InstructionIn(Schema):
    text: Annotated[str, Field(max_length=4000, description="How it is to be settled")]


def _on_referral(request: Asked, id: int, payload: Schema, act: Callable[[Referral], Any]) -> Any:
    def run(one: Referral) -> int:
        act(one)
        return one.complaint_id

    rows = visible_referrals(request.user, request.now).select_related("complaint__client")
    return on_part(request, rows, id, payload, run)


@router.post("/complaint-referrals/{int:id}/report", response=replies({200: ComplaintOut}))
def report_complaint_to_centre(request: Asked, id: int, payload: ComplaintReportIn) -> Any:
    """The branch's written report: facts, measures, what it asks (3.6.2)."""
    given = actions.Report(**payload.model_dump())
    return _on_referral(request, id, payload, lambda one: actions.report_to_centre(one, given, **who(request)))


@router.post("/complaint-referrals/{int:id}/acknowledge", response=replies({200: ComplaintOut}))
def acknowledge_complaint_report(request: Asked, id: int, payload: NothingIn) -> Any:
    """The centre has the report; who says so handles it (3.6.2)."""
    return _on_referral(request, id, payload, lambda one: actions.acknowledge(one, **who(request)))


@router.post("/complaint-referrals/{int:id}/instruct", response=replies({200: ComplaintOut}))
def instruct_on_complaint(request: Asked, id: int, payload: InstructionIn) -> Any:
    """The leader in charge says how it is to be settled (3.6.2)."""
    return _on_referral(request, id, payload, lambda one: actions.instruct(one, text=payload.text, **who(request)))


@router.post("/complaint-referrals/{int:id}/release", response=replies({200: ComplaintOut}))
def release_complaint(request: Asked, id: int, payload: BecauseIn) -> Any:
    """The centre gives the complaint back to the branch, with the reason (3.6.2)."""
    more: dict[str, Any] = {"because": payload.because, **who(request)}
    return _on_referral(request, id, payload, lambda one: actions.release(one, **more))
