"""Who is on duty at the demo company's lines: day and night, a backup behind each, round and round among the
operators."""

from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from chengnuo.hotline.actions import cancel_shift, enter_shift, register_line, start_pattern, withdraw_line
from chengnuo.hotline.models import DutyLine, DutyShift
from chengnuo.hotline.patterns import Slot
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff

from .company import Company
from .timeline import Timeline, local

EIGHT, TWENTY = time(8), time(20)
MOVED = "QD"
GAPS = {("HZ", 4, "night"), ("CQ", 9, "day"), ("SU", 12, "night")}
"""Nobody has been found yet for these, so many days from now."""
LATE = {("XA", -23, "night"): 25, ("WH", -9, "day"): 15, ("GZ", -2, "night"): 20}
"""These began so many minutes late: the line stood uncovered."""


class Roster:
    """Half days counted through: the odd number of operators lets each have days and nights in turn.

    Whoever the demo is shown to is on duty: 周敏, by day or by night, and 李泽 has the other half.
    """

    def __init__(self, company: Company, now: datetime, chance: Random) -> None:
        self.company, self.now = company, now
        self.turns: dict[str, list[str]] = {}
        for code in company.branches:
            people = [*company.holders(code, Role.Kind.OPERATOR)]
            chance.shuffle(people)
            self.turns[code] = people if len(people) % 2 else people[:-1]
        self.turns["SU"] = self._with_zhoumin(company.holders("SU", Role.Kind.OPERATOR))

    def _with_zhoumin(self, people: list[str]) -> list[str]:
        others = [name for name in people if name not in {"zhoumin", "lize"}]
        others = others if len(others) % 2 else others[:-1]
        turn = ["zhoumin", "lize", *others] if self.is_day(self.now) else ["lize", "zhoumin", *others]
        return [turn[(at - self.half_day(self.now) + turn.index("zhoumin")) % len(turn)] for at in range(len(turn))]

    @staticmethod
    def is_day(at: datetime) -> bool:
        return 8 <= at.astimezone(ZONE).hour < 20

    @staticmethod
    def half_day(at: datetime) -> int:
        """Half days are numbered; a night belongs to the day on which it begins."""
        begun = at.astimezone(ZONE) - timedelta(hours=8)
        return 2 * begun.date().toordinal() + (begun.hour >= 12)

    def on_duty(self, code: str, at: datetime) -> Staff:
        turn = self.turns[code]
        return self.company.staff[turn[self.half_day(at) % len(turn)]]

    def backup(self, code: str, at: datetime) -> Staff:
        """Who has the night of the next day stands by, from eight to eight."""
        turn = self.turns[code]
        return self.company.staff[turn[(self.half_day(at) // 2 * 2 + 3) % len(turn)]]

    def plan(self, line: Timeline, begins: datetime) -> None:
        """Each branch registers its line and begins a repeating roster, which extends itself; then what goes wrong."""
        line.at(begins, self._begin)
        days = (self.now.astimezone(ZONE).date() - begins.astimezone(ZONE).date()).days
        for (code, day, half), minutes in LATE.items():
            if -day < days:
                line.at(local(self.now, day, "07:10"), partial(self._come_late, code, day, half, minutes))
        for code, day, half in GAPS:
            line.at(local(self.now, -1, "09:20"), partial(self._leave_open, code, day, half))
        line.at(local(self.now, -1, "16:40"), self._move_office)
        for day in range(-days + 1, 1):
            line.look(local(self.now, day, "08:00"))
            line.look(local(self.now, day, "20:00"))

    def _begin(self, now: datetime) -> None:
        for code in self.company.branches:
            unit, by = self.company.units[code], self.company.holder(code, Role.Kind.MANAGER)
            register_line(unit=unit, number=unit.phone, by=by, now=now)
            first = now.astimezone(ZONE).date()
            start_pattern(unit=unit, name="两班倒", starts_on=first, slots=self._slots(code, first), by=by, now=now)

    def _slots(self, code: str, first: date) -> list[Slot]:
        """Who has the day, who the night, from the first day on. Behind both stands who has the next day's night."""
        turn = self.turns[code]
        morning = self.half_day(datetime.combine(first, EIGHT, ZONE))

        def from_(offset: int) -> tuple[int, ...]:
            names = (turn[(morning + 2 * day + offset) % len(turn)] for day in range(len(turn)))
            return tuple(self.company.staff[name].pk for name in names)

        return [
            Slot("白班", EIGHT, TWENTY, from_(0), from_(3)),
            Slot("夜班", TWENTY, EIGHT, from_(1), from_(3)),
        ]

    def _shift(self, code: str, day: int, half: str) -> DutyShift:
        starts = local(self.now, day, "08:00" if half == "day" else "20:00")
        rows = DutyShift.objects.filter(unit=self.company.units[code], role=DutyShift.Role.PRIMARY, is_cancelled=False)
        return rows.select_related("unit", "staff").get(starts_at=starts)

    def _come_late(self, code: str, day: int, half: str, minutes: int, now: datetime) -> None:
        """The shift begins later than rostered: its manager writes it so, and the minutes between stay uncovered."""
        shift, by = self._shift(code, day, half), self.company.holder(code, Role.Kind.MANAGER)
        cancel_shift(shift, by=by, now=now)
        starts = shift.starts_at + timedelta(minutes=minutes)
        enter_shift(unit=shift.unit, staff=shift.staff, starts_at=starts, ends_at=shift.ends_at, by=by, now=now)

    def _leave_open(self, code: str, day: int, half: str, now: datetime) -> None:
        """Who was to come cannot, and nobody has been found yet."""
        cancel_shift(self._shift(code, day, half), by=self.company.holder(code, Role.Kind.MANAGER), now=now)

    def _move_office(self, now: datetime) -> None:
        """A branch has moved, and its new number is not there yet: it owes a line."""
        line = DutyLine.objects.select_related("unit").get(unit=self.company.units[MOVED], withdrawn_at=None)
        by = self.company.holder(MOVED, Role.Kind.MANAGER)
        withdraw_line(line, by=by, now=now, reason="职场搬迁，新号码装机中")
