"""Rows of daily service and of telephone rounds, for the sweeps over lists."""

from datetime import timedelta

from django.urls import reverse

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.daily import actions as daily
from chengnuo.daily.models import Renewal
from chengnuo.daily.opening import open_renewals
from chengnuo.ledger.models import Heartbeat
from chengnuo.people.models import Staff, Unit
from chengnuo.rounds import actions as rounds
from chengnuo.rounds.actions import NewCall
from chengnuo.rounds.choosing import Criteria
from chengnuo.rounds.models import CallScript, Round
from chengnuo.satisfaction.actions import rate
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.tokens import token_of
from tests.cast import Cast
from tests.clients.conftest import POLICY
from tests.hotline.world import DAY, NOW, a_client, do

SAID = {"kind": "return", "channel": "phone", "at": NOW, "dialogue": "问锦穗的续保", "basis": "client"}
TODAY = NOW.date()


def of_branch(cast: Cast, unit: Unit, by: Staff, client: Client) -> None:
    """A contact, a renewal and a round of a branch's client."""
    position = do(clients.add_contact, client, values={"name": "顾长青", "title": "财务"}, by=by)
    do(daily.enter_contact, client, contact=position.contact, by=by, **SAID)
    do(rate, token_of(RatingRequest.objects.latest("pk").salt), mark=5)
    a_renewal(client, by, f"E{unit.code}")
    a_round(cast, unit, by)


def a_renewal(client: Client, by: Staff, no: str, days: int = 60) -> None:
    ends = {"starts_on": str(TODAY - 300 * DAY), "ends_on": str(TODAY + timedelta(days=days))}
    do(clients.add_policy, client, values={**POLICY, "no": no, **ends}, by=by)
    Heartbeat.objects.filter(name="renewals").delete()
    do(open_renewals)


def a_round(cast: Cast, unit: Unit, by: Staff) -> Round:
    script = CallScript.objects.filter(is_latest=True).first()
    script = script or do(rounds.write_script, name="回访", words="您好", by=cast.linxiaotang)
    given = {"unit": unit, "aim": "锦穗回访", "script": script, "starts_on": TODAY, "ends_on": TODAY + DAY, "by": by}
    one: Round = do(rounds.open_round, criteria=Criteria(), **given)
    do(rounds.start_round, one, by=by)
    return one


def several(cast: Cast, first: Client, count: int) -> list[str]:
    """So many contacts, renewals, rounds and scripts, all of the first client where they can be; the addresses of the
    pages that hold them."""
    already = CallScript.objects.count()
    for number in range(count):
        do(daily.enter_contact, first, by=cast.zhoumin, **SAID)
        a_renewal(first, cast.zhoumin, f"E{already + number}", 20 + number)
        do(rounds.write_script, name=f"回访{already + number}", words="您好", by=cast.linxiaotang)
        one = a_round(cast, cast.su, cast.zhoumin)
    renewal = Renewal.objects.earliest("pk")
    for number in range(count):
        do(daily.quote, renewal, insurer="屿安", premium=1 + number, by=cast.zhoumin)
    row = one.clients.select_related("client").get(client=first)
    demands = [f"要求{number}" for number in range(min(count, 10))]
    spoken = do(rounds.record_call, row, NewCall("reached", dialogue="问", demands=demands), by=cast.zhoumin)
    return [
        reverse("rounds:page", args=[one.pk]),
        reverse("rounds:call", args=[row.pk]),
        reverse("rounds:spoken", args=[spoken.pk]),
        reverse("daily:renewal", args=[renewal.pk]),
    ]


def of_lists(cast: Cast, client: Client, since: int, until: int) -> int:
    """The rows of every list of the API; the key of a round that holds as many clients."""
    for number in range(since, until):
        do(daily.enter_contact, client, by=cast.zhoumin, **SAID)
        a_renewal(client, cast.zhoumin, f"E{number}", 20 + number)
        do(rounds.write_script, name=f"回访{number}", words="您好", by=cast.linxiaotang)
        one = a_round(cast, cast.su, cast.zhoumin)
        a_client(cast, name=f"名单{number}公司", credit_code="")
    one = a_round(cast, cast.su, cast.zhoumin)
    for row in one.clients.select_related("client").order_by("-pk")[: until - since]:
        do(rounds.record_call, row, NewCall("reached", dialogue="问", demands=["要条款"]), by=cast.zhoumin)
    return one.pk
