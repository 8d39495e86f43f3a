"""Complaints: so far their receipt in a call, and their registration."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from chengnuo.clients.cases import opened, take_on
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from .models import Complaint


def open_complaint(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    account: str = "",
    category: str = Complaint.Category.OTHER,
    amount: Decimal | None = None,
    on_behalf_of: str = "",
    forwarded_by_regulator: bool = False,
) -> Complaint:
    """A complaint made in a call is received: its clock runs from the moment the telephone rang (3.1.4, 3.6.1).
    `amount` is in yuan, None where no sum is named."""
    if category not in Complaint.Category.values:
        raise Invalid("category_unknown", category=_("没有这个类别"))
    if amount is not None and amount < 0:
        raise Invalid("amount", amount=_("金额是不小于0的元数"))
    complaint = Complaint(
        owner=owner,
        contact=getattr(call, "contact", None),
        complainant=getattr(call, "who", "")[:60],
        complainant_phone=getattr(call, "caller", ""),
        on_behalf_of=on_behalf_of[:60],
        account=account or getattr(call, "content", ""),
        category=category,
        amount=amount,
        received_at=getattr(call, "rang_at", now),
        forwarded_by_regulator=forwarded_by_regulator,
    )
    return opened(complaint, "complaint.received", call=call, by=by, now=now, texts={"account": complaint.account})


def register_complaint(complaint: Complaint, *, by: Staff, now: datetime) -> None:
    """The owner registers the complaint and answers for it from now on (3.6.1)."""
    take_on(complaint, by=by, now=now, verb="register")
