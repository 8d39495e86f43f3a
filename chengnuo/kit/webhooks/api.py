"""Webhooks by API: the same actions as the administrator's pages.

A secret stands on the answer that made it and nowhere else; a repetition under the same key is answered without it.
"""

import json
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import ninja
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Unit

from ..models import SendingState, Webhook, WebhookDelivery
from . import actions
from .access import require_may_set_up, visible_webhook_deliveries, visible_webhooks
from .choices import groups

router = Router(tags=["outward"])
Verbs = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=300)]


class WebhookIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    url: Annotated[str, Field(max_length=500)]
    verbs: Verbs
    unit: Annotated[str, Field(max_length=6)] | None = Field(None, description="Code of a unit; null hears all")


class WebhookChange(WebhookIn):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(None, description="The version that was seen")


class SwitchIn(Schema):
    is_on: bool


class SecretIn(Schema):
    at_once: bool = Field(False, description="Drop the old secret now instead of after 24 hours")


class WebhookAgainIn(Schema):
    deliveries: Annotated[list[UUID], Field(max_length=1000)] | None = Field(None, description="Null means all failed")


class WebhookOut(Answer):
    id: int
    version: int
    name: str
    url: str
    verbs: list[str]
    unit: str | None
    is_on: bool
    made_at: datetime
    old_secret_until: datetime | None
    failing_since: datetime | None
    next_at: datetime | None
    error: str
    succeeded_at: datetime | None

    @classmethod
    def of(cls, hook: Webhook) -> "WebhookOut":
        own = {name: getattr(hook, name) for name in cls.model_fields if name not in {"unit", "old_secret_until"}}
        return cls(**own, unit=hook.unit.code if hook.unit else None, old_secret_until=hook.old_until)


class WebhookMade(WebhookOut):
    secret: str | None = Field(None, description="Shown once; null when a repetition is answered")


class WebhookPage(Page):
    webhooks: list[WebhookOut]


class VerbOut(Answer):
    verb: str
    label: str
    room: str


class VerbsOut(Answer):
    verbs: list[VerbOut]


class WebhookDeliveryOut(Answer):
    id: int
    delivery: UUID = Field(description="The header Chengnuo-Delivery, the same at every try")
    verb: str
    number: str
    state: str
    made_at: datetime
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    status: int | None
    answer: str = Field(description="The first 500 characters")
    error: str
    body: Any

    @classmethod
    def of(cls, row: WebhookDelivery) -> "WebhookDeliveryOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name not in {"delivery", "body", "next_at"}}
        is_waiting = row.state in (SendingState.WAITING, SendingState.SENDING)
        return cls(**own, delivery=row.key, body=json.loads(row.body), next_at=row.next_at if is_waiting else None)


class WebhookDeliveryPage(Page):
    deliveries: list[WebhookDeliveryOut]


class WebhookAgainOut(Answer):
    count: int


def _one(request: Asked, id: int) -> Webhook:
    require_may_set_up(request.user, request.now)
    return get_object_or_404(visible_webhooks(request.user, request.now).select_related("unit"), pk=id)


def _given(payload: WebhookIn) -> dict[str, Any]:
    unit = Unit.objects.filter(code=payload.unit).first() if payload.unit else None
    if payload.unit and unit is None:
        raise Invalid("unknown_unit", unit=_("没有这个机构"))
    return {"name": payload.name, "url": payload.url, "verbs": payload.verbs, "unit": unit}


def _with_secret(answer: ninja.Status, secret: str | None) -> ninja.Status:
    value = answer.value
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else cast(dict[str, Any], value)
    return ninja.Status(answer.status_code, {**plain, "secret": secret})


@router.get("/webhooks", response=replies({200: WebhookPage}), summary="Webhooks, newest first")
def list_webhooks(request: Asked, after: str | None = None) -> WebhookPage:
    """The webhooks there are. Their secrets are never shown."""
    require_may_set_up(request.user, request.now)
    rows, next_ = paged(visible_webhooks(request.user, request.now).select_related("unit"), after)
    return WebhookPage(webhooks=[WebhookOut.of(one) for one in rows], next=next_)


@router.get("/webhooks/verbs", response=replies({200: VerbsOut}), summary="What a webhook may hear")
def list_webhook_verbs(request: Asked) -> VerbsOut:
    """The events that a webhook may hear of, by room."""
    require_may_set_up(request.user, request.now)
    known = [(group.room, one) for group in groups() for one in group.verbs]
    return VerbsOut(verbs=[VerbOut(verb=one.name, label=str(one.label), room=room) for room, one in known])


