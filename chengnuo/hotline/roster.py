"""What the pages, the API and the printed forms ask of the roster and the lines (3.1.1, 3.1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from chengnuo.clients.phones import digits
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Absence, Unit

from .coverage import Gap, by_days, present, uncovered
from .models import Call, CallState, Channel, DutyLine, DutyShift
from .regions import REGIONS, place

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """A branch's horizon: the gaps by the day they lie on, nothing where somebody is on duty throughout."""

    unit: Unit
    gaps: list[Gap]

    @property
    def by_day(self) -> dict[date, list[Gap]]:
        return by_days(self.gaps)

    @property
    def minutes(self) -> int:
        return sum(gap.minutes for gap in self.gaps)


def branches() -> list[Unit]:
    """The branches at work, in the order in which they opened."""
    return list(Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on=None).order_by("pk"))


def proofs(units: Sequence[Unit], now: datetime, until: datetime) -> list[Proof]:
    """The proof of coverage of each branch from now on, to the minute; one query for all of them (3.1.2)."""
    found = uncovered([unit.pk for unit in units], now, until)
    return [Proof(unit, found[unit.pk]) for unit in units]


@dataclass(frozen=True)
class Block:
    """A piece of a branch's day: a shift with who stands behind it, or a gap. Both lie between 00:00 and 24:00."""

    starts_at: datetime
    ends_at: datetime
    shift: DutyShift | None = None
    backups: tuple[DutyShift, ...] = ()
    gap: Gap | None = None
    runs_on: bool = False

    @property
    def hours(self) -> str:
        end = f"{self.ends_at.astimezone(ZONE):%H:%M}"
        return f"{self.starts_at.astimezone(ZONE):%H:%M}–{'24:00' if end == '00:00' else end}"


@dataclass(frozen=True)
class GridDay:
    date: date
    is_working: bool
    is_today: bool
    blocks: list[Block]


def grid(unit: Unit, days: Sequence[date], now: datetime) -> list[GridDay]:
    """A branch's roster by day: each primary with his backups, and the gaps that lie ahead (3.1.2). Three queries."""
    start, end = midnight(days[0]), midnight(days[-1] + DAY)
    shifts = list(
        DutyShift.objects.filter(unit=unit, is_cancelled=False, starts_at__lt=end, ends_at__gt=start)
        .select_related("staff")
        .order_by("starts_at", "pk")
    )
    gaps = by_days(uncovered([unit.pk], max(start, now), end)[unit.pk] if now < end else [])
    calendar, today = rulebook().calendar, now.astimezone(ZONE).date()
    return [
        GridDay(day, calendar.is_working_day(day), day == today, _blocks(day, shifts, gaps.get(day, [])))
        for day in days
    ]


def _blocks(day: date, shifts: Sequence[DutyShift], gaps: Sequence[Gap]) -> list[Block]:
    """A shift past midnight stands whole on the day on which it begins, and as `runs_on` on the next."""
    start, end = midnight(day), midnight(day + DAY)
    of_day = [one for one in shifts if one.starts_at < end and one.ends_at > start]
    primaries = [one for one in of_day if one.role == DutyShift.Role.PRIMARY]
    blocks = []
    for one in primaries:
        behind = [b for b in of_day if b.role == DutyShift.Role.BACKUP and _meet(b, one)]
        blocks.append(Block(one.starts_at, one.ends_at, one, tuple(behind), runs_on=one.starts_at < start))
    alone = [
        one for one in of_day if one.role == DutyShift.Role.BACKUP and not any(_meet(one, other) for other in primaries)
    ]
    blocks += [Block(one.starts_at, one.ends_at, one, runs_on=one.starts_at < start) for one in alone]
    blocks += [Block(gap.starts_at, gap.ends_at, gap=gap) for gap in gaps]
    return sorted(blocks, key=lambda block: (block.starts_at, block.gap is not None))


