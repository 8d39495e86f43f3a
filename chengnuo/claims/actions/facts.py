"""What becomes known of a loss after its notice: estimates, casualties, difficulty, which occurrence it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_revise, visible_claims
from ..models import Cause, Claim, LossEstimate
from .escalating import of_occurrence, review_escalation
from .held import held, require_moment

LARGEST = Decimal("99999999999999.99")
YUAN = "CNY"
FEN = Decimal("0.01")
MILLIONTH = Decimal("0.000001")
MOST_PEOPLE = 30_000


@dataclass(frozen=True)
class Sum:
    """An amount, in yuan or with the rate of the day of entry (yuan for one of the currency)."""

    amount: Decimal
    currency: str = YUAN
    rate: Decimal | None = None

    def in_yuan(self) -> Decimal:
        """Raises Invalid (422) beside `amount`, `currency` or `rate`."""
        if not self.amount.is_finite() or not 0 <= self.amount <= LARGEST or self.amount != self.amount.quantize(FEN):
            raise Invalid("amount", clause="3.4.1", amount=_("估损金额是不小于0的数，精确到分"))
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise Invalid("currency", clause="3.4.1", currency=_("币种写三个大写字母，如 USD"))
        if self.currency == YUAN:
            return self.amount
        if self.rate is None or not self.rate.is_finite() or not 0 < self.rate < 1_000_000:
            raise Invalid("rate", clause="3.4.1", rate=_("外币要写当日折算率"))
        if self.rate != self.rate.quantize(MILLIONTH):
            raise Invalid("rate", clause="3.4.1", rate=_("折算率最多6位小数"))
        yuan = (self.amount * self.rate).quantize(FEN, ROUND_HALF_UP)
        if yuan > LARGEST:
            raise Invalid("amount", clause="3.4.1", amount=_("折合人民币过大，核对"))
        return yuan


def revise_estimate(
    claim: Claim, given: Sum, *, basis: str, said_by: str, true_at: datetime, by: Staff, now: datetime
) -> LossEstimate:
    """Add what the loss is thought to come to now; no estimate is overwritten (3.4.1). Over the amount in force it goes
    to the centre in the same moment (3.4.3)."""
    yuan = given.in_yuan()
    basis, said_by = basis.strip(), said_by.strip()
    if not 0 < len(basis) <= 200:
        raise Invalid("basis", clause="3.4.1", basis=_("写明估损的依据，最多200字"))
    if not 0 < len(said_by) <= 60:
        raise Invalid("said_by", clause="3.4.1", said_by=_("写明何人所估，最多60字"))
    with held(claim, by, now, may=may_revise) as fresh:
        require_moment("true_at", true_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        return add_estimate(fresh, given, yuan, basis=basis, said_by=said_by, true_at=true_at, by=by, now=now)


def add_estimate(
    claim: Claim, given: Sum, yuan: Decimal, *, basis: str, said_by: str, true_at: datetime, by: Staff, now: datetime
) -> LossEstimate:
    """Add an estimate under the caller's lock, and review where the claim belongs."""
    is_foreign = given.currency != YUAN
    row = LossEstimate.objects.create(
        claim=claim,
        amount=yuan,
        currency=given.currency if is_foreign else "",
        foreign=given.amount if is_foreign else None,
        rate=given.rate if is_foreign else None,
        basis=basis,
        said_by=said_by,
        true_at=true_at,
        entered_at=now,
    )
    record(
        "claim.estimated",
        claim,
        by=by,
        now=now,
        happened_at=true_at,
        also=[row],
        data={"amount": yuan, "currency": given.currency},
        texts={"basis": basis, "said_by": said_by},
    )
    review_escalation(claim, true_at=true_at, by=by, now=now)
    return row


