"""Visits at the client's (4.1): agreed, prepared, paid on time, judged by the client, followed up and filed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Service
from chengnuo.clients.cases import Case
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class State(models.TextChoices):
    PLANNED = "planned", _("待约定")
    CONFIRMED = "confirmed", _("已约定")
    DONE = "done", _("已拜访")
    SURVEY_SIGNED = "survey_signed", _("调查表已签")
    SURVEY_UNSIGNED = "survey_unsigned", _("调查表未签")
    FOLLOWED_UP = "followed_up", _("已跟进")
    FILED = "filed", _("已归档")
    MISSED = "missed", _("未成行")
    CANCELLED = "cancelled", _("已取消")


S = State
MINUTE = timedelta(minutes=1)
AHEAD = (S.PLANNED, S.CONFIRMED)


class Visit(Case, Service):
    """`preparation` is a list of {"text", "done", "why"}: what is made ready before, and why something was not.

    The reasons `unagreed_because` and `late_because` explain breaches, which stay breaches.
    """

    LATER = Service.LATER | {
        "preparation",
        "times_moved",
        "did",
        "unagreed_because",
        "late_because",
        "ended_because",
        "done_at",
        "followed_up_at",
        "reviewed",
        "filed_at",
        "filed_where",
    }
    STATES = State
    REGISTER = "BF"
    FIRST = S.PLANNED
    FINISHED = (S.FOLLOWED_UP, S.FILED, S.MISSED, S.CANCELLED)
    SERVED = (S.DONE, S.SURVEY_SIGNED, S.SURVEY_UNSIGNED, S.FOLLOWED_UP, S.FILED)
    TAKEN_ON = "visit.confirmed"
    SEARCHED = ("purpose", "other_wishes", "agreed_with")
    MOVES = (
        Move("confirm", (S.PLANNED,), S.CONFIRMED, _("与客户约定"), "4.1.B"),
        Move("move", (S.CONFIRMED,), S.CONFIRMED, _("改约"), "4.1.B"),
        Move("carry_out", (S.PLANNED, S.CONFIRMED), S.DONE, _("登记拜访"), "4.1.1"),
        Move("sign_survey", (S.DONE, S.SURVEY_UNSIGNED), S.SURVEY_SIGNED, _("客户签调查表"), "4.1.D"),
        Move("leave_unsigned", (S.DONE,), S.SURVEY_UNSIGNED, _("调查表未签"), "4.1.D"),
        Move("follow_up", (S.SURVEY_SIGNED, S.SURVEY_UNSIGNED), S.FOLLOWED_UP, _("跟进"), "4.1.E"),
        Move("file", (S.FOLLOWED_UP,), S.FILED, _("归档"), "4.1.F"),
        Move("miss", (S.PLANNED, S.CONFIRMED), S.MISSED, _("未成行"), "4.1.1"),
        Move("cancel", (S.PLANNED, S.CONFIRMED), S.CANCELLED, _("取消"), "4.1.B"),
    )

    contact = models.ForeignKey("clients.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("clients.Site", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("事由"), max_length=500)
    wanted_at = models.DateTimeField(_("客户希望的时间"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("约定时间"), null=True, blank=True)
    agreed_with = models.CharField(_("与谁约定"), max_length=60, blank=True)
    other_wishes = models.TextField(_("其他要求"), blank=True)
    is_urgent = models.BooleanField(_("紧急"), default=False)
    arrived_at = models.DateTimeField(_("到达"), null=True)
    left_at = models.DateTimeField(_("离开"), null=True)
    unsigned_because = models.CharField(max_length=200, blank=True)
    preparation = models.JSONField(_("准备"), null=True, blank=True)
    times_moved = models.PositiveSmallIntegerField(_("改约次数"), null=True, blank=True)
    did = models.TextField(_("办了什么"), blank=True, default="", db_default="")
    unagreed_because = models.CharField(_("未约定的原因"), max_length=500, blank=True, default="", db_default="")
    late_because = models.CharField(_("迟到的原因"), max_length=500, blank=True, default="", db_default="")
    ended_because = models.CharField(_("未成行的原因"), max_length=500, blank=True, default="", db_default="")
    done_at = models.DateTimeField(_("登记拜访时间"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("跟进时间"), null=True, blank=True)
    reviewed = models.TextField(_("审核意见"), blank=True, default="", db_default="")
    filed_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    filed_where = models.CharField(_("归档处"), max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("上门服务")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="visit_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="visit_of_client_unit"),
            models.Index(fields=["owner", "agreed_at"], condition=Q(state__in=AHEAD), name="visit_ahead_of_person"),
            models.Index(fields=["unit", "agreed_at"], condition=Q(state__in=AHEAD), name="visit_ahead_of_unit"),
            models.Index(fields=["agreed_at"], condition=Q(agreed_at__isnull=False), name="visit_by_agreed_time"),
            models.Index(fields=["filed_at"], condition=Q(filed_at__isnull=False), name="visit_by_filing"),
            models.Index(fields=["client", "-id"], name="visit_of_client"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("visits:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.purpose

    @property
    def is_ahead(self) -> bool:
        return self.state in AHEAD

    @property
    def planned_at(self) -> datetime | None:
        """When somebody is to be there: as agreed, else as the client would like it."""
        return self.agreed_at or self.wanted_at

    @property
    def late_by(self) -> timedelta | None:
        """How much later than agreed somebody came, in whole minutes as people agree on them; None while unknown."""
        if self.agreed_at is None or self.arrived_at is None:
            return None
        return max((self.arrived_at - self.agreed_at) // MINUTE, 0) * MINUTE

    @property
    def undone(self) -> list[dict[str, Any]]:
        """What of the preparation was not done."""
        return [one for one in self.preparation or [] if not one["done"]]


class Question(models.TextChoices):
    """What a client is asked to judge beside the whole."""

    PUNCTUALITY = "punctuality", _("守约准时")
    ATTITUDE = "attitude", _("服务态度")
    SKILL = "skill", _("专业水平")
    SPEED = "speed", _("办事时效")
    CLAIMS = "claims", _("理赔协助")


class Outcome(models.TextChoices):
    """How a survey came back."""

    SIGNED = "signed", _("已签字")
    SEALED = "sealed", _("已盖章")
    REFUSED = "refused", _("拒签")
    ABSENT = "absent", _("不在场")
    SENT = "sent", _("送去盖章")


BY_CLIENT = (Outcome.SIGNED, Outcome.SEALED)


class Survey(Kept):
    """《客户服务调查表》 of one visit. `marks` holds a mark of 1 to 5 for each `Question` that was answered.

    Without the client's signature or seal `reason` says why, and he is asked once more.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="survey")
    overall = models.PositiveSmallIntegerField(_("总体满意度"), null=True, blank=True)
    marks = models.JSONField(_("分项评分"), default=dict)
    opinions = models.TextField(_("意见和建议"), blank=True)
    filled_at = models.DateTimeField(_("填表时间"))
    outcome = models.CharField(_("签章"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("未签的原因"), max_length=500, blank=True)
    signer = models.CharField(_("签章人"), max_length=60, blank=True)
    signed_at = models.DateTimeField(_("签章时间"), null=True)
    signature = models.ForeignKey("kit.Blob", null=True, on_delete=models.PROTECT, related_name="+")
    asked_again_at = models.DateTimeField(_("再请签章时间"), null=True)
    asked_again = models.CharField(_("再请的结果"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[*BY_CLIENT], signed_at__isnull=False, signature__isnull=False)
                | (~Q(outcome__in=[*BY_CLIENT]) & Q(signed_at=None)),
                name="a_signed_survey_shows_it",
            ),
            models.CheckConstraint(condition=Q(overall=None) | Q(overall__range=(1, 5)), name="survey_marks_of_five"),
        ]

    def __str__(self) -> str:
        return self.visit.number

    def get_absolute_url(self) -> str:
        return reverse("visits:page", args=[self.visit_id])

    @property
    def is_by_client(self) -> bool:
        """Whether the client signed or sealed it."""
        return self.outcome in BY_CLIENT

    @property
    def answers(self) -> list[tuple[str, int]]:
        """What was judged beside the whole, in the form's order."""
        return [(str(one.label), self.marks[one.value]) for one in Question if one.value in self.marks]


class WishState(models.TextChoices):
    OPEN = "open", _("待办")
    SETTLED = "settled", _("已办结")


class Wish(Kept):
    """Something that a client asked for in a visit: settled, or answered with reason or progress in between."""

    MOVES = (Move("settle", (WishState.OPEN,), WishState.SETTLED, _("办结"), "4.1.E"),)
    NAMED_BY = ("visit",)

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="wishes")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("要求"), max_length=500)
    asked_at = models.DateTimeField(_("提出时间"))
    last_word_at = models.DateTimeField(_("最近一次告知"))
    times_told = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("状态"), max_length=10, choices=WishState.choices, default=WishState.OPEN)
    result = models.TextField(_("办理结果"), blank=True)
    settled_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("visits:page", args=[self.visit_id])

    @property
    def number(self) -> str:
        return self.visit.number


class VisitFeed(models.Model):
    """A secret address at which a calendar program reads one person's visits. Only its hash is kept."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(revoked_at__isnull=True), name="one_live_feed_of_visits"
            )
        ]
