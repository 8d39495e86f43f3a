"""Claims: so far a notice of loss taken in a call, and its registration."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from chengnuo.clients.cases import opened, take_on
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .models import Claim, LossEstimate

LARGEST = Decimal("99999999999999.99")


def open_claim(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    account: str = "",
    cause: str = "",
    place: str = "",
    occurred_at: datetime | None = None,
    estimate: Decimal | None = None,
    deaths: int = 0,
    serious_injuries: int = 0,
) -> Claim:
    """A loss reported in a call becomes a claim (3.1.4, 3.4.1). Its notice time is when the telephone rang, also where
    the caller was only reached by calling back. `estimate` is in yuan, gross of the deductible."""
    reported_at = getattr(call, "rang_at", now)
    if occurred_at and occurred_at > reported_at:
        raise Invalid("time_order", occurred_at=_("出险不能晚于报案"))
    if estimate is not None and not Decimal(0) <= estimate <= LARGEST:
        raise Invalid("estimate", estimate=_("估损金额是不小于0的元数"))
    claim = Claim(
        owner=owner,
        reporter=getattr(call, "caller_name", ""),
        reporter_phone=getattr(call, "caller", ""),
        account=account or getattr(call, "content", ""),
        cause=cause[:200],
        place=place[:200],
        occurred_at=occurred_at,
        reported_at=reported_at,
        deaths=deaths,
        serious_injuries=serious_injuries,
    )
    opened(claim, "claim.reported", call=call, by=by, now=now, texts={"account": claim.account, "place": place})
    if estimate is not None:
        add_estimate(
            claim, amount=estimate, basis=_("来电人口述"), said_by=claim.reporter, true_at=reported_at, by=by, now=now
        )
    return claim


def add_estimate(
    claim: Claim, *, amount: Decimal, basis: str, said_by: str, true_at: datetime, by: Staff, now: datetime
) -> LossEstimate:
    """Add what the loss is thought to come to (yuan). Runs under the claim's lock; no estimate is overwritten."""
    row = LossEstimate.objects.create(
        claim=claim, amount=amount, basis=basis, said_by=said_by, true_at=true_at, entered_at=now
    )
    record(
        "claim.estimated",
        claim,
        by=by,
        now=now,
        happened_at=true_at,
        also=[row],
        data={"amount": amount},
        texts={"basis": basis, "said_by": said_by},
    )
    return row


def register_claim(claim: Claim, *, by: Staff, now: datetime) -> None:
    """The owner registers the loss and opens its claim file (3.4.1)."""
    take_on(claim, by=by, now=now, verb="register")