@router.post("/webhooks", response=replies({201: WebhookMade}), summary="Register a webhook")
def register_webhook(request: Asked, payload: WebhookIn) -> ninja.Status:
    """Let another system hear of events from now on. The secret is in this answer alone."""
    require_may_set_up(request.user, request.now)
    told: list[str] = []

    def run() -> tuple[int, WebhookOut]:
        hook, secret = actions.register_webhook(**_given(payload), by=request.user, now=request.now)
        told.append(secret)
        return 201, WebhookOut.of(hook)

    return _with_secret(acts(request, payload, run), told[0] if told else None)


@router.get("/webhooks/{id}", response=replies({200: WebhookOut}), summary="One webhook and how it does")
def get_webhook(request: Asked, id: Id) -> WebhookOut:
    """One webhook: where to, which events, and how it fares."""
    return WebhookOut.of(_one(request, id))


@router.post("/webhooks/{id}", response=replies({200: WebhookOut}), summary="Change a webhook")
def change_webhook(request: Asked, id: Id, payload: WebhookChange) -> ninja.Status:
    """Change where a webhook goes and which events it hears of."""
    hook = _one(request, id)

    def run() -> tuple[int, WebhookOut]:
        given = {**_given(payload), "version": payload.version}
        return 200, WebhookOut.of(actions.change_webhook(hook, **given, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/webhooks/{id}/switch", response=replies({200: WebhookOut}), summary="Switch a webhook on or off")
def switch_webhook(request: Asked, id: Id, payload: SwitchIn) -> ninja.Status:
    """Switch a webhook off, or on again."""
    hook = _one(request, id)

    def run() -> tuple[int, WebhookOut]:
        return 200, WebhookOut.of(actions.switch_webhook(hook, on=payload.is_on, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/webhooks/{id}/secret", response=replies({200: WebhookMade}), summary="Replace the secret")
def replace_webhook_secret(request: Asked, id: Id, payload: SecretIn) -> ninja.Status:
    """Sign with a new secret from now on. It is in this answer alone."""
    hook = _one(request, id)
    told: list[str] = []

    def run() -> tuple[int, WebhookOut]:
        fresh, secret = actions.replace_secret(hook, at_once=payload.at_once, by=request.user, now=request.now)
        told.append(secret)
        return 200, WebhookOut.of(fresh)

    return _with_secret(acts(request, payload, run), told[0] if told else None)


@router.post("/webhooks/{id}/try", response=replies({202: WebhookDeliveryOut}), summary="Send a trial event")
def try_webhook(request: Asked, id: Id) -> ninja.Status:
    """Send a trial to a webhook at once and say what came back."""
    hook = _one(request, id)
    return acts(
        request, None, lambda: (202, WebhookDeliveryOut.of(actions.try_out(hook, by=request.user, now=request.now)))
    )


@router.get(
    "/webhooks/{id}/deliveries", response=replies({200: WebhookDeliveryPage}), summary="What was sent, newest first"
)
def list_webhook_deliveries(
    request: Asked, id: Id, state: SendingState | None = None, after: str | None = None
) -> WebhookDeliveryPage:
    """What was sent to a webhook and what came of it, newest first."""
    rows = visible_webhook_deliveries(request.user, request.now).filter(hook=_one(request, id))
    found, next_ = paged(rows.filter(state=state) if state else rows, after)
    return WebhookDeliveryPage(deliveries=[WebhookDeliveryOut.of(one) for one in found], next=next_)


@router.post("/webhooks/{id}/again", response=replies({202: WebhookAgainOut}), summary="Send again what is done")
def send_webhook_again(request: Asked, id: Id, payload: WebhookAgainIn) -> ninja.Status:
    """Send one delivery once more, with its own id, so that the receiver knows it again."""
    hook = _one(request, id)

    def run() -> tuple[int, WebhookAgainOut]:
        picked = None
        if payload.deliveries is not None:
            rows = visible_webhook_deliveries(request.user, request.now).filter(hook=hook, key__in=payload.deliveries)
            picked = list(rows.values_list("pk", flat=True))
        return 202, WebhookAgainOut(count=actions.send_again(hook, picked, by=request.user, now=request.now))

    return acts(request, payload, run)
