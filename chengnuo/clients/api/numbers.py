"""Showing a masked number. Every showing is an event, so none takes a key and no stored answer holds the number."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Schema, replies
from chengnuo.kit.operations import ANEW
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden

from .. import actions
from ..access import may_unmask, visible_positions
from ..models import Client
from .asking import seen

router = Router(tags=["numbers"])


class ShowIn(Schema):
    reason: str = Field("", max_length=200, description="Why you need it; stays on record")


class WholeNumberOut(Answer):
    number: str = Field(description="The whole number; that you saw it is on record")


@router.post("/clients/{int:id}/resident-id", response=replies({200: WholeNumberOut}), openapi_extra=ANEW)
def show_resident_id(request: Asked, id: int, payload: ShowIn) -> Any:
    """Show a person's resident id, for who works with the client."""
    client = _unmaskable(request, seen(request, id))
    return {"number": actions.unmask_resident_id(client, reason=payload.reason, by=request.user, now=request.now)}


@router.post(
    "/positions/{int:id}/phones/{int:phone_id}/number", response=replies({200: WholeNumberOut}), openapi_extra=ANEW
)
def show_phone(request: Asked, id: int, phone_id: int, payload: ShowIn) -> Any:
    """Show a contact's number as it was written."""
    rows = visible_positions(request.user, request.now).select_related("client", "contact")
    position = get_object_or_404(rows, pk=id)
    _unmaskable(request, position.client)
    phone = get_object_or_404(position.contact.phones, pk=phone_id)
    who: dict[str, Any] = {"by": request.user, "now": request.now}
    return {"number": actions.unmask_phone(position, phone, reason=payload.reason, **who)}


def _unmaskable(request: Asked, client: Client) -> Client:
    if not may_unmask(request.user, client, request.now):
        raise Forbidden(_("完整号码由服务这个客户的人查看"))
    return client
