"""Losses and the help in claiming for them (3.4). A notice of loss taken in a call is the first of its states."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Case
from chengnuo.ledger.models import Kept
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


class Claim(Case):
    STATES = State
    REGISTER = "XP"
    FIRST = S.REPORTED
    FINISHED = (S.CLOSED, S.FILED)
    SERVED = (S.CLOSED, S.FILED)
    TAKEN_ON = "claim.registered"
    SEARCHED = ("cause", "account", "place", "reporter")
    SEARCHED_PHONES = ("reporter_phone",)
    MOVES = (
        Move("register", (S.REPORTED,), S.REGISTERED, _("登记报案"), "3.4.1"),
        Move("survey", (S.REGISTERED,), S.SURVEYED, _("登记查勘"), "3.4.1"),
        Move("collect", (S.REGISTERED, S.SURVEYED), S.DOCUMENTS, _("收资料"), "3.4.1"),
        Move("submit", (S.DOCUMENTS,), S.SUBMITTED, _("交保险公司"), "3.4.1"),
        Move("accept", (S.SUBMITTED, S.DISPUTED), S.ACCEPTED, _("同意赔付"), "3.4.2"),
        Move("accept_partly", (S.SUBMITTED, S.DISPUTED), S.PARTLY, _("部分赔付"), "3.4.2"),
        Move("decline", (S.SUBMITTED, S.DISPUTED), S.DECLINED, _("拒赔"), "3.4.2"),
        Move("dispute", (S.SUBMITTED, S.ACCEPTED, S.PARTLY, S.DECLINED), S.DISPUTED, _("有争议"), "3.4.3"),
        Move("pay", (S.ACCEPTED, S.PARTLY, S.PAID), S.PAID, _("登记赔款"), "3.4.1"),
        Move("recover", (S.PAID,), S.RECOVERY, _("追偿"), "3.4.1"),
        Move("close", (S.DECLINED, S.PAID, S.RECOVERY), S.CLOSED, _("结案"), "3.4.3"),
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
    deaths = models.PositiveSmallIntegerField(_("死亡人数"), default=0)
    serious_injuries = models.PositiveSmallIntegerField(_("重伤人数"), default=0)

    class Meta:
        verbose_name = _("协赔")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="claim_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="claim_of_client_unit"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("claims:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.cause or self.account[:60]


class LossEstimate(Kept):
    """What a loss is thought to come to, gross of the deductible, in yuan. A list: no estimate is overwritten."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="estimates")
    amount = models.DecimalField(_("估损金额"), max_digits=16, decimal_places=2)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    said_by = models.CharField(_("何人所估"), max_length=60, blank=True)
    true_at = models.DateTimeField(_("估损时间"))
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="an_estimate_is_not_negative")]
