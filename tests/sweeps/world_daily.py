"""One of everything of daily service and of telephone rounds, Suzhou's."""

from typing import Any

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.daily import actions as daily
from chengnuo.daily.models import Renewal
from chengnuo.daily.opening import open_renewals
from chengnuo.rounds import actions as rounds
from chengnuo.rounds.actions import NewCall
from chengnuo.rounds.choosing import Criteria
from tests.cast import Cast
from tests.clients.conftest import POLICY
from tests.hotline.world import DAY, do


def daily_and_rounds(cast: Cast, client: Client, now: Any) -> dict[str, int]:
    """A return call with a promise, a renewal, a round that runs with its calls, one that is drawn up: their ids."""
    zhou, today = cast.zhoumin, now.date()
    said = {"kind": "return", "channel": "phone", "at": now, "dialogue": "问续保", "basis": "client"}
    contact = do(daily.enter_contact, client, now=now, promised="寄条款", promised_by=now + DAY, by=zhou, **said)
    ends = {"starts_on": str(today - 300 * DAY), "ends_on": str(today + 60 * DAY)}
    do(clients.add_policy, client, now=now, values={**POLICY, "no": "YA-END-1", **ends}, by=zhou)
    do(open_renewals, now=now)
    words = {"name": "回访", "words": "您好"}
    script = do(rounds.write_script, now=now, by=cast.linxiaotang, **words)
    given = {"unit": cast.su, "aim": "回访", "script": script, "starts_on": today, "ends_on": today, "by": zhou}
    draft, running = (do(rounds.open_round, now=now, criteria=Criteria(), **given) for _nth in range(2))
    do(rounds.start_round, running, now=now, by=zhou)
    row = running.clients.select_related("client").get()
    call = NewCall("reached", dialogue="问续保", demands=["要条款"], is_important=True)
    spoken = do(rounds.record_call, row, call, now=now, by=zhou)
    waiting = do(rounds.open_round, now=now, criteria=Criteria(), **given)
    do(rounds.start_round, waiting, now=now, by=zhou)
    return {
        "daily": contact.pk,
        "renewal": Renewal.objects.get().pk,
        "script": script.pk,
        "round_draft": draft.pk,
        "round": waiting.pk,
        "on_list": waiting.clients.get().pk,
        "round_call": spoken.pk,
        "demand": spoken.demands.get().pk,
    }
