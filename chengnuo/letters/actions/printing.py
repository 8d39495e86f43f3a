"""Printing is an event: who printed what, when."""

from datetime import datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import Campaign


def plan_printed(campaign: Campaign, *, rows: int, by: Staff, now: datetime) -> None:
    """The visit plan table of a round was printed (4.2.A)."""
    with acting(campaign) as fresh:
        record("campaign.plan_printed", fresh, by=by, now=now, data={"rows": rows})
