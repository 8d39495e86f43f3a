"""Printing is an event: who printed what, when."""

from datetime import date, datetime

from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..models import Visit


def plan_printed(unit: Unit, *, since: date, until: date, rows: int, by: Staff, now: datetime) -> None:
    """《客户服务访问计划表》 was printed for these local days, the last one included (4.1.A)."""
    with acting(unit) as fresh:
        record("plan_table.printed", fresh, by=by, now=now, data={"since": since, "until": until, "rows": rows})


def survey_printed(visit: Visit, *, by: Staff, now: datetime) -> None:
    """《客户服务调查表》 of a visit was printed, filled in or empty (4.1.D)."""
    with acting(visit) as fresh:
        record("visit.survey_printed", fresh, by=by, now=now, data={"number": fresh.number})
