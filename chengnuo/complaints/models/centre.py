"""What passes between branch, centre and leader about a complaint (3.6.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.escalated import Escalated
from chengnuo.ledger.moves import Move

from .complaint import Complaint


class Cause(models.TextChoices):
    """Why a complaint goes to the centre at once: major in one of four ways, difficult, repeated (3.6.4–3.6.6)."""

    AMOUNT = "amount", _("金额超过重大标准")
    INFLUENCE = "influence", _("影响及于全国或数省")
    SUED = "sued", _("可能引起诉讼")
    HARM = "harm", _("严重损害当地声誉")
    DIFFICULT = "difficult", _("疑难")
    REPEATED = "repeated", _("重复投诉")


class ReferralState(models.TextChoices):
    OWED = "owed", _("待报")
    REPORTED = "reported", _("已报")
    ACKNOWLEDGED = "acknowledged", _("中心已收到")
    INSTRUCTED = "instructed", _("领导已指示")
    RELEASED = "released", _("已交回")


E = ReferralState
WITH_CENTRE = (E.OWED, E.REPORTED, E.ACKNOWLEDGED, E.INSTRUCTED)


class Referral(Escalated):
    """A complaint that went to the centre, which settles it under the leader in charge (3.6.2)."""

    CASE = "complaint"
    CAUSES = Cause
    NAMED_BY = ("complaint",)
    MOVES = (
        Move("report", (E.OWED,), E.REPORTED, _("报客服中心"), "3.6.2"),
        Move("acknowledge", (E.REPORTED,), E.ACKNOWLEDGED, _("确认收到"), "3.6.2"),
        Move("instruct", (E.REPORTED, E.ACKNOWLEDGED, E.INSTRUCTED), E.INSTRUCTED, _("领导指示"), "3.6.2"),
        Move("release", WITH_CENTRE, E.RELEASED, _("交回机构"), "3.6.2"),
    )

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(_("状态"), max_length=14, choices=E.choices, default=E.OWED)
    instruction = models.TextField(_("分管领导的指示"), blank=True)
    instructed_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    instructed_at = models.DateTimeField(_("指示"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=~models.Q(state="released"),
                name="a_complaint_is_with_the_centre_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("owed", "released")) | ~models.Q(facts=""),
                name="a_complaint_is_reported_with_its_facts",
            ),
        ]
