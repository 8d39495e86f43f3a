"""Complaints (3.6). One taken in a call is the first of its states."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Case
from chengnuo.ledger.moves import Move


class State(models.TextChoices):
    RECEIVED = "received", _("已收到")
    REGISTERED = "registered", _("已登记")
    ASSESSED = "assessed", _("已评估")
    BRANCH_HANDLING = "branch_handling", _("机构处理")
    CENTRE_HANDLING = "centre_handling", _("中心处理")
    INVESTIGATING = "investigating", _("调查")
    PAUSED = "paused", _("停表")
    DECIDED = "decided", _("已决定")
    NOTIFIED = "notified", _("已告知")
    CLOSED = "closed", _("已结")
    REVIEW_ASKED = "review_asked", _("申请复核")
    REVIEW_DECIDED = "review_decided", _("复核已定")
    MEDIATION = "mediation", _("调解")
    LITIGATION = "litigation", _("诉讼")
    WITHDRAWN = "withdrawn", _("已撤回")


S = State
RUNNING = tuple(state for state in S if state not in {S.CLOSED, S.WITHDRAWN})


class Complaint(Case):
    class Category(models.TextChoices):
        CLAIMS = "claims", _("理赔服务")
        SALES = "sales", _("销售与建议")
        PREMIUM = "premium", _("保费与退保")
        ATTITUDE = "attitude", _("态度与时效")
        POLICY = "policy", _("保单差错")
        OTHER = "other", _("其他")

    STATES = State
    REGISTER = "TS"
    FIRST = S.RECEIVED
    FINISHED = (S.CLOSED, S.WITHDRAWN)
    SERVED = (S.NOTIFIED, S.CLOSED)
    TAKEN_ON = "complaint.registered"
    SEARCHED = ("account", "complainant", "on_behalf_of")
    SEARCHED_PHONES = ("complainant_phone",)
    MOVES = (
        Move("register", (S.RECEIVED,), S.REGISTERED, _("登记受理"), "3.6.1"),
        Move("assess", (S.REGISTERED,), S.ASSESSED, _("评估"), "3.6.1"),
        Move("handle_at_branch", (S.ASSESSED,), S.BRANCH_HANDLING, _("机构处理"), "3.6.1"),
        Move(
            "hand_to_centre",
            (S.REGISTERED, S.ASSESSED, S.BRANCH_HANDLING, S.INVESTIGATING),
            S.CENTRE_HANDLING,
            _("报客服中心"),
            "3.6.2",
        ),
        Move("investigate", (S.BRANCH_HANDLING, S.CENTRE_HANDLING), S.INVESTIGATING, _("调查"), "3.6.1"),
        Move("pause", (S.INVESTIGATING,), S.PAUSED, _("停表"), "3.6.1"),
        Move("resume", (S.PAUSED,), S.INVESTIGATING, _("恢复"), "3.6.1"),
        Move("decide", (S.INVESTIGATING,), S.DECIDED, _("决定"), "3.6.1"),
        Move("notify", (S.DECIDED,), S.NOTIFIED, _("告知客户"), "5.3"),
        Move("close", (S.NOTIFIED, S.REVIEW_DECIDED, S.MEDIATION, S.LITIGATION), S.CLOSED, _("结案"), "3.6.3"),
        Move("ask_review", (S.NOTIFIED, S.CLOSED), S.REVIEW_ASKED, _("申请复核"), "3.6.1"),
        Move("decide_review", (S.REVIEW_ASKED,), S.REVIEW_DECIDED, _("复核决定"), "3.6.1"),
        Move("mediate", (S.NOTIFIED, S.REVIEW_DECIDED), S.MEDIATION, _("转调解"), "3.6.1"),
        Move("litigate", (S.NOTIFIED, S.REVIEW_DECIDED, S.MEDIATION), S.LITIGATION, _("转诉讼"), "3.6.4"),
        Move("withdraw", tuple(state for state in RUNNING), S.WITHDRAWN, _("客户撤回"), "3.6.3"),
    )

    contact = models.ForeignKey("clients.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    complainant = models.CharField(_("投诉人"), max_length=60, blank=True)
    complainant_phone = models.CharField(_("投诉人电话"), max_length=30, blank=True)
    on_behalf_of = models.CharField(_("代谁投诉"), max_length=60, blank=True)
    authority = models.CharField(_("授权"), max_length=200, blank=True)
    channel = models.CharField(_("渠道"), max_length=20, default="phone")
    category = models.CharField(_("类别"), max_length=12, choices=Category.choices, default=Category.OTHER)
    account = models.TextField(_("投诉事项"))
    amount = models.DecimalField(_("涉及金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    received_at = models.DateTimeField(_("收到时间"))
    forwarded_by_regulator = models.BooleanField(_("监管转办"), default=False)
    people = models.PositiveSmallIntegerField(_("投诉人数"), default=1)
    is_difficult = models.BooleanField(_("疑难"), default=False)
    difficult_because = models.CharField(max_length=500, blank=True)
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("投诉")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="complaint_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="complaint_of_client_unit"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complaints:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.account[:60]
