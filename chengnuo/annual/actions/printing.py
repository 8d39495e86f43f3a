"""Printing is an event."""

from datetime import datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import AnnualPlan


def plan_printed(plan: AnnualPlan, *, by: Staff, now: datetime) -> None:
    """A branch's annual plan was printed (3.2.8)."""
    with acting(plan) as fresh:
        record("annual.printed", fresh, by=by, now=now, data={"number": fresh.number})
