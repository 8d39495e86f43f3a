"""What every proposal has: its branch, its state, its budget, what the centre found and what was granted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import Move


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("起草")
    SUBMITTED = "submitted", _("待分析")
    ANALYSED = "analysed", _("待批")
    APPROVED = "approved", _("已批准")
    PARTLY = "partly", _("部分批准")
    REJECTED = "rejected", _("未批准")
    CARRIED_OUT = "carried_out", _("已实施")
    REPORTED = "reported", _("已反馈")


S = ProposalState
GRANTED = (S.APPROVED, S.PARTLY)
SHAPES = {S.DRAFT: "waiting", S.REJECTED: "closed", S.REPORTED: "closed"}
"""How a state's chip is drawn, where it is not in work."""
REACHED = {
    S.DRAFT: 0,
    S.SUBMITTED: 2,
    S.ANALYSED: 3,
    S.APPROVED: 4,
    S.PARTLY: 4,
    S.REJECTED: 4,
    S.CARRIED_OUT: 5,
    S.REPORTED: 6,
}
"""How many of the six steps a state has behind it."""


def moves(clause: str) -> Sequence[Move]:
    """The moves of a proposal, each under the clause that the room serves."""
    return (
        Move("submit", (S.DRAFT,), S.SUBMITTED, _("报总部"), clause),
        Move("return", (S.SUBMITTED,), S.DRAFT, _("退回修改"), clause),
        Move("take_back", (S.SUBMITTED,), S.DRAFT, _("收回修改"), clause),
        Move("analyse", (S.SUBMITTED,), S.ANALYSED, _("分析报批"), clause),
        Move("analyse_again", (S.ANALYSED,), S.SUBMITTED, _("重新分析"), clause),
        Move("approve", (S.ANALYSED,), S.APPROVED, _("批准"), clause),
        Move("approve_partly", (S.ANALYSED,), S.PARTLY, _("部分批准"), clause),
        Move("reject", (S.ANALYSED,), S.REJECTED, _("不批准"), clause),
        Move("carry_out", GRANTED, S.CARRIED_OUT, _("登记实施"), clause),
        Move("report_back", (S.CARRIED_OUT,), S.REPORTED, _("反馈结果"), clause),
    )


class Proposal(Kept):
    """`budget` is a list of {"name", "amount"}, `amount` its sum. What the centre proposes to grant stands in
    `proposed_amount` and, where it is not all that was asked, `proposed_terms`; the executive decides exactly that.
    `waiting_since` is when the centre last got it to weigh, `back_since` when the branch last got it back."""

    REGISTER: ClassVar[str]
    MOVES: ClassVar[Sequence[Move]]

    number = models.CharField(_("编号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(
        "people.Staff",
        verbose_name=_("起草人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(_("状态"), max_length=12, choices=S.choices, default=S.DRAFT)
    scheme = models.TextField(_("实施方案"), blank=True)
    budget = models.JSONField(_("预算"), default=list)
    amount = models.DecimalField(_("预算合计（元）"), max_digits=14, decimal_places=2, default=Decimal(0))
    opinion = models.TextField(_("机构意见和要求"), blank=True)
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_at = models.DateTimeField(_("上报时间"), null=True)
    first_submitted_at = models.DateTimeField(_("首次上报"), null=True)
    back_since = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    returned_because = models.TextField(_("退回原因"), blank=True)
    conclusion = models.TextField(_("分析结论"), blank=True)
    proposed_amount = models.DecimalField(_("建议批准金额"), max_digits=14, decimal_places=2, null=True)
    proposed_terms = models.TextField(_("只批准的部分"), blank=True)
    analysed_at = models.DateTimeField(_("分析时间"), null=True)
    analysed_by = models.ForeignKey(
        "people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    granted_amount = models.DecimalField(_("批准金额"), max_digits=14, decimal_places=2, null=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decided_by = models.ForeignKey(
        "people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    done_on = models.DateField(_("实施日"), null=True)
    done_how = models.TextField(_("实施情况"), blank=True)
    result = models.TextField(_("反馈"), blank=True)
    reported_at = models.DateTimeField(_("反馈时间"), null=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def clause(self) -> str:
        """Under which clause it is made."""
        return self.MOVES[0].clause

    @property
    def duty_owner_id(self) -> int | None:
        """What the branch owes falls to its author; while the centre weighs it, its rule names who."""
        return None if self.state in (S.SUBMITTED, S.ANALYSED) else self.owner_id

    @property
    def shape(self) -> str:
        return SHAPES.get(S(self.state), "work")

    @property
    def is_in_part(self) -> bool:
        """Whether less is proposed than was asked."""
        return self.proposed_amount is not None and (self.proposed_amount < self.amount or bool(self.proposed_terms))

    @property
    def is_granted(self) -> bool:
        return self.state in (*GRANTED, S.CARRIED_OUT, S.REPORTED)

    @property
    def steps(self) -> list[tuple[Any, Any, str]]:
        """What stands above its page: (name, when, done, now or nothing) of each step."""
        done = REACHED[S(self.state)]
        decided = _("未批准") if self.state == S.REJECTED else _("部分批准") if self.granted_in_part else _("批准")
        steps = (
            (_("起草"), self.drafted_at),
            (_("报总部"), self.submitted_at),
            (_("总部分析"), self.analysed_at),
            (decided, self.decided_at),
            (_("实施"), self.done_on),
            (_("反馈"), self.reported_at),
        )
        now = None if self.state == S.REJECTED else done
        return [
            (name, moment if place < done else None, "done" if place < done else "now" if place == now else "")
            for place, (name, moment) in enumerate(steps)
        ]

    @property
    def granted_in_part(self) -> bool:
        return self.decided_at is not None and self.state != S.REJECTED and self.is_in_part
