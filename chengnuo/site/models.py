"""What the site itself keeps: which backups were made, and how it went."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.launch.backup.words import size
from chengnuo.ledger.models import Kept


class Backup(Kept):
    """A backup, or an attempt at one. The file lies elsewhere; `gone_at` is when the rule let it go."""

    class State(models.TextChoices):
        GOOD = "good", _("完好")
        FAILED = "failed", _("未成")

    class How(models.TextChoices):
        DAILY = "daily", _("每日")
        PERSON = "person", _("手动")
        COMMAND = "command", _("命令")

    made_at = models.DateTimeField(_("时间"), db_index=True)
    state = models.CharField(_("结果"), max_length=10, choices=State.choices)
    how = models.CharField(_("方式"), max_length=10, choices=How.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.CharField(_("文件"), max_length=120, blank=True)
    seconds = models.DecimalField(_("用时"), max_digits=9, decimal_places=1, default=0)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    rows = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    files = models.PositiveBigIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    is_proved = models.BooleanField(default=False)
    key_id = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=300, blank=True)
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file or str(self.get_state_display())

    @property
    def size_words(self) -> str:
        return size(self.size)

    @property
    def is_good(self) -> bool:
        return self.state == self.State.GOOD
