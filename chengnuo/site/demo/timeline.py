"""What happens when: acts in order of time, each under the moved clock, with the worker's rounds in between."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.loop import go_round

SOURCE = "demo"
LOOKS, LONGEST_PAUSE = timedelta(minutes=10), timedelta(minutes=30)
"""The worker looks every 20 seconds; here within ten minutes after a duty's moment, and at least so often by day."""
NEXT = "SELECT next_at FROM ledger_obligation WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1"
STEP = 5
BATCH = 40
"""So many acts are committed at once: longer transactions leave dead rows in the index of what is due."""
Do = Callable[[datetime], object]


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """Several acts in one transaction, without savepoints: half of what an act says to the database is where it begins
    and ends. An act that fails ends the making, so there is nothing to go back to."""
    uses_savepoints = connection.features.uses_savepoints
    with transaction.atomic():
        connection.features.uses_savepoints = False
        try:
            yield
        finally:
            connection.features.uses_savepoints = uses_savepoints


class Timeline:
    """An act may put further acts on the line; those that lie after `now` never happen."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.done = self.rounds = 0
        self._heap: list[tuple[datetime, int, Do, bool]] = []
        self._put = 0
        self._looked: datetime | None = None

    def at(self, when: datetime, do: Do, *, writes: bool = True) -> None:
        """`writes` is False for what only puts further acts on the line: no duty can be met or missed by it."""
        self._put += 1
        heapq.heappush(self._heap, (when, self._put, do, writes))

    def look(self, when: datetime) -> None:
        """Have the worker look at this very moment: a shift begins."""
        self.at(when, self._round)

    def run(self, say: Callable[[str], None]) -> None:
        begins, said = self._heap[0][0], 0
        while self._heap and self._heap[0][0] <= self.now:
            with in_one_transaction():
                for _nth in range(BATCH):
                    self._do_next()
                    if not self._heap or self._heap[0][0] > self.now:
                        break
            when = min(self._heap[0][0], self.now) if self._heap else self.now
            percent = int(100 * ((when - begins) / (self.now - begins))) if self.now > begins else 100
            if percent >= said + STEP and percent < 100:
                said = percent - percent % STEP
                say(f"{said:3d} %  {when.astimezone(ZONE).date()}  {self.done} acts")
        self._rounds_until(self.now)
        self._round(self.now)
        say(f"100 %  {self.done} acts, {self.rounds} rounds of the worker")

    def _do_next(self) -> None:
        when, _order, do, writes = heapq.heappop(self._heap)
        if writes:
            self._rounds_until(when)
            self.done += 1
        with moved_to(when, SOURCE):
            do(when)

    def _rounds_until(self, when: datetime) -> None:
        while (moment := self._next_moment()) and moment <= when:
            self._round(moment)
        if self._looked is None or when - self._looked >= LONGEST_PAUSE:
            self._round(when)

    def _next_moment(self) -> datetime | None:
        """When the worker would have looked after the next moment of a duty: not before its last look."""
        with connection.cursor() as cursor:
            cursor.execute(NEXT)
            row = cursor.fetchone()
        if row is None:
            return None
        at = row[0].replace(minute=row[0].minute - row[0].minute % 5, second=0, microsecond=0)
        look = at + LOOKS if at < row[0] else at
        return max(look, self._looked) if self._looked else look

    def _round(self, at: datetime) -> None:
        with moved_to(at, SOURCE):
            go_round(at)
        self._looked = at
        self.rounds += 1


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
