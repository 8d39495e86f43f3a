"""Who is on duty at the demo company's lines: day and night, a backup beside each, round and round among the operators.

`_enter` is the one place that writes a shift.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chengnuo.hotline.actions import enter_shift
from chengnuo.hotline.models import DutyShift
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff

from .company import Company
from .timeline import Timeline, local

AHEAD = 14
HALF = timedelta(hours=12)
GAPS = {("HZ", 4, "night"), ("CQ", 9, "day"), ("SU", 12, "night")}
"""Nobody has been found yet for these, so many days from now."""
LATE = {("XA", -23, "night"): 25, ("WH", -9, "day"): 15, ("GZ", -2, "night"): 20}
"""These began so many minutes late: the line stood uncovered."""
Role_ = DutyShift.Role


@dataclass(frozen=True)
class Turn:
    """One shift as planned."""

    username: str
    role: str
    starts_at: datetime
    ends_at: datetime


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
        """The first fortnight at the beginning, then each morning one day more: always two weeks ahead."""
        days = (self.now.astimezone(ZONE).date() - begins.astimezone(ZONE).date()).days
        line.at(begins, lambda now: [self._enter_day(day, now) for day in range(-days, AHEAD - days)])
        for day in range(-days + 1, 1):
            when = local(self.now, day, "08:20")
            line.at(when, lambda now, day=day: self._enter_day(day + AHEAD - 1, now))
            line.look(local(self.now, day, "08:00"))
            line.look(local(self.now, day, "20:00"))

    def _enter_day(self, day: int, now: datetime) -> None:
        for code in self.company.branches:
            by = self.company.holder(code, Role.Kind.MANAGER)
            for turn in self._turns_of(code, day):
                self._enter(code, turn, by, now)

    def _turns_of(self, code: str, day: int) -> Iterator[Turn]:
        morning = local(self.now, day, "08:00")
        for half, starts in (("day", morning), ("night", morning + HALF)):
            if (code, day, half) not in GAPS:
                late = timedelta(minutes=LATE.get((code, day, half), 0))
                yield Turn(self.on_duty(code, starts).username, Role_.PRIMARY, starts + late, starts + HALF)
        yield Turn(self.backup(code, morning).username, Role_.BACKUP, morning, morning + 2 * HALF)

    def _enter(self, code: str, turn: Turn, by: Staff, now: datetime) -> None:
        enter_shift(
            unit=self.company.units[code],
            staff=self.company.staff[turn.username],
            starts_at=turn.starts_at,
            ends_at=turn.ends_at,
            role=turn.role,
            by=by,
            now=now,
        )
