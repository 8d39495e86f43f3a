"""Who reaches what: once per request, from dated roles, substitutes and shares."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .models import Role, Share, Staff, Unit

K = Role.Kind
FRONT = (K.OPERATOR, K.MANAGER)
"""Who works in a branch."""
CENTRE = (K.CENTRE, K.CENTRE_HEAD)
"""Who works in the service centre."""
EVERYWHERE = frozenset({*CENTRE, K.EXECUTIVE, K.CHAIRMAN})

# Asked at every request and in every action, so both are written out: putting a query together costs more than its
# answer. They say what `Role.at`, `Substitute.at` and `Share.at` say; a test compares them.
ROLES = """
SELECT r.staff_id, r.kind, r.unit_id FROM people_role r
WHERE r.starts_at <= %(now)s AND (r.ends_at IS NULL OR r.ends_at > %(now)s)
  AND r.staff_id = ANY (ARRAY[%(user)s::bigint] || ARRAY(
    SELECT s.principal_id FROM people_substitute s JOIN people_staff p ON p.id = s.principal_id
    WHERE s.staff_id = %(user)s AND p.is_active AND s.starts_at <= %(now)s AND s.ends_at > %(now)s
      AND (s.revoked_at IS NULL OR s.revoked_at > %(now)s)))
ORDER BY r.staff_id, r.kind, r.unit_id
"""
SHARES = """
SELECT DISTINCT client_id, scope FROM people_share
WHERE unit_id = ANY (%(units)s::bigint[]) AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
"""


@dataclass(frozen=True)
class Reach:
    """What somebody may see at an instant.

    `units` are the ids of the units whose records he sees, `clients` those of clients shared with his units in full,
    `cards` those shared as a caller card only. `held` are pairs (role kind, unit id), his own and those of the
    people for whom he stands in; `standing_in` names these people per pair. `own` are those that are his alone.
    """

    staff_id: int
    units: tuple[int, ...] = ()
    clients: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    held: frozenset[tuple[str, int]] = frozenset()
    standing_in: tuple[tuple[int, str, int], ...] = ()
    own: frozenset[tuple[str, int]] = frozenset()

    def is_a(self, *kinds: str) -> bool:
        """Whether he holds one of these roles anywhere."""
        return any(kind in kinds for kind, _unit in self.held)

    def is_in(self, unit_id: int | None, *kinds: str) -> bool:
        """Whether he holds one of these roles in this unit."""
        return any((kind, unit_id) in self.held for kind in kinds)


def reach(user: Staff, now: datetime) -> Reach:
    """What this person reaches now. Two reads, kept on the user for the request."""
    kept: tuple[datetime, Reach] | None = getattr(user, "_reach", None)
    if kept and kept[0] == now:
        return kept[1]
    found = _reach(user, now)
    user._reach = (now, found)  # type: ignore[attr-defined]
    return found


def _reach(user: Staff, now: datetime) -> Reach:
    return reach_of(user, held_by(user, now), now)


def held_by(user: Staff, now: datetime) -> list[tuple[int, str, int]]:
    """What he holds now: (whose role, its kind, its unit), his own and those of the people for whom he stands in."""
    if not user.is_active:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ROLES, {"user": user.pk, "now": now})
        rows: list[tuple[int, str, int]] = cursor.fetchall()
    return rows


def reach_of(user: Staff, rows: list[tuple[int, str, int]], now: datetime) -> Reach:
    """What holding these roles lets this person reach."""
    held = frozenset((kind, unit) for _staff, kind, unit in rows)
    own = frozenset((kind, unit) for staff, kind, unit in rows if staff == user.pk)
    standing_in = tuple(row for row in rows if row[0] != user.pk)
    if any(kind in EVERYWHERE for kind, _unit in held):
        units = tuple(Unit.objects.order_by("pk").values_list("pk", flat=True))
        return Reach(user.pk, units=units, held=held, standing_in=standing_in, own=own)
    units = tuple(sorted({unit for kind, unit in held if kind != K.ADMINISTRATOR}))
    if not rows:
        return Reach(user.pk)
    with connection.cursor() as cursor:
        cursor.execute(SHARES, {"units": list(units), "now": now})
        scopes: set[tuple[int, str]] = set(cursor.fetchall())
    return Reach(
        user.pk,
        units=units,
        clients=tuple(sorted(client for client, scope in scopes if scope == Share.Scope.FULL)),
        cards=tuple(sorted(client for client, scope in scopes if scope == Share.Scope.CARD)),
        held=held,
        standing_in=standing_in,
        own=own,
    )


def reaching(user: Staff, reached: Reach, now: datetime) -> Staff:
    """A stand-in for this person who reaches just this at this instant: every `visible_*` and `may_*` may be asked
    what would be so. Never saved, never signed in."""
    one = copy(user)
    one.pk = reached.staff_id
    one._reach = (now, reached)  # type: ignore[attr-defined]
    return one
