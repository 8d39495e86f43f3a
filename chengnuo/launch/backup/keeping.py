"""Which backups are kept: the newest of each of the last days, weeks and months that have one, and all that are not a
day older than the newest: one made after something went wrong must not drive out the one made before."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .words import NotBackedUp

ZONE = ZoneInfo("Asia/Shanghai")
SUFFIX = ".cnb"
NAME = re.compile(r"chengnuo-([0-9a-f]{8})-(\d{4}-\d\d-\d\d-\d{6})\.cnb")
A_DAY = timedelta(days=1)
FORM = re.compile(r"(\d{1,3}),(\d{1,3}),(\d{1,3})")


@dataclass(frozen=True)
class Keep:
    """How many days, weeks and months."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def parse_keep(text: str) -> Keep:
    """`7,4,12`. Raises NotBackedUp for what is none, and for nothing at all."""
    found = FORM.fullmatch(text.strip())
    keep = Keep(*map(int, found.groups())) if found else None
    if keep is None or not any((keep.daily, keep.weekly, keep.monthly)):
        raise NotBackedUp("keep", f"--keep says days, weeks and months, as in 7,4,12; not {text!r}.")
    return keep


def name_of(place: str, at: datetime) -> str:
    """A backup's file name: whose it is, and when it was made, in Shanghai's time."""
    return f"chengnuo-{place}-{at.astimezone(ZONE):%Y-%m-%d-%H%M%S}{SUFFIX}"


def known(folder: Path, place: str) -> dict[datetime, Path]:
    """The backups of one company in a folder, by when they were made. A file gets such a name once it is verified."""
    found = {}
    for path in folder.glob(f"chengnuo-{place}-*{SUFFIX}"):
        if named := NAME.fullmatch(path.name):
            found[datetime.strptime(named[2], "%Y-%m-%d-%H%M%S").replace(tzinfo=ZONE)] = path
    return found


def kept(made: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Those that stay."""
    newest_first = sorted(made, reverse=True)
    periods: list[tuple[int, Callable[[date], object]]] = [
        (keep.daily, lambda day: day),
        (keep.weekly, lambda day: day.isocalendar()[:2]),
        (keep.monthly, lambda day: (day.year, day.month)),
    ]
    stay = {at for at in newest_first if newest_first[0] - at < A_DAY}
    for count, period in periods:
        firsts: dict[object, datetime] = {}
        for at in newest_first:
            firsts.setdefault(period(at.astimezone(ZONE).date()), at)
        stay |= set(list(firsts.values())[:count])
    return stay


def let_go(folder: Path, place: str, keep: Keep, made: Path) -> list[str]:
    """Delete the backups that the rule does not keep; called after `made` was verified, never after a failure. That one
    stays even where another bears a later date. Returns the names.
    """
    found = known(folder, place)
    gone = [found[at] for at in sorted(found.keys() - kept(found, keep)) if found[at] != made]
    for path in gone:
        path.unlink(missing_ok=True)
    return [path.name for path in gone]
