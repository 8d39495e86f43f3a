"""A day of the demo company's telephones: who calls, who answers, what is opened, what becomes of missed calls."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chengnuo.claims.actions import register_claim
from chengnuo.claims.models import Claim
from chengnuo.clients.cases import Case
from chengnuo.complaints.actions import register_complaint
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions
from chengnuo.hotline.models import Call
from chengnuo.ledger.links import linked
from chengnuo.people.models import Role, Staff
from chengnuo.visits.models import Visit

from .chance import BY_DAY, BY_NIGHT, DAY, HOUR, MINUTE, MISSED_BY_DAY, MISSED_BY_NIGHT, is_night
from .keeping import Keeping
from .portfolio import BRANCHES
from .ring import Ring
from .stories import TEXTS, Story
from .timeline import local

CASES = ("appointment", "complaint", "loss")
NOISE, STRANGERS, FOLLOWING, REPEATED, VOID = 0.025, 0.055, 0.3, 0.11, 0.004
ELSEWHERE = 0.4
"""Of the calls missed at first ring, those that somebody else takes."""
PROMISED = 0.42
QUIET = 3 * DAY
"""So long before now 周敏 takes no calls but those of her desk: it shows just what it is meant to."""


class Hotline(Keeping):
    """Nothing is left to chance: the same moment gives the same story."""

    def plan(self, begins: datetime, calls: float) -> None:
        for day in range((self.line.now - begins).days + 1):  # `begins` is a midnight.
            for rings in self.times.of_day(local(begins, day, "00:00"), calls):
                if rings >= begins:
                    self.line.at(rings, self._ring, writes=False)

    def _ring(self, now: datetime) -> None:
        code = self.chance.choices(list(BRANCHES), list(BRANCHES.values()))[0]
        ring = Ring(code, now, self._operator(code, now))
        self._say(ring)
        if self.chance.random() >= (MISSED_BY_NIGHT if is_night(now) else MISSED_BY_DAY):
            self._answered(ring)
        elif self.chance.random() < ELSEWHERE:
            self._elsewhere(ring)
        else:
            self._missed(ring)

    def _say(self, ring: Ring) -> None:
        """Who calls, and what he wants."""
        known = [one for one in self.by_branch.get(ring.code, ()) if one.row]
        roll = self.chance.random()
        if not known or roll < NOISE + STRANGERS:
            ring.caller = f"138 0000 {self.chance.randint(1000, 4399)}"
            if roll < NOISE:
                ring.no_reply_because, content = self.stories.noise()
                ring.story = Story(content, "", "", "")
            else:
                ring.kinds, ring.story = ["enquiry"], self.stories.unknown()
            return
        one = self.chance.choices(known, [each.weight for each in known])[0]
        ring.one, ring.contact = one, self.chance.randrange(len(one.contacts))
        shares = BY_NIGHT if is_night(ring.at) else BY_DAY
        kind = self.chance.choices(list(shares), list(shares.values()))[0]
        running = self.cases.get(one.name, [])
        if kind == "enquiry" and running and self.chance.random() < FOLLOWING:
            ring.about = self.chance.choice(running)
            ring.kinds = ["enquiry"]
            ring.story = self.stories.following(ring.about[0], one, ring.contact)
            ring.story.content = ring.story.content.replace("{case}", ring.about[1].number)
            return
        ring.kinds, ring.story = [kind], getattr(self.stories, kind)(one, ring.contact)
        complained = self.complained.setdefault(one.name, [])
        if kind == "complaint":
            if complained and self.chance.random() < 3 * REPEATED:
                before = self.chance.choice(complained)
                ring.story = Story(
                    f"为同一件事再次来电：{before.content}", before.answer, before.what, before.told, before.fields
                )
            complained.append(ring.story)

    def _operator(self, code: str, at: datetime) -> Staff:
        """Who is on duty; in office hours others answer as well."""
        by = self.roster.on_duty(code, at)
        colleagues = self.company.holders(code, Role.Kind.OPERATOR)
        if self.times.calendar.is_working(at) and self.chance.random() < 0.55:
            by = self.company.staff[self.chance.choice(colleagues)]
        if by.username == "zhoumin" and at > self.line.now - QUIET:
            by = self.company.staff["shenyulan"]
        return by

    def _answered(self, ring: Ring, after: timedelta = timedelta(seconds=6), by: Staff | None = None) -> None:
        by = by or ring.operator
        answered = ring.at + after + timedelta(seconds=self.chance.randint(0, 9))
        hung_up = answered + (0.4 if ring.no_reply_because else self.chance.uniform(1.4, 7)) * MINUTE
        # One in seventy is known by his voice only after the call was entered.
        one, is_late = ring.one, self.chance.random() < 0.015
        unknown_at_first = one if by is ring.operator and not ring.about and is_late else None

        def register(now: datetime) -> None:
            due = self._due(ring, hung_up)
            call = actions.register_call(
                unit=self.company.units[ring.code],
                rang_at=ring.at,
                answered_at=answered,
                hung_up_at=hung_up,
                at_first_ring=by is ring.operator,
                promise=actions.NewPromise(ring.story.what, due, keeper=ring.operator) if due else None,
                cases=self._new_cases(ring),
                about=ring.about[1] if ring.about else None,
                by=by,
                now=now,
                **self._words(ring, due),
                **(ring.known_by_number() if unknown_at_first else ring.who()),
            )
            if unknown_at_first:
                self.line.at(
                    now + 3 * MINUTE,
                    lambda at: actions.know_caller(call, client=unknown_at_first.client, by=by, now=at),
                )
            self._afterwards(call, ring, due, now)

        self.line.at(hung_up + self.chance.randint(5, 150) * timedelta(seconds=1), register)

    def _elsewhere(self, ring: Ring) -> None:
        """The backup, another branch or the centre takes it."""
        roll = self.chance.random()
        if roll < 0.55:
            by = self.roster.backup(ring.code, ring.at)
        elif roll < 0.85:
            by = self.roster.on_duty(self.chance.choice([code for code in BRANCHES if code != ring.code]), ring.at)
        else:
            by = self.company.staff[self.chance.choice(self.company.holders("KF", Role.Kind.CENTRE))]
        if by.username == "zhoumin" or by is ring.operator:
            by = self.company.holder("KF", Role.Kind.CENTRE)
        self._answered(ring, after=timedelta(seconds=25), by=by)

    def _missed(self, ring: Ring) -> None:
        hung_up = ring.at + timedelta(seconds=self.chance.randint(20, 55))

        def enter(now: datetime) -> None:
            call = actions.enter_missed_call(
                unit=self.company.units[ring.code],
                rang_at=ring.at,
                hung_up_at=hung_up,
                by=ring.operator,
                now=now,
                **ring.who(),
            )
            at = self.times.called_back(ring.at)
            if self.chance.random() < 0.02:
                at = self.times.long_after(at)
            if self.chance.random() < 0.12:
                text = self.stories.pick("not_reached")
                self.line.at(at, lambda now: self._call_back(call, ring, now, in_vain=text))
                at += self.chance.uniform(10, 40) * MINUTE
            self.line.at(at, lambda now: self._call_back(call, ring, now))

        self.line.at(hung_up + 5 * timedelta(seconds=1), enter)

    def _call_back(self, call: Call, ring: Ring, now: datetime, in_vain: str = "") -> None:
        by = ring.operator
        if in_vain:
            actions.call_back(call, at=now, reached=False, content=in_vain, by=by, now=now)
            return
        due = self._due(ring, now)
        words = self._words(ring, due)
        words["content"] = self.stories.pick("called_back") + words["content"]
        promise = actions.NewPromise(ring.story.what, due) if due else None
        cases = self._new_cases(ring)
        called = actions.call_back(call, at=now, reached=True, promise=promise, cases=cases, by=by, now=now, **words)
        self._afterwards(called, ring, due, now)

    def _words(self, ring: Ring, due: datetime | None) -> dict[str, Any]:
        answer = "" if due or ring.no_reply_because else ring.story.answer
        words = {"kinds": ring.kinds, "content": ring.story.content, "answer": answer}
        return words | {"no_reply_because": ring.no_reply_because}

    def _new_cases(self, ring: Ring) -> list[actions.NewCase]:
        fields = dict(ring.story.fields)
        if "loss" in ring.kinds:
            fields["occurred_at"] = ring.at - self.chance.choice((0.3, 0.5, 1, 2, 5, 11)) * HOUR
        if "appointment" in ring.kinds:
            fields["wanted_at"] = local(
                ring.at, self.chance.randint(2, 9), self.chance.choice(("09:30", "10:00", "14:00"))
            )
        return [actions.NewCase(kind, fields) for kind in ring.kinds if kind in CASES]

    def _due(self, ring: Ring, at: datetime) -> datetime | None:
        """By when he is promised an answer, where it is not given at once."""
        if not (ring.one and ring.story.what) or self.chance.random() >= PROMISED:
            return None
        due = self.times.promised(at)
        if due <= at + MINUTE:
            return None
        # What is due out of hours is inherited by who is on duty then, and that is 周敏 now.
        inherited = ring.code == "SU" and due > self.line.now - DAY and not self.times.calendar.is_working(due - MINUTE)
        hers = ring.operator.username == "zhoumin" and due > self.line.now - QUIET
        return None if inherited or hers else due

    def _afterwards(self, call: Call, ring: Ring, due: datetime | None, now: datetime) -> None:
        if set(CASES) & set(call.kinds):
            self.take_on(call, ring, self.times.taken_on(now))
        if due:
            promise = call.promises.get()
            promise.client, promise.unit = call.client, call.unit
            self.keep(promise, ring, due)
        elif ring.kinds == ["enquiry"] and not ring.about and self.chance.random() < VOID:
            reason = self.chance.choice(TEXTS["void"])
            self.line.at(now + 5 * MINUTE, lambda at: actions.void_call(call, by=ring.operator, now=at, reason=reason))

    def take_on(self, call: Call, ring: Ring, at: datetime) -> None:
        """The owners of what was opened from a call take it on."""
        for where, why in linked(call):
            if why == "opened_from":
                case = where.load()
                assert isinstance(case, Case)
                if ring.one:
                    self.cases.setdefault(ring.one.name, []).append((KIND[type(case)], case))
                case.client = call.client
                owner = self.company.person(case.owner_id)
                take = self.visits.agree if isinstance(case, Visit) else TAKES[type(case)]
                self.line.at(at, partial(take, case, call, owner))


def _register_claim(claim: Any, _call: Call, by: Staff, now: datetime) -> None:
    register_claim(claim, by=by, now=now)


def _register_complaint(complaint: Any, _call: Call, by: Staff, now: datetime) -> None:
    register_complaint(complaint, by=by, now=now)


KIND: dict[type, str] = {Visit: "appointment", Claim: "loss", Complaint: "complaint"}
TAKES: dict[type, Callable[[Any, Call, Staff, datetime], None]] = {
    Claim: _register_claim,
    Complaint: _register_complaint,
}
