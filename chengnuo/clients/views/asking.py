"""What every page of this room asks first."""

from datetime import date, datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Staff

from ..access import may_change, visible_clients
from ..models import Client


def who(request: HttpRequest) -> tuple[Staff, datetime]:
    """Who asks, and the request's one instant."""
    return cast(Staff, request.user), request.now  # type: ignore[attr-defined]


def today(request: HttpRequest) -> date:
    return cast(datetime, request.now).astimezone(ZONE).date()  # type: ignore[attr-defined]


def seen(request: HttpRequest, pk: int) -> Client:
    """The client, if the person sees him; else 404."""
    return get_object_or_404(visible_clients(*who(request)).select_related("unit", "manager"), pk=pk)


def changing(request: HttpRequest, client: Client) -> None:
    """Raise Forbidden unless the person may change this client."""
    user, now = who(request)
    if not may_change(user, client, now):
        raise Forbidden(_("客户资料由所属机构和客服中心改"))


def held(request: HttpRequest, rows: QuerySet[Any], pk: int) -> Any:
    """A record of a client that the person sees and may change; else 404, or 403."""
    found = get_object_or_404(rows.select_related("client__unit"), pk=pk)
    changing(request, found.client)
    return found
