"""How the demo company turns to its clients by itself: telephone rounds, letters, return calls (3.3, 4.2, 4.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from chengnuo.clients.models import Client
from chengnuo.daily import actions as daily
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.letters import actions as letters
from chengnuo.letters.models import Letter, LetterReply
from chengnuo.people.models import Role, Staff
from chengnuo.rounds import actions as rounds
from chengnuo.rounds.actions import NewCall
from chengnuo.rounds.choosing import Criteria
from chengnuo.rounds.models import CallDemand, CallScript, Round

from .chance import DAY, HOUR, MINUTE
from .company import Company
from .timeline import Timeline, local

ROUNDS_APART, LETTERS_APART = 45, 60
AT_HOME_APART = 15
"""Days between two of a branch; 苏州, which is looked at most, has one more often."""
A_WEEK = 7 * DAY
WORDS = "您好，我是金诚国际客户服务部，想了解您近来有没有保险方面的事要办。"
QUESTIONS = "保单资料有无变动\n近期有无理赔、加保需要\n对服务有什么意见"
SAID = [
    "问：近来有没有要办的事？答：没有，保单都收到了。",
    "问：人员设备有变动吗？答：新增两台叉车，月底报清单。",
    "问：理赔材料交齐了吗？答：还差一份发票，下周补。",
    "问：对服务有什么意见？答：电话接得快，对账单再早几天。",
]
DEMANDS = ["月底前寄一份保单清单", "安排人讲一次车险报案流程", "查上次理赔款什么时候到"]
DONE = ["清单已寄出，客户确认收到。", "已约好时间，当面讲。", "款已到账，电话告诉客户。"]
BODY = "{称呼}：\n贵方的{险种}将于{到期日}到期。为妥善安排续保，请将变动情况和意见填在回执上寄回，我们收到后与您联系。"
REPLIES = [
    ("enquiry", "续保保费和上年比怎样，先给个数。"),
    ("appointment", "请下周来人面谈续保。"),
    ("other", "收到，无变动。"),
]
REACHED, UNREACHED, DEMANDING = 0.72, 0.93, 0.12
DELIVERED, RETURNED = 0.72, 0.78


@dataclass
class Outreach:
    company: Company
    line: Timeline
    chance: Random

    def plan(self, begins: datetime, days: int) -> None:
        self.line.at(local(begins, 0, "09:10"), self._write_script)
        for nth, code in enumerate(self.company.branches):
            is_home = code == "SU"
            for day in range(0 if is_home else nth + 1, days, AT_HOME_APART if is_home else ROUNDS_APART):
                self.line.at(local(begins, day, "09:40"), partial(self._call_round, code))
            for day in range(0 if is_home else nth + 3, days, 2 * AT_HOME_APART if is_home else LETTERS_APART):
                self.line.at(local(begins, day, "13:20"), partial(self._write, code))
            for day in range(days):
                at = local(begins, day, "10:00") + timedelta(minutes=self.chance.randrange(400))
                self.line.at(at, partial(self._return_call, code), writes=False)

    def _write_script(self, now: datetime) -> None:
        centre = self.company.staff["linxiaotang"]
        rounds.write_script(name="日常回访", words=WORDS, questions=QUESTIONS, by=centre, now=now)

    def _call_round(self, code: str, now: datetime) -> None:
        by, today = self._front(code), now.astimezone(ZONE).date()
        one = rounds.open_round(
            unit=self.company.units[code],
            aim="日常回访，问需求和意见",
            script=CallScript.objects.get(),
            starts_on=today,
            ends_on=today + A_WEEK,
            criteria=Criteria(),
            by=by,
            now=now,
        )
        rounds.start_round(one, by=by, now=now)
        self.line.at(now + 10 * MINUTE, partial(self._call_next, one.pk, by))

    def _call_next(self, pk: int, by: Staff, now: datetime) -> None:
        """One call after the other in office hours, until nobody is left to be called now."""
        one = Round.objects.select_related("unit").get(pk=pk)
        row = rounds.claim_next(one, by=by, now=now)
        if row is None:  # Who was not reached is called again on another day.
            if now + DAY < local(one.drawn_up_at, 7, "17:00"):
                self.line.at(self._working(local(now, 1, "09:30")), partial(self._call_next, pk, by))
            return
        roll = self.chance.random()
        if roll < REACHED:
            demands = [self.chance.choice(DEMANDS)] if self.chance.random() < DEMANDING else []
            said = self.chance.choice(SAID)
            spoken = NewCall("reached", spoke_with=row.client.name[:40], dialogue=said, demands=demands)
            call = rounds.record_call(row, spoken, by=by, now=now)
            for demand in CallDemand.objects.filter(call=call):
                self.line.at(self._working(now + DAY), partial(self._handle, demand.pk, by))
        else:
            rounds.record_call(row, NewCall("unreached" if roll < UNREACHED else "refused"), by=by, now=now)
        self.line.at(self._working(now + self.chance.uniform(6, 30) * MINUTE), partial(self._call_next, pk, by))

    def _handle(self, pk: int, by: Staff, now: datetime) -> None:
        demand = CallDemand.objects.select_related("client").get(pk=pk)
        rounds.handle(demand, text=self.chance.choice(DONE), by=by, now=now)

    def _write(self, code: str, now: datetime) -> None:
        by, unit, today = self._front(code), self.company.units[code], now.astimezone(ZONE).date()
        values = {
            "way": "post",
            "title": f"{today.month}月续保征询",
            "aim": "了解续保意向和资料变动",
            "scheme": "一次寄出，三周内收回执，未回的电话补问",
            "basis": "client",
            "basis_reason": "",
            "send_on": today,
            "replies_by": today + 3 * A_WEEK,
            "return_to": f"{unit.name}客户服务部，{unit.division_code}",
        }
        campaign = letters.draft_campaign(unit=unit, values=values, subject="续保征询", body=BODY, by=by, now=now)
        asked = letters.asked_of(until=today + 120 * DAY)
        while letters.choose_part(campaign, asked, by=by, now=now):
            pass
        if not campaign.letters.filter(state="chosen").exists():
            return
        letters.fix_campaign(campaign, by=by, now=now)
        while letters.make_batch(campaign, by=by, now=now):
            pass
        while letters.post_part(campaign, posted_on=today, by=by, now=now):
            pass
        for pk in campaign.letters.filter(state="posted").order_by("pk").values_list("pk", flat=True):
            self.line.at(self._working(now + self.chance.uniform(3, 15) * DAY), partial(self._arrives, pk, by))

    def _arrives(self, pk: int, by: Staff, now: datetime) -> None:
        letter = Letter.objects.select_related("campaign__unit", "client", "client_unit").get(pk=pk)
        roll, today = self.chance.random(), now.astimezone(ZONE).date()
        if roll < DELIVERED:
            letters.deliver_letter(letter, on=today, by=by, now=now)
        elif roll < RETURNED:
            letters.return_letter(letter, on=today, because=self.chance.choice(["moved", "unclaimed"]), by=by, now=now)
        else:
            kind, content = self.chance.choice(REPLIES)
            reply = letters.enter_reply(letter, kind=kind, content=content, came_on=today, by=by, now=now)
            self.line.at(self._working(now + self.chance.uniform(2, 30) * HOUR), partial(self._answer, reply.pk, by))

    def _answer(self, pk: int, by: Staff, now: datetime) -> None:
        reply = LetterReply.objects.select_related("letter__campaign", "client", "unit").get(pk=pk)
        letters.handle_reply(reply, answer=self.chance.choice(DONE), by=by, now=now)

    def _return_call(self, code: str, now: datetime) -> None:
        """One client a working day is asked how he is."""
        if not self._is_working(now):
            return
        clients = Client.objects.filter(unit=self.company.units[code], since__lt=now.date()).order_by("pk")
        client = clients[self.chance.randrange(clients.count())]
        by = self._front(code)
        said: dict[str, Any] = {"kind": "return", "channel": "phone", "basis": "client", "result": "已记录"}
        said |= {"spoke_with": client.name[:40], "dialogue": self.chance.choice(SAID)}
        self.line.at(now + MINUTE, lambda at: daily.enter_contact(client, at=at, by=by, now=at, **said))

    def _front(self, code: str) -> Staff:
        return self.company.holder(code, Role.Kind.MANAGER)

    def _working(self, at: datetime) -> datetime:
        """That instant, or the morning after it in office hours of a working day."""
        here = at.astimezone(ZONE)
        if here.hour >= 17:
            here = local(here, 1, "09:30")
        elif here.hour < 9:
            here = local(here, 0, "09:30")
        while not self._is_working(here):
            here = local(here, 1, "09:30")
        return here + self.chance.uniform(0, 3) * MINUTE

    def _is_working(self, at: datetime) -> bool:
        return rulebook().calendar.is_working_day(at.astimezone(ZONE).date())
