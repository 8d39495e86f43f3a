"""Who keeps out of a complaint."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .complaint import Complaint


class Recusal(models.Model):
    """A person who has an interest in a complaint and has no part in it (第3号令 17). Its event is the complaint's."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="recusals")
    staff = models.ForeignKey("people.Staff", verbose_name=_("回避的人"), on_delete=models.PROTECT, related_name="+")
    because = models.CharField(_("原因"), max_length=500)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "staff"], name="recused_once")]

    def __str__(self) -> str:
        return f"{self.complaint} {self.staff}"
