"""One calendar for every deadline of the company (clause 4.0): no branch has its own.

A term is a number and a basis. The day of the event is not counted, and n days end at 24:00 Asia/Shanghai of the
n-th day (民法典 201, 203), which is 00:00 of the day after. Nothing rolls forward over holidays. Three questions are
answered: `add` (when does a term end, and why), `elapsed` (how much of a term has been used) and `is_working`.

A year without a published table is no error: its weekends count, and what was derived from it is `provisional`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .clock import ZONE

WORKING = "working"
WEEKEND = "weekend"
HOLIDAY = "holiday"
MAKEUP = "makeup"  # 调休: a Saturday or Sunday that is worked

OFFICE_HOURS = ((9 * 60, 17 * 60 + 30),)
LONGEST = 20 * 366
"""The longest term or walk, in days: twenty years. A longer one is a slip of the keyboard, not a deadline."""

_MINUTES_A_DAY = 24 * 60
_ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_TICKS_A_MINUTE = 60_000_000


class Basis(StrEnum):
    """What a term is counted in."""

    MINUTES = "minutes"
    NATURAL_DAYS = "natural_days"
    WORKING_DAYS = "working_days"
    WORKING_MINUTES = "working_minutes"


@dataclass(frozen=True)
class Day:
    """What a date is. `provisional`: its year has no published table, so only its weekday speaks."""

    date: date
    kind: str
    name: str = ""
    provisional: bool = False

    @property
    def is_working(self) -> bool:
        return self.kind in (WORKING, MAKEUP)


@dataclass(frozen=True)
class Walked:
    """A day that a term passed over; `count` is its ordinal number where it counted, None where it did not."""

    date: date
    kind: str
    name: str
    count: int | None

    def as_json(self) -> dict[str, Any]:
        return {"date": self.date.isoformat(), "kind": self.kind, "name": self.name, "count": self.count}


@dataclass(frozen=True)
class Deadline:
    """The end of a term, with its reason: the days walked and the calendar tables that they were read from.

    `at` is an aware instant in Asia/Shanghai. `provisional` means that a table published later may move it.
    """

    at: datetime
    provisional: bool
    days: tuple[Walked, ...]
    versions: Mapping[int, int] = field(default_factory=dict, hash=False)

    @property
    def last_day(self) -> date:
        """The date on which the term ends: for 24:00 of a day, that day and not the next."""
        return last_day(self.at)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "last_day": self.last_day.isoformat(),
            "provisional": self.provisional,
            "days": [day.as_json() for day in self.days],
            "versions": {str(year): version for year, version in self.versions.items()},
        }


def midnight(day: date) -> datetime:
    """00:00 Asia/Shanghai at which `day` begins."""
    return datetime.combine(day, time.min, ZONE)


def last_day(at: datetime) -> date:
    """The date in Asia/Shanghai that the instant `at` closes or lies in: 00:00 is read as 24:00 of the day before."""
    return (at.astimezone(UTC) - _TICK).astimezone(ZONE).date()


class Calendar:
    """The company's calendar, made of the published tables and the office hours.

    `exceptions`: the dates that are not what their weekday says, as (kind, name) with kind `holiday` or `makeup`.
    `years`: the years that have a published table, with the version of that table.
    `windows`: the office hours of a working day as (start, end) in minutes after its 00:00. A window belongs to the
    date it starts on and may pass 24:00 (end > 1440), but windows never overlap, not even those of two days.
    Raises ValueError for an unknown kind and for windows that are empty, out of order or overlap.
    """

    def __init__(
        self,
        exceptions: Mapping[date, tuple[str, str]],
        years: Mapping[int, int],
        windows: Sequence[tuple[int, int]] = OFFICE_HOURS,
    ) -> None:
        for day, (kind, _) in exceptions.items():
            if kind not in (HOLIDAY, MAKEUP):
                raise ValueError(f"{day}: a table names holidays and make-up days only, not {kind!r}")
        self.exceptions = dict(exceptions)
        self.years = dict(years)
        self.windows = _checked(windows)

    # What a day is

    def day(self, day: date) -> Day:
        """What `day` is, with the holiday's name; never raises, `provisional` where its year has no table."""
        provisional = day.year not in self.years
        if day in self.exceptions:
            kind, name = self.exceptions[day]
            return Day(day, kind, name, provisional)
        return Day(day, WEEKEND if day.weekday() >= 5 else WORKING, "", provisional)

    def is_working_day(self, day: date) -> bool:
        return self.day(day).is_working

    def is_working(self, at: datetime) -> bool:
        """Whether the instant lies in the office hours of a working day; a window's end is outside it."""
        at = _aware(at)
        return any(start <= at < end for day in self._reaching(at) if day.is_working for start, end in self._open(day))

    def working_day_before(self, day: date) -> date:
        """The last working day before `day`: the internal target of a deadline that falls on a day off."""
        for back in range(1, LONGEST):
            earlier = day - back * _ONE_DAY
            if self.is_working_day(earlier):
                return earlier
        raise ValueError(f"no working day in the twenty years before {day}")

    def versions_used(self, days: Iterable[Walked | Day]) -> dict[int, int]:
        """The version of the table of every year among `days`; a year without a table is absent."""
        seen = sorted({day.date.year for day in days})
        return {year: self.years[year] for year in seen if year in self.years}

    # When a term ends

    def add(self, start: datetime, n: int | Decimal, basis: Basis) -> Deadline:
        """The end of a term of `n` units from `start`, with the days walked.

        Days: `n` is whole; the day of the event is walked without being counted; the term ends at 24:00 of the n-th
        day, and a term of 0 days at 24:00 of the day of the event. Minutes: an instant; the dates touched are walked.
        Working minutes: the earliest instant by which `n` minutes of office hours have passed, so a term may end with
        the window, and 0 minutes end at `start` itself; the days that gave minutes are counted.
        Only terms in working days and working minutes can be provisional: the others do not ask the tables.

        Raises ValueError for a naive start, for an `n` that is negative, not finite, a fraction of days or longer than
        twenty years, and for a result outside the years that a date can have.
        """
        start, n = _aware(start), _quantity(n, basis)
        try:
            if basis is Basis.MINUTES:
                return self._after_minutes(start, n)
            if basis is Basis.WORKING_MINUTES:
                return self._after_working_minutes(start, n)
            return self._after_days(start, int(n), working=basis is Basis.WORKING_DAYS)
        except OverflowError as error:
            raise ValueError("the term ends outside the calendar") from error

    def elapsed(self, a: datetime, b: datetime, basis: Basis) -> Decimal:
        """How much of a term begun at `a` has been used at `b`; negative where `b` is before `a`.

        Minutes and working minutes are exact. Days are those counted that have begun: on the third day after the event
        it is 3, and at its 24:00 still 3, so `elapsed(a, add(a, n).at) == n` on every basis.
        """
        a, b, basis = _aware(a), _aware(b), Basis(basis)
        if b < a:
            return -self.elapsed(b, a, basis)
        if basis is Basis.MINUTES:
            return _minutes(b - a)
        if basis is Basis.WORKING_MINUTES:
            spans = (span for day in self._until(a, b) if day.is_working for span in self._open(day))
            return _minutes(sum((max(min(end, b) - max(start, a), timedelta()) for start, end in spans), timedelta()))
        first, last = _local(a) + _ONE_DAY, last_day(b)
        if basis is Basis.NATURAL_DAYS:
            return Decimal(max((last - first).days + 1, 0))
        return Decimal(sum(self.is_working_day(day) for day in _dates(first, last)))

    # How the bases walk

    def _after_minutes(self, start: datetime, n: Decimal) -> Deadline:
        at = start + _span(n)
        dates = _dates(_local(start), max(_local(start), last_day(at)))
        return self._deadline(at, [(self.day(day), False) for day in dates], asks_tables=False)

    def _after_days(self, start: datetime, n: int, *, working: bool) -> Deadline:
        day = self.day(_local(start))
        walked, counted = [(day, False)], 0
        while counted < n:
            if len(walked) > LONGEST:
                raise ValueError("a term is at most twenty years")
            day = self.day(day.date + _ONE_DAY)
            counts = day.is_working or not working
            counted += counts
            walked.append((day, counts))
        return self._deadline(midnight(day.date + _ONE_DAY), walked, asks_tables=working)

    def _after_working_minutes(self, start: datetime, n: Decimal) -> Deadline:
        left, at = _span(n), start
        walked: list[tuple[Day, bool]] = []
        for day in self._from(start):
            if not left or len(walked) > LONGEST:
                break
            gave = False
            for opens, closes in self._open(day) if day.is_working else ():
                usable = min(closes - max(opens, start), left)
                if usable > timedelta():
                    at, left, gave = max(opens, start) + usable, left - usable, True
            walked.append((day, gave))
        if left:
            raise ValueError("a term is at most twenty years")
        return self._deadline(at, walked or [(self.day(_local(start)), False)], asks_tables=bool(n))

    def _deadline(self, at: datetime, walked: Sequence[tuple[Day, bool]], *, asks_tables: bool) -> Deadline:
        days: list[Walked] = []
        count = 0
        for day, counted in walked:
            count += counted
            days.append(Walked(day.date, day.kind, day.name, count if counted else None))
        provisional = asks_tables and any(day.provisional for day, _ in walked)
        return Deadline(at.astimezone(ZONE), provisional, tuple(days), self.versions_used(days))

    # Windows

    def _open(self, day: Day) -> list[tuple[datetime, datetime]]:
        """The office hours that belong to `day`, as instants."""
        zero = midnight(day.date).astimezone(UTC)
        return [(zero + timedelta(minutes=start), zero + timedelta(minutes=end)) for start, end in self.windows]

    def _reaching(self, at: datetime) -> list[Day]:
        """The days whose windows can hold the instant: its own and, where a window passes 24:00, the one before."""
        day = self.day(_local(at))
        if self.windows[-1][1] <= _MINUTES_A_DAY or day.date == date.min:
            return [day]
        before = self.day(day.date - _ONE_DAY)
        return [before, day] if self._open(before)[-1][1] > at else [day]

    def _from(self, at: datetime) -> Iterator[Day]:
        yield from self._reaching(at)
        day = _local(at)
        while True:
            day += _ONE_DAY
            yield self.day(day)

    def _until(self, a: datetime, b: datetime) -> Iterator[Day]:
        yield from self._reaching(a)
        yield from (self.day(day) for day in _dates(_local(a) + _ONE_DAY, _local(b)))


