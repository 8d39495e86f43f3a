"""Return visits and calls (3.3.1), daily care (3.3.2): written down while given; what was promised then answered."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.access import sees
from chengnuo.clients.basis import basis_values, planned_for
from chengnuo.clients.models import Client, Contact
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach
from chengnuo.plans.actions import carry_out

from ..access import may_enter, may_handle
from ..models import ContactChannel, ContactKind, DailyContact

PLANNED = ("call", "care", "advice", "other")
"""Kinds of plan items that such a contact carries out."""
CLAUSES = {ContactKind.RETURN: "3.3.1"}
CLOCKS_DIFFER = timedelta(minutes=2)
LONGEST = 20_000
FARTHEST = timedelta(days=366)


def clause_of(kind: str) -> str:
    return CLAUSES.get(ContactKind(kind), "3.3.2") if kind in ContactKind.values else "3.3.2"


@guards("3.2.6")
@covers("3.3.1", RECORD)
@covers("3.3.2", RECORD)
def enter_contact(
    client: Client,
    *,
    kind: str,
    channel: str,
    at: datetime,
    dialogue: str,
    basis: str,
    contact: Contact | None = None,
    spoke_with: str = "",
    result: str = "",
    promised: str = "",
    promised_by: datetime | None = None,
    basis_reason: str = "",
    planned_id: int | None = None,
    by: Staff,
    now: datetime,
) -> DailyContact:
    """Write down what passed with a client, by which plan item or why outside the plan; the item is carried out in the
    same transaction (3.2.4).

    Raises Invalid (422) for a telephone visit without its dialogue (3.2.6), another contact without a word of what
    passed, an impossible time, a promise without its time; Forbidden for who serves no clients.
    """
    if not (sees(by, client, now) and may_enter(by, client, now)):
        raise Forbidden(_("由服务客户的人登记"), clause=clause_of(kind))
    values = _checked(kind, channel, at, dialogue, result, promised, promised_by, now)
    with acting(client=client):
        offered = planned_for(client, PLANNED, by, now)
        made = DailyContact(
            unit_id=_unit_of(by, client, now),
            client=client,
            client_unit_id=client.unit_id,
            contact=contact,
            spoke_with=(spoke_with.strip() or (contact.name if contact else ""))[:60],
            owner=by,
            entered_at=now,
            **values,
            **basis_values(basis, planned_id, basis_reason, offered),
        )
        made.number = number(DailyContact.REGISTER, made.unit.code, now)
        made.save()
        record(
            "daily.entered",
            made,
            also=[client],
            by=by,
            now=now,
            happened_at=at,
            data={"number": made.number, "kind": kind, "channel": channel, "basis": made.basis},
            texts={
                "content": made.dialogue,
                "result": made.result,
                "promised": made.promised,
                "spoke_with": made.spoke_with,
            },
        )
        if made.planned_id is not None:
            day = at.astimezone(ZONE).date()
            carry_out(made.planned_id, service=made, done_on=day, by=by, now=now)
    return made


def answer(contact: DailyContact, *, text: str, by: Staff, now: datetime) -> DailyContact:
    """Give the client what was promised. Raises Invalid without what he was told, Refusal 409 when nothing waits."""
    text = text.strip()
    if not text or len(text) > 5000:
        raise Invalid("text", clause="3.1.5", text=_("写下告诉了客户什么，最多5000字"))
    with acting(contact, client=contact.client) as fresh:
        fresh.client = contact.client
        if not may_handle(by, fresh, now):
            raise Forbidden(_("这件事不归你办"), clause="3.1.5")
        if not fresh.waits:
            raise Refusal("nothing_waits", _("没有等答复的事，刷新后看"), clause="3.1.5")
        fresh.answered_at, fresh.answer = now, text
        fresh.version += 1
        fresh.save()
        record("daily.answered", fresh, also=[contact.client], by=by, now=now, texts={"answer": text})
    return fresh


def _checked(
    kind: str,
    channel: str,
    at: datetime,
    dialogue: str,
    result: str,
    promised: str,
    promised_by: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    clause = clause_of(kind)
    if kind not in ContactKind.values:
        raise Invalid("kind", clause=clause, kind=_("选哪一种服务"))
    if channel not in ContactChannel.values:
        raise Invalid("channel", clause=clause, channel=_("选服务方式"))
    if at > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", clause=clause, at=_("时间还没到"))
    if at < now - FARTHEST:
        raise Invalid("time_far", clause=clause, at=_("早于一年前，查一下年份"))
    if not dialogue.strip():
        if channel == ContactChannel.PHONE:
            raise Invalid("no_dialogue", clause="3.2.6", dialogue=_("写下对话，没有对话不能完成"))
        raise Invalid("no_words", clause=clause, dialogue=_("写下谈了什么、办了什么"))
    if len(dialogue) > LONGEST:
        raise Invalid("text_long", clause=clause, dialogue=_("最多%s字") % LONGEST)
    if len(result) > 500 or len(promised) > 500:
        raise Invalid("text_long", clause=clause, result=_("最多%s字") % 500)
    if promised.strip() and promised_by is None:
        raise Invalid("no_time", clause="3.1.5", promised_by=_("答应了就写明何时前答复"))
    if promised_by is not None and not promised.strip():
        raise Invalid("no_promise", clause="3.1.5", promised=_("写明答应了什么"))
    if promised_by is not None and not at < promised_by <= now + FARTHEST:
        raise Invalid("promise_time", clause="3.1.5", promised_by=_("改一个以后、一年之内的时间"))
    return {
        "kind": kind,
        "channel": channel,
        "at": at,
        "dialogue": dialogue.strip(),
        "result": result.strip(),
        "promised": promised.strip(),
        "promised_by": promised_by,
    }


def _unit_of(by: Staff, client: Client, now: datetime) -> int:
    """The branch that gave the service: the client's own, else that of who gave it for a shared client."""
    return client.unit_id if client.unit_id in reach(by, now).units else by.unit_id
