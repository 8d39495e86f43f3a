"""Who reaches what: once per request, from dated roles, substitutes and shares."""

from dataclasses import dataclass
from datetime import datetime

from .models import Role, Share, Staff, Substitute, Unit

K = Role.Kind
EVERYWHERE = frozenset({K.CENTRE, K.CENTRE_HEAD, K.EXECUTIVE, K.CHAIRMAN})


@dataclass(frozen=True)
class Reach:
    """What somebody may see at an instant.

    `units` are the ids of the units whose records he sees, `clients` those of clients shared with his units in full,
    `cards` those shared as a caller card only. `held` are pairs (role kind, unit id), his own and those of the
    people for whom he stands in; `standing_in` names these people per pair.
    """

    staff_id: int
    units: tuple[int, ...] = ()
    clients: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    held: frozenset[tuple[str, int]] = frozenset()
    standing_in: tuple[tuple[int, str, int], ...] = ()

    def is_a(self, *kinds: str) -> bool:
        """Whether he holds one of these roles anywhere."""
        return any(kind in kinds for kind, _unit in self.held)

    def is_in(self, unit_id: int | None, *kinds: str) -> bool:
        """Whether he holds one of these roles in this unit."""
        return any((kind, unit_id) in self.held for kind in kinds)


def reach(user: Staff, now: datetime) -> Reach:
    """What this person reaches now. Three reads, kept on the user for the request."""
    kept: tuple[datetime, Reach] | None = getattr(user, "_reach", None)
    if kept and kept[0] == now:
        return kept[1]
    found = _reach(user, now)
    user._reach = (now, found)  # type: ignore[attr-defined]
    return found


def _reach(user: Staff, now: datetime) -> Reach:
    if not user.is_active:
        return Reach(user.pk)
    principals = Substitute.objects.filter(Substitute.at(now), staff=user, principal__is_active=True)
    rows = list(
        Role.objects.filter(Role.at(now), staff_id__in=[user.pk, *principals.values_list("principal_id", flat=True)])
        .order_by("staff_id", "kind", "unit_id")
        .values_list("staff_id", "kind", "unit_id")
    )
    held = frozenset((kind, unit) for _staff, kind, unit in rows)
    standing_in = tuple(row for row in rows if row[0] != user.pk)
    if any(kind in EVERYWHERE for kind, _unit in held):
        units = tuple(Unit.objects.order_by("pk").values_list("pk", flat=True))
        return Reach(user.pk, units=units, held=held, standing_in=standing_in)
    units = tuple(sorted({unit for kind, unit in held if kind != K.ADMINISTRATOR}))
    shares = Share.objects.filter(Share.at(now), unit_id__in=units).values_list("client_id", "scope")
    scopes = {(client, scope) for client, scope in shares}
    return Reach(
        user.pk,
        units=units,
        clients=tuple(sorted(client for client, scope in scopes if scope == Share.Scope.FULL)),
        cards=tuple(sorted(client for client, scope in scopes if scope == Share.Scope.CARD)),
        held=held,
        standing_in=standing_in,
    )
