"""A loss and the help in claiming for it (3.4). A notice of loss taken in a call is the first of its states."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Case
from chengnuo.clients.models import Policy
from chengnuo.ledger.moves import Move


class State(models.TextChoices):
    REPORTED = "reported", _("已报案")
    REGISTERED = "registered", _("已登记")
    SURVEYED = "surveyed", _("已查勘")
    DOCUMENTS = "documents", _("收资料")
    SUBMITTED = "submitted", _("交保险公司")
    ACCEPTED = "accepted", _("同意赔付")
    PARTLY = "partly", _("部分赔付")
    DECLINED = "declined", _("拒赔")
    DISPUTED = "disputed", _("有争议")
    PAID = "paid", _("已赔付")
    RECOVERY = "recovery", _("追偿")
    CLOSED = "closed", _("已结")
    FILED = "filed", _("已归档")


S = State
DECIDED = (S.ACCEPTED, S.PARTLY, S.DECLINED, S.DISPUTED)
AGREED = (S.ACCEPTED, S.PARTLY, S.PAID)
OVER = (S.CLOSED, S.FILED)
DISPUTED_FROM = (S.REGISTERED, S.SUBMITTED, S.ACCEPTED, S.PARTLY, S.DECLINED, S.CLOSED, S.FILED)
GIVEN_UP_FROM = (S.REGISTERED, S.SURVEYED, S.DOCUMENTS, S.SUBMITTED, S.DISPUTED)


class Claim(Case):
    LATER = frozenset(
        {
            "occurrence_id",
            "difficult_because",
            "escalated_at",
            "line",
            "surveyed_at",
            "surveyor",
            "stage_at",
            "asked_again_at",
            "submitted_at",
            "decided_at",
            "decided_amount",
            "decided_because",
            "refusal_told_at",
            "agreed_at",
            "paid",
            "advanced_at",
            "settled_at",
            "client_told_at",
            "insurer_reminded_at",
            "weighed_at",
            "reopened_at",
            "complained_at",
            "limitation_from",
        }
    )
    STATES = State
    REGISTER = "XP"
    FIRST = S.REPORTED
    FINISHED = OVER
    SERVED = OVER
    TAKEN_ON = "claim.registered"
    SEARCHED = ("cause", "account", "place", "reporter")
    SEARCHED_PHONES = ("reporter_phone",)
    BESIDE = (("claims.escalation", "claim"), ("claims.guidance", "escalation__claim"))
    MOVES = (
        Move("register", (S.REPORTED,), S.REGISTERED, _("登记报案"), "3.4.1"),
        Move("survey", (S.REGISTERED,), S.SURVEYED, _("登记查勘"), "3.4.1"),
        Move("collect", (S.REGISTERED, S.SURVEYED), S.DOCUMENTS, _("收资料"), "3.4.1"),
        Move("submit", (S.DOCUMENTS,), S.SUBMITTED, _("交保险公司"), "3.4.1"),
        Move("ask_again", (S.SUBMITTED,), S.DOCUMENTS, _("保险公司要求补资料"), "3.4.2"),
        Move("accept", (S.SUBMITTED, S.DISPUTED), S.ACCEPTED, _("同意赔付"), "3.4.2"),
        Move("accept_partly", (S.SUBMITTED, S.DISPUTED), S.PARTLY, _("部分赔付"), "3.4.2"),
        Move("decline", (S.SUBMITTED, S.DISPUTED), S.DECLINED, _("拒赔"), "3.4.2"),
        Move("dispute", DISPUTED_FROM, S.DISPUTED, _("有争议"), "3.4.3"),
        Move("pay", (S.ACCEPTED, S.PARTLY, S.PAID), S.PAID, _("登记赔款"), "3.4.1"),
        Move("recover", (S.PAID,), S.RECOVERY, _("追偿"), "3.4.1"),
        Move("close", (S.DECLINED, S.PAID, S.RECOVERY), S.CLOSED, _("结案"), "3.4.3"),
        Move("give_up", GIVEN_UP_FROM, S.CLOSED, _("客户放弃索赔"), "3.4.1"),
        Move("file", (S.CLOSED,), S.FILED, _("归档"), "3.7.0"),
        Move("reopen", (S.CLOSED, S.FILED), S.REGISTERED, _("重开"), "3.4.1"),
    )

    policy = models.ForeignKey("clients.Policy", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("clients.Site", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reporter = models.CharField(_("报案人"), max_length=60, blank=True)
    reporter_phone = models.CharField(_("报案电话"), max_length=30, blank=True)
    occurred_at = models.DateTimeField(_("出险时间"), null=True, blank=True)
    reported_at = models.DateTimeField(_("报案时间"))
    place = models.CharField(_("出险地点"), max_length=200, blank=True)
    cause = models.CharField(_("出险原因"), max_length=200, blank=True)
    account = models.TextField(_("经过"))
    occurrence_id = models.BigIntegerField(_("同一事故"), null=True, blank=True)
    """The key of the first claim of the same occurrence; None while this one stands alone."""
    difficult_because = models.CharField(_("疑难的原因"), max_length=500, blank=True, default="", db_default="")
    escalated_at = models.DateTimeField(_("到中心"), null=True, blank=True)
    """Since when it is with the centre; None while it is the branch's own."""
    deaths = models.PositiveSmallIntegerField(_("死亡人数"), default=0)
    serious_injuries = models.PositiveSmallIntegerField(_("重伤人数"), default=0)
    line = models.CharField(
        _("险种"), max_length=16, choices=Policy.Line.choices, blank=True, default="", db_default=""
    )
    """What business it is of; empty while nobody knows. It says which documents are asked for."""
    surveyed_at = models.DateTimeField(_("查勘"), null=True)
    surveyor = models.CharField(_("查勘人"), max_length=60, blank=True, default="", db_default="")
    stage_at = models.DateTimeField(_("到这一步"), null=True)
    """When its present state was entered; None for one that was never moved on since its registration."""
    asked_again_at = models.DateTimeField(_("保险公司要求补资料"), null=True)
    """When the insurer asked for what was missing: once, and all of it (保险法 22)."""
    submitted_at = models.DateTimeField(_("资料交齐"), null=True)
    decided_at = models.DateTimeField(_("核定"), null=True)
    decided_amount = models.DecimalField(_("核定金额"), max_digits=16, decimal_places=2, null=True)
    decided_because = models.CharField(_("核定理由"), max_length=1000, blank=True, default="", db_default="")
    refusal_told_at = models.DateTimeField(_("收到拒赔通知书"), null=True)
    agreed_at = models.DateTimeField(_("达成赔付协议"), null=True)
    paid = models.DecimalField(_("已赔付"), max_digits=16, decimal_places=2, null=True)
    """The sum of what the insurer has paid, in yuan; None before the first payment."""
    advanced_at = models.DateTimeField(_("首笔赔款"), null=True)
    settled_at = models.DateTimeField(_("赔款付清"), null=True)
    """When what the insurer paid reached what it had decided."""
    client_told_at = models.DateTimeField(_("最近告知客户"), null=True)
    insurer_reminded_at = models.DateTimeField(_("最近催办保险公司"), null=True)
    weighed_at = models.DateTimeField(_("最近评估疑难与争议"), null=True)
    reopened_at = models.DateTimeField(_("重开"), null=True)
    complained_at = models.DateTimeField(_("客户就本案投诉"), null=True)
    limitation_from = models.DateTimeField(_("时效重新起算"), null=True)
    """From when the limitation runs anew after it was interrupted (民法典 195); None: from the loss."""

    class Meta:
        verbose_name = _("协赔")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="claim_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="claim_of_client_unit"),
            models.Index(
                fields=["occurrence_id"], condition=models.Q(occurrence_id__isnull=False), name="claim_of_occurrence"
            ),
            models.Index(fields=["-id"], condition=models.Q(escalated_at__isnull=False), name="claim_with_centre"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("claims:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.cause or self.account[:60]

    @property
    def insurer(self) -> str:
        return self.policy.insurer if self.policy else ""
