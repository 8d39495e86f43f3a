"""A round of Suzhou with its script and clients, on the eve of National Day 2026."""

from datetime import timedelta
from typing import Any

from chengnuo.rounds import actions
from chengnuo.rounds.actions import NewCall
from chengnuo.rounds.choosing import Criteria
from chengnuo.rounds.models import CallScript, Round, RoundCall, RoundClient
from tests.cast import Cast
from tests.hotline.world import NOW, a_client, do

WEEK = timedelta(days=7)
TODAY = NOW.date()
SAID = "问近来有没有要办的事；答：想了解续保"


def a_script(cast: Cast, **more: Any) -> CallScript:
    given = {"name": "节前回访", "words": "您好，这里是金诚国际", "questions": "有没有要办的事", "by": cast.linxiaotang}
    return do(actions.write_script, **{**given, **more})


def a_round(cast: Cast, count: int = 1, *, started: bool = True, **more: Any) -> Round:
    """A round that calls so many new clients of Suzhou."""
    for number in range(count):
        a_client(cast, name=f"第{number}锦穗公司", credit_code="")
    given = {
        "unit": cast.su,
        "aim": "节前回访",
        "script": CallScript.objects.first() or a_script(cast),
        "starts_on": TODAY,
        "ends_on": TODAY + WEEK,
        "criteria": Criteria(),
        "by": cast.zhoumin,
    }
    one = do(actions.open_round, **{**given, **more})
    return do(actions.start_round, one, by=cast.zhoumin) if started else one


def first(one: Round) -> RoundClient:
    row: RoundClient = one.clients.select_related("client").order_by("place")[0]
    return row


def a_spoken(cast: Cast, one: Round | None = None, row: RoundClient | None = None, **more: Any) -> RoundCall:
    """A conversation with the first client of a round."""
    row = row or first(one or a_round(cast))
    now = more.pop("now", NOW)
    given = {"outcome": "reached", "spoke_with": "陈月琴", "dialogue": SAID, **more}
    return do(actions.record_call, row, NewCall(**given), by=cast.zhoumin, now=now)
