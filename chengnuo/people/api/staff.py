"""Staff: everybody reads the colleagues he sees, the administrator takes on, changes and lets go."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid

from .. import actions
from ..access import may_manage, open_sessions, visible_staff
from ..models import Role, Staff, Unit
from ..views.asking import administrator

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=40)]
Phone = Annotated[str, Field(max_length=30)]
Extension = Annotated[str, Field(max_length=12)]
Password = Annotated[str, Field(min_length=1, max_length=200)]


class StaffIn(Schema):
    username: Annotated[str, Field(min_length=1, max_length=40)]
    name: Name
    unit_id: Id
    password: Password | None = Field(None, description="Without one nobody can sign in as this person yet")
    phone: Phone = ""
    extension: Extension = ""


class StaffChangeIn(Schema):
    name: Name
    unit_id: Id
    phone: Phone = ""
    extension: Extension | None = Field(None, description="None leaves it")
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="The version that was read; with it a change meanwhile is refused with 409 `stale`"
    )


class PasswordIn(Schema):
    password: Password


class RoleOut(Answer):
    id: int
    kind: str
    unit_id: int
    starts_at: datetime
    ends_at: datetime | None


class StaffOut(Answer):
    id: int
    username: str
    name: str
    unit_id: int
    phone: str
    extension: str
    is_active: bool
    version: int
    roles: list[RoleOut] = Field(description="Those in force")

    @classmethod
    def of(cls, member: Staff) -> "StaffOut":
        plain = {name: getattr(member, name) for name in cls.model_fields if name != "roles"}
        roles = [RoleOut.model_validate(role, from_attributes=True) for role in member.held_now]  # type: ignore[attr-defined]
        return cls(**plain, roles=roles)


class MemberOut(StaffOut):
    sessions: int | None = Field(description="How many are open; for the person himself and the administrator")


class StaffPage(Page):
    staff: list[StaffOut]


class EndedOut(Answer):
    ended: int


def staff_of(request: Asked) -> Any:
    held = Prefetch("roles", Role.objects.filter(Role.at(request.now)).order_by("pk"), "held_now")
    return visible_staff(request.user, request.now).prefetch_related(held)


def answer_of(request: Asked, pk: int) -> MemberOut:
    """A colleague who is seen, as he stands now. Raises Http404."""
    member = get_object_or_404(staff_of(request), pk=pk)
    is_told = member.pk == request.user.pk or may_manage(request.user, request.now)
    sessions = open_sessions(member, request.now) if is_told else None
    return MemberOut(**StaffOut.of(member).model_dump(), sessions=sessions)


@router.get("/staff", response=replies({200: StaffPage}))
def list_staff(
    request: Asked,
    cursor: str | None = None,
    q: Annotated[str, Field(max_length=40)] = "",
    unit_id: Id | None = None,
    is_active: bool | None = None,
) -> Any:
    """The colleagues that this person sees, leavers among them; `q` is part of a name or of a username."""
    rows = staff_of(request)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(username__icontains=q))
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    found, following = paged(rows, cursor)
    return {"staff": [StaffOut.of(one) for one in found], "next": following}


@router.get("/staff/{id}", response=replies({200: MemberOut}))
def get_staff(request: Asked, id: int) -> Any:
    """One member of staff with his roles."""
    return answer_of(request, id)


@router.post("/staff", response=replies({201: MemberOut}))
def hire(request: Asked, payload: StaffIn) -> Any:
    """Enter a member of staff."""

    def run() -> tuple[int, MemberOut]:
        user, now = administrator(request)
        given = payload.model_dump(exclude={"unit_id"})
        member = actions.hire(**given, unit=_unit(payload.unit_id), by=user, now=now)
        return 201, answer_of(request, member.pk)

    return acts(request, payload, run)


@router.post("/staff/{id}/change", response=replies({200: MemberOut}))
def change_staff(request: Asked, id: int, payload: StaffChangeIn) -> Any:
    """Change the particulars of a member of staff."""

    def run() -> tuple[int, MemberOut]:
        user, now = administrator(request)
        given = payload.model_dump(exclude={"unit_id"})
        actions.change_staff(_member(request, id), **given, unit=_unit(payload.unit_id), by=user, now=now)
        return 200, answer_of(request, id)

    return acts(request, payload, run)


@router.post("/staff/{id}/password", response=replies({200: MemberOut}))
def reset_password(request: Asked, id: int, payload: PasswordIn) -> Any:
    """Hand somebody else a password; his sessions end."""

    def run() -> tuple[int, MemberOut]:
        user, now = administrator(request)
        member = get_object_or_404(visible_staff(user, now).exclude(pk=user.pk), pk=id)
        actions.set_password(member, payload.password, by=user, now=now)
        return 200, answer_of(request, id)

    return acts(request, payload, run)


@router.post("/staff/{id}/leave", response=replies({200: MemberOut}))
def leave(request: Asked, id: int) -> Any:
    """Somebody leaves: roles, substitutions, sessions and tokens of his end at once."""

    def run() -> tuple[int, MemberOut]:
        user, now = administrator(request)
        actions.leave(_member(request, id), by=user, now=now)
        return 200, answer_of(request, id)

    return acts(request, None, run)


@router.post("/staff/{id}/sessions/end", response=replies({200: EndedOut}))
def end_staff_sessions(request: Asked, id: int) -> Any:
    """Sign somebody out everywhere."""

    def run() -> tuple[int, EndedOut]:
        user, now = administrator(request)
        return 200, EndedOut(ended=actions.end_sessions(_member(request, id), by=user, now=now))

    return acts(request, None, run)


def _member(request: Asked, id: int) -> Staff:
    return get_object_or_404(visible_staff(request.user, request.now), pk=id)


def _unit(id: int) -> Unit:
    unit = Unit.objects.filter(pk=id, closed_on=None).first()
    if unit is None:
        raise Invalid("unit_unknown", unit_id=_("没有这个机构，或者已撤销"))
    return unit
