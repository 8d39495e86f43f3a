"""The two clocks of a complaint: the regulator's, and the procedure's own (3.6.1; 第3号令 18, 20)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengnuo.ledger.books import Rulebook, rulebook
from chengnuo.ledger.calendar import Basis, last_day
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.obligations import Facts

from .models import Complaint, PauseKind

TICK = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """A term of a complaint: since when and until when (24:00 of the last day), and when it was kept.

    `target` is the working day before, where the last day is one off: the date stays, the company aims earlier."""

    since: datetime
    due: datetime
    done_at: datetime | None
    target: date | None

    def is_late(self, now: datetime) -> bool:
        return (self.done_at or now) > self.due

    @property
    def last_day(self) -> date:
        return last_day(self.due)


def limit_from(complaint: Complaint) -> datetime:
    """From when the regulator's clock runs: the receipt, or the new facts that began it anew (第3号令 18)."""
    return complaint.clock_from or complaint.received_at


def is_stopped(complaint: Complaint) -> bool:
    """Whether the clock stands now: for mediation; for an outside appraisal only if the complainant was told."""
    if complaint.paused_at is None:
        return False
    return complaint.pause_kind == PauseKind.MEDIATION or complaint.pause_told_at is not None


def stopped_since(complaint: Complaint) -> datetime | None:
    """Since when it stands: an appraisal stops it when the complainant is told, not before."""
    if not is_stopped(complaint) or complaint.paused_at is None:
        return None
    if complaint.pause_kind == PauseKind.MEDIATION:
        return complaint.paused_at
    assert complaint.pause_told_at is not None
    return max(complaint.paused_at, complaint.pause_told_at)


def limit(complaint: Complaint, facts: Facts) -> datetime:
    """The regulator's limit: 15 natural days from receipt, 30 where the case is complex; 30 more once the extension is
    approved and the complainant told; later by the days for which the clock stood."""
    start = limit_from(complaint)
    due = facts.after(start, "complaint.limit_complex" if complaint.complex_because else "complaint.limit")
    if complaint.extended_at:
        # Counted from the last day itself: 24:00 of it is 00:00 of the next.
        due = facts.after(due - TICK, "complaint.extension")
    return due + ONE_DAY * (complaint.paused_days or 0)


def standing_since(complaint: Complaint, facts: Facts) -> datetime | None:
    """Since when the limit stands, at the earliest since new facts began it anew; None where it runs, and where the
    stop came after it had passed: what is over is not made longer (第3号令 18)."""
    since = stopped_since(complaint)
    if since is None:
        return None
    since = max(since, limit_from(complaint))
    return since if since < limit(complaint, facts) else None


def days_stood(complaint: Complaint, facts: Facts) -> int:
    """The natural days for which the present stop has moved the limit up to now."""
    since = standing_since(complaint, facts)
    return (facts.now.astimezone(ZONE).date() - since.astimezone(ZONE).date()).days if since else 0


def limit_so_far(complaint: Complaint, facts: Facts) -> datetime:
    """The limit as it would be if the clock ran again from now."""
    return limit(complaint, facts) + ONE_DAY * days_stood(complaint, facts)


def stands(complaint: Complaint, now: datetime) -> bool:
    """Whether the regulator's clock stands now."""
    return standing_since(complaint, Facts(now, None, rulebook())) is not None


def target(complaint: Complaint, facts: Facts) -> datetime:
    """The procedure's own aim for an ordinary complaint: settled within seven natural days [D] (3.6.1)."""
    return facts.after(complaint.received_at, "complaint.target")


def clock(complaint: Complaint, now: datetime) -> Clock:
    """The regulator's clock as the page shows it."""
    book = rulebook()
    due = limit(complaint, Facts(now, None, book))
    return Clock(limit_from(complaint), due, complaint.notified_at, internal_target(due, book))


def own_clock(complaint: Complaint, now: datetime) -> Clock:
    """The procedure's clock of an ordinary complaint."""
    book = rulebook()
    due = target(complaint, Facts(now, None, book))
    return Clock(complaint.received_at, due, complaint.notified_at, internal_target(due, book))


def internal_target(due: datetime, book: Rulebook) -> date | None:
    """The working day before a last day that is a day off; None where it is a working day."""
    day = last_day(due)
    return None if book.calendar.is_working_day(day) else book.calendar.working_day_before(day)


def review_until(complaint: Complaint) -> datetime | None:
    """Until when a review may be asked: 30 natural days from being told (第3号令 20)."""
    if complaint.notified_at is None:
        return None
    book = rulebook()
    version = book.parameter("complaint.review_asked", complaint.notified_at)
    return book.calendar.add(complaint.notified_at, version.value, Basis(version.unit)).at
