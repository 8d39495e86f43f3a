"""What the insurer pays, in parts and ahead, and what is recovered (3.4.1)."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Min
from django.db.models import Sum as Total
from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.people.models import Staff

from ..models import AGREED, FROM_INSURER, Claim, Payment, PaymentKind, State
from .facts import FEN, LARGEST
from .held import held, kept, words

AFTER_SUBMITTING = (State.SUBMITTED, State.DISPUTED, *AGREED)
RECOVERING = (State.PAID, State.RECOVERY)


def pay(claim: Claim, *, kind: str, amount: Decimal, paid_on: date, payee: str, by: Staff, now: datetime) -> Payment:
    """Money came, in yuan: an advance once the documents are with the insurer (保险法 25), a part or the rest after
    its decision; recovered or salvage once it has paid.

    Raises Invalid (422) beside a wrong part, also for more than was decided, Refusal 409 where it is too early.
    """
    if kind not in PaymentKind.values:
        raise Invalid("kind", clause="3.4.1", kind=_("选款项"))
    if not amount.is_finite() or not 0 < amount <= LARGEST or amount != amount.quantize(FEN):
        raise Invalid("amount", clause="3.4.1", amount=_("金额是大于0的数，精确到分"))
    payee = words("payee", payee, 120, _("写明收款人"))
    if paid_on > now.astimezone(ZONE).date():
        raise Invalid("future", clause="3.4.1", paid_on=_("到账日还没有到"))
    with held(claim, by, now) as fresh:
        was = fresh.state
        _require_stage(fresh, kind)
        if fresh.occurred_at and paid_on < fresh.occurred_at.astimezone(ZONE).date():
            raise Invalid("time_order", clause="3.4.1", paid_on=_("不能早于出险时间"))
        row = Payment.objects.create(
            claim=fresh, kind=kind, amount=amount, paid_on=paid_on, payee=payee, entered_at=now
        )
        if kind in FROM_INSURER:
            _count(fresh)
            assert fresh.paid is not None
            if fresh.decided_amount is not None and fresh.paid > fresh.decided_amount:
                said = _("合计超过核定的%s元，核对") % f"{fresh.decided_amount:,.2f}"
                raise Invalid("too_much", clause="3.4.1", amount=said)
        if kind in FROM_INSURER and fresh.state in AGREED:  # What comes during the recovery leaves it there.
            move(fresh, "pay")
        elif kind not in FROM_INSURER and fresh.state == State.PAID:
            move(fresh, "recover")
        if fresh.state != was:
            fresh.stage_at = now
        kept(
            fresh,
            "claim.paid" if kind in FROM_INSURER else "claim.recovered",
            by=by,
            now=now,
            also=[row],
            data={"state": [was, fresh.state], "kind": kind, "amount": amount, "on": paid_on.isoformat()},
            texts={"payee": payee},
        )
        return row


def void_payment(payment: Payment, *, because: str, by: Staff, now: datetime) -> Payment:
    """A payment was entered wrongly: it stays in sight, counts no longer."""
    because = words("because", because, 500, _("写明作废原因"))
    with held(payment.claim, by, now, payment) as (claim, fresh):
        if claim.state in Claim.FINISHED or fresh.voided_because:
            raise Refusal("illegal_move", _("已经作废或赔案已结"), clause="3.4.1")
        fresh.voided_because = because
        fresh.version += 1
        fresh.save()
        _count(claim)
        data = {"amount": fresh.amount, "kind": fresh.kind}
        kept(claim, "claim.payment_voided", by=by, now=now, also=[fresh], data=data, texts={"because": because})
        return fresh


def _require_stage(claim: Claim, kind: str) -> None:
    allowed: tuple[State, ...]
    if kind == PaymentKind.ADVANCE:
        allowed, fault = AFTER_SUBMITTING, _("资料交保险公司之后才有预付")
    elif kind in FROM_INSURER:
        allowed, fault = (*AGREED, State.RECOVERY), _("保险公司同意赔付之后才登记赔款")
    else:
        allowed, fault = RECOVERING, _("赔付之后才登记追偿和残值")
    if claim.state not in allowed:
        raise Refusal("illegal_move", fault, clause="3.4.1")


def _count(claim: Claim) -> None:
    """What the insurer has paid so far, since when, and whether that is all."""
    rows = claim.payments.filter(kind__in=FROM_INSURER, voided_because="")
    found = rows.aggregate(total=Total("amount"), first=Min("paid_on"), last=Max("paid_on"))
    claim.paid = found["total"]
    claim.advanced_at = midnight(found["first"]) if found["first"] else None
    is_all = claim.paid is not None and claim.decided_amount is not None and claim.paid >= claim.decided_amount
    claim.settled_at = midnight(found["last"]) if is_all else None
