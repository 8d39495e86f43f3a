"""How many services of each kind units gave in a period, told by each room of services: what a year's targets are held
against (3.2.8)."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date

Given = Mapping[tuple[int, str, int, int], int]
"""By (unit, kind, year, month); kinds are those of plan items: visit, survey, training…"""
Told = Callable[[Collection[int], date, date], Given]
_rooms: dict[str, Told] = {}


def register_given(key: str, told: Told) -> None:
    """Add a room's services; called from AppConfig.ready(). `told` counts those given on the days from the first to the
    last, in one query whatever their number. A service is counted by one room alone."""
    _rooms[key] = told


def given(unit_ids: Collection[int], first: date, last: date) -> Counter[tuple[int, str, int, int]]:
    """What these units gave in the period, of all rooms."""
    total: Counter[tuple[int, str, int, int]] = Counter()
    for _key, told in sorted(_rooms.items()):
        total.update(told(unit_ids, first, last))
    return total
