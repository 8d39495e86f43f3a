"""Printing is an event: who printed what, when. The paper itself is kept by nobody here."""

from datetime import date, datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..models import Call


def call_printed(call: Call, *, by: Staff, now: datetime) -> None:
    """A call's record was printed (3.1.3)."""
    with acting(call) as fresh:
        record("call.printed", fresh, by=by, now=now, data={"number": fresh.number})


def register_printed(unit: Unit, *, since: date, until: date, rows: int, by: Staff, now: datetime) -> None:
    """The register of a branch's line was printed for these local days, the last one included (3.1.3)."""
    with acting(unit) as fresh:
        record("register.printed", fresh, by=by, now=now, data={"since": since, "until": until, "rows": rows})


def roster_printed(unit: Unit, *, since: date, until: date, by: Staff, now: datetime) -> None:
    """The roster of a branch's line was printed for these local days, the last one included (3.1.2)."""
    with acting(unit) as fresh:
        record("roster.printed", fresh, by=by, now=now, data={"since": since, "until": until})


def directory_printed(*, lines: int, by: Staff, now: datetime) -> None:
    """The national directory of duty lines was printed in the unit of who printed it (3.1.1)."""
    with acting(by.unit) as fresh:
        record("directory.printed", fresh, by=by, now=now, data={"rows": lines})
