"""《服务热线登记簿》: every incoming call is a row (3.1.3)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class Kind(models.TextChoices):
    ENQUIRY = "enquiry", _("咨询")
    APPOINTMENT = "appointment", _("预约")
    COMPLAINT = "complaint", _("投诉")
    LOSS = "loss", _("报案")


class Channel(models.TextChoices):
    PHONE = "phone", _("电话")
    MAIL = "mail", _("邮件")
    WEB = "web", _("网上")


class NoReply(models.TextChoices):
    """Why a call needs no reply to a client (2.3): there was no request, or nobody to answer."""

    SILENCE = "silence", _("无声")
    WRONG_NUMBER = "wrong_number", _("打错")
    ADVERTISING = "advertising", _("推销")
    UNREACHABLE = "unreachable", _("对方不留联系方式")


class CallState(models.TextChoices):
    RINGING = "ringing", _("振铃")
    ANSWERED = "answered", _("已接")
    MISSED = "missed", _("未接")
    OVERFLOW = "overflow", _("转接中")
    ANSWERED_ELSEWHERE = "answered_elsewhere", _("他处接听")
    CALL_BACK_OWED = "call_back_owed", _("待回拨")
    REGISTERED = "registered", _("已登记")
    CLOSED = "closed", _("已结")
    VOID = "void", _("作废")


S = CallState
WAITING = (S.CALL_BACK_OWED, S.REGISTERED)
RINGS = (S.RINGING, S.OVERFLOW)
SPOKEN = (S.ANSWERED, S.ANSWERED_ELSEWHERE)
VOIDABLE = (*SPOKEN, S.CALL_BACK_OWED, S.REGISTERED, S.CLOSED)


class Call(Kept):
    """A call on a branch's line. `unit` is that branch; `client_unit` the one whose client called, often the same."""

    REGISTER = "DH"
    MAIL_REGISTER = "YJ"
    """Entries by mail have a series of their own: the telephone's register has no gap where a mail came (3.1.3)."""
    MOVES = (
        Move("answer", (S.RINGING,), S.ANSWERED, _("接听"), "3.1.2"),
        Move("miss", (S.RINGING,), S.MISSED, _("未接"), "3.1.2"),
        Move("overflow", (S.MISSED,), S.OVERFLOW, _("转接"), "3.1.2"),
        Move("answer_elsewhere", (S.OVERFLOW,), S.ANSWERED_ELSEWHERE, _("他处接听"), "3.1.2"),
        Move("owe_call_back", (S.MISSED, S.OVERFLOW), S.CALL_BACK_OWED, _("待回拨"), "3.1.2"),
        Move(
            "turn_out_answered",
            (S.OVERFLOW, S.ANSWERED_ELSEWHERE, S.CALL_BACK_OWED),
            S.ANSWERED,
            _("查明已接"),
            "3.1.2",
        ),
        Move("turn_out_elsewhere", (S.ANSWERED, S.CALL_BACK_OWED), S.ANSWERED_ELSEWHERE, _("查明他处接听"), "3.1.2"),
        Move("register", (S.ANSWERED, S.ANSWERED_ELSEWHERE, S.CALL_BACK_OWED), S.REGISTERED, _("登记"), "3.1.3"),
        Move("close", (S.REGISTERED,), S.CLOSED, _("结束"), "2.3"),
        Move("void", VOIDABLE, S.VOID, _("作废"), "3.1.3"),
    )

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", verbose_name=_("热线"), on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="calls")
    client_unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("clients.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    caller = models.CharField(_("来电号码"), max_length=30, blank=True)
    caller_digits = models.CharField(max_length=24, blank=True)
    caller_name = models.CharField(_("来电人"), max_length=60, blank=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices, default=Channel.PHONE)
    kinds = ArrayField(models.CharField(max_length=12, choices=Kind.choices), verbose_name=_("类别"), default=list)
    content = models.TextField(_("内容"), blank=True)
    answer = models.TextField(_("当场答复"), blank=True)
    no_reply_because = models.CharField(_("无需答复"), max_length=14, choices=NoReply.choices, blank=True)
    operator = models.ForeignKey(
        "people.Staff", verbose_name=_("接听人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at_first_ring = models.BooleanField(_("首响接听"), default=True)
    rang_at = models.DateTimeField(_("来电时间"))
    answered_at = models.DateTimeField(_("接听时间"), null=True)
    hung_up_at = models.DateTimeField(_("挂断时间"), null=True)
    called_back_at = models.DateTimeField(_("回拨时间"), null=True)
    entered_at = models.DateTimeField(_("登记时间"))
    registered_at = models.DateTimeField(_("登记内容的时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    void_because = models.CharField(_("作废原因"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=CallState.choices, default=S.RINGING)

    class Meta:
        ordering = ["-rang_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "-rang_at", "-id"], name="call_of_unit"),
            models.Index(fields=["client_unit", "-rang_at", "-id"], name="call_of_client_unit"),
            models.Index(fields=["client", "-rang_at"], name="call_of_client"),
            models.Index(fields=["caller_digits", "-rang_at"], name="call_from_number"),
            models.Index(Right("caller_digits", 4), name="call_by_last_digits"),
            models.Index(fields=["caller_name"], name="call_by_caller_name"),
            models.Index(fields=["-rang_at", "-id"], name="call_newest"),
            models.Index(fields=["state", "unit"], condition=models.Q(state__in=WAITING), name="call_waiting"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("hotline:call", args=[self.pk])

    @property
    def duty_owner_id(self) -> int | None:
        return self.operator_id

    @property
    def was_missed(self) -> bool:
        return self.answered_at is None and self.channel == Channel.PHONE and self.state not in RINGS

    @property
    def who(self) -> str:
        """The caller by name as far as it is known."""
        return self.caller_name or (self.client.name if self.client else "")

    @property
    def gist(self) -> str:
        """What a line about the call says: its content, else that it was missed, else where it stands."""
        return self.content or str(_("未接来电") if self.was_missed else self.get_state_display())

    @property
    def kind_labels(self) -> list[str]:
        return [str(Kind(kind).label) for kind in self.kinds]

    @property
    def duration(self) -> str:
        """How long the call lasted, as minutes and seconds."""
        if not (self.answered_at and self.hung_up_at):
            return "—"
        minutes, seconds = divmod(int((self.hung_up_at - self.answered_at).total_seconds()), 60)
        return f"{minutes:02d}:{seconds:02d}"

    @property
    def masked_caller(self) -> str:
        """The number with its middle hidden: a look at the whole of it is an event of its own."""
        digits = self.caller_digits
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else digits

    def has_reply(self) -> bool:
        """Whether the client has an answer or a promise on file, or none is owed to anybody (2.3)."""
        return bool(self.answer or self.no_reply_because) or (self.pk is not None and self.promises.exists())
