"""What happens when: acts in order of time, each under the moved clock, with the worker's round before it."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.loop import go_round

SOURCE = "demo"
Do = Callable[[datetime], object]


class Timeline:
    """An act may put further acts on the line; those that lie after `now` never happen."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._heap: list[tuple[datetime, int, Do]] = []
        self._put = 0

    def at(self, when: datetime, do: Do) -> None:
        self._put += 1
        heapq.heappush(self._heap, (when, self._put, do))

    def run(self, say: Callable[[str], None]) -> None:
        day, done = None, 0
        while self._heap and self._heap[0][0] <= self.now:
            when, _order, do = heapq.heappop(self._heap)
            if when.astimezone(ZONE).date() != day:
                day = when.astimezone(ZONE).date()
                say(f"{day} …")
            with moved_to(when, SOURCE):
                go_round(when)
                do(when)
            done += 1
        with moved_to(self.now, SOURCE):
            go_round(self.now)
        say(f"{done} acts")


def local(day: datetime, offset: int, clock: str) -> datetime:
    """A local time of the day that lies `offset` days from another's."""
    hour, minute = map(int, clock.split(":"))
    found = day.astimezone(ZONE) + timedelta(days=offset)
    return found.replace(hour=hour, minute=minute, second=0, microsecond=0)


def lies(text: str, now: datetime) -> datetime:
    """`-156` and `90` are minutes from now, `+1 17:30` a day and hour, `40%` a share of what is left of today, to the
    next five minutes."""
    if text.endswith("%"):
        midnight = local(now, 1, "00:00")
        at = now + (midnight - now) * int(text[:-1]) / 100
        return at.replace(second=0, microsecond=0) + timedelta(minutes=5 - at.minute % 5)
    if " " in text:
        days, clock = text.split()
        return local(now, int(days), clock)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=int(text))
