"""What lies on the desks when the demo is opened: calls of yesterday and today, told by desk.toml."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chengnuo.hotline import actions
from chengnuo.hotline.models import Promise
from chengnuo.kit.procedure.actions import propose_parameter

from .chance import MINUTE
from .hotline import CASES, Hotline
from .portfolio import Customer
from .ring import Ring
from .timeline import lies

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("desk.toml").read_text("utf-8"))["desk"]


@dataclass
class Desk:
    """Puts the rows on the line. They stay open, unless the client took them back."""

    hotline: Hotline
    customers: dict[str, Customer]

    def plan(self) -> None:
        line = self.hotline.line
        for row in ROWS:
            rang = lies(row["rang"], line.now)
            line.at(rang + 25 * timedelta(seconds=1), lambda now, row=row, rang=rang: self._put(row, rang))
        line.at(lies("-200", line.now), self._propose)

    def _put(self, row: dict[str, Any], rang: datetime) -> None:
        line, staff = self.hotline.line, self.hotline.company.staff
        unit, by = self.hotline.company.units["SU"], staff[row.get("who", "zhoumin")]
        who = self._who(row, rang).who()
        if row.get("missed"):
            now = rang + 25 * timedelta(seconds=1)
            actions.enter_missed_call(unit=unit, rang_at=rang, hung_up_at=now, by=by, now=now, **who)
            return
        hung_up = rang + timedelta(minutes=3, seconds=len(row["content"]))

        def register(now: datetime) -> None:
            call = actions.register_call(
                unit=unit,
                rang_at=rang,
                answered_at=rang + timedelta(seconds=6),
                hung_up_at=now,
                kinds=row["kinds"],
                content=row["content"],
                answer=row.get("answer", ""),
                promise=actions.NewPromise(row["what"], lies(row["by"], line.now)) if "by" in row else None,
                cases=[actions.NewCase(kind) for kind in row["kinds"] if kind in CASES],
                by=by,
                now=now,
                **who,
            )
            self.hotline.take_on(call, self._who(row, rang), now + 45 * MINUTE)
            for promise in call.promises.all():
                self._follow(promise, row, rang)

        line.at(hung_up, register)

    def _who(self, row: dict[str, Any], rang: datetime) -> Ring:
        ring = Ring("SU", rang, self.hotline.company.staff[row.get("who", "zhoumin")], caller=row.get("caller", ""))
        if one := self.customers.get(row.get("client", "")):
            ring.one = one
            ring.contact = [contact["name"] for contact in one.contacts].index(row["contact"])
        return ring

    def _follow(self, promise: Promise, row: dict[str, Any], rang: datetime) -> None:
        """What was said in between on a promise of the desk."""
        line, by, later = self.hotline.line, promise.keeper, rang + 50 * MINUTE
        word = {"agreed_who": promise.to_whom, "agreed_how": "电话"}
        if text := row.get("interim"):
            line.at(later, lambda now: actions.tell_interim(promise, text=text, by=by, now=now))
        if "moved" in row:
            to = lies(row["moved"], line.now)
            line.at(later, lambda now: actions.move_promise(promise, to=to, by=by, now=now, text="客户同意", **word))
        if reason := row.get("withdrawn"):
            line.at(later, lambda now: actions.withdraw_promise(promise, text=reason, by=by, now=now, **word))

    def _propose(self, now: datetime) -> None:
        """A change of a figure that waits for the executive in charge."""
        propose_parameter(
            "call_back.due",
            Decimal(10),
            None,
            "上季度回拨平均6分钟，15分钟偏宽，改为10分钟。",
            by=self.hotline.company.staff["wanghaiyan"],
            now=now,
        )
