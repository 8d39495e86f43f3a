"""Scenarios 2, 4, 5 and 16: major by a fen, repeated by another contact, the holiday and the extension, the same second;
told through the API."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chengnuo.complaints.models import Complaint, Referral
from chengnuo.kit.models import Approval
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from tests.procedure.conftest import Person

Who = Callable[[str], Person]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 9, 21, 10, tzinfo=ZONE)
COMPANY = {
    "branch": "SU",
    "kind": "company",
    "name": "苏州锦穗精密机械有限公司",
    "credit_code": "91999999MAMHW8NR6D",
}
SUBSIDIARY = {**COMPANY, "name": "苏州锦穗精密机械（太仓）有限公司", "credit_code": "91999999MAK6UYX56Y"}
LATE = {"account": "厂房火灾的赔款拖了一个多月没到账，财务没法做账", "complainant": "张会计", "category": "claims"}
AGAIN = {"account": "火灾那笔赔款到现在没下来，车间等着买设备", "complainant": "李安全", "category": "claims"}
OTHER = {"account": "货车追尾那件你们查勘员一直不来", "complainant": "李安全", "category": "claims"}
WHOLE = {
    "outcome": "upheld",
    "findings": "赔款晚付三十二天",
    "basis": "保险法第23条",
    "reasons": "资料已齐",
    "remedy": "当日付款并致歉",
    "ways_on": ["review", "mediation", "arbitration", "court"],
}


@pytest.fixture
def zhoumin(person: Who) -> Person:
    return person("zhoumin")


@pytest.fixture
def company(zhoumin: Person) -> dict[str, Any]:
    return zhoumin.manages(NOW - 9 * DAY, "clients", **COMPANY)


def complains(by: Person, client: dict[str, Any], now: datetime, **said: Any) -> dict[str, Any]:
    return by.manages(now, "complaints", client_id=client["id"], received_at=now, **{**LATE, **said})


def settled(zhoumin: Person, complaint: dict[str, Any], now: datetime) -> dict[str, Any]:
    url = f"complaints/{complaint['id']}"
    told = {"told_at": now, "channel": "phone", "whom": "张会计"}
    way: list[tuple[str, dict[str, Any]]] = [
        ("assess", {"finding": "事实清楚"}),
        ("investigate", {"plan": "查付款记录"}),
        ("decide", WHOLE),
        ("notify", told),
        ("chairman", {"summary": "已付款"}),
        ("close", {"root_cause": "没有跟催台账", "measure": "建台账"}),
    ]
    for step, given in way:
        complaint = zhoumin.manages(now, f"{url}/{step}", **given)
    return complaint


def test_scenario_2_a_hundred_thousand_sharp_is_not_major_and_a_fen_more_is(
    zhoumin: Person, company: dict[str, Any]
) -> None:
    assert complains(zhoumin, company, NOW, amount="100000.00")["referrals"] == []
    major = complains(zhoumin, company, NOW + HOUR, **{**OTHER, "amount": "100000.01"})
    assert [one["causes"] for one in major["referrals"]] == [["amount"]]


def test_scenario_4_another_contact_on_the_same_claim_is_a_repeat_and_goes_to_the_centre(
    zhoumin: Person, person: Who, company: dict[str, Any]
) -> None:
    loss = {"account": "厂房起火", "occurred_at": NOW - 9 * DAY, "reported_at": NOW - 8 * DAY}
    fire = zhoumin.manages(NOW - 8 * DAY, "claims", client_id=company["id"], **loss)
    crash = zhoumin.manages(NOW - 8 * DAY, "claims", client_id=company["id"], **{**loss, "account": "货车追尾"})
    first = settled(zhoumin, complains(zhoumin, company, NOW, claim_id=fire["id"]), NOW + HOUR)
    assert first["state"] == "closed"
    again = complains(zhoumin, company, NOW + 9 * DAY, claim_id=fire["id"], **AGAIN)
    assert [(one["earlier_number"], one["state"]) for one in again["repeats"]] == [(first["number"], "found")]
    assert (again["times"], [one["causes"] for one in again["referrals"]]) == (2, [["repeated"]])
    owed = Obligation.objects.get(subject_type="complaints.referral", state="open")
    assert (owed.clause, owed.due) == ("3.6.2", NOW + 9 * DAY + 30 * MINUTE)
    status, seen = person("linxiaotang").does(
        NOW + 9 * DAY + MINUTE, f"complaints/{again['id']}/note", found="看到", true_at=NOW + 9 * DAY
    )
    assert (status, seen["number"]) == (200, again["number"])
    other = complains(zhoumin, company, NOW + 10 * DAY, claim_id=crash["id"], **OTHER)
    assert (other["repeats"], other["times"], other["referrals"]) == ([], 1, [])
    subsidiary = zhoumin.manages(NOW + 10 * DAY, "clients", although_similar=True, **SUBSIDIARY)
    assert complains(zhoumin, subsidiary, NOW + 10 * DAY, **AGAIN)["repeats"] == []


@pytest.mark.clause("3.6.1", good=False)
def test_scenario_5_the_holiday_stays_and_an_extension_needs_its_approver_and_the_telling(
    zhoumin: Person, person: Who, company: dict[str, Any]
) -> None:
    complaint = complains(zhoumin, company, NOW)
    assert complaint["limit_at"].startswith("2026-10-07T00:00")
    assert complaint["limit_target"] == "2026-09-30"
    url = f"complaints/{complaint['id']}"
    complex_ = zhoumin.manages(NOW + HOUR, f"{url}/assess", finding="要等鉴定", complex_because="须外部鉴定")
    assert complex_["limit_at"].startswith("2026-10-22T00:00")
    told = {"told_at": NOW + DAY, "channel": "letter", "whom": "张会计"}
    status, refusal = zhoumin.does(NOW + DAY, f"{url}/extend", **told)
    assert (status, refusal["code"]) == (409, "not_approved")
    zhoumin.manages(NOW + DAY, f"{url}/ask-extension", because="鉴定要四十天")
    approval = Approval.objects.get()
    leader = person("chenlixing")
    answer = {"step": 1, "decision": "approve", "sha256": approval.sha256}
    leader.manages(NOW + 2 * DAY, f"approvals/{approval.pk}/decide", **answer)
    assert zhoumin.does(NOW + 2 * DAY, f"{url}/extend", **{**told, "whom": " "})[0] == 422
    extended = zhoumin.manages(NOW + 3 * DAY, f"{url}/extend", **{**told, "told_at": NOW + 3 * DAY})
    assert extended["limit_at"].startswith("2026-11-21T00:00")


def test_scenario_16_of_two_branches_in_the_same_second_the_later_is_the_repeat(
    zhoumin: Person, person: Who, company: dict[str, Any]
) -> None:
    first = complains(zhoumin, company, NOW)
    centre = person("linxiaotang")
    second = complains(centre, company, NOW, **AGAIN)
    assert [one["earlier_id"] for one in second["repeats"]] == [first["id"]]
    assert Referral.objects.get().causes == ["repeated"]
    assert Complaint.objects.get(pk=first["id"]).repeats_id is None
