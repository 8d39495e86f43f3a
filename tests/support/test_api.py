"""Requests by API: the same actions as the pages."""

import json

import pytest
from django.test import Client as Browser

from chengnuo.kit.proposals.models import ProposalState as S
from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from chengnuo.support.models import SupportRequest
from tests.hotline.world import DAY, NOW, do, stored
from tests.support.world import PAPER, approved, decided


@pytest.fixture
def api(cast):
    def ask(who, method, path, body=None, **headers):
        _row, secret = do(make_token, who, name="x", expires_at=NOW + DAY, by=who)
        given = {} if body is None else {"data": json.dumps(body, default=str), "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {secret}", **headers}
        with moved_to(NOW, "test"):
            answer = getattr(Browser(), method)(f"/api/v1/{path}", headers=headers, **given)
        return answer.status_code, json.loads(answer.content)

    return ask


def test_a_request_goes_its_whole_way_by_api(cast, client_su, api):
    paper = {**PAPER, "unit": "SU", "clients": [client_su.pk]}
    status, one = api(cast.zhoumin, "post", "support", paper, **{"Idempotency-Key": "a"})
    assert (status, one["number"], one["amount"]) == (201, "ZC-SU-26-0001", "5000.50")
    assert api(cast.zhoumin, "post", "support", paper, **{"Idempotency-Key": "a"}) == (201, one)
    path = f"support/{one['id']}"
    change = {**PAPER, "clients": [client_su.pk], "title": "改", "version": 1}
    assert api(cast.xuning, "post", f"{path}/change", change)[1]["title"] == "改"
    assert api(cast.xuning, "post", f"{path}/change", change)[1]["code"] == "stale"
    for who, act, body, state in (
        (cast.zhoumin, "submit", {}, S.SUBMITTED),
        (cast.zhoumin, "take-back", {}, S.DRAFT),
        (cast.zhoumin, "submit", {}, S.SUBMITTED),
        (cast.linxiaotang, "return", {"reason": "缺依据"}, S.DRAFT),
        (cast.zhoumin, "submit", {}, S.SUBMITTED),
        (cast.linxiaotang, "analyse", {"conclusion": "减", "amount": "3000"}, S.ANALYSED),
    ):
        status, told = api(who, "post", f"{path}/{act}", body)
        assert (status, told["state"]) == (200, state)
    decided(cast, SupportRequest.objects.get())
    spend = {"what": "车票", "amount": "3000", "spent_on": "2026-09-28"}
    status, spending = api(cast.zhoumin, "post", f"{path}/spendings", spend)
    assert status == 201
    status, over = api(cast.zhoumin, "post", f"{path}/spendings", {**spend, "amount": "0.01"})
    assert (status, over["code"], over["clause"]) == (409, "over_budget", "3.2.9")
    assert api(cast.zhoumin, "post", f"support/spendings/{spending['id']}/void", {"reason": "错"})[0] == 200
    assert api(cast.chenlixing, "get", f"{path}/spendings")[1]["spent"] == "0"
    assert api(cast.zhoumin, "post", f"{path}/carry-out", {"done_on": "2026-09-28", "how": "办了"})[0] == 200
    status, told = api(cast.zhoumin, "post", f"{path}/report", {"result": "好"})
    assert (status, told["state"]) == (200, S.REPORTED)
    assert api(cast.luyao, "get", path)[0] == 404
    found = api(cast.zhoumin, "get", f"support?state=reported&client_id={client_su.pk}")[1]
    assert [row["id"] for row in found["requests"]] == [one["id"]]
    assert api(cast.zhoumin, "get", f"support?client_id={client_su.pk + 1}")[1]["requests"] == []


@pytest.mark.parametrize(
    "path, body, status",
    [
        ("carry-out", {"done_on": "2026-09-27", "how": "办了"}, 422),
        ("carry-out", {"done_on": "2026-09-28", "how": ""}, 422),
        ("report", {"result": "好"}, 409),
        ("submit", {}, 409),
        ("spendings", {"what": "车票", "amount": "0", "spent_on": "2026-09-28"}, 422),
        ("spendings", {"what": "车票", "amount": "1.001", "spent_on": "2026-09-28"}, 422),
        ("analyse", {"conclusion": "x", "amount": "1"}, 403),
    ],
)
def test_what_is_refused_changes_nothing(cast, client_su, api, path, body, status):
    one = approved(cast, client_su)
    before = stored(SupportRequest)
    assert api(cast.zhoumin, "post", f"support/{one.pk}/{path}", body)[0] == status
    assert stored(SupportRequest) == before
