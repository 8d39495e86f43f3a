"""What the operations of this room ask first, and the words for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from pydantic import Field

from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff

from ..access import may_change, visible_clients
from ..models import Client

Short = Annotated[str, Field(max_length=60)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="As you read it; another one is 409 `stale`")]
PERIOD = {"starts_on": "start", "ends_on": "end"}


def seen(request: Asked, id: int) -> Client:
    """The client, if the person sees him; else 404."""
    return get_object_or_404(visible_clients(request.user, request.now).select_related("unit"), pk=id)


def changeable(request: Asked, id: int) -> Client:
    """The client, if the person may change him; else 404 or 403."""
    client = seen(request, id)
    _may(request, client)
    return client


def held(request: Asked, rows: QuerySet[Any], id: int) -> Any:
    """A record of a client whom the person may change; else 404 or 403."""
    found = get_object_or_404(rows.select_related("client__unit"), pk=id)
    _may(request, found.client)
    return found


def _may(request: Asked, client: Client) -> None:
    if not may_change(request.user, client, request.now):
        raise Forbidden(_("客户资料由所属机构和客服中心改"))


def manager_of(user: Staff, id: int | None, now: datetime) -> Staff | None:
    """The client manager that is named. Raises Invalid beside `manager_id`."""
    if id is None:
        return None
    manager = visible_staff(user, now).filter(pk=id, is_active=True).first()
    if manager is None:
        raise Invalid("staff_unknown", manager_id=_("没有这个人"))
    return manager


@contextmanager
def said_as(names: dict[str, str]) -> Iterator[None]:
    """Within, a refusal names the fields as the API does: `policies.0.ends_on` is `policies.0.end`."""
    try:
        yield
    except Refusal as refusal:
        refusal.fields = {_renamed(place, names): said for place, said in refusal.fields.items()}
        raise


def _renamed(place: str, names: dict[str, str]) -> str:
    return ".".join(names.get(part, part) for part in place.split("."))
