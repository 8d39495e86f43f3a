"""What a repeating roster says of each day: pure, from the pattern, the calendar and what is on the roster already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import Calendar
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid

from .coverage import Gap

DAY = timedelta(days=1)
DAYS = ("all", "working", "off")
SLOTS_AT_MOST, PEOPLE_AT_MOST = 8, 20
PRIMARY, BACKUP = "primary", "backup"


@dataclass(frozen=True)
class Slot:
    """A span of the day and who takes it in turn. `days` are `all`, `working` or `off` days of the calendar; an end
    at or before the start lies on the next day."""

    name: str
    starts: time
    ends: time
    staff: tuple[int, ...]
    backups: tuple[int, ...] = ()
    days: str = "all"

    def span(self, day: date) -> tuple[datetime, datetime]:
        ends_on = day if self.ends > self.starts else day + DAY
        return datetime.combine(day, self.starts, ZONE), datetime.combine(ends_on, self.ends, ZONE)

    def falls_on(self, day: date, calendar: Calendar) -> bool:
        return self.days == "all" or calendar.is_working_day(day) == (self.days == "working")

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "starts": f"{self.starts:%H:%M}",
            "ends": f"{self.ends:%H:%M}",
            "days": self.days,
            "staff": list(self.staff),
            "backups": list(self.backups),
        }


def slots_of(stored: Sequence[Mapping[str, Any]]) -> list[Slot]:
    """The slots as a pattern keeps them."""
    return [
        Slot(
            one["name"],
            time.fromisoformat(one["starts"]),
            time.fromisoformat(one["ends"]),
            tuple(one["staff"]),
            tuple(one["backups"]),
            one["days"],
        )
        for one in stored
    ]


def check_slots(slots: Sequence[Slot]) -> None:
    """Raises Invalid (422) for slots that cannot be: none, too many, without people, somebody his own backup."""
    if not 1 <= len(slots) <= SLOTS_AT_MOST:
        raise Invalid("slots", slots=_("写1到%s个班次") % SLOTS_AT_MOST, clause="3.1.2")
    for slot in slots:
        if not 1 <= len(slot.staff) <= PEOPLE_AT_MOST or len(slot.backups) > PEOPLE_AT_MOST:
            words = _("“%(name)s”选1到%(most)s个值班人") % {"name": slot.name, "most": PEOPLE_AT_MOST}
            raise Invalid("slot_people", slots=words, clause="3.1.2")
        if slot.days not in DAYS:
            raise Invalid("slot_days", slots=_("“%s”没有写明哪些日子") % slot.name, clause="3.1.2")
        turns = len(slot.staff) * len(slot.backups)
        if any(slot.staff[n % len(slot.staff)] == slot.backups[n % len(slot.backups)] for n in range(turns)):
            words = _("“%s”轮到时值班人和备班是同一个人，备班换一个次序") % slot.name
            raise Invalid("own_backup", slots=words, clause="3.1.2")


@dataclass(frozen=True)
class Planned:
    """A shift as the pattern says it."""

    slot: int
    role: str
    staff: int
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[int | None, str, datetime]:
        """What makes it the same shift when the pattern is applied again."""
        return self.slot, self.role, self.starts_at


def planned(
    slots: Sequence[Slot], first: date, last: date, *, starts_on: date, step: int, calendar: Calendar
) -> list[Planned]:
    """The shifts that begin from `first` to `last`, both included. The turn goes by the days since `starts_on` alone,
    so a calendar that changes later moves nobody's turn; `step` is 1 or 7 days."""
    found = []
    for n in range((last - first).days + 1):
        day = first + n * DAY
        turn = (day - starts_on).days // step
        for index, slot in enumerate(slots):
            if not slot.falls_on(day, calendar):
                continue
            span = slot.span(day)
            found.append(Planned(index, PRIMARY, slot.staff[turn % len(slot.staff)], *span))
            if slot.backups:
                found.append(Planned(index, BACKUP, slot.backups[turn % len(slot.backups)], *span))
    return found


@dataclass(frozen=True)
class Taken:
    """A span in which somebody already is on duty, somewhere, or away."""

    staff: int
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, one: Planned) -> bool:
        return self.staff == one.staff and self.starts_at < one.ends_at and self.ends_at > one.starts_at


@dataclass
class Around:
    """What is known beside the pattern: shifts it wrote before (cancelled ones too), the people's shifts and
    absences, who is of the branch, and what others already cover of it."""

    written: set[tuple[int | None, str, datetime]] = field(default_factory=set)
    on_duty: list[Taken] = field(default_factory=list)
    away: list[Taken] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    covered: list[Gap] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A planned shift and what becomes of it: `new` is written; `kept` was written before, and stays as it is;
    `taken` is left to the shifts entered by hand; `clash` cannot be written, `words` say why."""

    plan: Planned
    fate: str
    words: str = ""


def compared(plans: Iterable[Planned], around: Around, now: datetime) -> list[Line]:
    """What applying would do with each planned shift; a shift that has begun is never written."""
    found = []
    busy: dict[int, list[Taken]] = {}
    away: dict[int, list[Taken]] = {}
    for rows, by_person in ((around.on_duty, busy), (around.away, away)):
        for row in rows:
            by_person.setdefault(row.staff, []).append(row)
    for plan in sorted(plans, key=lambda one: one.role != PRIMARY):
        if plan.starts_at < now:
            continue
        line = _line(plan, around, busy.get(plan.staff, []), away.get(plan.staff, []))
        if line.fate == "new" and plan.role == PRIMARY:
            busy.setdefault(plan.staff, []).append(Taken(plan.staff, plan.starts_at, plan.ends_at))
        found.append(line)
    return sorted(found, key=lambda line: (line.plan.starts_at, line.plan.slot, line.plan.role != PRIMARY))


def _line(plan: Planned, around: Around, busy: list[Taken], away: list[Taken]) -> Line:
    if plan.key in around.written:
        return Line(plan, "kept")
    if plan.role == PRIMARY and _is_within(plan, around.covered):
        return Line(plan, "taken", _("已有人值班"))
    if plan.staff not in around.members:
        return Line(plan, "clash", _("不是本机构在职人员"))
    if any(one.overlaps(plan) for one in away):
        return Line(plan, "clash", _("请假"))
    if any(one.overlaps(plan) for one in busy):
        return Line(plan, "clash", _("这段时间另有值班"))
    return Line(plan, "new")


def _is_within(plan: Planned, covered: list[Gap]) -> bool:
    return any(one.starts_at <= plan.starts_at and plan.ends_at <= one.ends_at for one in covered)
