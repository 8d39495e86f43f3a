"""What the operations of this room ask first."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.models import Client, Site
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff

from ..access import visible_plans
from ..models import ServicePlan

Reason = Annotated[str, Field(min_length=1, max_length=500)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="As you read it; another one is 409 `stale`")]


def client_of(request: Asked, id: int) -> Client:
    rows: QuerySet[Client] = visible_clients(request.user, request.now)
    return get_object_or_404(rows.select_related("unit"), pk=id)


def plan_of(request: Asked, id: int) -> ServicePlan:
    rows = visible_plans(request.user, request.now)
    return get_object_or_404(rows.select_related("client", "client_unit", "unit", "owner", "agreement"), pk=id)


def staff_of(request: Asked, id: int) -> Staff:
    """Raises Invalid beside `owner_id`."""
    found = visible_staff(request.user, request.now).filter(pk=id, is_active=True).first()
    if found is None:
        raise Invalid("staff_unknown", owner_id=_("没有这个人"))
    return found


def site_of(client: Client, id: int | None) -> Site | None:
    """Raises Invalid beside `site_id`."""
    if id is None:
        return None
    found: Any = client.sites.filter(pk=id).first()
    if found is None:
        raise Invalid("site_unknown", site_id=_("这处场所不是该客户的"))
    return found  # type: ignore[no-any-return]
