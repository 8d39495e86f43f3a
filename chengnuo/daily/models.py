"""Daily service (3.3): what passed between us and a client beside visits, claims and his own calls; and renewals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Service
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class ContactKind(models.TextChoices):
    RETURN = "return", _("客户回访")
    CARE = "care", _("日常维护")
    ADVICE = "advice", _("保险咨询")
    OTHER = "other", _("其他服务")


class ContactChannel(models.TextChoices):
    PHONE = "phone", _("电话")
    IN_PERSON = "in_person", _("当面")
    WECOM = "wecom", _("企业微信")
    MAIL = "mail", _("邮件")


class DailyContact(Service):
    """A return visit or call (3.3.1), daily care (3.3.2): with whom, what was said, what came of it. What was promised
    then is answered by its time."""

    REGISTER: ClassVar[str] = "RC"

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        "clients.Contact", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    spoke_with = models.CharField(_("对方"), max_length=60, blank=True)
    owner = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("服务"), max_length=8, choices=ContactKind.choices)
    channel = models.CharField(_("方式"), max_length=10, choices=ContactChannel.choices)
    at = models.DateTimeField(_("时间"))
    dialogue = models.TextField(_("内容"))
    result = models.CharField(_("结果"), max_length=500, blank=True)
    promised = models.CharField(_("答应客户的事"), max_length=500, blank=True)
    promised_by = models.DateTimeField(_("何时前答复"), null=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answer = models.TextField(_("答复"), blank=True)
    entered_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("回访与维护")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promised="", promised_by=None) | (~Q(promised="") & Q(promised_by__isnull=False)),
                name="what_was_promised_has_its_time",
            ),
            models.CheckConstraint(condition=~Q(dialogue=""), name="a_contact_says_what_was_said"),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="daily_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="daily_of_client_unit"),
            models.Index(fields=["client", "-id"], name="daily_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("daily:page", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether the client waits for what was promised."""
        return bool(self.promised) and self.answered_at is None


class RenewalState(models.TextChoices):
    DUE = "due", _("待联系")
    CONTACTED = "contacted", _("已联系")
    QUOTED = "quoted", _("已报条件")
    RENEWED = "renewed", _("已续保")
    MOVED = "moved", _("换公司续保")
    LOST = "lost", _("流失")
    NOT_NEEDED = "not_needed", _("不再需要")


R = RenewalState
OPEN = (R.DUE, R.CONTACTED, R.QUOTED)
KEPT = (R.RENEWED, R.MOVED)
DECIDED = (*KEPT, R.LOST, R.NOT_NEEDED)


class LostReason(models.TextChoices):
    PRICE = "price", _("价格")
    TERMS = "terms", _("承保条件")
    SERVICE = "service", _("服务")
    DIRECT = "direct", _("直接向保险公司投保")
    OTHER_BROKER = "other_broker", _("转其他经纪公司")
    OTHER = "other", _("其他")


class Renewal(Kept):
    """The renewal of one policy (3.3.3), opened by the calendar ahead of its end. `expires_on` is the policy's last day
    as it stood when last looked at."""

    REGISTER: ClassVar[str] = "XB"
    MOVES: ClassVar[Sequence[Move]] = (
        Move("contact", (R.DUE, R.CONTACTED), R.CONTACTED, _("联系客户"), "3.3.3"),
        Move("quote", OPEN, R.QUOTED, _("报续保条件"), "3.3.3"),
        Move("renew", OPEN, R.RENEWED, _("续保"), "3.3.3"),
        Move("move_insurer", OPEN, R.MOVED, _("换公司续保"), "3.3.3"),
        Move("lose", OPEN, R.LOST, _("流失"), "3.3.3"),
        Move("need_no_more", OPEN, R.NOT_NEEDED, _("不再需要"), "3.3.3"),
        Move("decide_anew", DECIDED, R.CONTACTED, _("重新办理"), "3.3.3"),
    )

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey("clients.Policy", on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.CharField(_("险种"), max_length=16)
    owner = models.ForeignKey(
        "people.Staff", verbose_name=_("承办人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_on = models.DateField(_("到期"))
    opened_at = models.DateTimeField(_("立项时间"))
    state = models.CharField(_("状态"), max_length=10, choices=RenewalState.choices, default=R.DUE)
    contacted_at = models.DateTimeField(_("首次联系"), null=True)
    quoted_at = models.DateTimeField(_("报条件时间"), null=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    new_policy = models.ForeignKey(
        "clients.Policy", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lost_reason = models.CharField(_("流失原因"), max_length=12, choices=LostReason.choices, blank=True)
    decided_because = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("续保")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy"], name="a_policy_is_renewed_once"),
            models.CheckConstraint(condition=~Q(state=R.LOST) | ~Q(lost_reason=""), name="lost_with_its_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=KEPT) | Q(new_policy__isnull=False), name="renewed_by_a_policy"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "expires_on", "id"], name="renewal_of_unit"),
            models.Index(fields=["client_unit", "expires_on", "id"], name="renewal_of_client_unit"),
            models.Index(fields=["client", "expires_on", "id"], name="renewal_of_client"),
            models.Index(fields=["expires_on", "id"], name="renewal_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("daily:renewal", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class RenewalTerms(Kept):
    """Terms that were told to the client for a renewal. Never changed: other terms are the next row."""

    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, related_name="terms")
    insurer = models.CharField(_("保险公司"), max_length=80)
    premium = models.DecimalField(_("保费（元）"), max_digits=16, decimal_places=2)
    changes = models.TextField(_("与原保单的不同"), max_length=2000, blank=True)
    quoted_at = models.DateTimeField(_("告知客户的时间"))
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(premium__gt=0), name="a_premium_is_a_sum")]

    def __str__(self) -> str:
        return f"{self.insurer} {self.premium}"

    def more_than(self, before: Decimal) -> Decimal:
        """By how much the premium is above the one before."""
        return self.premium - before


def whose(record: Any) -> dict[str, Any]:
    """Whose row it is, as the search index asks."""
    return {"unit": record.unit_id, "client_unit": record.client_unit_id, "client": record.client_id}
