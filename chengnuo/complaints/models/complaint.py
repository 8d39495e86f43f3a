"""A complaint and the clocks it is under (3.6). One taken in a call is the first of its states."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Case
from chengnuo.ledger.moves import Move
from chengnuo.people.models import Staff


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
UNDECIDED = (
    S.RECEIVED,
    S.REGISTERED,
    S.ASSESSED,
    S.BRANCH_HANDLING,
    S.CENTRE_HANDLING,
    S.INVESTIGATING,
    S.PAUSED,
)
FOR_REVIEW = (S.NOTIFIED, S.CLOSED)


class PauseKind(models.TextChoices):
    """What stops the clock: an outside appraisal, if the complainant was told of it, and mediation (第3号令 18, 23)."""

    APPRAISAL = "appraisal", _("外部鉴定")
    MEDIATION = "mediation", _("调解")


class Complaint(Case):
    class Category(models.TextChoices):
        CLAIMS = "claims", _("理赔服务")
        SALES = "sales", _("销售与建议")
        PREMIUM = "premium", _("保费与退保")
        ATTITUDE = "attitude", _("态度与时效")
        POLICY = "policy", _("保单差错")
        OTHER = "other", _("其他")

    LATER = frozenset(
        {
            "against_id",
            "claim_key",
            "policy_id",
            "complex_because",
            "influence",
            "sued",
            "harm",
            "assessed_at",
            "escalated_at",
            "handler_id",
            "clock_from",
            "paused_at",
            "pause_kind",
            "pause_told_at",
            "paused_days",
            "extension_approved_at",
            "extension_approved_by_id",
            "extended_at",
            "stage_at",
            "replied_at",
            "regulator",
            "regulator_no",
            "regulator_due",
            "regulator_answered_at",
            "decided_at",
            "notified_at",
            "chairman_told_at",
            "followed_up_at",
            "root_cause",
            "measure",
            "review_asked_at",
            "review_told_at",
            "filed_at",
            "merged_into_id",
            "matter_key",
            "representatives",
        }
    )
    STATES = State
    REGISTER = "TS"
    FIRST = S.RECEIVED
    FINISHED = (S.CLOSED, S.WITHDRAWN)
    SERVED = (S.NOTIFIED, S.CLOSED)
    TAKEN_ON = "complaint.registered"
    SEARCHED = ("account", "complainant", "on_behalf_of")
    SEARCHED_PHONES = ("complainant_phone",)
    BESIDE = (("complaints.referral", "complaint"),)
    MOVES = (
        Move("register", (S.RECEIVED,), S.REGISTERED, _("登记受理"), "3.6.1"),
        Move("assess", (S.REGISTERED, S.CENTRE_HANDLING), S.ASSESSED, _("评估"), "3.6.1"),
        Move("handle_at_branch", (S.ASSESSED,), S.BRANCH_HANDLING, _("机构处理"), "3.6.1"),
        Move(
            "hand_to_centre",
            (S.REGISTERED, S.ASSESSED, S.BRANCH_HANDLING, S.INVESTIGATING),
            S.CENTRE_HANDLING,
            _("报客服中心"),
            "3.6.2",
        ),
        Move("return_to_branch", (S.CENTRE_HANDLING,), S.BRANCH_HANDLING, _("交回机构"), "3.6.2"),
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
    """The earlier complaint on the same matter that it was found to repeat (3.6.6)."""
    matter_key = models.BigIntegerField(_("同一事项"), null=True)
    """The key of the first complaint on the same matter; None while this one stands alone."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)
    """The open complaint that carries this one on (第3号令 18); it is counted all the same."""
    against = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The person complained of, who has nothing to do with it (第3号令 17)."""
    claim_key = models.BigIntegerField(_("协赔案件"), null=True)
    policy = models.ForeignKey("clients.Policy", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    representatives = models.CharField(_("代表"), max_length=300, blank=True, default="", db_default="")
    complex_because = models.CharField(_("复杂的原因"), max_length=500, blank=True, default="", db_default="")
    influence = models.CharField(_("影响及于全国或数省"), max_length=500, blank=True, default="", db_default="")
    sued = models.CharField(_("可能引起诉讼"), max_length=500, blank=True, default="", db_default="")
    harm = models.CharField(_("严重损害当地声誉"), max_length=500, blank=True, default="", db_default="")
    assessed_at = models.DateTimeField(_("评估"), null=True)
    escalated_at = models.DateTimeField(_("到中心"), null=True)
    """Since when it is with the centre; None while it is the branch's own."""
    handler = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who handles it at the centre."""
    clock_from = models.DateTimeField(_("重新起算"), null=True)
    """From when the regulator's clock runs anew, for new facts (第3号令 18); None: from the receipt."""
    paused_at = models.DateTimeField(_("停表"), null=True)
    pause_kind = models.CharField(max_length=10, choices=PauseKind.choices, blank=True, default="", db_default="")
    pause_told_at = models.DateTimeField(_("停表告知"), null=True)
    paused_days = models.PositiveIntegerField(_("停表天数"), null=True)
    """Natural days by which pauses that are over have moved the limit."""
    extension_approved_at = models.DateTimeField(_("延长获批"), null=True)
    extension_approved_by = models.ForeignKey(
        "people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    extended_at = models.DateTimeField(_("延长已告知"), null=True)
    """Since when the longer limit holds: the extension is approved and the complainant told (第3号令 18)."""
    stage_at = models.DateTimeField(_("到这一步"), null=True)
    replied_at = models.DateTimeField(_("最近答复"), null=True)
    regulator = models.CharField(_("转办单位"), max_length=60, blank=True, default="", db_default="")
    regulator_no = models.CharField(_("转办编号"), max_length=60, blank=True, default="", db_default="")
    regulator_due = models.DateField(_("转办要求答复日"), null=True)
    regulator_answered_at = models.DateTimeField(_("答复转办单位"), null=True)
    decided_at = models.DateTimeField(_("决定"), null=True)
    notified_at = models.DateTimeField(_("告知客户"), null=True)
    chairman_told_at = models.DateTimeField(_("报董事长"), null=True)
    followed_up_at = models.DateTimeField(_("跟踪"), null=True)
    root_cause = models.CharField(_("根本原因"), max_length=1000, blank=True, default="", db_default="")
    measure = models.CharField(_("整改措施"), max_length=1000, blank=True, default="", db_default="")
    review_asked_at = models.DateTimeField(_("申请核查"), null=True)
    review_told_at = models.DateTimeField(_("核查结果告知"), null=True)
    filed_at = models.DateTimeField(_("归档"), null=True)

    class Meta:
        verbose_name = _("投诉")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="complaint_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="complaint_of_client_unit"),
            models.Index(
                fields=["matter_key"], condition=models.Q(matter_key__isnull=False), name="complaint_of_matter"
            ),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="complaint_merged_into"
            ),
            models.Index(fields=["complainant_phone", "-id"], name="complaint_of_phone"),
            models.Index(fields=["-id"], condition=models.Q(escalated_at__isnull=False), name="complaint_with_centre"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complaints:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.account[:60]

    @property
    def is_over(self) -> bool:
        """Nothing is owed on it any more: closed, withdrawn, or carried on by another."""
        return self.state in self.FINISHED or self.merged_into_id is not None

    def barred(self, staff: Staff) -> str:
        """Why this person may not handle it: those with an interest recuse themselves (第3号令 17); else empty."""
        if self.against_id == staff.pk:
            return str(_("被投诉的人不得处理这件投诉"))
        if self.recusals.filter(staff=staff).exists():
            return str(_("已回避这件投诉"))
        return ""
