"""Work of more than a second that somebody asked for: how far it is, and what came of it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept


class JobState(models.TextChoices):
    ASKED = "asked", _("进行中")
    DONE = "done", _("完成")
    REFUSED = "refused", _("未做")
    FAILED = "failed", _("出错")


class Job(Kept):
    """`title` and `message` are message ids with their arguments. `stage`, `done` and `total` are how far it is: they
    change beside the work's own transaction and are no part of the record."""

    PROGRESS: ClassVar[frozenset[str]] = frozenset({"stage", "done", "total"})

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    title_args = models.JSONField(default=dict)
    args = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=JobState.choices, default=JobState.ASKED)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)
    message_args = models.JSONField(default=dict)
    stage = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="job_of_person")]

    def __str__(self) -> str:
        return gettext(self.title) % self.title_args if self.title_args else gettext(self.title)

    def get_absolute_url(self) -> str:
        return reverse("kit:job", args=[self.pk])

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name not in self.PROGRESS}

    @property
    def is_running(self) -> bool:
        return self.state == JobState.ASKED

    @property
    def words(self) -> str:
        """What came of it, in the reader's language."""
        return gettext(self.message) % self.message_args if self.message_args else gettext(self.message or " ").strip()

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
