"""What rings for somebody, in one indexed read: docs/decisions/screens-ask-every-700-ms.md."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from chengnuo.people.models import Staff

WHAT_RINGS = """
  SELECT r.call_id, a."order", c.state FROM hotline_ring r
  JOIN hotline_call c ON c.id = r.call_id
  LEFT JOIN hotline_ringattempt a ON a.call_id = r.call_id AND a.at <= %(now)s AND a.result = ''
    AND (a.ended_at IS NULL OR a.ended_at > %(now)s)
    AND (a.staff_id = s.id OR (a.staff_id IS NULL AND a.unit_id = s.unit_id))
  WHERE r.is_open AND (
    (c.state IN ('ringing', 'overflow') AND a.id IS NOT NULL)
    OR (c.state IN ('answered', 'answered_elsewhere') AND c.operator_id = s.id)
  )
  ORDER BY r.rang_at, a."order" DESC LIMIT 1
"""
ON_DUTY = """
  (u.kind = 'centre' OR EXISTS (SELECT 1 FROM hotline_dutyshift d WHERE d.staff_id = s.id AND NOT d.is_cancelled
    AND d.starts_at <= %(now)s AND d.ends_at > %(now)s))
"""
BY_SESSION = f"""
SELECT s.id, {ON_DUTY}, x.call_id, x."order", x.state
FROM people_signin i
JOIN django_session w ON w.session_key = i.session_key AND w.expire_date > now()
JOIN people_staff s ON s.id = i.staff_id AND s.is_active
JOIN people_unit u ON u.id = s.unit_id
LEFT JOIN LATERAL ({WHAT_RINGS}) x ON true
WHERE i.session_key = %(key)s AND i.ended_at IS NULL
"""  # noqa: S608
BY_STAFF = f"""
SELECT s.id, {ON_DUTY}, x.call_id, x."order", x.state
FROM people_staff s JOIN people_unit u ON u.id = s.unit_id
LEFT JOIN LATERAL ({WHAT_RINGS}) x ON true
WHERE s.id = %(key)s
"""  # noqa: S608


@dataclass(frozen=True)
class Popped:
    """What somebody's screen is to show: the call and where it stands, or none; `is_on_duty` sets the pace."""

    staff_id: int
    is_on_duty: bool
    call_id: int | None
    mark: str


def for_session(session_key: str, now: datetime) -> Popped | None:
    """What rings for whoever has this session open; None for no open session. One statement."""
    return _asked(BY_SESSION, session_key, now)


def for_staff(staff: Staff, now: datetime) -> Popped | None:
    return _asked(BY_STAFF, staff.pk, now)


def _asked(sql: str, key: str | int, now: datetime) -> Popped | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"key": key, "now": now})
        row = cursor.fetchone()
    if row is None:
        return None
    staff_id, is_on_duty, call_id, order, state = row
    return Popped(staff_id, is_on_duty, call_id, f'"{call_id}-{order or 0}-{state}"' if call_id else "")
