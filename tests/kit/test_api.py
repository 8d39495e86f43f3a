"""The API's edge: tokens, one error shape, keys, pages."""

import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from chengnuo.ledger.once import once
from chengnuo.people.actions import make_token
from chengnuo.people.models import Staff, Token
from tests.cast import cast as everybody

from .room import carried_out, carry_out

pytestmark = pytest.mark.urls("tests.kit.room")
SHAPE = {"code", "message", "clause", "fields"}


@pytest.fixture
def send(token):
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def post(content: object, **headers: str):
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return client.post("/api/test/notes", body, content_type="application/json", headers=headers)

    return post


def said(answer, status: int) -> dict:
    told = answer.json()
    assert answer.status_code == status, told
    assert set(told) == SHAPE
    return told


def test_a_good_request_is_carried_out(send):
    answer = send({"note": "来电", "at": "2026-09-28T14:36:00+08:00"})
    assert (answer.status_code, answer.json()) == (201, {"where": "/test/1/"})


def test_without_a_token_or_with_a_dead_one_nothing_is_told(send, zhou, token):
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ):
        answer = Client(headers=headers).post("/api/test/notes", "{}", content_type="application/json")
        assert said(answer, 401)["code"] == "unauthenticated"
        assert answer["WWW-Authenticate"] == "Bearer"
    Token.objects.update(revoked_at=datetime.now(UTC))
    assert said(send({"note": "x"}), 401)["code"] == "unauthenticated"
    Token.objects.update(revoked_at=None, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert said(send({"note": "x"}), 401)["code"] == "unauthenticated"


def test_a_session_is_not_a_token(page):
    said(page.post("/api/test/notes", "{}", content_type="application/json"), 401)


@pytest.mark.parametrize(
    "body",
    ["", "{", "nul", '{"note": NaN}', '{"note": ' + "[" * 100000, b"\xff\xfe", '{"note": ' + "1" * 5000 + "}"],
    ids=["empty", "cut off", "word", "NaN", "deep", "not utf-8", "long number"],
)
def test_what_is_not_json_is_refused_in_the_one_shape(send, body):
    answer = send(body)
    assert answer.status_code in {400, 422}
    assert set(answer.json()) == SHAPE


@pytest.mark.parametrize(
    "content, field",
    [
        ({"note": "a\0b"}, "note"),
        ({"note": "a\x1bb"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": "x", "tags": ["fine", "not\0fine"]}, "tags"),
        ({"note": 5}, "note"),
        ({"note": None}, "note"),
        ({"note": ["x"]}, "note"),
        ({"note": {"a": 1}}, "note"),
        ({"note": "x" * 21}, "note"),
        ({}, "note"),
        ({"note": "x", "kind": "c"}, "kind"),
        ({"note": "x", "unknown": 1}, "unknown"),
        ({"note": "x", "at": "2026-09-28T14:36:00"}, "at"),
        ({"note": "x", "at": 1790000000}, "at"),
        ({"note": "x", "at": "0001-01-01T00:00:00+08:00"}, "at"),
        ({"note": "x", "at": "2026-02-30T00:00:00+08:00"}, "at"),
        ({"note": "x", "refers_to": 0}, "refers_to"),
        ({"note": "x", "refers_to": 10**30}, "refers_to"),
    ],
)
def test_wrong_content_is_said_beside_its_field(send, content, field):
    told = said(send(content), 422)
    assert told["code"] == "invalid"
    assert list(told["fields"]) == [field]
    assert carried_out() == 0


@pytest.mark.parametrize("content", [[], '"text"', 5, None, True])
def test_what_is_no_object_is_refused(send, content):
    assert said(send(content), 422)["code"] == "invalid"


def test_a_refusal_names_its_clause_and_fields_and_leaves_nothing(send):
    assert said(send({"note": "refuse"}), 409) == {
        "code": "too_early",
        "message": "现在还不能记",
        "clause": "3.1.5",
        "fields": {"note": "换一个时间"},
    }
    assert carried_out() == 0


def test_another_content_type_is_refused(token):
    client = Client(headers={"Authorization": f"Bearer {token}"})
    answer = client.post("/api/test/notes", "note=x", content_type="text/plain")
    assert said(answer, 415)["code"] == "not_json"


def test_a_method_that_an_address_does_not_take_is_told_in_the_shape(token):
    answer = Client(headers={"Authorization": f"Bearer {token}"}).delete("/api/test/notes")
    assert said(answer, 405)["code"] == "method_not_allowed"
    assert answer["Allow"] == "POST"


def test_a_name_that_stands_twice_is_refused(send):
    assert said(send('{"note": "x", "note": "y"}'), 400)["code"] == "bad_json"
    assert said(send('{"note": "x", "tags": [{"a": 1, "a": 2}]}'), 400)["code"] == "bad_json"
    assert carried_out() == 0


@pytest.mark.parametrize("depth", [21, 500, 900, 940, 960, 980])
def test_what_lies_too_deep_is_refused(send, depth):
    answer = send('{"note": "x", "tags": ' + "[" * depth + "]" * depth + "}")
    assert answer.status_code in {400, 422}
    assert set(answer.json()) == SHAPE
    assert carried_out() == 0


def test_a_body_beyond_its_size_is_refused_before_it_is_read(send):
    assert said(send(json.dumps({"note": "x" * 6_000_000})), 413)["code"] == "too_large"
    assert said(send(json.dumps({"note": "x" * 30_000_000})), 413)["code"] == "too_large"
    assert carried_out() == 0


@pytest.mark.parametrize("path", ["/api/", "/api/v2/calls", "/api/v1/", "/api/v1/calls/x/y/z", "/api/v1/calls/1/"])
def test_every_unknown_address_under_the_api_is_told_in_the_shape(token, path):
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get(path)
    assert said(answer, 404)["code"] == "not_found"


def test_a_fault_of_ours_says_its_mark_and_nothing_of_the_inside(token, caplog):
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/test/broken")
    told = said(answer, 500)
    assert told["code"] == "fault"
    (mark,) = re.findall("[0-9a-f]{12}", told["message"])
    (kept,) = [one for one in caplog.records if one.name == "chengnuo.kit.api_edge"]
    assert mark in kept.getMessage()
    assert "a secret of ours" in kept.exc_text
    assert "secret" not in answer.text


def test_an_unknown_address_is_told_in_the_shape(token):
    assert said(Client().get("/api/v1/nothing"), 404)["code"] == "not_found"


def test_control_characters_in_an_address_are_told_in_the_shape(token):
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert said(client.get("/api/test/people?after=%00"), 400)["code"] == "bad_request"


def test_a_repeated_request_gets_its_first_answer(send):
    first = send({"note": "x"}, **{"Idempotency-Key": "k1"})
    second = send({"note": "x"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, first.json(), "Idempotent-Replayed" in first) == (201, {"where": "/test/1/"}, False)
    assert (second.status_code, second.json()) == (201, {"where": "/test/1/"})
    assert second["Idempotent-Replayed"] == "true"
    assert carried_out() == 1


def test_a_key_with_another_content_is_refused(send):
    send({"note": "x"}, **{"Idempotency-Key": "k1"})
    assert said(send({"note": "y"}, **{"Idempotency-Key": "k1"}), 422)["code"] == "key_reused"


def test_a_key_at_another_address_is_refused(token):
    client = Client(headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"})
    body = {"data": {"note": "x"}, "content_type": "application/json"}
    assert client.post("/api/test/notes", **body).status_code == 201
    assert said(client.post("/api/test/notes?again=1", **body), 422)["code"] == "key_reused"
    assert carried_out() == 1


def test_another_persons_key_is_another_key(send, xu):
    now = datetime.now(UTC)
    _token, secret = make_token(xu, name="x", expires_at=now + timedelta(days=1), by=xu, now=now)
    assert send({"note": "x"}, **{"Idempotency-Key": "k1"}).status_code == 201
    other = Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"})
    answer = other.post("/api/test/notes", {"note": "x"}, content_type="application/json")
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)
    assert carried_out() == 2


def test_what_is_left_out_is_not_what_is_said(send):
    send({"note": "x"}, **{"Idempotency-Key": "k1"})
    assert said(send({"note": "x", "kind": "b"}, **{"Idempotency-Key": "k1"}), 422)["code"] == "key_reused"


def test_a_key_whose_first_request_is_still_at_work_waits_for_its_answer(committing_db):
    zhou = everybody().zhoumin
    at_work, may_end = threading.Event(), threading.Event()
    got: list[tuple[int, object, bool]] = []

    def slowly() -> tuple[int, object]:
        at_work.set()
        may_end.wait(30)
        return 201, {"where": carry_out("x")}

    def ask(run):
        try:
            got.append(once(zhou, "api:k1", "print", run))
        finally:
            connections.close_all()

    first = threading.Thread(target=ask, args=[slowly])
    first.start()
    assert at_work.wait(30)
    second = threading.Thread(target=ask, args=[lambda: (201, {"where": carry_out("x")})])
    second.start()
    wait_until(is_waiting_for_a_lock)
    may_end.set()
    first.join(30)
    second.join(30)
    assert got == [(201, {"where": "/test/1/"}, False), (201, {"where": "/test/1/"}, True)]
    assert carried_out() == 1


def is_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def wait_until(happened) -> None:
    for _time in range(1000):
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


def test_a_refused_request_frees_its_key(send):
    said(send({"note": "refuse"}, **{"Idempotency-Key": "k1"}), 409)
    assert send({"note": "x"}, **{"Idempotency-Key": "k1"}).status_code == 201


def test_a_key_that_cannot_be_is_said(send):
    assert said(send({"note": "x"}, **{"Idempotency-Key": "k" * 181}), 422)["code"] == "invalid_key"


def test_pages_follow_each_other_to_the_end(token):
    people = Staff.objects.values_list("pk", flat=True)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    got, after = [], ""
    while after is not None:
        answer = client.get("/api/test/people", {"after": after} if after else {}).json()
        got += answer["people"]
        after = answer["next"]
    assert got == sorted(people, reverse=True)


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²"])
def test_a_cursor_that_is_none_is_refused(token, after):
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/test/people", {"after": after})
    assert list(said(answer, 422)["fields"]) == ["after"]


def test_the_description_is_served_and_pages_of_other_hosts_are_not(db):
    described = Client().get("/api/v1/openapi.json")
    assert described.json()["info"]["title"] == "Chengnuo"
    assert Client().get("/api/v1/docs").status_code == 404


def test_the_kept_description_is_what_the_code_says():
    call_command("openapi", "--check")


def test_a_page_that_breaks_says_so_without_the_database(page):
    page.raise_request_exception = False
    answer = page.get("/broken/")
    assert answer.status_code == 500
    assert "什么也没有改动" in answer.content.decode()


def test_a_page_that_is_not_there_says_so(page):
    answer = page.get("/nothing/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_control_characters_in_a_page_address_are_refused(page):
    assert page.get("/write/?q=%00").status_code == 400
