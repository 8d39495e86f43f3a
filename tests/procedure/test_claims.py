"""Scenarios 1 to 3: what goes to the centre by a revision, by a hair, by a dispute; told through the API."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chengnuo.claims.models import Claim, Escalation
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from tests.procedure.conftest import Person

Who = Callable[[str], Person]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 9, 16, 9, tzinfo=ZONE)
CLIENT = {"branch": "SU", "kind": "person", "name": "邵桂芳", "resident_id": "999999195803120040"}
LOSS = {"account": "一号厂房起火", "cause": "电气火灾", "occurred_at": NOW - 2 * HOUR, "reported_at": NOW - HOUR}


@pytest.fixture
def zhoumin(person: Who) -> Person:
    return person("zhoumin")


def a_claim(zhoumin: Person, **more: Any) -> dict[str, Any]:
    client = zhoumin.manages(NOW - DAY, "clients", **CLIENT)
    return zhoumin.manages(NOW, "claims", client_id=client["id"], **{**LOSS, **more})


def revised(zhoumin: Person, claim: dict[str, Any], amount: str, now: datetime) -> dict[str, Any]:
    said = {"basis": "查勘", "said_by": "中正公估 秦岳", "true_at": now}
    return zhoumin.manages(now, f"claims/{claim['id']}/estimates", amount=amount, **said)


@pytest.mark.clause("3.4.3", good=False)
def test_scenario_1_a_revision_to_210_000_is_seen_by_the_centre_at_that_moment(zhoumin: Person, person: Who) -> None:
    claim = a_claim(zhoumin, estimate="190000")
    assert claim["escalated_at"] is None
    revision = NOW + 2 * DAY
    claim = revised(zhoumin, claim, "210000", revision)
    assert [one["amount"] for one in claim["estimates"]] == ["190000.00", "210000.00"]
    assert claim["escalated_at"] is not None
    owed = Obligation.objects.get(subject_type="claims.escalation", state="open")
    assert (owed.clause, owed.due) == ("3.4.3", revision + 30 * MINUTE)
    centre = person("linxiaotang")
    status, told = centre.does(revision + MINUTE, f"claims/{claim['id']}/weigh", because="中心看到")
    assert (status, told["number"]) == (200, claim["number"])


@pytest.mark.clause("3.4.3", good=True)
def test_scenario_2_two_hundred_thousand_sharp_stays_and_a_fen_more_goes(zhoumin: Person) -> None:
    claim = revised(zhoumin, a_claim(zhoumin), "200000.00", NOW + DAY)
    assert claim["escalations"] == []
    claim = revised(zhoumin, claim, "200000.01", NOW + 2 * DAY)
    assert [one["causes"] for one in claim["escalations"]] == [["amount"]]


@pytest.mark.clause("3.4.3", good=False)
def test_scenario_3_a_small_refusal_with_which_the_client_disagrees_goes_to_the_centre(zhoumin: Person) -> None:
    claim = a_claim(zhoumin, estimate="20000")
    way: list[tuple[str, dict[str, Any]]] = [
        ("survey", {"surveyor": "秦岳", "found": "过水", "surveyed_at": NOW}),
        ("collect", {"names": ["损失清单"]}),
    ]
    for step, given in way:
        claim = zhoumin.manages(NOW + HOUR, f"claims/{claim['id']}/{step}", **given)
    for verb in ("receive", "accept"):
        zhoumin.manages(NOW + DAY, f"claim-papers/{claim['papers'][0]['id']}/move", verb=verb)
    url = f"claims/{claim['id']}"
    zhoumin.manages(NOW + DAY, f"{url}/submit", to="屿安", submitted_at=NOW + DAY)
    decision = {"outcome": "declined", "because": "除外责任", "decided_at": NOW + 5 * DAY}
    claim = zhoumin.manages(NOW + 5 * DAY, f"{url}/decide", **decision)
    assert claim["escalated_at"] is None
    claim = zhoumin.manages(NOW + 6 * DAY, f"{url}/dispute", who="邵桂芳", because="条款没有说明")
    assert (claim["state"], [one["causes"] for one in claim["escalations"]]) == ("disputed", [["disputed"]])
    assert claim["limitation_at"].startswith("2028-09-17T00:00:00+08:00")
    assert zhoumin.does(NOW + 6 * DAY, f"{url}/give-up", who="邵桂芳", because="算了")[0] == 409
    assert Claim.objects.get().state == "disputed"
    assert Escalation.objects.get().known_at == NOW + 6 * DAY