def _checked(windows: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    if not windows:
        raise ValueError("a working day needs office hours")
    for start, end in windows:
        if not 0 <= start < _MINUTES_A_DAY or end <= start:
            raise ValueError(f"no such office hours: {start} to {end} minutes")
    following = [start for start, _ in windows[1:]] + [windows[0][0] + _MINUTES_A_DAY]
    if any(end > start for (_, end), start in zip(windows, following, strict=True)):
        raise ValueError("office hours are out of order or overlap")
    return tuple((start, end) for start, end in windows)


def _quantity(n: int | Decimal, basis: Basis) -> Decimal:
    basis, n = Basis(basis), Decimal(n)
    if not n.is_finite() or n < 0:
        raise ValueError("a term is a number from 0 on")
    in_days = basis in (Basis.NATURAL_DAYS, Basis.WORKING_DAYS)
    if n > (LONGEST if in_days else LONGEST * _MINUTES_A_DAY):
        raise ValueError("a term is at most twenty years")
    if in_days and n != n.to_integral_value():
        raise ValueError("days are counted whole")
    return n


def _aware(at: datetime) -> datetime:
    """`at` in UTC, where differences are real time."""
    if at.tzinfo is None:
        raise ValueError("a deadline needs an aware time")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is outside the calendar") from error


def _local(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + back * _ONE_DAY for back in range((last - first).days + 1))


def _span(minutes: Decimal) -> timedelta:
    return timedelta(microseconds=int((minutes * _TICKS_A_MINUTE).to_integral_value()))


def _minutes(span: timedelta) -> Decimal:
    return Decimal(span // _TICK) / _TICKS_A_MINUTE
