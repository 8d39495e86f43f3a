"""Telephone rounds (4.3): for what, with which words, whom to call, what was said, and what clients asked for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Service
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class CallScript(Kept):
    """Fitting words for a kind of call (4.3.1). A change is the next edition; a round keeps the one it began with."""

    name = models.CharField(_("名称"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    words = models.TextField(_("用语"), max_length=10_000)
    questions = models.TextField(_("要问的事"), max_length=2000, blank=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("拟定时间"))
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    is_latest = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("电话用语")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "edition"], name="an_edition_of_a_script_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(is_latest=True), name="one_latest_script"),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(is_latest=True), name="script_latest")]

    def __str__(self) -> str:
        return str(_("%(name)s 第%(edition)s版")) % {"name": self.name, "edition": self.edition}

    def get_absolute_url(self) -> str:
        return reverse("rounds:script", args=[self.pk])


class RoundState(models.TextChoices):
    DRAFT = "draft", _("拟订")
    RUNNING = "running", _("进行中")
    FINISHED = "finished", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class Sorting(models.TextChoices):
    TIER = "tier", _("重点和大客户在前")
    EXPIRY = "expiry", _("保单先到期的在前")
    LAST = "last", _("最久没联系的在前")


class Round(Kept):
    """A round of calls of one branch. `chosen_by` is the filter by which its clients were sorted out (4.3.A)."""

    REGISTER: ClassVar[str] = "DF"
    MOVES: ClassVar[Sequence[Move]] = (
        Move("start_round", (RoundState.DRAFT,), RoundState.RUNNING, _("开始"), "4.3.A"),
        Move("finish_round", (RoundState.RUNNING,), RoundState.FINISHED, _("结束"), "4.3.B"),
        Move("cancel", (RoundState.DRAFT, RoundState.RUNNING), RoundState.CANCELLED, _("取消"), "4.3.A"),
    )

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", verbose_name=_("机构"), on_delete=models.PROTECT, related_name="+")
    aim = models.CharField(_("目的"), max_length=120)
    scheme = models.TextField(_("实施方案"), max_length=2000, blank=True)
    script = models.ForeignKey(CallScript, verbose_name=_("用语"), on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Staff", verbose_name=_("负责人"), on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"))
    sorted_by = models.CharField(_("次序"), max_length=6, choices=Sorting.choices, default=Sorting.TIER)
    chosen_by = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=RoundState.choices, default=RoundState.DRAFT)
    drawn_up_at = models.DateTimeField(_("拟订时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    ended_because = models.CharField(_("结束说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("电话服务活动")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="round_ends_after_start")]
        indexes = [models.Index(fields=["unit", "-id"], name="round_of_unit")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rounds:page", args=[self.pk])


class Stand(models.TextChoices):
    """How a client stands in a round."""

    WAITING = "waiting", _("待打")
    REACHED = "reached", _("已通话")
    UNREACHED = "unreached", _("多次未接通")
    REFUSED = "refused", _("不愿通话")
    WRONG = "wrong", _("号码不对")
    LEFT_OUT = "left_out", _("不列入")


class RoundClient(Kept):
    """A client on a round's list, at his place. `held_by` is who has him on the screen, until `held_until`: no fact of
    the round, so that nobody need vouch for it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="clients", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.PositiveIntegerField(_("序号"))
    state = models.CharField(_("状态"), max_length=10, choices=Stand.choices, default=Stand.WAITING)
    reason = models.CharField(_("不列入的原因"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("可再打"))
    held_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "client"], name="a_client_once_in_a_round"),
            models.CheckConstraint(condition=~Q(state=Stand.LEFT_OUT) | ~Q(reason=""), name="left_out_with_its_reason"),
        ]
        indexes = [
            models.Index(fields=["round", "place", "id"], name="round_client_by_place"),
            models.Index(fields=["round", "-id"], name="round_client_newest"),
            models.Index(fields=["client", "-id"], name="round_of_client"),
        ]

    def __str__(self) -> str:
        return str(self.client)

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name not in {"held_by_id", "held_until"}}

    def get_absolute_url(self) -> str:
        return reverse("rounds:call", args=[self.pk])

    @property
    def client_unit_id(self) -> int:
        return self.unit_id


class Outcome(models.TextChoices):
    REACHED = "reached", _("已通话")
    UNREACHED = "unreached", _("未接通")
    REFUSED = "refused", _("不愿通话")
    WRONG = "wrong", _("号码不对")


class RoundCall(Service):
    """One call of a round: whether the client was reached, and what was said (3.2.6, 4.3.B)."""

    NAMED_BY = ("on_list__round",)

    on_list = models.ForeignKey(RoundClient, on_delete=models.PROTECT, related_name="calls")
    nth = models.PositiveSmallIntegerField(_("第几次"))
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        "clients.Contact", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    spoke_with = models.CharField(_("通话人"), max_length=60, blank=True)
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("通话时间"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices)
    dialogue = models.TextField(_("对话"), blank=True)
    opinion = models.TextField(_("意见"), blank=True)
    suggestion = models.TextField(_("建议"), blank=True)
    is_important = models.BooleanField(_("重要资料"), default=False)
    filed_at = models.DateTimeField(_("归档时间"), null=True)
    filed_as = models.CharField(_("归档位置"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("电话访问")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REACHED) | ~Q(dialogue=""), name="a_call_that_reached_has_its_dialogue"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="round_call_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="round_call_of_client_unit"),
            models.Index(fields=["client", "-id"], name="round_call_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rounds:spoken", args=[self.pk])

    @property
    def number(self) -> str:
        """The round's number, the client's place on its list and which call it was."""
        return f"{self.on_list.round.number}-{self.on_list.place}-{self.nth}"


class DemandState(models.TextChoices):
    OPEN = "open", _("待办")
    PASSED_ON = "passed_on", _("已转办")
    HANDLED = "handled", _("已办")


class CallDemand(Kept):
    """What a client asked for in a call of a round (4.3.C). `department` is where it was passed on to, in words."""

    NAMED_BY = ("call__on_list__round",)
    MOVES: ClassVar[Sequence[Move]] = (
        Move("pass_on", (DemandState.OPEN, DemandState.PASSED_ON), DemandState.PASSED_ON, _("转办"), "4.3.C"),
        Move("handle", (DemandState.OPEN, DemandState.PASSED_ON), DemandState.HANDLED, _("办结"), "4.3.C"),
    )

    call = models.ForeignKey(RoundCall, on_delete=models.PROTECT, related_name="demands")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(_("要求"), max_length=500)
    owner = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    department = models.CharField(_("转到哪个部门"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=DemandState.choices, default=DemandState.OPEN)
    made_at = models.DateTimeField(_("提出时间"))
    last_word_at = models.DateTimeField(_("最近一次告知"))
    handled_at = models.DateTimeField(_("办结时间"), null=True)
    answer = models.TextField(_("答复"), blank=True)

    class Meta:
        verbose_name = _("客户要求")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="call_demand_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="call_demand_of_client_unit"),
            models.Index(fields=["client", "-id"], name="call_demand_of_client"),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("rounds:demand", args=[self.pk])

    @property
    def number(self) -> str:
        return self.call.number

    @property
    def is_open(self) -> bool:
        return self.state != DemandState.HANDLED
