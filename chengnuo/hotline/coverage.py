"""The proof that somebody is on duty at every minute (3.1.2): the horizon less the spans at which someone is present.

Only primaries prove it: a backup may back several lines at once. A primary is present from when the roster said so,
but for his absences, and until he left the company.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE

LONGEST_SHIFT = timedelta(hours=24)


@dataclass(frozen=True, order=True)
class Gap:
    """A span of a branch's roster in which nobody is on duty."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Its length in minutes; a part of one counts as one, since the line is unattended in it."""
        return -((self.starts_at - self.ends_at) // timedelta(minutes=1))


# When the primary of shift `s` (person `p`) was there in it, as a multirange.
PRESENCE = """
    tstzmultirange(
      tstzrange(greatest(s.starts_at, least(coalesce(s.entered_at, s.starts_at), s.ends_at)), s.ends_at))
    * CASE WHEN p.is_active THEN '{(,)}'::tstzmultirange ELSE tstzmultirange(tstzrange(NULL, coalesce((
        SELECT max(r.ends_at) FROM people_role r WHERE r.staff_id = p.id AND r.ends_at > r.starts_at
      ), '-infinity'))) END
    - coalesce((
        SELECT range_agg(tstzrange(a.starts_at, a.ends_at)) FROM people_absence a
        WHERE a.staff_id = s.staff_id AND a.starts_at < s.ends_at AND a.ends_at > s.starts_at
      ), '{}')
"""
PRIMARIES = """
  FROM hotline_dutyshift s JOIN people_staff p ON p.id = s.staff_id
  WHERE s.role = 'primary' AND NOT s.is_cancelled
    AND s.starts_at < %(end)s AND s.starts_at > %(earliest)s AND s.ends_at > %(start)s
"""
UNCOVERED = f"""
SELECT u.id, lower(gap), upper(gap)
FROM unnest(%(units)s::bigint[]) AS u(id)
CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(%(start)s, %(end)s)) - coalesce((
  SELECT range_agg({PRESENCE}) {PRIMARIES} AND s.unit_id = u.id
), '{{}}')) AS gap
ORDER BY 1, 2
"""
PRESENT = f"""
SELECT present.unit_id, present.staff_id, lower(span), upper(span) FROM (
  SELECT s.unit_id, s.staff_id, s.starts_at, ({PRESENCE}) * tstzmultirange(tstzrange(%(start)s, %(end)s)) AS spans
  {PRIMARIES} AND s.unit_id = ANY(%(units)s)
) present CROSS JOIN LATERAL unnest(present.spans) AS span
ORDER BY 1, 3, 2
"""


def uncovered(units: Iterable[int], start: datetime, end: datetime) -> dict[int, list[Gap]]:
    """The gaps of each branch from `start` to `end`, in order; [] where somebody is on duty throughout (3.1.2).

    One query, whatever the number of branches. Raises ValueError where `end` is not after `start`.
    """
    if end <= start:
        raise ValueError("a horizon needs a length")
    asked = list(units)
    found: dict[int, list[Gap]] = {unit: [] for unit in asked}
    with connection.cursor() as cursor:
        cursor.execute(UNCOVERED, {"units": asked, "start": start, "end": end, "earliest": start - LONGEST_SHIFT})
        for unit, lower, upper in cursor.fetchall():
            found[unit].append(Gap(lower.astimezone(ZONE), upper.astimezone(ZONE)))
    return found


def present(units: Iterable[int], start: datetime, end: datetime) -> list[tuple[int, int, datetime, datetime]]:
    """(branch, person, from, to) of every span in which a primary was there, within the horizon; one query (3.1.2)."""
    with connection.cursor() as cursor:
        asked = {"units": list(units), "start": start, "end": end, "earliest": start - LONGEST_SHIFT}
        cursor.execute(PRESENT, asked)
        return cursor.fetchall()


def days_between(start: datetime, end: datetime) -> list[date]:
    """The days in Shanghai that a span touches; an end at 24:00 does not touch the next day."""
    day, last = start.astimezone(ZONE).date(), (end - timedelta(microseconds=1)).astimezone(ZONE).date()
    return [day + timedelta(days=n) for n in range((last - day).days + 1)]


def by_days(gaps: Iterable[Gap]) -> dict[date, list[Gap]]:
    """Gaps cut at midnight, by the day they lie on."""
    found: dict[date, list[Gap]] = {}
    for gap in gaps:
        for day in days_between(gap.starts_at, gap.ends_at):
            begin, end = midnight(day), midnight(day + timedelta(days=1))
            found.setdefault(day, []).append(Gap(max(gap.starts_at, begin), min(gap.ends_at, end)))
    return found
