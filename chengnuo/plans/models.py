"""Service plans, what they promise, and emergency response plans (3.2.1–3.2.7)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import ServiceKind
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class PlanState(models.TextChoices):
    DRAFT = "draft", _("起草")
    SUBMITTED = "submitted", _("待批")
    APPROVED = "approved", _("已批准")
    DELIVERED = "delivered", _("已交付")
    ACTIVE = "active", _("执行中")
    CLOSED = "closed", _("已结束")


S = PlanState
IN_FORCE = (S.DELIVERED, S.ACTIVE)
UNDECIDED = (S.DRAFT, S.SUBMITTED)


class Situation(models.TextChoices):
    """The five things that a plan is fitted to (3.2.2)."""

    POLICIES = "policies", _("保单")
    SITES = "sites", _("场所")
    RISK = "risk", _("风险等级")
    LOSSES = "losses", _("出险")
    HISTORY = "history", _("服务记录")


class Receipt(models.TextChoices):
    """How a plan reached the client."""

    BY_HAND = "hand", _("当面交付")
    BY_POST = "post", _("邮寄")
    BY_MAIL = "mail", _("电子邮件")


class ServicePlan(Kept):
    """One edition of a client's service plan. An edit after approval makes the next edition, a draft, under the same
    number; the approved one stays in force until the next is delivered.

    `situation` is a list, in the order of `Situation`: {"key", "text", "none"}; `none` is the author's word that there
    is nothing of it. `approved_sha256` is the hash of the snapshot that the chairman approved.
    """

    REGISTER: ClassVar[str] = "FW"
    MOVES: ClassVar[Sequence[Move]] = (
        Move("submit", (S.DRAFT,), S.SUBMITTED, _("报批"), "3.2.3"),
        Move("return", (S.SUBMITTED,), S.DRAFT, _("退回修改"), "3.2.3"),
        Move("approve", (S.SUBMITTED,), S.APPROVED, _("批准"), "3.2.3"),
        Move("deliver", (S.APPROVED,), S.DELIVERED, _("交付客户"), "3.2.3"),
        Move("activate", (S.DELIVERED,), S.ACTIVE, _("开始执行"), "3.2.4"),
        Move("close", (S.DRAFT, S.APPROVED, S.DELIVERED, S.ACTIVE), S.CLOSED, _("结束"), "3.2.4"),
    )

    number = models.CharField(_("方案编号"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="service_plans")
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(
        "clients.Agreement", null=True, blank=True, on_delete=models.PROTECT, related_name="service_plans"
    )
    owner = models.ForeignKey("people.Staff", verbose_name=_("拟订人"), on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    state = models.CharField(_("状态"), max_length=10, choices=S.choices, default=S.DRAFT)
    situation = models.JSONField(default=list)
    cause = models.TextField(_("起因"), max_length=2000, blank=True)
    budget = models.DecimalField(_("服务费用（元）"), max_digits=14, decimal_places=2, default=Decimal(0))
    commission = models.DecimalField(_("年佣金（元）"), max_digits=14, decimal_places=2, default=Decimal(0))
    drafted_at = models.DateTimeField(_("拟订时间"))
    submitted_at = models.DateTimeField(_("报批时间"), null=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    delivered_at = models.DateTimeField(_("交付时间"), null=True)
    delivered_how = models.CharField(_("交付方式"), max_length=10, choices=Receipt.choices, blank=True)
    received_by = models.CharField(_("签收人"), max_length=60, blank=True)
    closed_because = models.CharField(_("结束原因"), max_length=500, blank=True)
    # Up to when its services are planned: how far the breaking down has come, found anew from its lines.
    broken_down_to = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("服务方案")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="an_edition_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_ends_after_start"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | ~Q(approved_sha256=""), name="delivered_is_approved"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state__in=[S.DRAFT, S.SUBMITTED]), name="one_next_edition"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="plan_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="plan_of_client_unit"),
            models.Index(fields=["client", "-id"], name="plan_of_client"),
            models.Index(fields=["broken_down_to", "id"], condition=Q(state__in=IN_FORCE), name="plan_to_break_down"),
            models.Index(fields=["ends_on"], condition=Q(state=S.ACTIVE), name="plan_that_ends"),
            models.Index(fields=["starts_on"], condition=Q(state=S.DELIVERED), name="plan_that_starts"),
        ]

    def __str__(self) -> str:
        return self.number

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if name != "broken_down_to"}

    def get_absolute_url(self) -> str:
        return reverse("plans:page", args=[self.pk])

    @property
    def title(self) -> str:
        years = f"{self.starts_on.year}–{self.ends_on.year}" if self.ends_on.year > self.starts_on.year else ""
        return str(_("%(years)s年度服务方案")) % {"years": years or self.starts_on.year}

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE


class PlanItem(Kept):
    """One line of a plan: a kind of service, how many times between two days, by whom. `line` is its number in every
    edition, so that what was done of it is known in the next."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="items")
    line = models.PositiveSmallIntegerField(_("项号"))
    kind = models.CharField(_("服务"), max_length=10, choices=ServiceKind.choices)
    title = models.CharField(_("内容"), max_length=120)
    times = models.PositiveSmallIntegerField(_("次数"), default=1)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"))
    owner = models.ForeignKey("people.Staff", verbose_name=_("负责人"), on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(
        "clients.Site", verbose_name=_("场所"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    preparation = models.TextField(_("准备"), max_length=1000, blank=True)
    budget = models.DecimalField(_("费用（元）"), max_digits=12, decimal_places=2, default=Decimal(0))
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["plan", "line"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "line"], name="a_line_once_in_an_edition"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="item_ends_after_start"),
            models.CheckConstraint(condition=Q(times__gte=1, times__lte=366), name="item_at_least_once"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="item_costs_nothing_or_more"),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceState(models.TextChoices):
    PLANNED = "planned", _("待办")
    DONE = "done", _("已办")
    DROPPED = "dropped", _("不再办")


class PlannedService(Kept):
    """One dated service of a plan in force, the daily item of 3.3.0: due between two days, done by a record.

    It stays when the next edition takes over and then belongs to that; `service_type` and `service_pk` name the record
    that carried it out.
    """

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="services")
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="services")
    nth = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="planned_services", db_index=False
    )
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("服务"), max_length=10, choices=ServiceKind.choices)
    title = models.CharField(_("内容"), max_length=120)
    opens_on = models.DateField(_("自"))
    due_on = models.DateField(_("至"))
    state = models.CharField(_("状态"), max_length=10, choices=ServiceState.choices, default=ServiceState.PLANNED)
    done_on = models.DateField(_("办理日"), null=True)
    service_type = models.CharField(max_length=40, blank=True)
    service_pk = models.BigIntegerField(null=True)
    done_how = models.CharField(_("办理情况"), max_length=500, blank=True)
    dropped_because = models.CharField(_("不再办的原因"), max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="service_due_after_it_opens"),
            models.UniqueConstraint(fields=["item", "nth"], name="each_service_of_an_item_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on=None)),
                name="a_done_service_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "due_on", "id"], condition=Q(state="planned"), name="planned_of_unit"),
            models.Index(fields=["owner", "due_on", "id"], condition=Q(state="planned"), name="planned_of_person"),
            models.Index(fields=["client", "due_on"], name="planned_of_client"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:page", args=[self.plan_id])

    @property
    def client_unit_id(self) -> int:
        return self.unit_id

    @property
    def due_at(self) -> datetime:
        """The end of its last day."""
        return midnight(self.due_on + timedelta(days=1))

    def is_late(self, today: date) -> bool:
        """Whether its last day has passed without it."""
        return self.state == ServiceState.PLANNED and self.due_on < today


class EmergencyState(models.TextChoices):
    DRAFT = "draft", _("起草")
    IN_FORCE = "in_force", _("生效")
    REPLACED = "replaced", _("已更替")


class EmergencyPlan(Kept):
    """What is done when the worst happens at a client's (重大险情应急预案, 3.2.7). `contacts` and `steps` are lists of
    lines. It is reviewed by a day and drilled every so many months; a new edition replaces the one before."""

    REGISTER: ClassVar[str] = "YA"
    MOVES: ClassVar[Sequence[Move]] = (
        Move("put_in_force", (EmergencyState.DRAFT,), EmergencyState.IN_FORCE, _("生效"), "3.2.7"),
        Move("replace", (EmergencyState.IN_FORCE,), EmergencyState.REPLACED, _("更替"), "3.2.7"),
    )

    number = models.CharField(_("预案编号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="emergency_plans")
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("clients.Site", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Staff", verbose_name=_("编制人"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=EmergencyState.choices, default=EmergencyState.DRAFT)
    scenario = models.CharField(_("险情"), max_length=200)
    contacts = models.JSONField(_("应急联系人"), default=list)
    steps = models.JSONField(_("处置步骤"), default=list)
    drill_every = models.PositiveSmallIntegerField(_("演练间隔（月）"), default=12)
    review_on = models.DateField(_("复审日"))
    drafted_at = models.DateTimeField(_("编制时间"))
    in_force_at = models.DateTimeField(_("生效时间"), null=True)

    class Meta:
        verbose_name = _("应急预案")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(drill_every__gte=1, drill_every__lte=60), name="drilled_sometimes")
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="emergency_plan_of_unit"),
            models.Index(fields=["client", "-id"], name="emergency_plan_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("plans:emergency", args=[self.pk])


class Drill(Kept):
    """A drill of an emergency plan: when, who took part, what was found."""

    plan = models.ForeignKey(EmergencyPlan, on_delete=models.PROTECT, related_name="drills")
    held_on = models.DateField(_("演练日"))
    taken_part = models.CharField(_("参加人"), max_length=300)
    found = models.TextField(_("发现的问题"), max_length=2000)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def get_absolute_url(self) -> str:
        return reverse("plans:emergency", args=[self.plan_id])

    def __str__(self) -> str:
        return str(self.held_on)
