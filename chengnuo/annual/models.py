"""The year (3.2.8): headquarters' call for annual plans, and each branch's plan."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.proposals.models import Proposal, moves
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

MONTHS = 12
QUARTERS = 4


class Segment(models.TextChoices):
    """For which of the branch's clients."""

    ALL = "all", _("全部客户")
    KEY = "key", _("重点客户")
    LARGE = "large", _("大客户")
    HIGH_RISK = "high_risk", _("高风险客户")
    PLAIN = "plain", _("普通客户")


class AnnualCall(Kept):
    """Headquarters' call for the plans of a year, with what it requires. `due_at` is until when branches submit."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    requirements = models.TextField(_("要求"))
    due_at = models.DateTimeField(_("上报期限"))
    called_at = models.DateTimeField(_("布置时间"))
    called_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("年度计划要求")
        ordering = ["-year"]

    def __str__(self) -> str:
        return gettext("%(year)s年度计划要求") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return f"{reverse('annual:list')}?year={self.year}"


class AnnualPlan(Proposal):
    """A branch's plan of a year: the overall plan, the scheme, the budget, and the services by kind and month.

    `lines` is a list of {"kind", "segment", "months", "note"}, `months` twelve numbers. `last` is what the year before
    came to, when the draft was opened: {"kind", "planned", "done"}.
    """

    REGISTER: ClassVar[str] = "ND"
    MOVES: ClassVar[Sequence[Move]] = moves("3.2.8")

    call = models.ForeignKey(AnnualCall, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("年度"))
    overall = models.TextField(_("总体服务计划"), blank=True)
    lines = models.JSONField(_("服务项目"), default=list)
    last = models.JSONField(default=list)
    excused_because = models.CharField(_("免报原因"), max_length=300, blank=True)

    class Meta(Proposal.Meta):
        verbose_name = _("年度计划")
        constraints = [
            models.UniqueConstraint(fields=["year", "unit"], name="one_annual_plan"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "submitted", "analysed", "rejected"])
                | (~models.Q(approved_sha256="") & models.Q(granted_amount__isnull=False)),
                name="annual_granted_is_approved",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="annual_of_unit")]

    def get_absolute_url(self) -> str:
        return reverse("annual:page", args=[self.pk])

    @property
    def title(self) -> str:
        return gettext("%(year)s年度计划") % {"year": self.year}

    @property
    def total(self) -> int:
        """How many services it plans."""
        return sum(sum(line["months"]) for line in self.lines)
