"""What a telephone exchange says of a call: its events as they came, the row they make, and whom it rang at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept


class PhoneSystem(Kept):
    """An exchange that may post events. Of its secret only salt and hash are stored."""

    name = models.CharField(_("名称"), max_length=60)
    salt = models.CharField(max_length=32)
    hash = models.CharField(max_length=64, unique=True)
    dial_url = models.CharField(_("拨号地址"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("接入时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Word(models.TextChoices):
    """What an exchange says, in the order in which it is taken where two say the same instant."""

    RINGING = "ringing", _("振铃")
    MISSED = "missed", _("无人应答")
    TRANSFERRED = "transferred", _("转出")
    ANSWERED = "answered", _("接听")
    HANGUP = "hangup", _("挂断")


class Ring(models.Model):
    """A row of the register that an exchange knows. It follows from the events; nothing is decided by it alone."""

    call = models.OneToOneField("hotline.Call", on_delete=models.PROTECT, primary_key=True, related_name="ring")
    system = models.ForeignKey(PhoneSystem, on_delete=models.PROTECT, related_name="+")
    phone_id = models.CharField(max_length=100)
    called = models.CharField(_("被叫号码"), max_length=30, blank=True)
    rang_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    is_entered = models.BooleanField(default=False)
    recording = models.CharField(_("录音"), max_length=500, blank=True)
    reached_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "phone_id"], name="one_row_for_a_ringing_call")]
        indexes = [models.Index(fields=["rang_at"], condition=Q(is_open=True), name="ring_open")]


class PhoneEvent(models.Model):
    """One word of an exchange, once. Without a call it rang at a number that no branch registered."""

    system = models.ForeignKey(PhoneSystem, on_delete=models.PROTECT, related_name="+", db_index=False)
    phone_id = models.CharField(max_length=100)
    word = models.CharField(max_length=12, choices=Word.choices)
    leg = models.CharField(max_length=60, blank=True)
    is_outgoing = models.BooleanField(default=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    caller = models.CharField(max_length=30, blank=True)
    called = models.CharField(max_length=30, blank=True)
    extension = models.CharField(max_length=30, blank=True)
    recording = models.CharField(max_length=500, blank=True)
    call = models.ForeignKey("hotline.Call", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "phone_id", "word", "leg"], name="a_word_of_an_exchange_once")
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(call__isnull=True), name="phone_event_of_no_line"),
            models.Index(fields=["received_at"], name="phone_event_received"),
        ]


class RingAttempt(models.Model):
    """Whom a call rang at, from when to when, and what came of it (3.1.2). Without a person: everybody of the unit."""

    class Rung(models.TextChoices):
        PRIMARY = "primary", _("值班")
        BACKUP = "backup", _("备班")
        OTHER = "other", _("其他机构")
        CENTRE = "centre", _("客户服务中心")

    class Result(models.TextChoices):
        RINGING = "", _("振铃")
        UNANSWERED = "unanswered", _("未接")
        ANSWERED = "answered", _("接听")
        GIVEN_UP = "given_up", _("对方挂断")

    call = models.ForeignKey("hotline.Call", on_delete=models.PROTECT, related_name="attempts")
    order = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=8, choices=Rung.choices)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "order"], name="attempts_in_order")]
