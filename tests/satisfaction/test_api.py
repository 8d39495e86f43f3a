"""Ratings by API: the same actions as the pages."""

import json

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from chengnuo.satisfaction.models import RatingRequest
from tests.hotline.world import DAY, NOW, a_client, do, stored
from tests.satisfaction.world import a_kept_promise, an_answered_call, rated, the_request


@pytest.fixture
def api(cast):
    def ask(who, method, path, body=None, **headers):
        _row, secret = do(make_token, who, name="x", expires_at=NOW + DAY, by=who)
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {secret}", **headers}
        with moved_to(NOW, "test"):
            answer = getattr(Browser(), method)(f"/api/v1/{path}", headers=headers, **given)
        return answer.status_code, json.loads(answer.content)

    return ask


def test_what_clients_said_is_listed_and_told_without_the_secret(api, cast, client_su):
    promise = a_kept_promise(cast, client_su)
    one = rated(the_request(promise), 4, words="好")
    status, page = api(cast.zhoumin, "get", "ratings")
    (row,) = page["ratings"]
    assert (status, page["next"]) == (200, None)
    assert (row["id"], row["mark"], row["words"], row["subject_type"], row["subject_id"], row["unit"]) == (
        one.pk, 4, "好", "hotline.promise", promise.pk, "SU",
    )  # fmt: skip
    assert api(cast.zhoumin, "get", f"ratings/{one.pk}") == (200, row)
    assert not {"salt", "hash"} & row.keys()
    assert api(cast.zhoumin, "get", "ratings?state=asked")[1]["ratings"] == []
    assert api(cast.zhoumin, "get", "ratings?state=nothing")[0] == 422
    assert api(cast.luyao, "get", f"ratings/{one.pk}")[0] == 404


def test_asking_again_needs_the_reason_and_is_done_once_under_a_key(api, cast, client_su):
    promise = a_kept_promise(cast, client_su)
    body = {"subject_type": "hotline.promise", "subject_id": promise.pk, "reason": "没收到"}
    status, first = api(cast.zhoumin, "post", "ratings/requests", body, **{"Idempotency-Key": "a"})
    assert (status, first["state"]) == (201, "asked")
    assert api(cast.zhoumin, "post", "ratings/requests", body, **{"Idempotency-Key": "a"}) == (201, first)
    before = stored(RatingRequest)
    for wrong, code in (
        ({**body, "reason": ""}, 422),
        ({**body, "subject_id": 999}, 404),
        ({**body, "subject_type": "people.staff"}, 404),
        ({**body, "subject_id": 2**63}, 422),
        ({**body, "more": 1}, 422),
    ):
        assert api(cast.zhoumin, "post", "ratings/requests", wrong)[0] == code
    assert api(cast.chenlixing, "post", "ratings/requests", body)[0] == 403
    assert stored(RatingRequest) == before


def test_a_low_mark_is_followed_up_once(api, cast, client_su):
    one = rated(the_request(an_answered_call(cast, client_su)), 2)
    body = {"found": "漏了", "said": "道歉"}
    assert api(cast.zhoumin, "post", f"ratings/{one.pk}/follow-up", {"found": "漏了", "said": ""})[0] == 422
    status, done = api(cast.zhoumin, "post", f"ratings/{one.pk}/follow-up", body)
    assert (status, done["found"], done["said"]) == (200, "漏了", "道歉")
    status, again = api(cast.zhoumin, "post", f"ratings/{one.pk}/follow-up", body)
    assert (status, again["code"], again["clause"]) == (409, "illegal_move", "2.2")


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_database_as_often_for_thirty_as_for_one(api, cast, count):
    for number in range(count):
        client = a_client(cast, name=f"第{number}家公司", credit_code="")
        rated(the_request(an_answered_call(cast, client)), 5)
    with CaptureQueriesContext(connection) as captured:
        assert len(api(cast.xuning, "get", "ratings")[1]["ratings"]) == count
    assert len([one for one in captured if "satisfaction_ratingrequest" in one["sql"]]) == 1
