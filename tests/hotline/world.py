"""Calls and promises of Suzhou at instants of the eve of National Day 2026."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.loop import go_round
from chengnuo.ledger.models import Kept, Obligation, ref
from chengnuo.people.models import Staff, Unit
from tests.cast import Cast

MINUTE, HOUR, DAY, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def at(text: str) -> datetime:
    """`09-28 14:36` or `09-28 14:36:20` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


NOW = at("09-28 14:36")
COMPANY = {"name": "苏州锦穗精密机械有限公司", "kind": "company", "credit_code": "91999999MAMHW8NR6D"}
CONTACTS = [{"name": "陈月琴", "title": "行政主管", "phones": ["138 0000 1021"]}]


def do(action: Callable[..., Any], *given: Any, now: datetime = NOW, **more: Any) -> Any:
    """An action at an instant, under the moved clock."""
    with moved_to(now, "test"):
        return action(*given, now=now, **more)


def turn(now: datetime) -> int:
    """The worker's round at an instant."""
    with moved_to(now, "test"):
        return go_round(now)


def a_client(cast: Cast, unit: Unit | None = None, by: Staff | None = None, **values: Any) -> Client:
    return do(
        clients.enter_client,
        unit=unit or cast.su,
        values={**COMPANY, **values},
        contacts=CONTACTS,
        by=by or cast.zhoumin,
        although_similar=True,
    )


def a_call(cast: Cast, now: datetime = NOW, **more: Any) -> Call:
    """A call answered two minutes ago on Suzhou's line by Zhou Min; an enquiry that waits for its answer."""
    rang = now - 2 * MINUTE
    given = {"by": cast.zhoumin, "unit": cast.su, "rang_at": rang, "answered_at": rang, "content": "问保单何时到期"}
    return do(actions.register_call, now=now, **{**given, **more})


def a_missed_call(cast: Cast, now: datetime = NOW, **more: Any) -> Call:
    given = {"by": cast.zhoumin, "unit": cast.su, "rang_at": now, "caller": "138 0000 1021"}
    return do(actions.enter_missed_call, now=now, **{**given, **more})


def a_promise(cast: Cast, until: datetime, now: datetime = NOW, **more: Any) -> Promise:
    """Zhou Min promises, in a call, to answer until an instant."""
    keeper = more.pop("keeper", None)
    return a_call(cast, now, promise=actions.NewPromise("查清保单到期日", until, keeper=keeper), **more).promises.get()


def duties(record: Kept, rule: str = "") -> list[Obligation]:
    """What was and is owed on a record, in order."""
    where = ref(record)
    found = Obligation.objects.filter(subject_type=where.type, subject_pk=where.pk, rule__contains=rule)
    return list(found.order_by("pk"))


def fates(record: Kept, rule: str = "") -> list[tuple[str, str, bool]]:
    """(key, state, whether breached) of each of these duties."""
    return [(one.key, one.state, one.breached_at is not None) for one in duties(record, rule)]


def stored(*models: type[Kept]) -> list[dict[str, Any]]:
    """Every stored value of these tables: what a refused act must leave as it was."""
    return [row for model in models for row in model._default_manager.order_by("pk").values()]
