"""The branches' plans of a year side by side, against what the year before came to (3.2.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.people.models import Staff

from .access import visible_plans
from .models import AnnualPlan
from .timetable import done_in


@dataclass(frozen=True)
class Compared:
    """A branch's plan of the year. `kinds` are pairs of what is planned and what was done in the year before, in the
    order of the page's kinds; `before` is the budget granted for the year before."""

    plan: AnnualPlan
    kinds: list[tuple[int, int]]
    before: Decimal | None
    is_late: bool
    is_missing: bool

    @property
    def budget(self) -> Decimal:
        granted = self.plan.granted_amount
        return self.plan.amount if granted is None else granted

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None else self.budget - self.before

    @property
    def total(self) -> int:
        return sum(planned for planned, _done in self.kinds)

    @property
    def done(self) -> int:
        return sum(done for _planned, done in self.kinds)


@dataclass(frozen=True)
class Comparison:
    year: int
    kinds: list[str]
    rows: list[Compared]

    @property
    def labels(self) -> list[str]:
        return [str(ServiceKind(kind).label) for kind in self.kinds]

    @property
    def totals(self) -> list[tuple[int, int]]:
        return [
            (sum(row.kinds[place][0] for row in self.rows), sum(row.kinds[place][1] for row in self.rows))
            for place in range(len(self.kinds))
        ]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    @property
    def budget(self) -> Decimal:
        return sum((row.budget for row in self.rows), Decimal(0))

    @property
    def before(self) -> Decimal:
        return sum((row.before or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def change(self) -> Decimal | None:
        """Of those branches whose budget of the year before is known."""
        known = [row.change for row in self.rows if row.change is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.rows)


def compared(year: int, user: Staff, now: datetime) -> Comparison:
    """The plans of a year that the person sees. Their number is that of the branches."""
    plans = list(visible_plans(user, now).filter(year=year).select_related("unit", "call").order_by("unit"))
    before = {plan.unit_id: plan for plan in visible_plans(user, now).filter(year=year - 1)}
    done = done_in(year - 1, [plan.unit_id for plan in plans]) if plans else {}
    given: dict[tuple[int, str], int] = {}
    for (unit, kind, _year, _month), count in done.items():
        given[unit, kind] = given.get((unit, kind), 0) + count
    planned = {(plan.unit_id, kind): number for plan in plans for kind, number in by_kind(plan.lines).items()}
    kinds = [kind for kind in ServiceKind.values if any(of == kind for _unit, of in (*planned, *given))]
    return Comparison(year, kinds, [_row(plan, kinds, planned, given, before.get(plan.unit_id), now) for plan in plans])


def by_kind(lines: Sequence[dict]) -> dict[str, int]:  # type: ignore[type-arg]
    """How many services of each kind the lines plan."""
    found: dict[str, int] = {}
    for line in lines:
        found[line["kind"]] = found.get(line["kind"], 0) + sum(line["months"])
    return found


def _row(
    plan: AnnualPlan,
    kinds: list[str],
    planned: dict[tuple[int, str], int],
    given: dict[tuple[int, str], int],
    before: AnnualPlan | None,
    now: datetime,
) -> Compared:
    handed_in = plan.first_submitted_at or now
    return Compared(
        plan,
        [(planned.get((plan.unit_id, kind), 0), given.get((plan.unit_id, kind), 0)) for kind in kinds],
        before.granted_amount if before else None,
        handed_in > plan.call.due_at and not plan.excused_because,
        plan.state == ProposalState.DRAFT and plan.first_submitted_at is None,
    )
