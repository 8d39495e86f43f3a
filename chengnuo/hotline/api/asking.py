"""What the operations of this room ask first: the records named in an address, and the people and units in a body."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from chengnuo.clients.models import Client, Contact
from chengnuo.clients.running import running_one
from chengnuo.kit.operations import Day
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff, Unit

from ..access import visible_calls, visible_promises, visible_shifts
from ..callers import chosen
from ..models import Call, DutyShift, Promise

OfBranch = Annotated[str | None, Query(max_length=6, description="Code of a branch: what is of it alone")]
Since = Annotated[Day | None, Query(description="First local day")]
Until = Annotated[Day | None, Query(description="Last local day, included")]
Code = Annotated[str, Field(min_length=1, max_length=6, description="Code of the branch, e.g. `SU`")]
Short = Annotated[str, Field(max_length=60)]


def call_of(request: Asked, id: int) -> Call:
    """The call, if the person sees it; else 404."""
    rows = with_promises(request, visible_calls(request.user, request.now))
    return get_object_or_404(rows.select_related("client"), pk=id)


def with_promises(request: Asked, rows: QuerySet[Call]) -> QuerySet[Call]:
    """The calls, each with those of its promises that the person sees."""
    promises = visible_promises(request.user, request.now).order_by("pk")
    return rows.select_related("unit").prefetch_related(Prefetch("promises", promises))


def promise_of(request: Asked, id: int) -> Promise:
    return get_object_or_404(visible_promises(request.user, request.now).select_related("call", "client"), pk=id)


def shift_of(request: Asked, id: int) -> DutyShift:
    return get_object_or_404(visible_shifts(request.user, request.now).select_related("unit", "staff"), pk=id)


def branch(code: str, field: str = "unit") -> Unit:
    """The open branch of this code. Raises Invalid beside `field`."""
    unit = Unit.objects.filter(code=code, kind=Unit.Kind.BRANCH, closed_on=None).first()
    if unit is None:
        raise Invalid("unit_unknown", **{field: _("没有这个机构")})
    return unit


def any_branch(code: str | None, field: str = "unit") -> Unit | None:
    """The branch that a list is narrowed to, a closed one too; None for no code. Raises Invalid beside `field`."""
    if code is None:
        return None
    unit = Unit.objects.filter(code=code, kind=Unit.Kind.BRANCH).first()
    if unit is None:
        raise Invalid("unit_unknown", **{field: _("没有这个机构")})
    return unit


def person(id: int, field: str) -> Staff:
    """Somebody at work: the roster is the whole company's to read. Raises Invalid beside `field`."""
    staff = Staff.objects.filter(pk=id, is_active=True).first()
    if staff is None:
        raise Invalid("staff_unknown", **{field: _("没有这个人")})
    return staff


def colleague(user: Staff, id: int, now: datetime, field: str) -> Staff:
    """Somebody whom the person sees. Raises Invalid beside `field`."""
    staff = visible_staff(user, now).filter(pk=id).first()
    if staff is None:
        raise Invalid("staff_unknown", **{field: _("没有这个人")})
    return staff


def caller_of(
    user: Staff, client_id: int | None, contact_id: int | None, typed: str, now: datetime
) -> tuple[Client | None, Contact | None]:
    """The client and contact named as a caller: any client of the company by his card (3.1.1); whom of a client that
    the person does not see, only the contact's own whole number tells. Raises Invalid beside the field."""
    one = chosen(user, f"{client_id}:{contact_id or ''}", now, typed) if client_id is not None else None
    if client_id is not None and one is None:
        raise Invalid("client_unknown", client_id=_("没有这个客户"))
    if contact_id is not None and (one is None or one.contact is None):
        raise Invalid("contact_unknown", contact_id=_("这个客户没有这个联系人"))
    return (one.client, one.contact) if one else (None, None)


def matter(user: Staff, key: str, client: Client | None, now: datetime) -> Kept | None:
    """The running matter of the client that a call is about. Raises Invalid beside `about`."""
    if not key:
        return None
    found: Any = running_one(user, client, key, now) if client else None
    if found is None:
        raise Invalid("matter_unknown", about=_("这个客户没有这件在办的事"))
    return found  # type: ignore[no-any-return]
