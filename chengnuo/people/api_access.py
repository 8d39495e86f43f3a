"""What somebody may see and do, and why, by API: the same explanation as the administrator's page."""

from datetime import datetime
from typing import Annotated

import ninja
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Schema, acts, replies
from chengnuo.kit.requests import Asked as Request
from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.trail import looked

from . import actions
from .access import may_manage, visible_staff
from .access_explained import Allowed, Asked, Held, Shared, explain
from .grounds import Verdict
from .models import Staff

router = Router(tags=["people"])


class VerdictOut(Answer):
    is_yes: bool
    reasons: list[str]

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictOut":
        return cls(is_yes=verdict.is_yes, reasons=verdict.reasons)


class RoleHeldOut(Answer):
    kind: str
    unit: str
    starts_at: datetime
    until: datetime | None
    for_staff_id: int | None = Field(description="Whose role it is, where he stands in for somebody")
    given_by: str = Field(description="Empty where it was given when the company was set up")

    @classmethod
    def of(cls, held: Held) -> "RoleHeldOut":
        return cls(
            kind=held.role.kind,
            unit=held.role.unit.code,
            starts_at=held.role.starts_at,
            until=held.until,
            for_staff_id=held.for_whom.pk if held.for_whom else None,
            given_by=held.given_by,
        )


class ReachedOut(Answer):
    unit: str
    reasons: list[str]


class ShareOut(Answer):
    client_id: int
    unit: str
    scope: str
    because: str
    starts_at: datetime
    ends_at: datetime | None

    @classmethod
    def of(cls, shared: Shared) -> "ShareOut":
        plain = {name: getattr(shared, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=shared.unit.code)


class SeenOut(Answer):
    label: str
    count: int = Field(description="Up to 1,000")
    is_more: bool
    units: list[str]


class RightOut(Answer):
    key: str
    label: str
    verdict: VerdictOut
    units: list[str]
    is_everywhere: bool

    @classmethod
    def of(cls, right: Allowed) -> "RightOut":
        return cls(
            key=right.key,
            label=str(right.label),
            verdict=VerdictOut.of(right.verdict),
            units=right.units,
            is_everywhere=right.is_everywhere,
        )


class AccessOut(Answer):
    hindrances: list[str] = Field(description="What keeps him out altogether")
    first: list[str] = Field(description="What his next sign-in asks of him before anything else")
    roles: list[RoleHeldOut]
    units: list[ReachedOut]
    shares: list[ShareOut]
    seen: list[SeenOut]
    rights: list[RightOut]
    exports: list[str]


class QuestionIn(Schema):
    number: Annotated[str, Field(min_length=1, max_length=40, description="DH-SU-26-0001; #12 is a client")]


class AnswerOut(Answer):
    type: str
    id: int
    number: str
    sees: VerdictOut
    acts: list[RightOut]

    @classmethod
    def of(cls, asked: Asked) -> "AnswerOut":
        return cls(
            type=asked.record._meta.label_lower,
            id=asked.record.pk,
            number=asked.number,
            sees=VerdictOut.of(asked.sees),
            acts=[RightOut.of(act) for act in asked.acts],
        )


class AnswersOut(Answer):
    answers: list[AnswerOut]


def _member(request: Request, id: int) -> Staff:
    if not may_manage(request.user, request.now):
        raise Forbidden(_("权限说明由系统管理员查看"))
    return get_object_or_404(visible_staff(request.user, request.now).select_related("unit"), pk=id)


@router.get("/staff/{id}/access", response=replies({200: AccessOut}), summary="What somebody may see and do, and why")
def get_access(request: Request, id: Id) -> AccessOut:
    """What somebody may see and do, and by which role, delegation or share."""
    member = _member(request, id)
    looked(member, by=request.user, now=request.now)
    told = explain(member, request.now)
    return AccessOut(
        hindrances=told.hindrances,
        first=told.first,
        roles=[RoleHeldOut.of(held) for held in told.roles],
        units=[ReachedOut(unit=unit.code, reasons=reasons) for unit, reasons in told.units],
        shares=[ShareOut.of(one) for one in told.shares],
        seen=[
            SeenOut(label=str(one.label), count=one.count, is_more=one.is_more, units=one.units) for one in told.seen
        ],
        rights=[RightOut.of(right) for right in told.rights],
        exports=[str(label) for label in told.exports],
    )


@router.post("/staff/{id}/access/questions", response=replies({200: AnswersOut}), summary="May he, with this record?")
def ask_access(request: Request, id: Id, payload: QuestionIn) -> ninja.Status:
    """Whether somebody may see one record, and why or why not."""
    member = _member(request, id)

    def run() -> tuple[int, AnswersOut]:
        answers = actions.ask_access(member, payload.number, by=request.user, now=request.now)
        return 200, AnswersOut(answers=[AnswerOut.of(one) for one in answers])

    return acts(request, payload, run)
