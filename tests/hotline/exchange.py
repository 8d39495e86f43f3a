"""An exchange as the tests play it: its system, its lines, its words at instants."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client as Browser

from chengnuo.clients.phones import digits
from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, DutyLine, PhoneSystem, RingAttempt
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.trail import record
from chengnuo.people.actions import change_staff
from chengnuo.people.models import Staff, Unit
from tests.cast import Cast
from tests.hotline.world import HOUR, NOW, do

LINE = "0512-00006600"
KNOWN, STRANGER = "13800001021", "13900002206"
EXTENSIONS = {"zhoumin": "8001", "lize": "8002", "luyao": "8101", "mengchuan": "8201", "linxiaotang": "8901"}


@dataclass
class Exchange:
    system: PhoneSystem
    secret: str
    number: int = 0
    answers: list[Any] = field(default_factory=list)

    def says(
        self, event: str, at: datetime = NOW, now: datetime | None = None, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        """Post an event that is stated to be of an instant, received at `now` (the same by default)."""
        body = {"event": event, "id": "c1", "caller": KNOWN, "called": LINE, "at": at.isoformat()} | more
        return self.posts(json.dumps({name: value for name, value in body.items() if value is not None}), now or at)

    def posts(self, body: str | bytes, now: datetime = NOW, kind: str = "application/json", **headers: str) -> Any:
        given = headers or {"Authorization": f"Bearer {self.secret}"}
        with moved_to(now, "test"):
            answer = Browser(headers=given).post("/hooks/phone/", body, content_type=kind)
        return answer.status_code, answer.json()


def a_line(unit: Unit, number: str = LINE) -> DutyLine:
    line = DutyLine(unit=unit, number=number, digits=digits(number), registered_at=NOW)
    with moved_to(NOW, "test"), acting(line):
        line.save()
        record("line.registered", line, by=None, now=NOW)
    return line


def an_exchange(cast: Cast, dial_url: str = "", now: datetime = NOW) -> Exchange:
    """Connected to Suzhou's line; everybody has his extension."""
    system, secret = do(actions.make_system, name="总机", dial_url=dial_url, by=cast.admin, now=now)
    a_line(cast.su)
    for name, extension in EXTENSIONS.items():
        staff = Staff.objects.get(username=name)
        given = {"name": staff.name, "unit": staff.unit, "phone": "", "extension": extension}
        do(change_staff, staff, by=cast.admin, now=now, **given)
        getattr(cast, name).refresh_from_db()
    return Exchange(system, secret)


def on_duty(cast: Cast, start: datetime = NOW - HOUR, hours: int = 12, **people: Any) -> None:
    """Zhou Min on duty and Li Ze as backup in Suzhou, Lu Yao in Hangzhou, Meng Chuan in Beijing."""
    for staff, role in (
        (cast.zhoumin, "primary"),
        (cast.lize, "backup"),
        (cast.luyao, "primary"),
        (cast.mengchuan, "primary"),
    ):
        do(
            actions.enter_shift,
            unit=staff.unit,
            staff=staff,
            starts_at=start,
            ends_at=start + hours * HOUR,
            role=role,
            by=None,
            now=start,
        )


def attempts(call: Call, until: datetime | None = None) -> list[tuple[str, str | None, str]]:
    """(rung, who, result) of each attempt so far."""
    rows = RingAttempt.objects.filter(call=call, **({"at__lte": until} if until else {})).select_related("staff")
    return [(one.rung, one.staff and one.staff.username, one.result) for one in rows]
