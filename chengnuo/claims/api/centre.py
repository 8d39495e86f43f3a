"""What passes between branch and centre about a claim, by API (3.4.3)."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from chengnuo.clients.case_api import BecauseIn
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Schema, replies
from chengnuo.kit.operations import NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_escalations, visible_guidance
from ..models import Escalation, Guidance
from .shown import ClaimOut, on_part

router = Router()


class ReportIn(Schema):
    facts: Annotated[str, Field(max_length=4000, description="What happened")]
    measures: Annotated[str, Field(max_length=4000, description="What was done")]
    asks: Annotated[str, Field(max_length=2000, description="What is asked of the centre")]


class GuideIn(Schema):
    steps: Annotated[list[str], Field(max_length=20, description="What the branch is to do")]
    due_on: Annotated[date | None, Field(description="By when")] = None


class HowIn(Schema):
    how: Annotated[str, Field(max_length=1000, description="How it was done")]


def _on_escalation(request: Asked, id: int, payload: Schema, act: Callable[[Escalation], Any]) -> Any:
    def run(one: Escalation) -> int:
        act(one)
        return one.claim_id

    rows = visible_escalations(request.user, request.now).select_related("claim__client")
    return on_part(request, rows, id, payload, run)


@router.post("/escalations/{int:id}/report", response=replies({200: ClaimOut}))
def report_claim_to_centre(request: Asked, id: int, payload: ReportIn) -> Any:
    """The branch's written report: facts, measures, what it asks (3.4.3)."""
    given = actions.Report(**payload.model_dump())
    return _on_escalation(request, id, payload, lambda one: actions.report_to_centre(one, given, **who(request)))


@router.post("/escalations/{int:id}/acknowledge", response=replies({200: ClaimOut}))
def acknowledge_claim_report(request: Asked, id: int, payload: NothingIn) -> Any:
    """The centre has the report (3.4.3)."""
    return _on_escalation(request, id, payload, lambda one: actions.acknowledge(one, **who(request)))


@router.post("/escalations/{int:id}/guide", response=replies({200: ClaimOut}))
def guide_claim(request: Asked, id: int, payload: GuideIn) -> Any:
    """The centre tells the branch what to do, step by step (3.4.3)."""
    more: dict[str, Any] = {"due_on": payload.due_on, **who(request)}
    return _on_escalation(request, id, payload, lambda one: actions.guide(one, payload.steps, **more))


@router.post("/escalations/{int:id}/release", response=replies({200: ClaimOut}))
def release_claim(request: Asked, id: int, payload: BecauseIn) -> Any:
    """The centre gives the claim back to the branch, with the reason (3.4.3)."""
    more: dict[str, Any] = {"because": payload.because, **who(request)}
    return _on_escalation(request, id, payload, lambda one: actions.release(one, **more))


@router.post("/guidance/{int:id}/done", response=replies({200: ClaimOut}))
def carry_out_claim_guidance(request: Asked, id: int, payload: HowIn) -> Any:
    """The branch did a step of the centre's guidance (3.4.3)."""
    rows = visible_guidance(request.user, request.now).select_related("escalation__claim__client")

    def run(step: Guidance) -> int:
        actions.carry_out_guidance(step, how=payload.how, **who(request))
        return step.escalation.claim_id

    return on_part(request, rows, id, payload, run)
