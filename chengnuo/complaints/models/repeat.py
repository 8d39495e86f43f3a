"""That a complaint repeats an earlier one (3.6.6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

from .complaint import Complaint


class RepeatState(models.TextChoices):
    FOUND = "found", _("系统找出")
    CONFIRMED = "confirmed", _("确认重复")
    REJECTED = "rejected", _("不是同一事项")


R = RepeatState


class Repeat(Kept):
    """A pair that was found, or named by a person: the same client, the same matter. `why` are the grounds as pairs
    [label, what was found], `score` how near (0 to 1). It holds until a person rejects it, with the reason."""

    NAMED_BY = ("complaint",)
    MOVES = (
        Move("confirm", (R.FOUND,), R.CONFIRMED, _("确认重复"), "3.6.6"),
        Move("reject", (R.FOUND, R.CONFIRMED), R.REJECTED, _("不是同一事项"), "3.6.6"),
    )

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="repeats_of")
    earlier = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="repeated_by")
    state = models.CharField(_("状态"), max_length=10, choices=R.choices, default=R.FOUND)
    score = models.DecimalField(_("相近"), max_digits=4, decimal_places=3)
    why = models.JSONField(_("依据"), default=list)
    found_at = models.DateTimeField(_("找出"))
    decided_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("认定"), null=True)
    because = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "earlier"], name="a_pair_is_judged_once"),
            models.CheckConstraint(condition=models.Q(complaint__gt=models.F("earlier")), name="earlier_came_earlier"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.earlier}"

    def get_absolute_url(self) -> str:
        return self.complaint.get_absolute_url()

    @property
    def number(self) -> str:
        return self.complaint.number

    @property
    def holds(self) -> bool:
        return self.state != R.REJECTED
