"""How the demo company's clients judge: about a third of those asked answer, and low marks are followed up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chengnuo.hotline.models import Promise, PromiseState
from chengnuo.satisfaction import actions
from chengnuo.satisfaction.models import RatingRequest, RequestState
from chengnuo.satisfaction.tokens import token_of

from .chance import DAY, HOUR, MINUTE, Times
from .company import Company
from .timeline import Timeline, local

ANSWERS = 0.36
MARKS = {5: 46, 4: 33, 3: 12, 2: 6, 1: 3}
TOLD_LATE = {5: 12, 4: 22, 3: 30, 2: 22, 1: 14}
"""Of a hundred marks; the second for what was answered late."""
FORGOTTEN = 0.08
LOW = 2
WORDS = {
    5: ["回复很快，说得清楚。", "周到，谢谢。", "一次就办好了。", "晚上也有人接，放心。"],
    4: ["可以，再快一点更好。", "态度好，材料清单希望一次说全。", "答复准时。"],
    3: ["等得有点久。", "问了两次才说清楚。", "一般。"],
    2: ["说好上午回电，下午才打来。", "换了两个人，每次都要从头讲。"],
    1: ["没有人跟进，是我自己打来催的。", "答复和上次说的不一样。"],
}
FOUND = ["承办人记错时间，回复晚了。", "交接时没有写清客户要什么。", "保险公司口径有变，没有及时告诉客户。"]
SAID = ["向客户说明原因并道歉，以后由一个人跟到底。", "重新核对并当场答复，客户接受。", "约定以后每周主动告知进展。"]


@dataclass
class Ratings:
    """Each evening whoever was asked that day decides whether he answers, and when. 周敏's desk stays as desk.toml
    tells it: none of her clients is dissatisfied."""

    company: Company
    line: Timeline
    times: Times

    def plan(self, begins: datetime) -> None:
        for day in range((self.line.now - begins).days + 1):
            self.line.at(local(begins, day, "21:00"), self._evening, writes=False)

    def _evening(self, now: datetime) -> None:
        asked = RatingRequest.objects.filter(state=RequestState.ASKED, asked_at__gt=now - DAY, asked_at__lte=now)
        late = {"hotline.promise": set(self._late(now))}
        for request in asked.order_by("asked_at", "pk"):
            if self.times.chance.random() < ANSWERS:
                is_late = request.subject_pk in late.get(request.subject_type, ())
                self._answer(request, TOLD_LATE if is_late else MARKS, now)

    def _late(self, now: datetime) -> list[int]:
        told = Promise.objects.filter(answered_at__gt=now - DAY, answered_at__lte=now, state=PromiseState.KEPT_LATE)
        return list(told.values_list("pk", flat=True))

    def _answer(self, request: RatingRequest, marks: dict[int, int], now: datetime) -> None:
        mark = self.times.chance.choices(list(marks), list(marks.values()))[0]
        if request.keeper_id and self.company.person(request.keeper_id).username == "zhoumin":
            mark = max(mark, LOW + 1)
        words = self.times.chance.choice(WORDS[mark]) if self.times.chance.random() < 0.45 or mark <= LOW else ""
        at = self.times.by_day(now + self.times.chance.uniform(0.1, 60) * HOUR)
        self.line.at(at, partial(self._rate, request, mark, words))

    def _rate(self, request: RatingRequest, mark: int, words: str, now: datetime) -> None:
        if not RatingRequest.objects.filter(pk=request.pk, state=RequestState.ASKED).exists():
            return  # Taken back with a call that was entered wrongly.
        actions.rate(token_of(request.salt), mark=mark, words=words, now=now)
        if mark <= LOW and self.times.chance.random() >= FORGOTTEN:
            at = self.times.by_day(now + self.times.chance.uniform(1, 7) * HOUR)
            self.line.at(at + timedelta(seconds=1), partial(self._follow_up, request))
        elif mark <= LOW:
            self.line.at(self.times.long_after(now) + 20 * MINUTE, partial(self._follow_up, request))

    def _follow_up(self, request: RatingRequest, now: datetime) -> None:
        assert request.keeper_id is not None
        found, said = self.times.chance.choice(FOUND), self.times.chance.choice(SAID)
        by = self.company.person(request.keeper_id)
        fresh = RatingRequest.objects.select_related("client").get(pk=request.pk)
        actions.follow_up(fresh, found=found, said=said, by=by, now=now)
