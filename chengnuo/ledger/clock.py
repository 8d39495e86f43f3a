"""The one clock. Actions take `now` as an argument; only edges ask for it here.

A replay or a demo plays its story under a moved clock. Everything written meanwhile says so in the event's `source`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Moved:
    at: datetime
    source: str


_moved: ContextVar[Moved | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The present instant, aware; inside `moved_to` the instant that was set there."""
    moved = _moved.get()
    return moved.at if moved else datetime.now(UTC)


def moved() -> Moved | None:
    """The moved clock, where one is in force."""
    return _moved.get()


@contextmanager
def moved_to(at: datetime, source: str = "replay") -> Iterator[None]:
    """Let everything inside happen at the instant `at`; `source` marks the events written meanwhile."""
    if at.tzinfo is None:
        raise ValueError("a moved clock needs an aware time")
    token = _moved.set(Moved(at, source))
    try:
        yield
    finally:
        _moved.reset(token)
