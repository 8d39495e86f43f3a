"""A client of Suzhou whose policy ends 90 days from now, and what passes with him."""

from datetime import date, timedelta
from typing import Any

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.daily import actions
from chengnuo.daily.models import DailyContact, Renewal
from chengnuo.ledger.models import Heartbeat
from tests.cast import Cast
from tests.clients.conftest import POLICY
from tests.hotline.world import DAY, NOW, a_client, do, turn

TODAY = NOW.date()
SAID = "问到货险，答复已在途"


def a_policy(cast: Cast, client: Client, days: int = 90, **more: Any) -> Any:
    """A policy of a year that ends in so many days."""
    ends = TODAY + timedelta(days=days)
    values = {**POLICY, "starts_on": str(a_year_before(ends)), "ends_on": str(ends), **more}
    return do(clients.add_policy, client, values=values, by=cast.zhoumin)


def a_year_before(ends: date) -> date:
    return ends.replace(year=ends.year - 1) + DAY


def a_renewal(cast: Cast, days: int = 90, **more: Any) -> Renewal:
    """The renewal that the calendar opens for it now."""
    policy = a_policy(cast, a_client(cast, credit_code=""), days, **more)
    look_again()
    turn(NOW)
    return Renewal.objects.select_related("client", "policy").get(policy=policy)


def look_again() -> None:
    """An hour is over: the worker looks at the policies at its next round."""
    Heartbeat.objects.filter(name="renewals").update(at=NOW - DAY)


def a_contact(cast: Cast, client: Client | None = None, **more: Any) -> DailyContact:
    given = {
        "kind": "return",
        "channel": "phone",
        "at": NOW,
        "dialogue": SAID,
        "basis": "client",
        "spoke_with": "陈月琴",
        "by": cast.zhoumin,
    }
    return do(actions.enter_contact, client or a_client(cast, credit_code=""), **{**given, **more})
