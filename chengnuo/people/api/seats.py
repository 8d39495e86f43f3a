"""Roles and absences of people, and who stands in for whom."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid

from .. import actions
from ..access import (
    may_give_role,
    may_report_absence,
    visible_absences,
    visible_roles,
    visible_staff,
    visible_substitutes,
)
from ..models import Unit
from ..views.asking import administrator, who
from .staff import RoleOut

router = Router()

RoleKind = Literal[
    "operator", "manager", "custodian", "centre", "centre_head", "executive", "chairman", "administrator"
]


class RoleIn(Schema):
    kind: RoleKind
    unit_id: Id
    starts_at: Instant | None = Field(None, description="Now unless stated; not before today")
    ends_at: Instant | None = None


class AbsenceIn(Schema):
    starts_at: Instant
    ends_at: Instant
    reason: Annotated[str, Field(min_length=1, max_length=100)]


class AbsenceOut(Answer):
    id: int
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


class AbsencePage(Page):
    absences: list[AbsenceOut]


class SubstituteIn(Schema):
    staff_id: Id
    starts_at: Instant | None = Field(None, description="Now unless stated")
    ends_at: Instant
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class SubstituteOut(Answer):
    id: int
    principal_id: int
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    revoked_at: datetime | None


class SubstitutePage(Page):
    substitutes: list[SubstituteOut]


@router.post("/staff/{id}/roles", response=replies({201: RoleOut}))
def give_role(request: Asked, id: int, payload: RoleIn) -> Any:
    """Give somebody a role at a unit, from an instant to an instant."""

    def run() -> tuple[int, RoleOut]:
        user, now = administrator(request)
        member = get_object_or_404(visible_staff(user, now), pk=id)
        if not may_give_role(user, member, now):
            raise Forbidden(_("不能给自己授予角色，请另一位管理员办理"))
        unit = Unit.objects.filter(pk=payload.unit_id).first()
        if unit is None:
            raise Invalid("unit_unknown", unit_id=_("没有这个机构"))
        given = payload.model_dump(exclude={"unit_id"})
        role = actions.give_role(member, **given, unit=unit, by=user, now=now)
        return 201, RoleOut.model_validate(role, from_attributes=True)

    return acts(request, payload, run)


@router.post("/roles/{id}/end", response=replies({200: RoleOut}))
def end_role(request: Asked, id: int) -> Any:
    """End a role now; one that has not begun is called off."""

    def run() -> tuple[int, RoleOut]:
        user, now = administrator(request)
        role = get_object_or_404(visible_roles(user, now), pk=id)
        return 200, RoleOut.model_validate(actions.end_role(role, by=user, now=now), from_attributes=True)

    return acts(request, None, run)


@router.get("/absences", response=replies({200: AbsencePage}))
def list_absences(request: Asked, cursor: str | None = None, staff_id: Id | None = None) -> Any:
    """One's own absences and those of the people one is responsible for."""
    rows = visible_absences(request.user, request.now)
    rows = rows if staff_id is None else rows.filter(staff_id=staff_id)
    found, following = paged(rows, cursor)
    return {"absences": [AbsenceOut.model_validate(one, from_attributes=True) for one in found], "next": following}


@router.post("/staff/{id}/absences", response=replies({201: AbsenceOut}))
def report_absence(request: Asked, id: int, payload: AbsenceIn) -> Any:
    """Say that somebody is away; his substitute hears of his duties meanwhile."""

    def run() -> tuple[int, AbsenceOut]:
        user, now = who(request)
        member = get_object_or_404(visible_staff(user, now), pk=id)
        if not may_report_absence(user, member, now):
            raise Forbidden(_("不在岗由本人、机构负责人或系统管理员报"))
        absence = actions.report_absence(member, **payload.model_dump(), by=user, now=now)
        return 201, AbsenceOut.model_validate(absence, from_attributes=True)

    return acts(request, payload, run)


@router.post("/absences/{id}/end", response=replies({200: AbsenceOut}))
def end_absence(request: Asked, id: int) -> Any:
    """Say that somebody is back, or does not go after all."""

    def run() -> tuple[int, AbsenceOut]:
        user, now = who(request)
        absence = get_object_or_404(visible_absences(user, now), pk=id)
        return 200, AbsenceOut.model_validate(actions.end_absence(absence, by=user, now=now), from_attributes=True)

    return acts(request, None, run)


@router.get("/me/substitutes", response=replies({200: SubstitutePage}))
def list_substitutes(request: Asked, cursor: str | None = None) -> Any:
    """Whom one has named, and for whom one stands in."""
    found, following = paged(visible_substitutes(request.user, request.now), cursor)
    rows = [SubstituteOut.model_validate(one, from_attributes=True) for one in found]
    return {"substitutes": rows, "next": following}


@router.post("/me/substitutes", response=replies({201: SubstituteOut}))
def name_substitute(request: Asked, payload: SubstituteIn) -> Any:
    """Name who acts for the person, from an instant to an instant."""

    def run() -> tuple[int, SubstituteOut]:
        user, now = who(request)
        staff = visible_staff(user, now).filter(pk=payload.staff_id).first()
        if staff is None:
            raise Invalid("staff_unknown", staff_id=_("没有这个人"))
        given = payload.model_dump(exclude={"staff_id"}) | {"starts_at": payload.starts_at or now}
        row = actions.name_substitute(user, staff=staff, **given, by=user, now=now)
        return 201, SubstituteOut.model_validate(row, from_attributes=True)

    return acts(request, payload, run)


@router.post("/me/substitutes/{id}/revoke", response=replies({200: SubstituteOut}))
def revoke_substitute(request: Asked, id: int) -> Any:
    """Take a delegation back."""

    def run() -> tuple[int, SubstituteOut]:
        user, now = who(request)
        row = get_object_or_404(visible_substitutes(user, now), pk=id)
        revoked = actions.revoke_substitute(row, by=user, now=now)
        return 200, SubstituteOut.model_validate(revoked, from_attributes=True)

    return acts(request, None, run)
