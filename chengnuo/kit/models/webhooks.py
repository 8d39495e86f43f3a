"""Addresses of other systems that hear of events, and what became of each event that was sent to one."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept, TrailEvent
from chengnuo.people.models import Unit


class Webhook(Kept):
    """Who hears of which verbs, of one unit's records or of all. `secret` and `old_secret` name files of the data
    folder; until `old_until` what is sent is signed with both.

    How it does (`failing_since` and what follows) changes without an action and is no part of the record.
    """

    HEALTH: ClassVar[frozenset[str]] = frozenset(
        {"failing_since", "next_at", "tries", "error", "told_at", "succeeded_at"}
    )

    name = models.CharField(_("名称"), max_length=60)
    url = models.CharField(_("地址"), max_length=500)
    verbs = ArrayField(models.CharField(max_length=60), default=list)
    unit = models.ForeignKey(
        Unit, verbose_name=_("机构"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_on = models.BooleanField(_("启用"), default=True)
    secret = models.CharField(max_length=60)
    old_secret = models.CharField(max_length=60, blank=True)
    old_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhooks:hook", args=[self.pk])

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name not in self.HEALTH}


class SendingState(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已收下")
    FAILED = "failed", _("未收下")


class WebhookDelivery(models.Model):
    """One event for one webhook: the body as it is sent each time, and what became of it. `key` is the delivery's id,
    the same at every try. While it waits, `next_at` is the next try; while it is being sent, the instant from which
    whoever was sending it counts as dead. `since` is when its day of tries began."""

    key = models.UUIDField(default=uuid4, unique=True)
    hook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    event = models.ForeignKey(TrailEvent, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    number = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    state = models.CharField(_("状态"), max_length=10, choices=SendingState.choices, default=SendingState.WAITING)
    made_at = models.DateTimeField()
    since = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "event"], name="an_event_once_to_a_webhook")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=["waiting", "sending"]), name="webhook_next"),
            models.Index(
                fields=["hook", "subject_type", "subject_pk", "id"],
                condition=Q(state__in=["waiting", "sending"]),
                name="webhook_in_order",
            ),
            models.Index(fields=["hook", "state", "-id"], name="webhook_log"),
            models.Index(fields=["made_at"], name="webhook_delivery_made"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("webhooks:delivery", args=[self.pk])
