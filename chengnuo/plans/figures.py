"""Plan against done, counted from the planned services and the services of other rooms (3.2.4, 3.2.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet

from chengnuo.clients.basis import Basis, ServiceKind, services_of
from chengnuo.ledger.clauses import REPORT, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from .access import visible_planned_services
from .models import PlannedService, ServiceState

S = ServiceState


@dataclass(frozen=True)
class Against:
    """One line: what was promised to be done in a period and what became of it. Promised is without what was dropped;
    what is not due yet is `ahead`."""

    key: str
    label: str
    promised: int
    in_time: int
    late: int
    overdue: int
    ahead: int
    dropped: int
    query: Mapping[str, str]

    @property
    def rate(self) -> float | None:
        """Done in time of all that fell due, in percent; None while nothing did."""
        due = self.in_time + self.late + self.overdue
        return self.in_time / due * 100 if due else None

    def url(self, state: str) -> str:
        """The records behind a figure, as a query of the list of planned services."""
        return "?" + urlencode({**self.query, "state": state})

    @property
    def urls(self) -> dict[str, str]:
        return {state: self.url(state) for state in S.values}


def counted(rows: QuerySet[PlannedService], field: str, today: date) -> list[dict[str, Any]]:
    """Sums per value of a field, in one query. In time is done by its last day."""
    return list(
        rows.values(field)
        .annotate(
            promised=Count("pk", filter=~Q(state=S.DROPPED)),
            in_time=Count("pk", filter=Q(state=S.DONE, done_on__lte=F("due_on"))),
            late=Count("pk", filter=Q(state=S.DONE, done_on__gt=F("due_on"))),
            overdue=Count("pk", filter=Q(state=S.PLANNED, due_on__lt=today)),
            ahead=Count("pk", filter=Q(state=S.PLANNED, due_on__gte=today)),
            dropped=Count("pk", filter=Q(state=S.DROPPED)),
        )
        .order_by(field)
    )


@covers("3.2.4", REPORT)
def against(user: Staff, now: datetime, year: int, field: str, unit: Unit | None = None) -> list[Against]:
    """What plans promised for a year, by `unit` or `kind`, as far as the person sees it."""
    rows = visible_planned_services(user, now).filter(due_on__range=(date(year, 1, 1), date(year, 12, 31)))
    if unit is not None:
        rows = rows.filter(unit=unit)
    today = now.astimezone(ZONE).date()
    names = dict(Unit.objects.values_list("pk", "name")) if field == "unit" else dict(ServiceKind.choices)
    period = {"since": f"{year}-01-01", "until": f"{year}-12-31", **({"unit": str(unit.pk)} if unit else {})}
    found = []
    for line in counted(rows, field, today):
        key = line.pop(field)
        found.append(Against(str(key), str(names[key]), **line, query={**period, field: str(key)}))
    return found


@dataclass(frozen=True)
class Outside:
    """Services of one room in a year by their basis; `others` are those under "other", with their reasons."""

    label: str
    counts: list[tuple[str, int]]
    others: list[Any]


def outside(user: Staff, now: datetime, year: int, unit: Unit | None = None) -> list[Outside]:
    """By which plan item, or why outside: per room of services (3.2.4). The reasons of "other" are for the manager."""
    found = []
    for room in services_of():
        rows = room.visible(user, now).filter(room.in_year(year)).exclude(basis="")
        if unit is not None:
            rows = rows.filter(unit=unit)
        sums = dict(rows.values_list("basis").annotate(Count("pk")).order_by())
        if sums:
            counts = [(str(label), sums.get(key, 0)) for key, label in Basis.choices]
            others = list(rows.filter(basis=Basis.OTHER).select_related("client", "unit").order_by("-pk")[:20])
            found.append(Outside(str(room.label), counts, others))
    return found
