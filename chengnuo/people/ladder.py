"""Who stands on which rung above a duty."""

from collections.abc import Iterable
from datetime import datetime

from chengnuo.ledger.ladder import CENTRE, CHAIRMAN, EXECUTIVE, MANAGER, PERSON
from chengnuo.ledger.models import Obligation

from .models import Absence, Role, Staff, Substitute

K = Role.Kind
# A branch is headed by its manager, the centre by its head, headquarters by the executives.
HEADS = frozenset({K.MANAGER, K.CENTRE_HEAD, K.EXECUTIVE})
ABOVE = frozenset({*HEADS, K.CENTRE, K.CHAIRMAN})


def told(asked: list[tuple[Obligation, int]], now: datetime) -> list[list[int]]:
    """The ids of the people to tell, per duty and rung; three reads whatever their number.

    PERSON is the owner, without one the heads of the duty's unit; MANAGER these heads; CENTRE the head of the centre,
    without one its people; then the executives, then the chairman. Who is absent is told together with his
    substitute. A rung on which nobody stands passes the duty on to the next above.
    """
    seats = _Seats(asked, now)
    return [seats.joined(seats.on(duty, rung)) for duty, rung in asked]


class _Seats:
    """Who holds what at an instant, read once for all duties."""

    def __init__(self, asked: list[tuple[Obligation, int]], now: datetime) -> None:
        owners = {duty.owner_id for duty, rung in asked if rung == PERSON and duty.owner_id}
        self.owners = set(Staff.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True))
        roles = Role.objects.filter(Role.at(now), kind__in=ABOVE, staff__is_active=True)
        self.roles = list(roles.values_list("staff_id", "kind", "unit_id"))
        self.above: dict[tuple[int, int | None], set[int]] = {}
        self.standing_in: dict[int, list[int]] = {}
        away = Substitute.objects.filter(
            Substitute.at(now), Absence.at(now, "principal__absences__"), staff__is_active=True
        )
        for principal, staff in away.values_list("principal_id", "staff_id"):
            self.standing_in.setdefault(principal, []).append(staff)

    def on(self, duty: Obligation, rung: int) -> set[int]:
        for step in range(rung, CHAIRMAN + 1):
            if found := self._at(duty, step):
                return found
        return set()

    def _at(self, duty: Obligation, rung: int) -> set[int]:
        if rung == PERSON:
            return {duty.owner_id} & self.owners if duty.owner_id else set()
        unit = duty.unit_id if rung == MANAGER else None
        if (rung, unit) not in self.above:
            self.above[rung, unit] = self._above(rung, unit)
        return self.above[rung, unit]

    def _above(self, rung: int, unit: int | None) -> set[int]:
        if rung == MANAGER:
            return self._holding(HEADS, unit) if unit else set()
        if rung == CENTRE:
            return self._holding({K.CENTRE_HEAD}) or self._holding({K.CENTRE})
        return self._holding({K.EXECUTIVE if rung == EXECUTIVE else K.CHAIRMAN})

    def _holding(self, kinds: Iterable[str], unit: int | None = None) -> set[int]:
        return {staff for staff, kind, where in self.roles if kind in kinds and unit in {None, where}}

    def joined(self, people: set[int]) -> list[int]:
        return sorted(people.union(*(self.standing_in.get(one, ()) for one in people)))
