"""What was decided on a complaint, and on its review (第3号令 19, 20)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Channel
from chengnuo.ledger.models import Kept

from .complaint import Complaint


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("投诉成立")
    PARTLY = "partly", _("部分成立")
    REFUSED = "refused", _("不成立")


WAYS_ON = {
    "review": _("核查"),
    "mediation": _("调解"),
    "arbitration": _("仲裁"),
    "court": _("诉讼"),
}
"""What the decision must tell the complainant that he may still do (第3号令 19)."""


class Decision(Kept):
    """The decision that the complainant is told: findings, basis, reasons, what is done, and the ways on. A draft until
    `decided_at`. One for the complaint, and one for each review of it."""

    NAMED_BY = ("complaint",)
    PARTS = ("findings", "basis", "reasons", "remedy")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="decisions")
    is_review = models.BooleanField(_("核查"), default=False)
    outcome = models.CharField(_("结论"), max_length=8, choices=Outcome.choices, blank=True)
    findings = models.TextField(_("查明的事实"), blank=True)
    basis = models.TextField(_("依据"), blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    remedy = models.TextField(_("处理"), blank=True)
    ways_on = models.JSONField(_("后续途径"), default=list)
    drafted_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("起草"))
    decided_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("决定"), null=True)
    told_at = models.DateTimeField(_("告知"), null=True)
    told_how = models.CharField(_("方式"), max_length=10, choices=Channel.choices, blank=True)
    told_whom = models.CharField(_("告知谁"), max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "is_review"], condition=models.Q(told_at=None), name="one_decision_under_way"
            )
        ]

    def __str__(self) -> str:
        return self.complaint.number

    def get_absolute_url(self) -> str:
        return self.complaint.get_absolute_url()

    @property
    def number(self) -> str:
        return self.complaint.number

    @property
    def way_labels(self) -> list[str]:
        return [str(WAYS_ON[one]) for one in self.ways_on]

    @property
    def missing(self) -> list[str]:
        """The parts that it must name and does not yet, as labels (第3号令 19)."""
        fields: list[Any] = [self._meta.get_field(name) for name in ("outcome", *self.PARTS)]
        lacks = [str(one.verbose_name) for one in fields if not getattr(self, one.name).strip()]
        return lacks + [str(label) for name, label in WAYS_ON.items() if name not in self.ways_on]
