"""Clients, the people who speak for them, and what they have with us: sites, agreements, policies."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

from . import names


class Client(Kept):
    """Somebody whom a branch serves. `key`, `large` and `high_risk` are ticks of their own, set by the centre."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("企业")
        PERSON = "person", _("个人")
        ASSOCIATION = "association", _("社会组织")

    unit = models.ForeignKey("people.Unit", verbose_name=_("机构"), on_delete=models.PROTECT, related_name="clients")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=120)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    resident_id = models.CharField(_("身份证号"), max_length=18, blank=True)
    key = models.BooleanField(_("重点"), default=False)
    large = models.BooleanField(_("大客户"), default=False)
    high_risk = models.BooleanField(_("高风险"), default=False)
    manager = models.ForeignKey(
        "people.Staff",
        verbose_name=_("客户经理"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clients",
    )
    since = models.DateField(_("客户起始日"))
    folded = models.TextField(editable=False, default="")
    grams = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["credit_code"], condition=~Q(credit_code=""), name="credit_code_once"),
            models.UniqueConstraint(fields=["resident_id"], condition=~Q(resident_id=""), name="resident_id_once"),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="client_of_unit"),
            GinIndex(fields=["grams"], name="client_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def row(self) -> dict[str, Any]:
        """`folded` and `grams` are derived from the name and may be made anew by a better splitting."""
        return {name: value for name, value in super().row().items() if name not in {"folded", "grams"}}

    def get_absolute_url(self) -> str:
        return reverse("clients:page", args=[self.pk])

    def index_name(self) -> None:
        """Make anew what the name is found by."""
        self.folded, self.grams = names.folded(self.name), names.grams(self.name)

    @property
    def duty_client_id(self) -> int | None:
        return self.pk

    @property
    def client_unit_id(self) -> int:
        return self.unit_id

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON

    @property
    def ticks(self) -> list[str]:
        """The names of the ticks that are set."""
        return [name for name in TICKS if getattr(self, name)]


TICKS: dict[str, Any] = {"key": _("重点客户"), "large": _("大客户"), "high_risk": _("高风险")}


class OfClient(Kept):
    """A record that belongs to one client; the branch that handles it is the client's."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("clients:page", args=[self.client_id])

    @property
    def duty_unit_id(self) -> int | None:
        return self.client.unit_id

    @property
    def client_unit_id(self) -> int:
        return self.client.unit_id

    @property
    def duty_owner_id(self) -> int | None:
        return self.client.manager_id


class Contact(Kept):
    """A person apart from the clients for whom he speaks; the same one may stand for two."""

    LATER = frozenset({"email"})

    name = models.CharField(_("姓名"), max_length=40)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    email = models.CharField(_("邮箱"), max_length=254, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["email"], condition=~Q(email=""), name="contact_by_email")]

    def __str__(self) -> str:
        return self.name


class Phone(Kept):
    """A contact's number, as somebody wrote it and as digits to compare. One that fell out of use stays, not active."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="phones")
    number = models.CharField(_("电话"), max_length=40)
    digits = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["digits"], condition=Q(is_active=True), name="phone_by_digits"),
            models.Index(Right("digits", 4), condition=Q(is_active=True), name="phone_by_last_four"),
        ]


class Position(Kept):
    """What a contact is for a client. One that ended stays, not active."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="positions")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="positions")
    title = models.CharField(_("职务"), max_length=60, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "contact"], condition=Q(is_active=True), name="one_position_with_a_client"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact} {self.title}".strip()


class Site(OfClient):
    name = models.CharField(_("场所"), max_length=60)
    address = models.CharField(_("地址"), max_length=200)
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    lat = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    lon = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(lat=None) | Q(lat__range=(-90, 90)), name="latitude_on_earth"),
            models.CheckConstraint(condition=Q(lon=None) | Q(lon__range=(-180, 180)), name="longitude_on_earth"),
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(OfClient):
    """A brokerage agreement (委托协议). Signing it is what opens the duty to draw up a service plan (3.2.1)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        SIGNED = "signed", _("已签署")
        ACTIVE = "active", _("履行中")
        EXPIRED = "expired", _("已到期")
        TERMINATED = "terminated", _("已终止")

    MOVES: ClassVar[Sequence[Move]] = (
        Move("sign", (State.DRAFT,), State.SIGNED, _("签署"), "3.2.1"),
        Move("activate", (State.SIGNED,), State.ACTIVE, _("开始履行")),
        Move("expire", (State.ACTIVE,), State.EXPIRED, _("到期")),
        Move("terminate", (State.SIGNED, State.ACTIVE), State.TERMINATED, _("终止")),
    )

    number = models.CharField(_("协议编号"), max_length=40)
    scope = models.TextField(_("委托范围"), max_length=2000, blank=True)
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    signed_on = models.DateField(_("签署日"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="agreement_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(signed_on__isnull=False), name="an_agreement_in_force_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Policy(OfClient):
    """A policy placed for a client. It covers from the first day through the last."""

    class Line(models.TextChoices):
        MOTOR = "motor", _("车险")
        ACCIDENT_HEALTH = "accident_health", _("意外健康险")
        LIABILITY = "liability", _("责任险")
        PROPERTY = "property", _("财产险")
        CARGO = "cargo", _("货运险")
        ENGINEERING = "engineering", _("工程险")
        LIFE = "life", _("寿险")
        OTHER = "other", _("其他")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="policies")
    no = models.CharField(_("保单号"), max_length=60, unique=True)
    line = models.CharField(_("险种"), max_length=16, choices=Line.choices)
    insurer = models.CharField(_("保险公司"), max_length=80)
    insured = models.CharField(_("被保险人"), max_length=120, blank=True)
    sum_insured = models.DecimalField(_("保额（元）"), max_digits=16, decimal_places=2)
    premium = models.DecimalField(_("保费（元）"), max_digits=16, decimal_places=2)
    deductible = models.CharField(_("免赔"), max_length=200, blank=True)
    commission = models.DecimalField(_("佣金（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("保障首日"))
    ends_on = models.DateField(_("保障末日"))

    class Meta:
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="policy_ends_after_start"),
            models.CheckConstraint(
                condition=Q(sum_insured__gte=0, premium__gte=0), name="policy_amounts_are_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="policy_by_end")]

    def __str__(self) -> str:
        return self.no

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def premium_a_year(self) -> Decimal:
        """The premium spread over the term, for one year; a term of a year or less counts whole."""
        days = (self.ends_on - self.starts_on).days + 1
        return self.premium if days <= 366 else (self.premium * 365 / days).quantize(Decimal("0.01"))


class Import(Kept):
    """A workbook whose clients were all entered. The same content is imported once."""

    name = models.CharField(_("文件"), max_length=120)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("导入时间"))
    clients = models.PositiveIntegerField(_("客户"))
    contacts = models.PositiveIntegerField(_("联系人"))
    sites = models.PositiveIntegerField(_("场所"))
    agreements = models.PositiveIntegerField(_("委托协议"))
    policies = models.PositiveIntegerField(_("保单"))

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["sha256"], name="a_workbook_once")]
        indexes = [models.Index(fields=["by", "-id"], name="import_of_person")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clients:import")

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("clients", "contacts", "sites", "agreements", "policies")}
