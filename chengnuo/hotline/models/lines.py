"""The numbers that a branch's hotline is reached at, registered with headquarters (3.1.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept


class DutyLine(Kept):
    """A duty phone from the day it was registered to the day it was withdrawn. All lines of a branch ring at whoever
    its roster has on duty; `digits` is how the exchange writes the number."""

    unit = models.ForeignKey("people.Unit", verbose_name=_("机构"), on_delete=models.PROTECT, related_name="duty_lines")
    number = models.CharField(_("值班电话"), max_length=30)
    digits = models.CharField(max_length=24)
    registered_at = models.DateTimeField(_("报备时间"))
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digits"], condition=Q(withdrawn_at__isnull=True), name="one_branch_behind_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.number
