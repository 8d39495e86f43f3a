"""Three days of the demo company's hotline, ending now: calls, promises and what became of them."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chengnuo.claims.actions import register_claim
from chengnuo.claims.models import Claim
from chengnuo.clients.models import Client
from chengnuo.complaints.actions import register_complaint
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, Promise
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.links import linked
from chengnuo.people.models import Role, Staff
from chengnuo.visits.actions import confirm_visit
from chengnuo.visits.models import Visit

from .company import Company
from .timeline import Timeline, lies, local

FILE = Path(__file__).with_name("life.toml")
DAYS = 3
CALLS_A_DAY = 20
ROSTER = timedelta(days=7)
LINES = ("SU", "SH", "BJ", "SU", "GZ", "HZ", "SU", "NJ", "SZ", "CD", "SU", "WH", "XA", "SU", "CQ", "QD")
CASES = {"appointment", "complaint", "loss"}


class Life:
    """Puts the days on a timeline. Nothing is left to chance: the same moment gives the same story."""

    def __init__(self, company: Company, clients: list[Client], line: Timeline) -> None:
        self.company, self.line, self.now = company, line, line.now
        self.texts = tomllib.loads(FILE.read_text("utf-8"))
        self.by_name = {client.name: client for client in clients}
        self.by_branch: dict[str, list[Client]] = {}
        for client in clients:
            self.by_branch.setdefault(client.unit.code, []).append(client)

    def plan(self) -> None:
        self._roster()
        for day in range(-DAYS, 0):
            for nth in range(CALLS_A_DAY):
                self._usual(day, nth)
        for row in self.texts["desk"]:
            self._on_desk(row)
        self.line.at(lies("-200", self.now), self._propose)

    def _roster(self) -> None:
        """Suzhou's shifts, a week back and ahead. Whoever the demo is shown to is on duty: 周敏, by day or by night."""
        zhoumin, lize = self.company.staff["zhoumin"], self.company.staff["lize"]
        is_day = 8 <= self.now.astimezone(ZONE).hour < 20
        by_day, by_night = (zhoumin, lize) if is_day else (lize, zhoumin)
        begins = self.now - ROSTER

        def enter(now: datetime) -> None:
            for offset in range(-1, 2 * ROSTER.days + 1):
                for staff, clock in ((by_day, "08:00"), (by_night, "20:00")):
                    starts = local(begins, offset, clock)
                    ends = starts + timedelta(hours=12)
                    unit = self.company.units["SU"]
                    actions.enter_shift(unit=unit, staff=staff, starts_at=starts, ends_at=ends, by=None, now=now)

        self.line.at(begins, enter)

    def _usual(self, day: int, nth: int) -> None:
        """One of a day's calls: three of four are answered on the spot, some missed and called back."""
        rang = local(self.now, day, "08:05") + timedelta(minutes=29 * nth, seconds=(17 * nth) % 60)
        code = LINES[(nth + 5 * day) % len(LINES)]
        known = self.by_branch[code]
        client = known[(nth // 3 + day) % len(known)]
        number = (day + DAYS) * CALLS_A_DAY + nth
        if nth % 4 == 3:
            kind, content, what, told = self.texts["promised"][number // 4 % len(self.texts["promised"])]
            due = rang + timedelta(hours=2 + nth % 5)
            # Every eighth is late, and one is forgotten: it climbs the rungs.
            after = due + timedelta(minutes=35) if number % 32 == 3 else due - timedelta(minutes=25 + nth)
            answered = None if number == 39 else after
            self._call(rang, code, client, [kind], content, what=what, due=due, told=told, answered=answered)
        elif nth == 9:
            self._missed(rang, code, client, after=timedelta(minutes=8 if day % 2 else 22))
        else:
            kind, content, answer = self.texts["topics"][number % len(self.texts["topics"])]
            self._call(rang, code, client, [kind], content, answer=answer)

    def _on_desk(self, row: dict[str, Any]) -> None:
        rang = lies(row["rang"], self.now)
        client = self.by_name.get(row.get("client", ""))
        if row.get("missed"):
            self._missed(rang, "SU", None, caller=row["caller"], after=None)
            return
        due = lies(row["by"], self.now) if "by" in row else None
        self._call(
            rang,
            "SU",
            client,
            row["kinds"],
            row["content"],
            answer=row.get("answer", ""),
            what=row.get("what", ""),
            due=due,
            contact=row.get("contact", ""),
            caller=row.get("caller", ""),
            by=self.company.staff["zhoumin"],
            then=lambda promise: self._follow(promise, row, rang),
        )

    def _call(
        self,
        rang: datetime,
        code: str,
        client: Client | None,
        kinds: list[str],
        content: str,
        *,
        answer: str = "",
        what: str = "",
        due: datetime | None = None,
        told: str = "",
        answered: datetime | None = None,
        contact: str = "",
        caller: str = "",
        by: Staff | None = None,
        then: Callable[[Promise], None] | None = None,
    ) -> None:
        hung_up = rang + timedelta(minutes=3, seconds=len(content))
        operator = by or self.company.holder(code, Role.Kind.OPERATOR)

        def register(now: datetime) -> None:
            who = _caller(client, contact, caller)
            call = actions.register_call(
                unit=self.company.units[code],
                rang_at=rang,
                answered_at=rang + timedelta(seconds=6),
                hung_up_at=now,
                kinds=kinds,
                content=content,
                answer=answer,
                promise=actions.NewPromise(what, due) if due else None,
                cases=[actions.NewCase(kind) for kind in kinds if kind in CASES],
                by=operator,
                now=now,
                **who,
            )
            self._take_on(call, operator, now)
            for promise in call.promises.all():
                if answered:
                    self._answer(promise, operator, told, answered)
                if then:
                    then(promise)

        self.line.at(hung_up, register)

    def _answer(self, promise: Promise, by: Staff, text: str, at: datetime) -> None:
        self.line.at(at, lambda now: actions.answer_promise(promise, text=text, by=by, now=now))

    def _follow(self, promise: Promise, row: dict[str, Any], rang: datetime) -> None:
        """What was said in between on a promise of the desk: it stays open, unless the client took it back."""
        by, later = promise.keeper, rang + timedelta(minutes=50)
        word = {"agreed_who": promise.to_whom, "agreed_how": "电话"}
        if "interim" in row:
            self.line.at(later, lambda now: actions.tell_interim(promise, text=row["interim"], by=by, now=now))
        if "moved" in row:
            to = lies(row["moved"], self.now)
            self.line.at(
                later, lambda now: actions.move_promise(promise, to=to, by=by, now=now, text="客户同意", **word)
            )
        if "withdrawn" in row:
            text = row["withdrawn"]
            self.line.at(later, lambda now: actions.withdraw_promise(promise, text=text, by=by, now=now, **word))

    def _missed(
        self, rang: datetime, code: str, client: Client | None, *, after: timedelta | None, caller: str = ""
    ) -> None:
        operator = self.company.staff["zhoumin"] if after is None else self.company.holder(code, Role.Kind.OPERATOR)

        def enter(now: datetime) -> None:
            call = actions.enter_missed_call(
                unit=self.company.units[code],
                rang_at=rang,
                hung_up_at=now,
                by=operator,
                now=now,
                **_caller(client, "", caller),
            )
            if after:
                self.line.at(rang + after, lambda at: self._call_back(call, operator, at))

        self.line.at(rang + timedelta(seconds=25), enter)

    def _call_back(self, call: Call, by: Staff, at: datetime) -> None:
        kind, content, answer = self.texts["topics"][call.pk % 12]
        actions.call_back(
            call, at=at, reached=True, kinds=[kind], content=f"回拨：{content}", answer=answer, by=by, now=at
        )

    def _take_on(self, call: Call, by: Staff, now: datetime) -> None:
        """The owner takes a case on within the hour."""
        later = now + timedelta(minutes=45)

        def take_on(at: datetime) -> None:
            for where, _why in linked(call):
                if where.type == "visits.visit":
                    visit = Visit.objects.get(pk=where.pk)
                    agreed_at, agreed_with = at + timedelta(days=2), call.who or "客户"
                    confirm_visit(visit, agreed_at=agreed_at, agreed_with=agreed_with, by=by, now=at)
                elif where.type == "claims.claim":
                    register_claim(Claim.objects.get(pk=where.pk), by=by, now=at)
                elif where.type == "complaints.complaint":
                    register_complaint(Complaint.objects.get(pk=where.pk), by=by, now=at)

        if CASES & set(call.kinds):
            self.line.at(later, take_on)

    def _propose(self, now: datetime) -> None:
        """A change of a figure that waits for the executive in charge."""
        propose_parameter(
            "call_back.due",
            Decimal(10),
            None,
            "上季度回拨平均6分钟，15分钟偏宽，改为10分钟。",
            by=self.company.staff["wanghaiyan"],
            now=now,
        )


def _caller(client: Client | None, contact: str, caller: str) -> dict[str, Any]:
    """Who calls: the contact named, else the client's first, by his number."""
    if client is None:
        return {"caller": caller}
    positions = client.positions.select_related("contact")
    position = next((one for one in positions if one.contact.name == contact), positions[0])
    phone = position.contact.phones.all()[0]
    return {"client": client, "contact": position.contact, "caller": phone.number}
