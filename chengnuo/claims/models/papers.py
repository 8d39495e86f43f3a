"""The documents of a claim, what is missing and whose turn it is (3.4.1, 3.7.0), and who was spoken with (3.4.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Policy
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move

from .claim import Claim


class PaperList(Kept):
    """The documents that a claim of one line of business needs, as the centre set them; without a line, every claim."""

    line = models.CharField(_("险种"), max_length=16, choices=Policy.Line.choices, blank=True, unique=True)
    names = models.JSONField(_("资料"), default=list)

    def __str__(self) -> str:
        return str(self.get_line_display() or _("各险种"))


class PaperState(models.TextChoices):
    EXPECTED = "expected", _("待交")
    RECEIVED = "received", _("待审")
    ACCEPTED = "accepted", _("合格")
    REFUSED = "refused", _("退回")
    WAIVED = "waived", _("不需要")


P = PaperState
SETTLED = (P.ACCEPTED, P.WAIVED)
SHAPES = {P.EXPECTED: "waiting", P.RECEIVED: "work", P.ACCEPTED: "closed", P.REFUSED: "breached", P.WAIVED: "closed"}


class ClaimPaper(Kept):
    """One document of a claim: a copy will do, and none is left out, whatever the amount (3.7.0)."""

    NAMED_BY = ("claim",)
    MOVES = (
        Move("receive", (P.EXPECTED, P.REFUSED), P.RECEIVED, _("收到"), "3.7.0"),
        Move("accept", (P.RECEIVED,), P.ACCEPTED, _("合格"), "3.7.0"),
        Move("refuse", (P.RECEIVED, P.ACCEPTED), P.REFUSED, _("退回"), "3.7.0"),
        Move("waive", (P.EXPECTED, P.REFUSED), P.WAIVED, _("不需要"), "3.7.0"),
        Move("need", (P.WAIVED,), P.EXPECTED, _("还是需要"), "3.7.0"),
    )

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="papers")
    name = models.CharField(_("资料"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=P.choices, default=P.EXPECTED)
    since = models.DateTimeField(_("起"))
    why = models.CharField(_("说明"), max_length=500, blank=True)
    """Why it was refused or is not needed; else what was said at its receipt."""

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["claim", "name"], name="a_document_is_listed_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.claim.get_absolute_url()

    @property
    def shape(self) -> str:
        return SHAPES[P(self.state)]

    @property
    def turn(self) -> str:
        """Whose turn it is: the client's to bring it, ours to check it, nobody's."""
        if self.state in (P.EXPECTED, P.REFUSED):
            return str(_("客户"))
        return str(_("本机构")) if self.state == P.RECEIVED else ""


class Party(models.TextChoices):
    """With whom one speaks of a claim."""

    CLIENT = "client", _("客户")
    INSURER = "insurer", _("保险公司")
    SURVEYOR = "surveyor", _("查勘人")
    ADJUSTER = "adjuster", _("公估人")
    THIRD = "third", _("第三方")
