"""How the demo company pays the visits that clients wished for in calls: agreed, mostly on time, judged, filed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chengnuo.hotline.models import Call
from chengnuo.people.models import Staff
from chengnuo.visits import actions
from chengnuo.visits.actions import Answers, Given, Signed, Unsigned
from chengnuo.visits.models import Visit, Wish

from .chance import HOUR, MINUTE, Times
from .timeline import Timeline, local

HOURS = ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")
LATE, MISSED, UNSIGNED, WISHES, FORGOTTEN = 0.09, 0.03, 0.18, 0.35, 0.06
MARKS = {5: 44, 4: 36, 3: 14, 2: 5, 1: 1}
DID = [
    "看了现场，核对保单和联系人，讲了续保安排。",
    "查看消防设施，拍照存档，提了两条整改建议。",
    "当面交理赔清单，逐项说明。",
]
OPINIONS = ["对账单想按仓库分列。", "希望每季度来一次。", "理赔材料清单希望一次说全。", "没有别的意见。"]
WISH = ["对账单按仓库分列", "安排一次防汛演练", "补登新设备到保单", "给车队讲一次安全课"]
BECAUSE = ["前一家谈得久了。", "高速封道绕行。", "厂区门卫登记排队。"]
RESULTS = ["已办好，电话告诉客户。", "材料已补寄，客户收到。", "已与保险公司确认，书面答复客户。"]


@dataclass
class Visits:
    """What follows an appointment. 周敏's visits are paid as they should be: her desk is told by desk.toml."""

    line: Timeline
    times: Times

    def agree(self, visit: Any, call: Call, by: Staff, now: datetime) -> None:
        agreed = max(visit.wanted_at or now, self._working(now, 1, self.times.chance.choice(HOURS)))
        actions.confirm_visit(visit, agreed_at=agreed, agreed_with=call.who or "客户", by=by, now=now)
        roll = 1 if by.username == "zhoumin" else self.times.chance.random()
        if roll < MISSED:
            self.line.at(
                agreed + HOUR, lambda at: actions.miss_visit(visit, why="客户临时有事，改日再约。", by=by, now=at)
            )
            return
        late = roll < MISSED + LATE
        arrived = agreed + (self.times.chance.uniform(4, 28) if late else -self.times.chance.uniform(1, 12)) * MINUTE
        self.line.at(arrived, lambda at: actions.arrive(visit, at=at, by=by, now=at))
        self.line.at(arrived + self.times.chance.uniform(35, 70) * MINUTE, partial(self._pay, visit, by, arrived))

    def _pay(self, visit: Visit, by: Staff, arrived: datetime, now: datetime) -> None:
        pick, roll = self.times.chance.choice, self.times.chance.random()
        given = Given(arrived, now, pick(DID), late_because=pick(BECAUSE))
        done = actions.carry_out_visit(visit, given, by=by, now=now)
        wishes = [pick(WISH)] if roll < WISHES else []
        mark = self.times.chance.choices(list(MARKS), list(MARKS.values()))[0]
        answers = Answers(mark, {"attitude": mark, "skill": min(mark + 1, 5)}, pick(OPINIONS), wishes)
        signer = visit.agreed_with or "客户"
        outcome = Unsigned("sent", "送行政盖章") if roll > 1 - UNSIGNED else Signed(signer, now, self._hand())
        actions.record_survey(done, answers, outcome, by=by, now=now)
        forgotten = by.username != "zhoumin" and self.times.chance.random() < FORGOTTEN
        self.line.at(self._working(now, 5 if forgotten else 1, "10:20"), partial(self._review, done, by))
        if isinstance(outcome, Unsigned):
            again = Signed(signer, self._working(now, 3, "15:10"), self._hand())
            self.line.at(again.at, lambda at: actions.ask_again(done, again, by=by, now=at))

    def _review(self, visit: Visit, by: Staff, now: datetime) -> None:
        actions.follow_up_visit(visit, reviewed="意见已转有关人员，按期办理。", by=by, now=now)
        for wish in Wish.objects.filter(visit=visit).select_related("visit__client", "client"):
            result = self.times.chance.choice(RESULTS)
            self.line.at(self._working(now, 1, "16:30"), partial(self._settle, wish, result, by))
        self.line.at(self._working(now, 3, "17:00"), partial(self._file, visit, by))

    def _settle(self, wish: Wish, result: str, by: Staff, now: datetime) -> None:
        actions.settle_wish(wish, text=result, by=by, now=now)

    def _file(self, visit: Visit, by: Staff, now: datetime) -> None:
        actions.file_visit(visit, where="客户档案，上门服务卷", by=by, now=now)

    def _working(self, now: datetime, days: int, hour: str) -> datetime:
        """So many working days on, at an hour."""
        ahead = 0
        while days:
            ahead += 1
            days -= self.times.calendar.is_working_day(local(now, ahead, hour).date())
        return local(now, ahead, hour) + timedelta(seconds=self.times.chance.randrange(1, 50)) * (hour not in HOURS)

    def _hand(self) -> list[list[list[float]]]:
        """A scrawl."""
        draw = self.times.chance.uniform
        return [[[30 * n + 12 * m + draw(0, 6), draw(10, 90)] for m in range(5)] for n in range(4)]
