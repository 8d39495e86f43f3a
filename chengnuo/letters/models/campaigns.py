"""A letter round: its aim and scheme, the texts it tries, and the batches it was printed in (4.2.A, 4.2.B)."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import LONGEST_REASON, Basis
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class Way(models.TextChoices):
    POST = "post", _("邮寄")
    MAIL = "mail", _("邮件")


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("起草")
    FIXED = "fixed", _("名单已定")
    MADE = "made", _("已制作")
    COLLECTING = "collecting", _("收回信")
    CLOSED = "closed", _("已结束")
    FILED = "filed", _("已归档")
    CANCELLED = "cancelled", _("已取消")


S = CampaignState


class Campaign(Kept):
    """A letter round. `basis` says by what its letters are sent where a client's plan promises none (3.2.4); with
    `planned` only clients are written to whose plan does. `choices` are the filters by which addressees were taken."""

    REGISTER: ClassVar[str] = "XH"
    MOVES: ClassVar[Sequence[Move]] = (
        Move("fix", (S.DRAFT,), S.FIXED, _("定名单"), "4.2.A"),
        Move("make", (S.FIXED,), S.MADE, _("制作完"), "4.2.B"),
        Move("post", (S.MADE,), S.COLLECTING, _("寄出"), "4.2.B"),
        Move("close", (S.COLLECTING,), S.CLOSED, _("结束"), "4.2.C"),
        Move("file", (S.CLOSED,), S.FILED, _("归档"), "4.2.E"),
        Move("cancel", (S.DRAFT, S.FIXED), S.CANCELLED, _("取消"), "4.2.A"),
    )

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", verbose_name=_("机构"), on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Staff", verbose_name=_("负责人"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=12, choices=S.choices, default=S.DRAFT)
    way = models.CharField(_("方式"), max_length=6, choices=Way.choices)
    title = models.CharField(_("活动"), max_length=80)
    aim = models.CharField(_("目的"), max_length=500)
    scheme = models.TextField(_("实施方案"), max_length=5000, blank=True)
    basis = models.CharField(_("依据"), max_length=10, choices=Basis.choices)
    basis_reason = models.CharField(_("方案外的原因"), max_length=LONGEST_REASON, blank=True)
    send_on = models.DateField(_("计划寄出日"))
    replies_by = models.DateField(_("回收截止日"))
    return_to = models.CharField(_("回收地址"), max_length=200)
    choices = models.JSONField(default=list)
    entered_at = models.DateTimeField(_("起草时间"))
    fixed_at = models.DateTimeField(_("定名单时间"), null=True)
    made_at = models.DateTimeField(_("制作完时间"), null=True)
    made_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    posted_at = models.DateTimeField(_("寄出时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    summary = models.TextField(_("小结"), max_length=5000, blank=True)
    filed_at = models.DateTimeField(_("归档时间"), null=True)
    filed_where = models.CharField(_("存放处"), max_length=120, blank=True)
    cancelled_because = models.CharField(_("取消原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("信函活动")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(replies_by__gte=F("send_on")), name="replies_after_sending"),
            models.CheckConstraint(condition=~Q(state="filed") | ~Q(filed_where=""), name="filed_somewhere"),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="campaign_of_unit")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("letters:page", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT

    @property
    def by_post(self) -> bool:
        return self.way == Way.POST


class LetterText(Kept):
    """One wording of a round's letter, A or B; its rates are its own. Fields in braces are filled for each client."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="texts")
    key = models.CharField(_("版本"), max_length=1)
    subject = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"), max_length=8000)

    class Meta:
        ordering = ["campaign", "key"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="a_wording_once")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("letters:page", args=[self.campaign_id])

    @property
    def duty_unit_id(self) -> int | None:
        return self.campaign.unit_id


class LetterBatch(Kept):
    """Letters that were made together: printed in one file, or put in the post as mails."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batches")
    nth = models.PositiveIntegerField(_("批次"))
    letters = models.PositiveIntegerField(_("封数"))
    made_at = models.DateTimeField(_("制作时间"))
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["campaign", "nth"]
        constraints = [models.UniqueConstraint(fields=["campaign", "nth"], name="a_batch_once")]

    def __str__(self) -> str:
        return f"{self.campaign.number}/{self.nth}"

    def get_absolute_url(self) -> str:
        return reverse("letters:page", args=[self.campaign_id])

    @property
    def duty_unit_id(self) -> int | None:
        return self.campaign.unit_id
