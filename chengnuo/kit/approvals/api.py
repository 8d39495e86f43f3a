"""Approvals by API: what waits, one request with its snapshot, deciding it, taking it back."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff

from . import actions
from .access import copied_to, visible_approvals, waiting_for
from .actions import OPINION_LENGTH
from .kinds import kind_of

router = Router(tags=["approvals"])


class StepOut(Answer):
    order: int
    asked_role: str
    asked_unit_id: int | None
    asked_of_id: int | None
    asked_at: datetime | None
    decision: str
    opinion: str
    decided_by_id: int | None
    on_behalf_of_id: int | None
    decided_at: datetime | None
    returned_to: int | None = Field(description="The earlier step to which it was returned; None: to who asked")


class ApprovalOut(Answer):
    id: int
    kind: str
    title: str
    clause: str
    state: str
    subject_type: str
    subject_pk: int
    unit_id: int
    asked_by_id: int
    asked_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, approval: Approval) -> "ApprovalOut":
        return ApprovalOut.model_validate(approval, from_attributes=True)


class ApprovalLineOut(Answer):
    name: str
    before: str
    after: str
    change: str


class WholeApproval(ApprovalOut):
    """One request as it is decided on: `sha256` is what a decision says it was shown."""

    sha256: str
    snapshot: dict[str, Any]
    against: str
    figure: ApprovalLineOut | None
    lines: list[ApprovalLineOut]
    cause: str
    steps: list[StepOut]
    copied_to_ids: list[int]


class ApprovalPage(Page):
    approvals: list[ApprovalOut]


class DecisionIn(Schema):
    step: Annotated[int, Field(ge=1, le=1000, description="Its order")]
    sha256: Annotated[str, Field(min_length=64, max_length=64, description="Of the snapshot that the person was shown")]
    decision: Literal["approve", "return", "refuse", "consult"]
    opinion: Annotated[str, Field(max_length=OPINION_LENGTH, description="The reason, where it is not approved")] = ""
    back_to: Annotated[int, Field(ge=0, le=1000, description="Of a return: the earlier step; 0: to who asked")] = 0
    ask_id: Id | None = Field(None, description="Another signer: before this step (consult) or after it (approve)")


class CopiedToIn(Schema):
    staff_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]


class TakenBackIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=OPINION_LENGTH)]


@router.get("/approvals", response=replies({200: ApprovalPage}))
def list_approvals(
    request: Asked, heap: Literal["waiting", "mine", "ended", "copied", "all"] = "waiting", cursor: str | None = None
) -> Any:
    """Requests: those that wait for this person, his own, those that have ended, those of which he got a copy, or all
    that he sees."""
    found, following = paged(_heap(request, heap), cursor)
    return {"approvals": [ApprovalOut.of(one) for one in found], "next": following}


@router.get("/approvals/{id}", response=replies({200: WholeApproval}))
def get_approval(request: Asked, id: int) -> Any:
    """One request with its steps and what is asked for."""
    return _whole(_approval(request, id))


@router.post("/approvals/{id}/decide", response=replies({200: WholeApproval}))
def decide_approval(request: Asked, id: int, payload: DecisionIn) -> Any:
    """Approve, return or refuse the step that is put to this person; it holds for exactly what he was shown."""

    def run() -> tuple[int, WholeApproval]:
        step = get_object_or_404(_approval(request, id).steps.select_related("approval"), order=payload.step)
        given = payload.model_dump(exclude={"step", "ask_id"})
        ask = _person(payload.ask_id, "ask_id") if payload.ask_id else None
        return 200, _whole(actions.decide(step, **given, ask=ask, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/approvals/{id}/withdraw", response=replies({200: WholeApproval}))
def withdraw_approval(request: Asked, id: int, payload: TakenBackIn) -> Any:
    """Take one's own request back before it is decided."""

    def run() -> tuple[int, WholeApproval]:
        approval = _approval(request, id)
        return 200, _whole(actions.withdraw(approval, reason=payload.reason, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/approvals/{id}/copy", response=replies({200: WholeApproval}))
def copy_approval(request: Asked, id: int, payload: CopiedToIn) -> Any:
    """Let others know of a request; they see it from then on."""

    def run() -> tuple[int, WholeApproval]:
        approval = _approval(request, id)
        people = [_person(one, "staff_ids") for one in payload.staff_ids]
        actions.copy_to(approval, people, by=request.user, now=request.now)
        return 200, _whole(_approval(request, id))

    return acts(request, payload, run)


def _person(id: int, field: str) -> Staff:
    """Raises Invalid (422) for nobody who is at work."""
    found = Staff.objects.filter(pk=id, is_active=True).first()
    if found is None:
        raise Invalid("staff_unknown", **{field: _("没有这个在职的人")})
    return found


def _heap(request: Asked, heap: str) -> QuerySet[Approval]:
    rows = visible_approvals(request.user, request.now)
    if heap == "waiting":
        return rows.filter(pk__in=set(waiting_for(request.user, request.now).values_list("approval_id", flat=True)))
    if heap == "mine":
        return rows.filter(asked_by=request.user)
    if heap == "copied":
        return rows.filter(pk__in=copied_to(request.user).values("approval_id"))
    return rows.exclude(state=Approval.State.PENDING) if heap == "ended" else rows


def _approval(request: Asked, id: int) -> Approval:
    return get_object_or_404(visible_approvals(request.user, request.now), pk=id)


def _whole(approval: Approval) -> WholeApproval:
    snapshot = json.loads(approval.snapshot)
    difference = kind_of(approval.kind).difference(approval, snapshot)
    steps = ApprovalStep.objects.filter(approval=approval).order_by("order")
    return WholeApproval(
        **ApprovalOut.of(approval).model_dump(),
        sha256=approval.sha256,
        snapshot=snapshot,
        against=difference.against,
        figure=ApprovalLineOut.model_validate(difference.figure, from_attributes=True) if difference.figure else None,
        lines=[ApprovalLineOut.model_validate(line, from_attributes=True) for line in difference.lines],
        cause=difference.cause,
        steps=[StepOut.model_validate(step, from_attributes=True) for step in steps],
        copied_to_ids=list(approval.copies.order_by("pk").values_list("staff_id", flat=True)),
    )
