"""When people call, and when they are answered: the hours, days and terms of the domain sheet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chengnuo.ledger.calendar import Calendar
from chengnuo.ledger.clock import ZONE

HOURS = {7: 3, 8: 6, 9: 10, 10: 11, 11: 10, 12: 8, 13: 9, 14: 9, 15: 9, 16: 8, 17: 6, 18: 4, 19: 3, 20: 3}
AT_NIGHT = (21, 22, 23, 0, 1, 2, 3, 4, 5, 6)
"""They share what is missing to a hundred."""
WEEKEND = 0.25
BY_DAY = {"enquiry": 52, "loss": 22, "appointment": 18, "complaint": 8}
BY_NIGHT = {"enquiry": 37, "loss": 45, "appointment": 12, "complaint": 6}
MISSED_BY_DAY, MISSED_BY_NIGHT = 0.06, 0.15
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def is_night(at: datetime) -> bool:
    return not 7 <= at.astimezone(ZONE).hour < 18


@dataclass
class Times:
    """Instants drawn by chance, told by the one calendar which days are worked on."""

    chance: Random
    calendar: Calendar

    def of_day(self, midnight: datetime, calls: float) -> list[datetime]:
        """When the telephones ring on a day; `calls` is what a working day brings."""
        share = 1 if self.calendar.is_working_day(midnight.date()) else WEEKEND
        many = round(calls * share * self.chance.uniform(0.85, 1.15))
        hours = HOURS | dict.fromkeys(AT_NIGHT, (100 - sum(HOURS.values())) / len(AT_NIGHT))
        drawn = self.chance.choices(list(hours), list(hours.values()), k=many)
        return sorted(midnight + timedelta(hours=hour, seconds=self.chance.randrange(3600)) for hour in drawn)

    def promised(self, made: datetime) -> datetime:
        """A time that people promise by: in some hours, by the close of office, the next days."""
        roll, local = self.chance.random(), made.astimezone(ZONE)
        if roll < 0.5:
            due = _to_five(local + self.chance.choice((1, 1.5, 2, 3, 4)) * HOUR)
            return due if 8 <= due.hour < 20 else self._working(local, 1, 10)
        if roll < 0.72:
            return local.replace(hour=17, minute=30, second=0) if local.hour < 16 else self._working(local, 1, 10)
        if roll < 0.92:
            return self._working(local, 1, self.chance.choice((12, 16)))
        return self._working(local, self.chance.choice((2, 2, 3, 3, 5)), 17)

    def in_time(self, made: datetime, due: datetime) -> datetime:
        """Some time before it is due, by day."""
        if due - made > 8 * HOUR:
            return due - self.chance.uniform(4, 100) * MINUTE
        return made + (due - made) * self.chance.uniform(0.3, 0.97)

    def too_late(self, due: datetime) -> datetime:
        return self.by_day(due + (self.chance.uniform(5, 50) if self.chance.random() < 0.7 else 150) * MINUTE)

    def long_after(self, due: datetime) -> datetime:
        """Forgotten, until somebody is told of it."""
        return self.by_day(due + self.chance.uniform(14, 60) * HOUR)

    def by_day(self, at: datetime) -> datetime:
        local = at.astimezone(ZONE)
        if 7 <= local.hour < 22:
            return at
        return self._at(local + DAY if local.hour >= 22 else local, 8) + self.chance.uniform(2, 55) * MINUTE

    def taken_on(self, now: datetime) -> datetime:
        """Mostly within the hour, sometimes in the afternoon, seldom too late."""
        roll = self.chance.random()
        if roll < 0.9:
            return now + self.chance.uniform(6, 55) * MINUTE
        return self.by_day(now + (self.chance.uniform(1, 3) if roll < 0.97 else self.chance.uniform(20, 40)) * HOUR)

    def called_back(self, rang: datetime) -> datetime:
        """Within the quarter of an hour for five of six."""
        roll = self.chance.random()
        return rang + (self.chance.uniform(2.5, 13) if roll < 0.83 else self.chance.uniform(16, 70)) * MINUTE

    def _working(self, local: datetime, days: int, hour: int) -> datetime:
        while days:
            local += DAY
            days -= self.calendar.is_working_day(local.date())
        return self._at(local, hour) + (30 * MINUTE if hour == 17 else 0 * MINUTE)

    @staticmethod
    def _at(local: datetime, hour: int) -> datetime:
        return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _to_five(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)
