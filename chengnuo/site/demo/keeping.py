"""What becomes of the demo company's promises: mostly kept; some late, moved, withdrawn; a few forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from chengnuo.clients.cases import Case
from chengnuo.hotline import actions
from chengnuo.hotline.models import Promise
from chengnuo.people.models import Staff

from .chance import DAY, Times
from .company import Company
from .portfolio import Customer
from .ring import Ring
from .roster import Roster
from .stories import Stories, Story
from .timeline import Timeline
from .visits import Visits

FATES = {"kept": 86, "late": 6, "moved": 4, "withdrawn": 3, "forgotten": 1}
LONG = 3 * DAY


@dataclass
class Keeping:
    """Everything that the story's parts share, and the promises."""

    company: Company
    line: Timeline
    roster: Roster
    times: Times
    stories: Stories
    chance: Random
    by_branch: dict[str, list[Customer]]
    visits: Visits
    cases: dict[str, list[tuple[str, Case]]] = field(default_factory=dict)
    complained: dict[str, list[Story]] = field(default_factory=dict)

    def keep(self, promise: Promise, ring: Ring, due: datetime) -> None:
        """Put on the line what becomes of a promise made in this call."""
        fate = self.chance.choices(list(FATES), list(FATES.values()))[0]
        if ring.operator.username == "zhoumin" and fate in {"moved", "forgotten"}:
            fate = "late"
        getattr(self, f"_{fate}")(promise, ring, due)
        if due - promise.made_at > LONG:
            when = self.times.by_day(promise.made_at + 2 * DAY)
            text = self.stories.pick("interims").format(insurer="保险公司")
            self.line.at(when, lambda now: self._interim(promise, text, now))

    def _kept(self, promise: Promise, ring: Ring, due: datetime) -> None:
        self._answer(promise, ring.story.told, self.times.in_time(promise.made_at, due))

    def _late(self, promise: Promise, ring: Ring, due: datetime) -> None:
        told = self.stories.pick("late").format(told=ring.story.told.rstrip("。"))
        self._answer(promise, told, self.times.too_late(due))

    def _forgotten(self, promise: Promise, ring: Ring, due: datetime) -> None:
        told = self.stories.pick("late").format(told=ring.story.told.rstrip("。"))
        self._answer(promise, told, self.times.long_after(due))

    def _moved(self, promise: Promise, ring: Ring, due: datetime) -> None:
        to, words = self.times.promised(due), self._word(promise)
        text = self.stories.pick("moved").format(insurer="保险公司")
        when = promise.made_at + (due - promise.made_at) * self.chance.uniform(0.5, 0.9)
        self.line.at(
            when,
            lambda now: actions.move_promise(
                promise, to=to, by=self._keeper(promise, now), now=now, text=text, **words
            ),
        )
        is_late = self.chance.random() < 0.12
        self._answer(promise, ring.story.told, self.times.too_late(to) if is_late else self.times.in_time(due, to))

    def _withdrawn(self, promise: Promise, ring: Ring, due: datetime) -> None:
        when = promise.made_at + (due - promise.made_at) * self.chance.uniform(0.3, 0.9)
        text, words = self.stories.pick("withdrawn"), self._word(promise)
        self.line.at(
            when,
            lambda now: actions.withdraw_promise(promise, text=text, by=self._keeper(promise, now), now=now, **words),
        )

    def _answer(self, promise: Promise, text: str, at: datetime) -> None:
        self.line.at(at, lambda now: actions.answer_promise(promise, text=text, by=self._keeper(promise, now), now=now))

    def _interim(self, promise: Promise, text: str, now: datetime) -> None:
        fresh = Promise.objects.get(pk=promise.pk)
        if fresh.is_running:
            actions.tell_interim(fresh, text=text, by=fresh.keeper, now=now)

    def _word(self, promise: Promise) -> dict[str, str]:
        return {"agreed_who": promise.to_whom, "agreed_how": self.stories.pick("agreed")}

    def _keeper(self, promise: Promise, now: datetime) -> Staff:
        """Out of office hours whoever is on duty answers for him."""
        if self.times.calendar.is_working(now):
            return self.company.person(promise.keeper_id)
        return self.roster.on_duty(promise.unit.code, now)
