"""Telephone systems, for the administrator: connected, changed, revoked; calls to unknown numbers."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Status
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..models import PhoneEvent, PhoneSystem
from ..views.systems import require_administrator

router = Router(tags=["hotline"])
DialUrl = Annotated[
    str, Field(max_length=300, description="https, with `{extension}` and `{number}`; empty: nothing dials")
]


class SystemIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    dial_url: DialUrl = ""


class DialUrlIn(Schema):
    dial_url: DialUrl


class SystemOut(Answer):
    id: int
    name: str
    dial_url: str
    made_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, system: PhoneSystem) -> "SystemOut":
        return cls.model_validate(system, from_attributes=True)


class SystemMadeOut(SystemOut):
    secret: str = Field(description="Signs its events; shown this once")
    hook: str = Field(description="Where it posts them")


class SystemPage(Page):
    systems: list[SystemOut]


class LostCallOut(Answer):
    """A word of an exchange about a number that no branch registered."""

    id: int
    system_id: int
    word: str
    at: datetime
    caller: str
    called: str

    @classmethod
    def of(cls, event: PhoneEvent) -> "LostCallOut":
        return cls.model_validate(event, from_attributes=True)


class LostCallPage(Page):
    events: list[LostCallOut]


@router.get("/phone-systems", response=replies({200: SystemPage}))
def list_phone_systems(request: Asked, cursor: Cursor = "") -> Any:
    """Exchanges that may post events, and those that may no more."""
    require_administrator(request)
    found, following = paged(PhoneSystem.objects.all(), cursor)
    return {"systems": [SystemOut.of(system) for system in found], "next": following}


@router.post("/phone-systems", response=replies({201: SystemMadeOut}), openapi_extra=ANEW)
def connect_phone_system(request: Asked, payload: SystemIn) -> Any:
    """Let an exchange post events. Its secret is on this one answer and nowhere else, so it takes no key."""
    require_administrator(request)
    with transaction.atomic():
        system, secret = actions.make_system(
            name=payload.name, dial_url=payload.dial_url, by=request.user, now=request.now
        )
    hook = request.build_absolute_uri(reverse("phone_hook"))
    return Status(201, SystemMadeOut(**SystemOut.of(system).model_dump(), secret=secret, hook=hook))


@router.post("/phone-systems/{int:id}/change", response=replies({200: SystemOut}))
def change_phone_system(request: Asked, id: int, payload: DialUrlIn) -> Any:
    """Say where the exchange takes orders to dial."""
    return _on_system(request, id, payload, actions.change_system, dial_url=payload.dial_url)


@router.post("/phone-systems/{int:id}/revoke", response=replies({200: SystemOut}))
def revoke_phone_system(request: Asked, id: int, payload: NothingIn) -> Any:
    """Make its secret worthless."""
    return _on_system(request, id, payload, actions.revoke_system)


@router.get("/phone-systems/lost-calls", response=replies({200: LostCallPage}))
def list_lost_calls(request: Asked, cursor: Cursor = "") -> Any:
    """What rang at numbers that no branch registered, newest first."""
    require_administrator(request)
    found, following = paged(PhoneEvent.objects.filter(call=None, is_outgoing=False), cursor)
    return {"events": [LostCallOut.of(event) for event in found], "next": following}


def _on_system(request: Asked, id: int, payload: Schema, action: Any, **words: Any) -> Any:
    require_administrator(request)

    def run() -> tuple[int, SystemOut]:
        system = get_object_or_404(PhoneSystem, pk=id)
        return 200, SystemOut.of(action(system, by=request.user, now=request.now, **words))

    return acts(request, payload, run)
