"""When an event is tried again, when it is given up, when its webhook pauses or is switched off: pure."""

from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240, 360, 600))
"""After the first failed try, the second, and so on: ten tries in 23 hours 51 minutes."""
HOOK_PAUSES = tuple(timedelta(minutes=n) for n in (1, 2, 5, 10, 15))
ENDURED = 2
"""So many failed answers in a row do not pause a webhook: one event that its receiver cannot read holds up no other."""
A_DAY = timedelta(days=1)
TELL_AFTER = timedelta(minutes=15)
OFF_AFTER = timedelta(days=3)
FEWEST_TRIES = 24
"""Given up and switched off only after so many tries in a row as well: a clock that jumps makes none."""
DEAD_AFTER = timedelta(minutes=10)
OVERLAP = timedelta(hours=24)
KEEP = timedelta(days=30)


def pause(attempts: int) -> timedelta | None:
    """How long an event waits after so many tries that failed; None when it was the last."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def hook_pause(tries: int, *, was_answered: bool) -> timedelta | None:
    """How long a webhook rests after so many failures in a row. Where nobody answers it rests from the first on, since
    each try costs its whole time."""
    rested = tries - ENDURED if was_answered else tries
    return HOOK_PAUSES[min(rested, len(HOOK_PAUSES)) - 1] if rested > 0 else None


def is_told(told_at: datetime | None, now: datetime) -> bool:
    """Whether the owner has heard of it: once for each failure, again after a day."""
    return told_at is not None and told_at > now - A_DAY


def is_over(failing_since: datetime, tries: int, now: datetime) -> bool:
    """A webhook that only fails for three days is switched off."""
    return now - failing_since >= OFF_AFTER and tries >= FEWEST_TRIES
