"""What a client answered to a letter: sorted by its business, handled or passed on, filed (4.2.C–E)."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

from .letters import Letter


class ReplyKind(models.TextChoices):
    ENQUIRY = "enquiry", _("咨询")
    APPOINTMENT = "appointment", _("预约")
    COMPLAINT = "complaint", _("投诉")
    LOSS = "loss", _("报案")
    OTHER = "other", _("其他")


class ReplyState(models.TextChoices):
    RECEIVED = "received", _("待办")
    HANDLED = "handled", _("已办")


class LetterReply(Kept):
    """A client's answer. `unit` and `owner` handle it, at first those of his branch; `told_at` is when he last heard
    from us about it, or when it was passed on, and `words` counts that: from then the next term runs."""

    MOVES: ClassVar[Sequence[Move]] = (
        Move("handle_reply", (ReplyState.RECEIVED,), ReplyState.HANDLED, _("办结"), "4.2.D"),
    )
    NAMED_BY = ("letter",)

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="replies")
    number = models.CharField(_("编号"), max_length=52, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="letter_replies", db_index=False
    )
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        "clients.Contact", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=ReplyState.choices, default=ReplyState.RECEIVED)
    kind = models.CharField(_("业务"), max_length=12, choices=ReplyKind.choices)
    content = models.TextField(_("内容"), max_length=5000)
    came_on = models.DateField(_("收到日"))
    entered_at = models.DateTimeField(_("登记时间"))
    told_at = models.DateTimeField(_("上次告知"))
    words = models.PositiveSmallIntegerField(default=0)
    was_passed_on = models.BooleanField(default=False)
    handled_at = models.DateTimeField(_("办结时间"), null=True)
    answer = models.TextField(_("答复"), max_length=5000, blank=True)
    is_important = models.BooleanField(_("重要资料"), default=False)
    filed_at = models.DateTimeField(_("归档时间"), null=True)
    filed_where = models.CharField(_("存放处"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("回信")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="handled", handled_at__isnull=False) & ~Q(answer="")
                | Q(state="received", handled_at=None),
                name="handled_is_answered",
            ),
            models.CheckConstraint(condition=Q(filed_at=None) | ~Q(filed_where=""), name="reply_filed_somewhere"),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="reply_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="reply_of_client_unit"),
            models.Index(fields=["client", "-id"], name="reply_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("letters:reply", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == ReplyState.RECEIVED

    @property
    def who(self) -> str:
        """Who wrote, as what is opened from it names him."""
        return self.letter.recipient

    caller_name = who

    @property
    def rang_at(self) -> datetime:
        """When it reached us, at the latest: what is opened from it (a complaint, a claim) counts from there."""
        return min(self.entered_at, datetime.combine(self.came_on, time(23, 59, 59), ZONE))
