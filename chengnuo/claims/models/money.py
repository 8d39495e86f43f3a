"""What a loss is thought to come to, and what was paid for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept

from .claim import Claim


class LossEstimate(Kept):
    """What a loss is thought to come to, gross of the deductible, in yuan. A list: no estimate is overwritten."""

    LATER = frozenset({"currency", "foreign", "rate"})

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="estimates")
    amount = models.DecimalField(_("估损金额"), max_digits=16, decimal_places=2)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    said_by = models.CharField(_("何人所估"), max_length=60, blank=True)
    currency = models.CharField(_("币种"), max_length=3, blank=True, default="", db_default="")
    """Empty for yuan."""
    foreign = models.DecimalField(_("外币金额"), max_digits=16, decimal_places=2, null=True)
    rate = models.DecimalField(_("折算率"), max_digits=12, decimal_places=6, null=True)
    true_at = models.DateTimeField(_("估损时间"))
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="an_estimate_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.amount:,.2f}"

    def get_absolute_url(self) -> str:
        return self.claim.get_absolute_url()


class PaymentKind(models.TextChoices):
    ADVANCE = "advance", _("预付赔款")
    PART = "part", _("部分赔款")
    FINAL = "final", _("结清赔款")
    RECOVERED = "recovered", _("追偿所得")
    SALVAGE = "salvage", _("残值")


FROM_INSURER = (PaymentKind.ADVANCE, PaymentKind.PART, PaymentKind.FINAL)


class Payment(Kept):
    """Money that came: from the insurer, or by recovery from whoever was to blame. In yuan; a wrong entry is voided."""

    NAMED_BY = ("claim",)

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(_("款项"), max_length=12, choices=PaymentKind.choices)
    amount = models.DecimalField(_("金额"), max_digits=16, decimal_places=2)
    paid_on = models.DateField(_("到账日"))
    payee = models.CharField(_("收款人"), max_length=120)
    entered_at = models.DateTimeField(_("登记"))
    voided_because = models.CharField(_("作废原因"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_payment_is_some_money")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:,.2f}"

    def get_absolute_url(self) -> str:
        return self.claim.get_absolute_url()
