"""What the worker does once a day: the seal, forgetting the keys of old requests, and the chores of higher rooms."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError

from .loop import beat
from .models import Heartbeat
from .once import purge
from .seal import seal

EVERY = timedelta(days=1)
Chore = Callable[[datetime], object]
_chores: list[Chore] = []


def on_daily(chore: Chore) -> None:
    """Something that a higher room forgets or tidies once a day; safe to run twice."""
    _chores.append(chore)


def daily(now: datetime) -> bool:
    """Seal and purge when a day has passed since. Returns whether it was done; busy writers put it off."""
    if Heartbeat.objects.filter(name="daily", at__gt=now - EVERY).exists():
        return False
    try:
        seal(now)
    except OperationalError:  # The lock's time ran out; the next tick tries again.
        return False
    purge(now)
    for chore in _chores:
        chore(now)
    beat("daily", now)
    return True
