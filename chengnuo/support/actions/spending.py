"""Spending what was granted: within the budget, and with a new request beyond it."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import SPENDABLE, SupportRequest, SupportSpending
from .going import SUPPORT


@guards("3.2.9")
def spend(
    request: SupportRequest, *, what: str, amount: Decimal, spent_on: date, by: Staff, now: datetime
) -> SupportSpending:
    """Enter an amount spent of the approved budget.

    Raises Forbidden outside the branch, Refusal 409 before the approval, after the report, and `over_budget` for more
    than is left; Invalid for a day before the decision or to come.
    """
    what = what.strip()
    with acting(request) as fresh:
        SUPPORT.require_branch(fresh, by, now)
        if fresh.state not in SPENDABLE:
            raise Refusal("not_spendable", _("批准之后、反馈之前才能登记支出"), clause=fresh.clause)
        SUPPORT.require_approved(fresh)
        if not 0 < len(what) <= 120:
            raise Invalid("no_words", clause=fresh.clause, what=_("写明用途，最多120字"))
        if not 0 < amount < Decimal(10) ** 10 or amount != amount.quantize(Decimal("0.01")):
            raise Invalid("amount", clause=fresh.clause, amount=_("金额大于0，最多两位小数"))
        if not fresh.decided_at.astimezone(ZONE).date() <= spent_on <= now.astimezone(ZONE).date():
            raise Invalid("day", clause=fresh.clause, spent_on=_("日期在批准日到今天之间"))
        left = fresh.granted_amount - fresh.spent
        if amount > left:
            raise Refusal(
                "over_budget",
                _("批准的预算还剩%(left)s元，不够%(amount)s元；超出部分先提新的申请")
                % {"left": f"{left:,.2f}", "amount": f"{amount:,.2f}"},
                clause=fresh.clause,
            )
        spending = SupportSpending.objects.create(
            request=fresh, what=what, amount=amount, spent_on=spent_on, entered_at=now, entered_by=by
        )
        record(
            "support.spent",
            spending,
            by=by,
            now=now,
            also=[fresh],
            data={"amount": amount, "spent_on": spent_on, "left": left - amount},
            texts={"what": what},
        )
    return spending


def void_spending(spending: SupportSpending, *, reason: str, by: Staff, now: datetime) -> SupportSpending:
    """Void a wrong entry, with the reason; its amount is free again. Raises as `spend` does, 409 for a voided one."""
    reason = reason.strip()
    with acting(spending.request, spending) as (request, fresh):
        SUPPORT.require_branch(request, by, now)
        if fresh.voided_at is not None or request.state not in SPENDABLE:
            raise Refusal("not_voidable", _("已作废或已反馈，不能再作废"), clause=request.clause)
        if not 0 < len(reason) <= 300:
            raise Invalid("no_reason", clause=request.clause, reason=_("写明作废原因，最多300字"))
        fresh.voided_at, fresh.void_because = now, reason
        fresh.version += 1
        fresh.save()
        data = {"amount": fresh.amount}
        record("support.spending_voided", fresh, by=by, now=now, also=[request], data=data, texts={"reason": reason})
    return fresh  # type: ignore[no-any-return]
