"""Printing is an event."""

from datetime import datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import SupportRequest


def request_printed(request: SupportRequest, *, by: Staff, now: datetime) -> None:
    """A request was printed as its report (3.2.9)."""
    with acting(request) as fresh:
        record("support.printed", fresh, by=by, now=now, data={"number": fresh.number})
