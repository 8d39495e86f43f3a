"""Minutes rostered and yet missed, of the branches that somebody reaches (3.1.2)."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff, Unit

from .access import printable_units, visible_calls
from .models import Call
from .roster import Attendance, attendance

USUAL, LONGEST = timedelta(days=30), timedelta(days=92)
Group = tuple[Unit, list[tuple[Staff, Attendance]], list[Call]]


def period_of(since: date | None, until: date | None, now: datetime) -> tuple[date, date]:
    """The local days asked about, both included, none after today; the last 31 unless stated. Raises Invalid."""
    if since and until and not timedelta() <= until - since < LONGEST:
        raise Invalid("period", until=_("“到”不早于“从”，一次最多92天"))
    last = min(until or now.astimezone(ZONE).date(), now.astimezone(ZONE).date())
    first = min(since or last - USUAL, last)
    if last - first >= LONGEST:
        raise Invalid("period", since=_("“到”不早于“从”，一次最多92天"))
    return first, last


def missed_by_branch(user: Staff, now: datetime, since: date, until: date) -> list[Group]:
    """Each branch with who was on duty and what rang then and nobody answered, and what was missed with nobody on
    duty. Four queries."""
    start = datetime.combine(since, time(), ZONE)
    end = min(datetime.combine(until + timedelta(days=1), time(), ZONE), now)
    units = printable_units(user, now).in_bulk()
    if not units or start >= end:
        return [(unit, [], []) for unit in units.values()]
    people, nobodys = attendance(list(units), start, end, visible_calls(user, now))
    names = Staff.objects.in_bulk([row.staff_id for row in people])
    return [
        (unit, [(names[row.staff_id], row) for row in people if row.unit_id == pk], nobodys.get(pk, []))
        for pk, unit in units.items()
    ]