def count_casualties(
    claim: Claim, *, deaths: int, serious_injuries: int, source: str, true_at: datetime, by: Staff, now: datetime
) -> Claim:
    """How many died and were seriously injured, and who says so (3.4.3). What is taken back later undoes nothing:
    the centre has the claim until it gives it back."""
    source = source.strip()
    for name, count in (("deaths", deaths), ("serious_injuries", serious_injuries)):
        if not 0 <= count <= MOST_PEOPLE:
            raise Invalid("count", clause="3.4.3", **{name: _("人数是不小于0的整数")})
    if not 0 < len(source) <= 200:
        raise Invalid("source", clause="3.4.3", source=_("写明从何得知，最多200字"))
    with held(claim, by, now, may=may_revise) as fresh:
        require_moment("true_at", true_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        was = {"deaths": fresh.deaths, "serious_injuries": fresh.serious_injuries}
        if was == {"deaths": deaths, "serious_injuries": serious_injuries}:
            raise Invalid("unchanged", clause="3.4.3", deaths=_("人数没有变"))
        fresh.deaths, fresh.serious_injuries = deaths, serious_injuries
        fresh.version += 1
        fresh.save()
        data = {"deaths": [was["deaths"], deaths], "serious_injuries": [was["serious_injuries"], serious_injuries]}
        record("claim.casualties", fresh, by=by, now=now, happened_at=true_at, data=data, texts={"source": source})
        more = deaths > was["deaths"] or serious_injuries > was["serious_injuries"]
        anew = [Cause.CASUALTIES] if more else []
        review_escalation(fresh, true_at=true_at, by=by, now=now, anew=anew)
    return fresh


def declare_difficult(claim: Claim, *, because: str, by: Staff, now: datetime) -> Claim:
    """Somebody says that the case is difficult, and why: with that it goes to the centre (3.4.3)."""
    because = because.strip()
    if not 0 < len(because) <= 500:
        raise Invalid("because", clause="3.4.3", because=_("写明疑难在哪里，最多500字"))
    with held(claim, by, now, may=may_revise) as fresh:
        if fresh.difficult_because:
            raise Invalid("declared", clause="3.4.3", because=_("已定为疑难：%s") % fresh.difficult_because)
        fresh.difficult_because = because
        fresh.version += 1
        fresh.save()
        record("claim.difficult", fresh, by=by, now=now, texts={"reason": because})
        review_escalation(fresh, true_at=now, by=by, now=now)
    return fresh


def join_occurrence(claim: Claim, other: Claim, *, by: Staff, now: datetime) -> Claim:
    """Two claims of one client come from one occurrence: their estimates are added up from now on (3.4.3)."""
    if other.pk == claim.pk or other.client_id != claim.client_id or claim.client_id is None:
        raise Invalid("other", clause="3.4.3", other=_("选同一客户的另一件"))
    if not visible_claims(by, now).filter(pk=other.pk).exists():
        raise Invalid("other", clause="3.4.3", other=_("选同一客户的另一件"))
    with held(claim, by, now, may=may_revise) as fresh:
        theirs = list(of_occurrence(Claim.objects.get(pk=other.pk)).select_for_update(no_key=True, of=("self",)))
        ours = list(of_occurrence(fresh).select_for_update(no_key=True, of=("self",)))
        if {one.pk for one in theirs} & {one.pk for one in ours}:
            raise Invalid("joined", clause="3.4.3", other=_("已经是同一事故"))
        all_ = sorted([*theirs, *ours], key=lambda one: one.pk)
        first = all_[0].pk
        for one in all_[1:]:
            one.occurrence_id = first
            one.version += 1
            one.save()
        record(
            "claim.occurrence_joined",
            next(one for one in all_ if one.pk == fresh.pk),
            also=[one for one in all_ if one.pk != fresh.pk],
            by=by,
            now=now,
            data={"first": first, "claims": [one.pk for one in all_]},
        )
        review_escalation(all_[0], true_at=now, by=by, now=now)
    return Claim.objects.get(pk=claim.pk)
