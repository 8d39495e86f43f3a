"""Plans printed: an event each."""

from datetime import datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import EmergencyPlan, ServicePlan


def plan_printed(plan: ServicePlan, *, by: Staff, now: datetime) -> None:
    """A service plan was printed: which edition, and whether as approved (3.2.3)."""
    with acting(plan) as fresh:
        data = {"edition": fresh.edition, "sha256": fresh.approved_sha256}
        record("plan.printed", fresh, by=by, now=now, data=data)


def emergency_plan_printed(plan: EmergencyPlan, *, by: Staff, now: datetime) -> None:
    """An emergency plan was printed (3.2.7)."""
    with acting(plan) as fresh:
        record("emergency_plan.printed", fresh, by=by, now=now, data={"number": fresh.number})
