"""What comes by mail: a branch's mailbox, and every mail that was fetched from it."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.models import Security
from chengnuo.ledger.models import Kept


class Mailbox(Kept):
    """A mailbox that the worker looks into. `keeper` has what comes while nobody is on duty; `trusts` is the server
    whose word about a sender counts; `secret` names a file of the data folder.

    Where the fetching stands and how it does changes without an action and is no part of the record.
    """

    PROGRESS: ClassVar[frozenset[str]] = frozenset(
        {"uidvalidity", "last_uid", "next_at", "failing_since", "tries", "error", "looked_at"}
    )

    unit = models.ForeignKey("people.Unit", verbose_name=_("机构"), on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    host = models.CharField(_("服务器"), max_length=200)
    port = models.PositiveIntegerField(_("端口"), default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    username = models.CharField(_("用户名"), max_length=200)
    secret = models.CharField(max_length=60, blank=True)
    folder = models.CharField(max_length=100, default="INBOX")
    trusts = models.CharField(max_length=200, blank=True)
    is_on = models.BooleanField(_("启用"), default=True)
    set_up_at = models.DateTimeField()
    uidvalidity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["host", "username", "folder"], name="a_mailbox_once")]

    def __str__(self) -> str:
        return self.username

    def get_absolute_url(self) -> str:
        return reverse("hotline:mailboxes")

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name not in self.PROGRESS}


class MailKind(models.TextChoices):
    LETTER = "letter", _("来信")
    AUTOMATIC = "automatic", _("自动邮件")
    BOUNCE = "bounce", _("退信")
    OURS = "ours", _("本系统发出")
    FLOOD = "flood", _("来信过多")


class MailMessage(Kept):
    """A mail as it came, once. Only a letter makes an entry; `notes` say in words what was left out or is doubtful."""

    NAMED_BY = ("call",)

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="messages", db_index=False)
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    call = models.ForeignKey("hotline.Call", null=True, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=10, choices=MailKind.choices, default=MailKind.LETTER)
    message_id = models.CharField(max_length=250, blank=True)
    fingerprint = models.CharField(max_length=64)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=60, blank=True)
    is_verified = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    notes = ArrayField(models.CharField(max_length=200), default=list)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="a_mail_once"),
            models.UniqueConstraint(fields=["mailbox", "fingerprint"], name="a_mail_once_by_content"),
        ]
        indexes = [
            models.Index(fields=["mailbox", "message_id"], condition=~Q(message_id=""), name="mail_by_message_id"),
            models.Index(fields=["mailbox", "sender", "-id"], name="mail_from_sender"),
            models.Index(fields=["unit", "-id"], condition=Q(call__isnull=True), name="mail_without_entry"),
        ]

    def __str__(self) -> str:
        return self.subject or str(MailKind(self.kind).label)
