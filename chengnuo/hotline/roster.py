"""A line's shifts as days, and the hours that nobody has yet (3.1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chengnuo.ledger.clock import ZONE

from .models import DutyShift


@dataclass(frozen=True)
class RosterDay:
    """The shifts that begin on a day, and the spans from it on that nobody has."""

    date: date
    shifts: list[DutyShift]
    gaps: list[tuple[datetime, datetime]]


def uncovered(shifts: Sequence[DutyShift], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The spans between `start` and `end` without a shift; the line is answered around the clock (3.1.2)."""
    spans, at = [], start
    for shift in sorted(shifts, key=lambda one: one.starts_at):
        if shift.starts_at > at:
            spans.append((at, min(shift.starts_at, end)))
        at = max(at, shift.ends_at)
        if at >= end:
            break
    if at < end:
        spans.append((at, end))
    return [(since, until) for since, until in spans if since < until]


def by_day(shifts: Sequence[DutyShift], start: datetime, end: datetime) -> list[RosterDay]:
    """Each day that has a shift or the beginning of a gap, in order."""
    gaps = uncovered(shifts, start, end)
    begins = {max(shift.starts_at, start).astimezone(ZONE).date() for shift in shifts}
    begins |= {since.astimezone(ZONE).date() for since, _until in gaps}
    return [
        RosterDay(
            day,
            [shift for shift in shifts if max(shift.starts_at, start).astimezone(ZONE).date() == day],
            [gap for gap in gaps if gap[0].astimezone(ZONE).date() == day],
        )
        for day in sorted(begins)
    ]
