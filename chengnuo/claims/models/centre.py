"""What passes between branch and centre about a claim (3.4.3)."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.escalated import Escalated
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

from .claim import Claim


class Cause(models.TextChoices):
    """Why a claim goes to the centre at once (3.4.3)."""

    AMOUNT = "amount", _("估损超过上报金额")
    CASUALTIES = "casualties", _("重大人员伤亡")
    DIFFICULT = "difficult", _("疑难")
    DISPUTED = "disputed", _("有争议")


class EscalationState(models.TextChoices):
    OWED = "owed", _("待报")
    REPORTED = "reported", _("已报")
    ACKNOWLEDGED = "acknowledged", _("中心已收到")
    GUIDED = "guided", _("已指导")
    RELEASED = "released", _("已交回")


E = EscalationState
WITH_CENTRE = (E.OWED, E.REPORTED, E.ACKNOWLEDGED, E.GUIDED)


class Escalation(Escalated):
    """A claim that went to the centre (3.4.3). `amount` is what the claims of the occurrence came to then, in yuan."""

    CASE = "claim"
    CAUSES = Cause
    NAMED_BY = ("claim",)
    MOVES = (
        Move("report", (E.OWED,), E.REPORTED, _("报客服中心"), "3.4.3"),
        Move("acknowledge", (E.REPORTED,), E.ACKNOWLEDGED, _("确认收到"), "3.4.3"),
        Move("guide", (E.REPORTED, E.ACKNOWLEDGED, E.GUIDED), E.GUIDED, _("给出指导"), "3.4.3"),
        Move("release", WITH_CENTRE, E.RELEASED, _("交回机构"), "3.4.3"),
    )

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="escalations")
    state = models.CharField(_("状态"), max_length=14, choices=E.choices, default=E.OWED)
    amount = models.DecimalField(_("同一事故估损"), max_digits=16, decimal_places=2)
    guided_at = models.DateTimeField(_("首次指导"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=~models.Q(state="released"), name="a_claim_is_with_the_centre_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("owed", "released")) | ~models.Q(facts=""), name="reported_with_its_facts"
            ),
        ]


class Guidance(Kept):
    """One step that the centre told the branch to take, and what became of it (3.4.3)."""

    NAMED_BY = ("escalation__claim",)

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="guidance")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(_("指导"), max_length=1000)
    due_on = models.DateField(_("办到哪天"), null=True)
    given_at = models.DateTimeField(_("给出"))
    done_at = models.DateTimeField(_("办理"), null=True)
    done_how = models.CharField(_("怎么办的"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("claims:page", args=[self.escalation.claim_id])

    @property
    def duty_owner_id(self) -> int | None:
        return self.escalation.claim.owner_id

    @property
    def number(self) -> str:
        return self.escalation.claim.number

    @property
    def matter(self) -> str:
        return self.text[:60]
