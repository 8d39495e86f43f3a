"""A branch's written request for headquarters' support (3.2.9, 3.5.10), and what was spent of what was granted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.proposals.models import GRANTED, Proposal, ProposalState, moves
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

SPENDABLE = (*GRANTED, ProposalState.CARRIED_OUT)


class SupportKind(models.TextChoices):
    SERVICE = "service", _("客户服务")
    VALUE_ADDED = "value_added", _("增值服务")


class SupportRequest(Proposal):
    """Its six parts: objective, activity, time (`starts_on` to `ends_on`), scheme, budget, support needed.

    `client_ids` are the clients that it is for: ids in one column, so that the row says whole what was asked.
    `past` is their business of three years as it stood when the centre weighed it. `follows` is the request whose
    money did not suffice.
    """

    REGISTER: ClassVar[str] = "ZC"
    MOVES: ClassVar[Sequence[Move]] = moves("3.2.9")

    kind = models.CharField(_("用于"), max_length=12, choices=SupportKind.choices, default=SupportKind.SERVICE)
    title = models.CharField(_("事由"), max_length=80)
    client_ids = ArrayField(models.BigIntegerField(), verbose_name=_("客户"), default=list)
    objective = models.TextField(_("目的"), blank=True)
    activity = models.TextField(_("活动内容"), blank=True)
    starts_on = models.DateField(_("活动开始"), null=True)
    ends_on = models.DateField(_("活动结束"), null=True)
    needed = models.TextField(_("需要的支持"), blank=True)
    past = models.JSONField(default=list)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    class Meta(Proposal.Meta):
        verbose_name = _("支持申请")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="support_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "analysed", "rejected"])
                | (~Q(approved_sha256="") & Q(granted_amount__isnull=False)),
                name="support_granted_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(granted_amount=None) | Q(granted_amount__lte=F("amount")), name="support_granted_as_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="support_of_unit"),
            GinIndex(fields=["client_ids"], name="support_of_client"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("support:page", args=[self.pk])

    @property
    def clause(self) -> str:
        return "3.5.10" if self.kind == SupportKind.VALUE_ADDED else "3.2.9"

    @property
    def spent(self) -> Decimal:
        """What was spent of it and not voided."""
        total = self.spendings.filter(voided_at=None).aggregate(total=models.Sum("amount"))["total"]
        return total or Decimal(0)


class SupportSpending(Kept):
    """An amount spent of a granted budget. A wrong entry is voided with its reason and stays."""

    request = models.ForeignKey(SupportRequest, on_delete=models.PROTECT, related_name="spendings")
    spent_on = models.DateField(_("日期"))
    what = models.CharField(_("用途"), max_length=120)
    amount = models.DecimalField(_("金额（元）"), max_digits=12, decimal_places=2)
    entered_at = models.DateTimeField(_("登记时间"))
    entered_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_because = models.CharField(_("作废原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("支出")
        ordering = ["spent_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_spending_costs_something")]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("support:page", args=[self.request_id])

    @property
    def duty_unit_id(self) -> int | None:
        return self.request.unit_id
