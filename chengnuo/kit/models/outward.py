"""How people are told outside the browser: channels, addresses, who is told of what, and what became of each notice."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept

from .desk import Notice


class Channel(models.TextChoices):
    MAIL = "mail", _("邮件")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")
    FEISHU = "feishu", _("飞书")


class Security(models.TextChoices):
    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("不加密")


class Outlet(Kept):
    """A channel as the administrator set it up. `secret` names a file of the data folder, never the secret itself.

    How the channel does (`failing_since` and what follows) changes without an action and is no part of the record.
    """

    HEALTH: ClassVar[frozenset[str]] = frozenset({"failing_since", "next_at", "tries", "error", "told_at"})

    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices, unique=True)
    is_on = models.BooleanField(_("启用"), default=False)
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=465)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=60, blank=True)
    sender = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    names_clients = models.BooleanField(default=False)
    per_minute = models.PositiveSmallIntegerField(default=60)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.get_channel_display())

    def get_absolute_url(self) -> str:
        return reverse("outward:outlets")

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name not in self.HEALTH}


class Address(Kept):
    """Where one person is reached by a channel. `kinds` are the kinds of notices that he wants there; while
    `follows_company` they are the company's."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    value = models.CharField(max_length=254)
    follows_company = models.BooleanField(default=True)
    kinds = ArrayField(models.CharField(max_length=10, choices=Notice.Kind.choices), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "channel"], name="one_address_of_a_channel")]

    def __str__(self) -> str:
        return str(self.get_channel_display())


class Telling(Kept):
    """Whom a kind of moment is told besides those whom the procedure names, and by which channels; where a moment has
    no row, what its room registered holds."""

    moment = models.CharField(max_length=60, unique=True)
    also = ArrayField(models.CharField(max_length=12), default=list)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices), default=list)

    def __str__(self) -> str:
        return self.moment


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发出")
    UNSURE = "unsure", _("不确定")
    FAILED = "failed", _("退回")
    GIVEN_UP = "given_up", _("已放弃")
    SUPPRESSED = "suppressed", _("不发")


class Delivery(models.Model):
    """One notice by one channel, once: what became of it. `address` is where it went, or would have gone."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="a_notice_once_by_a_channel")]
        indexes = [
            models.Index(fields=["channel", "id"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["sending_at"], condition=Q(state="sending"), name="delivery_sending"),
            models.Index(fields=["channel", "sent_at"], condition=Q(state="sent"), name="delivery_sent"),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="delivery_by_message"),
        ]

    @property
    def masked_address(self) -> str:
        return masked(self.address)


def masked(address: str) -> str:
    """An address as a screen shows it: its beginning, and of mail the domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[:2]}***@{domain}" if at else f"{address[:4]}***"


class MailState(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发出")
    UNSURE = "unsure", _("不确定")
    FAILED = "failed", _("退回")
    GIVEN_UP = "given_up", _("已放弃")
    SUPPRESSED = "suppressed", _("不发")


class Mailing(models.Model):
    """A mail to a client, sent once: what became of it (`kit.outward.queue`). Each room has a table of its own."""

    address = models.CharField(max_length=254)
    state = models.CharField(_("状态"), max_length=10, choices=MailState.choices, default=MailState.WAITING)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
