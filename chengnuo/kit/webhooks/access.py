"""Webhooks and their log are the administrator's alone."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.people.access import may_manage
from chengnuo.people.models import Staff

from ..models import Webhook, WebhookDelivery


def require_may_set_up(user: Staff, now: datetime) -> None:
    """Raises Forbidden (403) for who is no administrator."""
    if not may_manage(user, now):
        raise Forbidden(_("外发接口由系统管理员设置"))


def visible_webhooks(user: Staff, now: datetime) -> QuerySet[Webhook]:
    return Webhook.objects.all() if may_manage(user, now) else Webhook.objects.none()


def visible_webhook_deliveries(user: Staff, now: datetime) -> QuerySet[WebhookDelivery]:
    """What is sent names no client and holds no words, so the log may be read whole."""
    return WebhookDelivery.objects.all() if may_manage(user, now) else WebhookDelivery.objects.none()
