"""What could not be answered on the spot (3.1.5): to whom, what, by when, by whom; and what became of it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class PromiseState(models.TextChoices):
    OPEN = "open", _("待答复")
    MOVED = "moved", _("已改期")
    KEPT = "kept", _("按时答复")
    KEPT_LATE = "kept_late", _("迟答复")
    MOVED_KEPT = "moved_kept", _("改期后按时")
    MOVED_LATE = "moved_late", _("改期后仍迟")
    WITHDRAWN = "withdrawn", _("已撤回")


S = PromiseState
RUNNING = (S.OPEN, S.MOVED)


class Promise(Kept):
    """`first_by` is the first promised time and never changes; `by` the time agreed last. A breach is permanent."""

    MOVES = (
        Move("keep", (S.OPEN,), S.KEPT, _("答复"), "3.1.5"),
        Move("keep_late", (S.OPEN,), S.KEPT_LATE, _("答复"), "3.1.5"),
        Move("keep_moved", (S.MOVED,), S.MOVED_KEPT, _("答复"), "3.1.5"),
        Move("keep_moved_late", (S.MOVED,), S.MOVED_LATE, _("答复"), "3.1.5"),
        Move("move", RUNNING, S.MOVED, _("改期"), "3.1.5"),
        Move("withdraw", RUNNING, S.WITHDRAWN, _("撤回"), "3.1.5"),
    )

    NAMED_BY = ("call",)

    call = models.ForeignKey("hotline.Call", on_delete=models.PROTECT, related_name="promises")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="promises")
    client_unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    to_whom = models.CharField(_("答复谁"), max_length=60)
    what = models.CharField(_("承诺事项"), max_length=500)
    made_at = models.DateTimeField(_("承诺时间"))
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    first_by = models.DateTimeField(_("首次承诺时间"))
    by = models.DateTimeField(_("应答复时间"))
    keeper = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    times_moved = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    last_word_at = models.DateTimeField(_("最近一次告知"))
    state = models.CharField(_("状态"), max_length=12, choices=PromiseState.choices, default=S.OPEN)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="promise_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="promise_of_client_unit"),
            models.Index(fields=["client", "-id"], name="promise_of_client"),
            models.Index(fields=["unit", "by"], condition=models.Q(state__in=RUNNING), name="promise_running"),
            models.Index(fields=["unit", "first_by"], name="promise_by_first_time"),
            models.Index(fields=["-first_by", "-id"], name="promise_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.to_whom}：{self.what}"

    def get_absolute_url(self) -> str:
        return reverse("hotline:promise", args=[self.pk])

    @property
    def duty_owner_id(self) -> int | None:
        return self.keeper_id

    @property
    def number(self) -> str:
        return self.call.number

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class PromiseAct(Kept):
    """What was done on a promise: answered, told in between, moved, withdrawn, handed over. Never changed."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("答复")
        INTERIM = "interim", _("告知进展")
        MOVE = "move", _("改期")
        WITHDRAW = "withdraw", _("撤回")
        HAND_OVER = "hand_over", _("交接")

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    old_by = models.DateTimeField(null=True)
    new_by = models.DateTimeField(null=True)
    agreed_who = models.CharField(_("客户方谁同意"), max_length=60, blank=True)
    agreed_how = models.CharField(_("如何同意"), max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
