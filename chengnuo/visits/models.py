"""Visits at the client's (4.1). An appointment made in a call is the first of its states."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Case
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


class Visit(Case):
    STATES = State
    REGISTER = "BF"
    FIRST = S.PLANNED
    FINISHED = (S.FOLLOWED_UP, S.FILED, S.MISSED, S.CANCELLED)
    SERVED = (S.DONE, S.SURVEY_SIGNED, S.SURVEY_UNSIGNED, S.FOLLOWED_UP, S.FILED)
    TAKEN_ON = "visit.confirmed"
    SEARCHED = ("purpose", "other_wishes", "agreed_with")
    MOVES = (
        Move("confirm", (S.PLANNED,), S.CONFIRMED, _("与客户约定"), "4.1.B"),
        Move("carry_out", (S.PLANNED, S.CONFIRMED), S.DONE, _("登记拜访"), "4.1.1"),
        Move("sign_survey", (S.DONE,), S.SURVEY_SIGNED, _("客户签调查表"), "4.1.D"),
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
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    unsigned_because = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("上门服务")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="visit_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="visit_of_client_unit"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("visits:page", args=[self.pk])

    @property
    def matter(self) -> str:
        return self.purpose
