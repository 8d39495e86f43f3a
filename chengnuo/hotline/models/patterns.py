"""A branch's repeating roster (3.1.2): who takes which slot of which day, in turn."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept


class RosterPattern(Kept):
    """Slots of the day and the people who take them in turn, from a date to a date.

    `slots` is a list of `{name, starts, ends, days, staff, backups}`, read by `patterns.slots_of`. It is never edited:
    a changed rotation is the next pattern, so that each shift stands under the rule that wrote it.
    """

    class Rotates(models.TextChoices):
        DAY = "day", _("每天换人")
        WEEK = "week", _("每周换人")

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True)
    rotates = models.CharField(_("轮换"), max_length=4, choices=Rotates.choices, default=Rotates.DAY)
    weeks = models.PositiveSmallIntegerField(_("提前排几周"), default=4)
    slots = models.JSONField(default=list)
    written_to = models.DateField(null=True)
    extend_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["extend_at"], condition=Q(extend_at__isnull=False), name="pattern_to_extend"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pattern_not_backwards"
            )
        ]

    def __str__(self) -> str:
        return self.name
