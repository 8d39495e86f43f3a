"""Duties, promises and calls of two branches and a month, with every fate among them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.http import QueryDict

from chengnuo.clients.models import Client
from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewPromise
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.models.duties import State
from chengnuo.people.models import Staff
from chengnuo.site.reports.scope import Scope, scope_of
from tests.cast import Cast
from tests.claims.world import a_loss
from tests.complaints.world import a_complaint
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, do, turn

SINCE = NOW - 20 * DAY


def asked(user: Staff, query: str = "", now: datetime = NOW) -> Scope:
    """What an address of a report asks for."""
    scope, form = scope_of(QueryDict(query), Staff.objects.get(pk=user.pk), now)
    assert form.is_valid(), form.errors
    return scope


def a_duty(unit_id: int, since: datetime = SINCE, **values: Any) -> Obligation:
    """A row as the engine would have left it; `late` ended it two hours after its time."""
    given = {
        "rule": "hotline.call_back_a_missed_call",
        "clause": "3.1.2",
        "subject_type": "hotline.call",
        "subject_pk": Obligation.objects.count() + 1_000_000,
        "title": "回拨未接来电",
        "unit_id": unit_id,
        "since": since,
        "since_event": 1,
        "due": since + HOUR,
    }
    return Obligation.objects.create(**{**given, **values})


def met(since: datetime = SINCE) -> dict[str, Any]:
    return {"state": State.MET, "ended_at": since + MINUTE}


def late(since: datetime = SINCE, state: str = State.MET) -> dict[str, Any]:
    return {"state": state, "ended_at": since + 3 * HOUR, "breached_at": since + HOUR}


def random_duties(random: Random, units: list[int], people: list[int], count: int) -> Iterator[Obligation]:
    """Duties of any fate that the engine can leave, around the months of the reports."""
    for nth in range(count):
        since = NOW - timedelta(minutes=random.randint(0, 120 * 1440))
        term = random.choice([None, timedelta(minutes=random.randint(1, 10_000))])
        due = since + term if term else None
        state = random.choice([*State.values, State.MET, State.MET])
        ended = None if state in (State.WAITING, State.OPEN) else min(since + random.random() * 2 * (term or HOUR), NOW)
        breached = (
            due if due and ((ended and ended > due) or (not ended and due < NOW and random.random() < 0.8)) else None
        )
        yield Obligation(
            rule="x.y",
            clause=random.choice(["3.1.2", "3.1.5", "3.4.3", "3.6.1"]),
            subject_type="hotline.call",
            subject_pk=5_000_000 + nth,
            state=state,
            title="回拨未接来电",
            unit_id=random.choice([*units, None]),
            client_unit_id=random.choice([*units, None]),
            owner_id=random.choice([*people, None]),
            since=since,
            since_event=nth,
            due=due,
            ended_at=ended,
            breached_at=breached,
        )


def lived(cast: Cast) -> None:
    """Suzhou and Hangzhou in September 2026, by the actions: answered, missed, kept, late, moved, open, of all tiers."""
    clients = [
        a_client(cast, name="锦穗一厂", credit_code=""),
        a_client(cast, cast.hz, cast.luyao, name="西湖茶业", credit_code="", kind="association"),
    ]
    Client.objects.filter(pk=clients[0].pk).update(key=True, large=True)
    for nth in range(6):
        at = SINCE + nth * DAY + nth * HOUR
        who, unit = (cast.zhoumin, cast.su) if nth % 2 else (cast.luyao, cast.hz)
        kinds = [["enquiry"], ["enquiry", "loss"], []][nth % 3]
        given = {"by": who, "unit": unit, "client": clients[1 - nth % 2] if nth < 4 else None, "kinds": kinds}
        call = a_call(cast, at, promise=NewPromise("查", at + 2 * HOUR, keeper=who), answered_at=at - MINUTE, **given)
        _live_with(call.promises.get(), nth, at, who)
        missed = a_missed_call(cast, at + HOUR, by=who, unit=unit)
        _call_back(missed, nth, at, who)
    _cases(cast, clients[0])
    turn(NOW)


def _cases(cast: Cast, client: Client) -> None:
    """Two claims, one with the centre; a complaint and its repeat, and another matter that a regulator forwarded."""
    a_loss(cast, client, now=SINCE, occurred_at=SINCE - DAY, estimate=Decimal(300_000))
    a_loss(cast, client, now=SINCE + 9 * DAY, occurred_at=SINCE)
    for at in (SINCE, SINCE + DAY):
        a_complaint(cast, client, now=at)
    a_complaint(cast, client, now=SINCE + 2 * DAY, account="电梯广告难看", category="other", regulator="监管局")


def _live_with(promise: Any, nth: int, at: datetime, who: Staff) -> None:
    if nth in (0, 1):
        do(actions.answer_promise, promise, text="已办", by=who, now=at + (HOUR if nth else 4 * HOUR))
    elif nth == 2:
        agreed = {"agreed_who": "陈月琴", "agreed_how": "电话"}
        do(actions.move_promise, promise, to=at + 2 * DAY, text="待保险公司", by=who, now=at + HOUR, **agreed)


def _call_back(call: Any, nth: int, at: datetime, who: Staff) -> None:
    if nth % 3:
        back = at + HOUR + nth * 10 * MINUTE
        do(actions.call_back, call, by=who, now=back, at=back, reached=False)
