"""A plan broken down: a sub-plan for each kind of service, month by month, held against what was given (3.2.8)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chengnuo.clients.basis import ServiceKind
from chengnuo.clients.given import given
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE

from .models import MONTHS, QUARTERS, AnnualPlan, Segment

A_QUARTER = MONTHS // QUARTERS
Done = Mapping[tuple[int, str, int, int], int]


def spread(number: int, slots: int) -> list[int]:
    """A number over so many slots, as evenly as whole numbers go; what is left falls to the later ones."""
    return [number * (slot + 1) // slots - number * slot // slots for slot in range(slots)]


def by_month(numbers: Sequence[int]) -> list[int] | None:
    """Twelve numbers from those of the year, of its quarters or of its months; None for another count."""
    if len(numbers) not in (1, QUARTERS, MONTHS):
        return None
    each = MONTHS // len(numbers)
    return [month for number in numbers for month in spread(number, each)]


def by_quarter(months: Sequence[int]) -> list[int]:
    return [sum(months[at : at + A_QUARTER]) for at in range(0, MONTHS, A_QUARTER)]


@dataclass(frozen=True)
class Cell:
    """A month of a sub-plan; `is_over` once it has ended."""

    month: int
    planned: int
    done: int
    is_over: bool

    @property
    def is_short(self) -> bool:
        return self.is_over and self.done < self.planned


@dataclass(frozen=True)
class Subplan:
    """A kind of service in a year. `due` is what the months that have ended had planned, `variance` what was done less
    that."""

    kind: str
    segments: list[tuple[str, int]]
    cells: list[Cell]

    @property
    def label(self) -> str:
        return str(ServiceKind(self.kind).label)

    @property
    def planned(self) -> int:
        return sum(cell.planned for cell in self.cells)

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)

    @property
    def due(self) -> int:
        return sum(cell.planned for cell in self.cells if cell.is_over)

    @property
    def variance(self) -> int:
        return self.done - self.due


@covers("3.2.8", RECORD)
def timetable(plan: AnnualPlan, now: datetime) -> list[Subplan]:
    """The plan's sub-plans with what its branch gave: one query of each room that counts services."""
    return subplans(plan.lines, plan.unit_id, plan.year, done_in(plan.year, [plan.unit_id]), now)


def done_in(year: int, unit_ids: Iterable[int]) -> Counter[tuple[int, str, int, int]]:
    return given(list(unit_ids), date(year, 1, 1), date(year, 12, 31))


def subplans(lines: Sequence[Mapping[str, Any]], unit_id: int, year: int, done: Done, now: datetime) -> list[Subplan]:
    """In the order in which the plan names the kinds; then those that were given without being planned."""
    today = now.astimezone(ZONE).date()
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        by_kind.setdefault(line["kind"], []).append(line)
    for unit, kind, _year, _month in sorted(done):
        if unit == unit_id and kind in ServiceKind.values:
            by_kind.setdefault(kind, [])
    return [_subplan(kind, of_kind, unit_id, year, done, today) for kind, of_kind in by_kind.items()]


def _subplan(
    kind: str, lines: Sequence[Mapping[str, Any]], unit_id: int, year: int, done: Done, today: date
) -> Subplan:
    cells = [
        Cell(
            month,
            sum(line["months"][month - 1] for line in lines),
            done.get((unit_id, kind, year, month), 0),
            (today.year, today.month) > (year, month),
        )
        for month in range(1, MONTHS + 1)
    ]
    return Subplan(kind, [(str(Segment(line["segment"]).label), sum(line["months"])) for line in lines], cells)


def start_of(before: AnnualPlan | None, unit_id: int, year: int, now: datetime) -> dict[str, Any]:
    """What a year's draft begins with: the year before as it was planned, each kind with what came of it; without a
    plan what was given. The numbers are this year's so far, for the branch to change."""
    done = done_in(year - 1, [unit_id])
    lines = before.lines if before else []
    made = subplans(lines, unit_id, year - 1, done, now)
    last = [{"kind": one.kind, "planned": one.planned, "done": one.done} for one in made]
    unplanned = [one for one in made if one.kind not in {line["kind"] for line in lines}]
    new = [
        {"kind": one.kind, "segment": Segment.ALL.value, "months": [cell.done for cell in one.cells], "note": ""}
        for one in unplanned
    ]
    return {
        "lines": [*({**line, "note": ""} for line in lines), *new],
        "last": last,
        "budget": before.budget if before else [],
        "amount": before.amount if before else 0,
    }