def _meet(one: DutyShift, other: DutyShift) -> bool:
    return one.starts_at < other.ends_at and one.ends_at > other.starts_at


@dataclass(frozen=True)
class Entry:
    """A branch in the national directory: where it is, its lines, and who answers them now."""

    unit: Unit
    province: str
    region: str
    lines: list[DutyLine]
    on_duty: DutyShift | None
    until: datetime | None
    backup: DutyShift | None


def directory(now: datetime, q: str = "") -> list[tuple[str, list[Entry]]]:
    """《全国值班电话》: the branches by region with their lines and who is on duty now (3.1.1); `q` looks in names,
    provinces and numbers. Three queries."""
    units = branches()
    lines: dict[int, list[DutyLine]] = {}
    for line in DutyLine.objects.filter(withdrawn_at=None).order_by("pk"):
        lines.setdefault(line.unit_id, []).append(line)
    away = Absence.objects.filter(Absence.at(now), staff=OuterRef("staff"))
    shifts = DutyShift.objects.filter(
        ~Exists(away), is_cancelled=False, starts_at__lte=now, ends_at__gt=now, staff__is_active=True
    )
    running: dict[tuple[int, str], DutyShift] = {}
    for shift in shifts.select_related("staff").order_by("starts_at", "pk"):
        running.setdefault((shift.unit_id, shift.role), shift)
    found: dict[str, list[Entry]] = {str(region): [] for region in REGIONS}
    for unit in units:
        province, region = (str(one) for one in place(unit.division_code))
        primary = running.get((unit.pk, DutyShift.Role.PRIMARY))
        backup = running.get((unit.pk, DutyShift.Role.BACKUP))
        until = primary.ends_at if primary else None
        entry = Entry(unit, province, region, lines.get(unit.pk, []), primary, until, backup)
        if _matches(entry, q):
            found[region].append(entry)
    return [(region, entries) for region, entries in found.items() if entries]


def _matches(entry: Entry, q: str) -> bool:
    q = q.strip().lower()
    if not q:
        return True
    names = (entry.unit.name, entry.unit.code, entry.province, entry.region)
    number = digits(q)
    return any(q in name.lower() for name in names) or bool(
        number and any(number in line.digits for line in entry.lines)
    )


@dataclass
class Attendance:
    """Somebody's minutes on a branch's line in a period, and the calls that rang then and nobody answered."""

    unit_id: int
    staff_id: int
    seconds: float = 0
    missed: list[Call] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return int(self.seconds // 60)


def attendance(
    units: Sequence[int], start: datetime, end: datetime, calls: QuerySet[Call]
) -> tuple[list[Attendance], dict[int, list[Call]]]:
    """Minutes rostered and yet missed (3.1.2): by branch and person, and by branch the calls missed while nobody was
    on duty. `calls` are those that the reader may see; two queries."""
    rows: dict[tuple[int, int], Attendance] = {}
    spans: dict[int, list[tuple[datetime, datetime, int]]] = {}
    for unit, staff, since, until in present(units, start, end):
        row = rows.setdefault((unit, staff), Attendance(unit, staff))
        row.seconds += (until - since).total_seconds()
        spans.setdefault(unit, []).append((since, until, staff))
    missed = calls.filter(
        unit__in=list(units), answered_at=None, channel=Channel.PHONE, rang_at__gte=start, rang_at__lt=end
    )
    nobodys: dict[int, list[Call]] = {}
    for call in missed.exclude(state=CallState.VOID).order_by("rang_at", "pk"):
        on_it = {staff for since, until, staff in spans.get(call.unit_id, []) if since <= call.rang_at < until}
        for staff in on_it:
            rows[call.unit_id, staff].missed.append(call)
        if not on_it:
            nobodys.setdefault(call.unit_id, []).append(call)
    return sorted(rows.values(), key=lambda row: (row.unit_id, -len(row.missed), row.staff_id)), nobodys
