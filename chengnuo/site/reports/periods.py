"""The local days that a report counts, both ends included, and how people call them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight

A_DAY = timedelta(days=1)
LONGEST = 3 * 366
"""Days that one report counts at most."""


@dataclass(frozen=True)
class Period:
    since: date
    until: date

    @property
    def start(self) -> datetime:
        return midnight(self.since)

    @property
    def end(self) -> datetime:
        """The instant after its last one."""
        return midnight(self.until + A_DAY)

    @property
    def months(self) -> int:
        """1, 3 or 12 where it is a month, a quarter or a year of the calendar; else 0."""
        return next((n for n in (1, 3, 12) if self == _block(self.since, n)), 0)

    @property
    def before(self) -> "Period":
        """The period of the same kind just before; of free dates, as many days."""
        if self.months:
            return _block(self.since - A_DAY, self.months)
        return Period(self.since - (self.until - self.since) - A_DAY, self.since - A_DAY)

    @property
    def label(self) -> str:
        """`9月`, `三季度`, `2026年`, `09-03至09-17`."""
        if self.months == 1:
            return _("%(month)s月") % {"month": self.since.month}
        if self.months == 3:
            return [_("一季度"), _("二季度"), _("三季度"), _("四季度")][self.since.month // 3]
        if self.months == 12:
            return _("%(year)s年") % {"year": self.since.year}
        return _("%(since)s至%(until)s") % {"since": f"{self.since:%m-%d}", "until": f"{self.until:%m-%d}"}


def _block(day: date, months: int) -> Period:
    """The month, quarter or year that a day lies in."""
    first = (day.month - 1) // months * months + 1
    after = first + months
    until = date(day.year + (after > 12), (after - 1) % 12 + 1, 1) - A_DAY
    return Period(date(day.year, first, 1), until)


def month_of(day: date) -> Period:
    return _block(day, 1)


def usual(today: date) -> list[Period]:
    """The month before, this month, this quarter, this year."""
    month = month_of(today)
    return [month.before, month, _block(today, 3), _block(today, 12)]


def months_up_to(last: date, count: int) -> list[Period]:
    """So many months, the first one first, up to the one in which a day lies."""
    found = [month_of(last)]
    while len(found) < count:
        found.append(found[-1].before)
    return found[::-1]
