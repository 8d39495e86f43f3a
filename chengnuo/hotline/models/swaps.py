"""Shifts asked to be exchanged (3.1.2), and the addresses at which a calendar program reads a roster."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class SwapState(models.TextChoices):
    ASKED = "asked", _("待答复")
    AGREED = "agreed", _("已换班")
    DECLINED = "declined", _("未同意")
    CALLED_OFF = "called_off", _("已撤回")


S = SwapState


class ShiftSwap(Kept):
    """Somebody asks a colleague to take his shift; against one of the colleague's where `other` is given."""

    MOVES = (
        Move("agree", (S.ASKED,), S.AGREED, _("同意"), "3.1.2"),
        Move("decline_swap", (S.ASKED,), S.DECLINED, _("不换"), "3.1.2"),
        Move("call_off", (S.ASKED,), S.CALLED_OFF, _("撤回"), "3.1.2"),
    )

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey("hotline.DutyShift", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("hotline.DutyShift", null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    note = models.CharField(_("说明"), max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=S.ASKED)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "-id"], name="swap_of_unit")]
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(state=S.ASKED), name="one_swap_asked_per_shift"),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_of")), name="nobody_swaps_with_himself"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} → {self.asked_of}"


class RosterFeed(models.Model):
    """A secret address at which a calendar program reads one person's shifts, or a branch's. Only its hash is kept."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "unit"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="one_live_feed",
            )
        ]
