"""The API of clients: the same actions, masks and visible sets as the pages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client as Browser

from chengnuo.clients.models import Client, Contact, Policy
from chengnuo.people.models import Token
from chengnuo.people.tokens import hashed

from .conftest import OTHER_CODE, RESIDENT

DATA = Path(__file__).parents[1] / "data" / "clients.jsonl"
LINES = [json.loads(line) for line in DATA.read_text().splitlines()]


@pytest.fixture
def api(db):
    def ask(staff, method, path, body=None, **headers):
        token = f"cn_{staff.username}"
        Token.objects.get_or_create(
            staff=staff,
            name="测试",
            hash=hashed(token),
            defaults={"scopes": ["write"], "expires_at": datetime.now(UTC) + timedelta(days=1)},
        )
        headers = {"Authorization": f"Bearer {token}", **headers}
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Browser(), method)(f"/api/v1{path}", headers=headers, **data)
        return answer.status_code, answer.json()

    return ask


def sent(line: dict, **more) -> dict:
    return {**line, "branch": "SU", **more}


def test_a_line_of_the_data_is_taken_as_it_stands(api, cast):
    status, answer = api(cast.zhoumin, "post", "/clients", LINES[0])
    client = Client.objects.get()
    assert (status, answer["id"], answer["branch"], answer["name"]) == (201, client.pk, "SU", client.name)
    assert [contact["name"] for contact in answer["contacts"]] == ["陈月琴", "顾振邦"]
    assert [phone["masked"] for phone in answer["contacts"][0]["phones"]] == ["138****1021", "0512****6620"]
    assert (answer["policies"][0]["no"], answer["policies"][0]["premium"]) == ("YA-PRO-2026-105000", "20930.00")
    assert api(cast.zhoumin, "get", f"/clients/{client.pk}") == (200, answer)


def test_all_80_clients_of_the_data_go_in_through_the_centre(api, cast):
    for line in LINES:
        ticked = line["key"] or line["large"] or line["high_risk"]
        body = sent(line, although_similar=True, tick_reason="历史认定" if ticked else "")
        assert api(cast.linxiaotang, "post", "/clients", body)[0] == 201
    assert (Client.objects.count(), Policy.objects.count()) == (80, 275)
    assert [Client.objects.filter(**{name: True}).count() for name in ("key", "large", "high_risk")] == [5, 8, 3]
    assert Contact.objects.count() == 101  # 103 positions: 周亚楠 and 陆金根 stand for two clients each.
    status, found = api(cast.linxiaotang, "get", "/clients?phone=%2B8613800001055")
    assert [one["name"] for one in found["clients"]] == ["常熟虞尚服饰有限公司", "苏州阳澄渔歌餐饮管理有限公司"]
    status, found = api(cast.linxiaotang, "get", "/clients?name=锦穗精密")
    assert (status, len(found["clients"]), found["next"]) == (200, 2, None)
    status, first = api(cast.linxiaotang, "get", "/clients")
    status, second = api(cast.linxiaotang, "get", f"/clients?cursor={first['next']}")
    assert (len(first["clients"]), len(second["clients"]), second["next"]) == (50, 30, None)


def test_a_similar_client_is_refused_until_it_is_said_so(api, cast):
    api(cast.zhoumin, "post", "/clients", LINES[0])
    status, answer = api(cast.zhoumin, "post", "/clients", LINES[1])
    assert (status, answer["code"]) == (409, "similar_clients")
    assert api(cast.zhoumin, "post", "/clients", sent(LINES[1], although_similar=True))[0] == 201


def test_a_repeated_request_with_its_key_is_one_client(api, cast):
    answers = [api(cast.zhoumin, "post", "/clients", LINES[0], **{"Idempotency-Key": "a"}) for _n in range(2)]
    assert (answers[0], Client.objects.count()) == (answers[1], 1)


def test_ticks_come_from_the_centre_alone(api, cast):
    body = sent(LINES[0], key=True, tick_reason="大户")
    status, answer = api(cast.zhoumin, "post", "/clients", body)
    assert (status, answer["code"], Client.objects.count()) == (403, "forbidden", 0)
    assert api(cast.linxiaotang, "post", "/clients", body)[1]["key"] is True


@pytest.mark.parametrize(
    "change, field",
    [
        ({"name": "a\0"}, "name"),
        ({"name": 7}, "name"),
        ({"kind": "ship"}, "kind"),
        ({"credit_code": OTHER_CODE[:-1] + "A"}, "credit_code"),
        ({"contacts": [{"name": "甲", "phones": ["十"]}]}, "contacts.0.phones"),
        ({"sites": [{"name": "厂", "address": "路", "lat": 91}]}, "sites.0.lat"),
        ({"policies": [{**LINES[0]["policies"][0], "end": "2020-01-01"}]}, "policies.0.end"),
        ({"branch": "XX"}, "branch"),
        ({"branch": "HZ"}, "branch"),
        ({"colour": "red"}, "colour"),
        ({"since": "1700-01-01"}, "since"),
    ],
)
def test_what_cannot_be_is_said_by_its_field_and_nothing_is_written(api, cast, change, field):
    status, answer = api(cast.zhoumin, "post", "/clients", sent(LINES[0], **change))
    assert (status, list(answer["fields"]), Client.objects.count()) == (422, [field], 0)


def test_another_branchs_client_is_not_there(api, cast, person_su):
    assert api(cast.luyao, "get", f"/clients/{person_su.pk}")[0] == 404
    assert api(cast.luyao, "get", "/clients?phone=13800003212")[1]["clients"] == []


def test_personal_numbers_are_masked(api, cast, person_su):
    _status, answer = api(cast.zhoumin, "get", f"/clients/{person_su.pk}")
    assert (answer["resident_id"], answer["contacts"][0]["phones"][0]["masked"]) == (
        "999***********206X",
        "138****3212",
    )
    assert RESIDENT not in json.dumps(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/clients?cursor=x",
        "/clients?cursor=99999999999999999999",
        "/clients?phone=" + "1" * 50,
        "/clients/99999999999999999999",
        "/clients?name=%00",
    ],
)
def test_an_impossible_question_is_answered_in_words(api, cast, path):
    assert api(cast.zhoumin, "get", path)[0] in {400, 404, 422}


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_as_many_queries_for_1_as_for_30(api, cast, count, django_assert_num_queries):
    for number in range(count):
        api(
            cast.zhoumin,
            "post",
            "/clients",
            {
                **sent(LINES[0], although_similar=True),
                "name": f"第{number}户",
                "credit_code": "",
                "policies": [{**LINES[0]["policies"][0], "no": f"P{number}"}],
            },
        )
    with django_assert_num_queries(11):
        assert len(api(cast.zhoumin, "get", "/clients")[1]["clients"]) == count
