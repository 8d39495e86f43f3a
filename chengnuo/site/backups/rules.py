"""When a backup is owed to the company, and how its age looks."""

from datetime import datetime, time, timedelta

from chengnuo.ledger.clock import ZONE

FRESH = timedelta(hours=26)
STALE = timedelta(hours=50)
AGAIN_AFTER = timedelta(hours=1)
TOLD_AGAIN_AFTER = timedelta(hours=20)


def last_moment(now: datetime, at: time) -> datetime:
    """The newest instant not after `now` at which the day's backup is to be made, in Shanghai's time."""
    local = now.astimezone(ZONE)
    today = datetime.combine(local.date(), at, ZONE)
    return today if today <= local else today - timedelta(days=1)


def is_due(now: datetime, at: time, good: datetime | None, tried: datetime | None) -> bool:
    """Since the day's moment there is no good backup: one that was missed is caught up, a failed one tried again after
    an hour. A time ahead of `now` is of a clock that was wrong, and counts for nothing."""
    if good and last_moment(now, at) <= good <= now:
        return False
    return not (tried and timedelta() <= now - tried < AGAIN_AFTER)


def tone(now: datetime, good: datetime | None) -> str:
    """Green under 26 hours, red over 50 or where there never was one, else amber."""
    if good is None or now - good > STALE:
        return "red"
    return "green" if now - good < FRESH else "amber"
