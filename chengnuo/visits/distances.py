"""The order of a day's visits: by time, by urgency, by how far it is from the stop before (4.1.A)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from chengnuo.clients.models import Site
from chengnuo.ledger.clock import ZONE

from .models import Visit

EARTH_KM = 6371.0


@dataclass(frozen=True)
class Stop:
    """A visit at its place in the order; `km` as the crow flies from the stop before, None where a place is unknown."""

    visit: Visit
    km: float | None

    @property
    def is_agreed(self) -> bool:
        return self.visit.agreed_at is not None


def between(a: Site | None, b: Site | None) -> float | None:
    """Kilometres between two places on the globe (haversine), None where one has no coordinates."""
    if a is None or b is None or None in (a.lat, a.lon, b.lat, b.lon):
        return None
    lat1, lon1, lat2, lon2 = (radians(float(one)) for one in (a.lat, a.lon, b.lat, b.lon))  # type: ignore[arg-type]
    square = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(square))


def ordered(visits: Sequence[Visit]) -> list[Stop]:
    """One day's visits in their order: the morning's, then the afternoon's, then those without an hour.

    What is agreed stands at its minute. What the client only wishes for stands in its half of the day: the urgent ones
    first, each where the way becomes longer by the least, behind the last stop where the places are unknown.
    """
    route: list[Visit] = []
    for part in range(3):
        mine = [visit for visit in visits if _part(visit) == part]
        here = sorted((visit for visit in mine if visit.agreed_at), key=lambda visit: (visit.agreed_at, visit.pk))
        for is_urgent in (True, False):
            for visit in sorted(mine, key=lambda one: one.pk):
                if not visit.agreed_at and visit.is_urgent == is_urgent:
                    here.insert(_place([*route[-1:], *here], visit) - len(route[-1:]), visit)
        route += here
    return [
        Stop(visit, between(route[place - 1].site, visit.site) if place else None) for place, visit in enumerate(route)
    ]


def _part(visit: Visit) -> int:
    at = visit.planned_at
    return 2 if at is None else int(at.astimezone(ZONE).hour >= 12)


def _place(route: Sequence[Visit], visit: Visit) -> int:
    """Where a visit without a time lengthens the way by the least; it pushes nothing urgent back, and never stands
    before the stop that the part of the day begins from."""
    first = min(1, len(route))
    if not visit.is_urgent:
        first = max([first, *(place + 1 for place, one in enumerate(route) if one.is_urgent and not one.agreed_at)])
    detours = []
    for place in range(first, len(route) + 1):
        before, after = (route[at].site if 0 <= at < len(route) else None for at in (place - 1, place))
        to, on = between(before, visit.site), between(visit.site, after)
        if to is not None or on is not None:
            detours.append(((to or 0) + (on or 0) - (between(before, after) or 0), place))
    return min(detours)[1] if detours else len(route)


def by_day(visits: Sequence[Visit]) -> list[tuple[date | None, list[Stop]]]:
    """The days of the plan, each with its stops in order; visits without any time last, under None."""
    days: dict[date | None, list[Visit]] = {}
    for visit in visits:
        at = visit.planned_at
        days.setdefault(at.astimezone(ZONE).date() if at else None, []).append(visit)
    return [(day, ordered(days[day])) for day in sorted(days, key=lambda day: (day is None, str(day)))]
