"""The API of calls and promises: happy, refused with nothing changed, another branch, hostile input, keys, tokens."""

from datetime import timedelta

import pytest

from chengnuo.complaints.models import Complaint
from chengnuo.hotline.models import Call, Promise, PromiseAct
from chengnuo.people.actions import make_token, revoke_token
from tests.hotline.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    a_call,
    a_client,
    a_missed_call,
    a_promise,
    at,
    do,
    stored,
)

RANG = (NOW - 2 * MINUTE).isoformat()
CALL = {"line": "SU", "rang_at": RANG, "answered_at": RANG, "content": "问保单何时到期", "caller": "13800001021"}
BY = NOW + HOUR
AGREED = {"client_agreed": {"who": "陈月琴", "how": "电话"}}


# Happy


def test_a_call_is_registered_and_read_again(api, cast, client_su):
    contact = client_su.positions.get().contact
    body = {
        **CALL,
        "client_id": client_su.pk,
        "contact_id": contact.pk,
        "kinds": ["complaint"],
        "promise": {"what": "查清责任", "by": BY.isoformat()},
        "cases": [{"kind": "complaint", "amount": "100000.01"}],
    }
    status, answer = api(cast.zhoumin, "post", "/calls", body)
    assert (status, answer["number"], answer["line"], answer["state"]) == (201, "DH-SU-26-0001", "SU", "closed")
    (promise,) = answer["promises"]
    assert (promise["to_whom"], promise["keeper_id"], promise["state"]) == ("陈月琴", cast.zhoumin.pk, "open")
    assert str(Complaint.objects.get().amount) == "100000.01"
    assert api(cast.zhoumin, "get", f"/calls/{answer['id']}") == (200, answer)
    assert api(cast.zhoumin, "get", f"/calls?client_id={client_su.pk}")[1]["calls"] == [answer]
    assert api(cast.zhoumin, "get", f"/promises/{promise['id']}") == (200, promise)


def test_a_missed_call_is_called_back_and_replied_to(api, cast):
    _status, missed = api(cast.zhoumin, "post", "/calls", {"line": "SU", "rang_at": NOW.isoformat()})
    assert (missed["state"], missed["answered_at"]) == ("call_back_owed", None)
    path = f"/calls/{missed['id']}"
    later = NOW + 5 * MINUTE
    body = {"at": later.isoformat(), "content": "问到期", "kinds": ["enquiry"]}
    status, back = api(cast.zhoumin, "post", f"{path}/call-back", body, now=later)
    assert (status, back["state"], back["kinds"]) == (200, "registered", ["enquiry"])
    status, done = api(cast.zhoumin, "post", f"{path}/reply", {"answer": "明天"}, now=later)
    assert (status, done["state"], done["answer"]) == (200, "closed", "明天")


@pytest.mark.parametrize(
    "act, body, state",
    [
        ("answer", {"text": "好了"}, "kept"),
        ("interim", {"text": "在查"}, "open"),
        ("move", {"to": (BY + DAY).isoformat(), **AGREED}, "moved"),
        ("withdraw", {"text": "不用了", **AGREED}, "withdrawn"),
    ],
)
def test_each_act_on_a_promise(api, cast, act, body, state):
    promise = a_promise(cast, BY)
    status, answer = api(cast.zhoumin, "post", f"/promises/{promise.pk}/{act}", body)
    assert (status, answer["state"], answer["first_by"]) == (200, state, "2026-09-28T07:36:00Z")


def test_a_promise_is_handed_over(api, cast):
    promise = a_promise(cast, BY)
    status, answer = api(cast.zhoumin, "post", f"/promises/{promise.pk}/hand-over", {"to_id": cast.lize.pk})
    assert (status, answer["keeper_id"]) == (200, cast.lize.pk)


def test_the_register_is_read_in_parts_newest_first(api, cast):
    numbers = [a_call(cast).number for _time in range(51)]
    _status, first = api(cast.zhoumin, "get", "/calls")
    _status, second = api(cast.zhoumin, "get", f"/calls?cursor={first['next']}")
    assert [call["number"] for call in first["calls"] + second["calls"]] == numbers[::-1]
    assert second["next"] is None


# Refused, and nothing changed


@pytest.mark.parametrize(
    "change, status, field",
    [
        ({"answered_at": NOW.isoformat(), "rang_at": (NOW + HOUR).isoformat()}, 422, "rang_at"),
        ({"answered_at": (NOW - HOUR).isoformat()}, 422, "answered_at"),
        ({"content": ""}, 422, "content"),
        ({"line": "XX"}, 422, "line"),
        ({"client_id": 10**12}, 422, "client_id"),
        ({"client_id": 10**30}, 422, "client_id"),
        ({"contact_id": 1}, 422, "contact_id"),
        ({"answer": "是", "promise": {"what": "查", "by": BY.isoformat()}}, 422, "answer"),
        ({"promise": {"what": "查", "by": (NOW - DAY).isoformat()}}, 422, "by"),
        ({"promise": {"what": "查", "by": BY.isoformat(), "keeper_id": 10**15}}, 422, "keeper_id"),
        ({"answered_at": None, "answer": "是"}, 422, "answered_at"),
        ({"answered_at": None, "kinds": ["loss"]}, 422, "answered_at"),
        ({"content": "a\0b"}, 422, "content"),
        ({"content": "a\x08"}, 422, "content"),
        ({"content": 7}, 422, "content"),
        ({"content": "长" * 20_001}, 422, "content"),
        ({"kinds": "loss"}, 422, "kinds"),
        ({"kinds": ["gossip"]}, 422, "kinds.0"),
        ({"kinds": ["loss"] * 5}, 422, "kinds"),
        ({"rang_at": "2026-09-28T14:36:00"}, 422, "rang_at"),
        ({"rang_at": 1790000000}, 422, "rang_at"),
        ({"rang_at": "9999-12-31T23:59:59-12:00"}, 422, "rang_at"),
        ({"cases": [{"kind": "enquiry"}]}, 422, "cases.0.kind"),
        ({"cases": [{"kind": "loss", "amount": "-1"}]}, 422, "cases.0.amount"),
        ({"cases": [{"kind": "loss", "amount": "NaN"}]}, 422, "cases.0.amount"),
        ({"cases": [{"kind": "loss", "amount": "1e30"}]}, 422, "cases.0.amount"),
        ({"operator_id": 1}, 422, "operator_id"),
        ({"state": "closed"}, 422, "state"),
    ],
)
def test_what_cannot_be_is_said_by_its_field_and_nothing_is_written(api, cast, change, status, field):
    said, answer = api(cast.zhoumin, "post", "/calls", {**CALL, **change})
    assert (said, list(answer["fields"]), stored(Call, Promise)) == (status, [field], [])


@pytest.mark.parametrize(
    "act, body, now, status, code",
    [
        ("answer", {"text": ""}, NOW, 422, "invalid"),
        ("answer", {"text": " "}, NOW, 422, "text_missing"),
        ("answer", {"text": "好", "at": (NOW - DAY).isoformat()}, NOW, 422, "time_order"),
        ("move", {"to": (BY + DAY).isoformat()}, NOW, 422, "no_word"),
        ("move", {"to": (BY + DAY).isoformat(), **AGREED}, BY, 409, "promise_due"),
        ("withdraw", {"text": "不用了"}, NOW, 422, "no_word"),
        ("withdraw", {**AGREED}, NOW, 422, "reason_missing"),
        ("hand-over", {"to_id": 10**15}, NOW, 422, "staff_unknown"),
        ("hand-over", {"to_id": 0}, NOW, 422, "invalid"),
    ],
)
def test_a_refused_act_changes_nothing(api, cast, act, body, now, status, code):
    promise = a_promise(cast, BY)
    before = stored(Promise, PromiseAct)
    said, answer = api(cast.zhoumin, "post", f"/promises/{promise.pk}/{act}", body, now=now)
    assert (said, answer["code"], stored(Promise, PromiseAct)) == (status, code, before)


def test_an_illegal_move_is_409_with_its_clause(api, cast):
    promise = a_promise(cast, BY)
    body = {"text": "好了"}
    api(cast.zhoumin, "post", f"/promises/{promise.pk}/answer", body)
    status, answer = api(cast.zhoumin, "post", f"/promises/{promise.pk}/answer", body)
    assert (status, answer["code"], answer["clause"]) == (409, "illegal_move", "3.1.5")


# Another branch


def test_another_branchs_calls_and_promises_are_not_there(api, cast):
    promise, missed = a_promise(cast, BY), a_missed_call(cast)
    asked = [
        ("get", f"/calls/{missed.pk}", None),
        ("get", f"/promises/{promise.pk}", None),
        ("post", f"/calls/{missed.pk}/call-back", {"at": NOW.isoformat(), "content": "x"}),
        ("post", f"/calls/{missed.pk}/reply", {"answer": "x"}),
        ("post", f"/promises/{promise.pk}/answer", {"text": "x"}),
        ("post", f"/promises/{promise.pk}/interim", {"text": "x"}),
        ("post", f"/promises/{promise.pk}/move", {"to": (BY + DAY).isoformat(), **AGREED}),
        ("post", f"/promises/{promise.pk}/withdraw", {"text": "x", **AGREED}),
        ("post", f"/promises/{promise.pk}/hand-over", {"to_id": 10**15}),
    ]
    before = stored(Call, Promise, PromiseAct)
    assert [api(cast.luyao, *one)[0] for one in asked] == [404] * len(asked)
    assert (api(cast.luyao, "get", "/calls")[1]["calls"], stored(Call, Promise, PromiseAct)) == ([], before)


def test_who_sees_a_call_of_another_branch_with_his_client_reads_and_does_not_act(api, cast):
    client = a_client(cast, cast.hz, cast.luyao)
    call = a_call(cast, client=client)
    assert api(cast.luyao, "get", f"/calls/{call.pk}")[0] == 200
    assert api(cast.luyao, "post", f"/calls/{call.pk}/reply", {"answer": "x"})[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/calls/1000000",
        f"/calls/{10**30}",
        "/calls/x",
        "/calls?cursor=-1",
        "/calls?cursor=%00",
    ],
)
def test_an_impossible_question_is_answered_in_words(api, cast, path):
    status, answer = api(cast.zhoumin, "get", path)
    assert (status in {404, 422, 400}, bool(answer["message"])) == (True, True)


# Keys and tokens


def test_a_repeated_request_is_carried_out_once_and_another_under_its_key_is_refused(api, cast):
    key = {"Idempotency-Key": "k1"}
    first, second = (api(cast.zhoumin, "post", "/calls", CALL, **key) for _time in range(2))
    assert (first, Call.objects.count()) == (second, 1)
    status, answer = api(cast.zhoumin, "post", "/calls", {**CALL, "content": "别的"}, **key)
    assert (status, answer["code"], Call.objects.count()) == (422, "key_reused", 1)
    assert api(cast.lize, "post", "/calls", CALL, **key)[0] == 201


def test_a_refused_request_leaves_its_key_free(api, cast):
    key = {"Idempotency-Key": "k1"}
    assert api(cast.zhoumin, "post", "/calls", {**CALL, "content": " "}, **key)[0] == 422
    assert api(cast.zhoumin, "post", "/calls", {**CALL, "content": " "}, **key)[0] == 422
    assert api(cast.zhoumin, "post", "/calls", CALL, **key)[0] == 201


def test_without_a_token_or_with_one_that_is_over_nobody_asks(api, cast):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        assert api(None, "get", "/calls", **headers)[0] == 401
        assert api(None, "post", "/calls", CALL, **headers)[0] == 401
    token, secret = do(make_token, cast.zhoumin, name="短", expires_at=NOW + SECOND, by=cast.zhoumin)
    ask = {"Authorization": f"Bearer {secret}"}
    assert [api(None, "get", "/calls", now=NOW + after, **ask)[0] for after in (timedelta(0), SECOND)] == [200, 401]
    do(revoke_token, token, by=cast.zhoumin)
    assert api(None, "get", "/calls", now=NOW, **ask)[0] == 401
    assert stored(Call) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_register_takes_as_many_queries_for_1_call_as_for_30(api, cast, count, django_assert_num_queries):
    for _time in range(count):
        a_promise(cast, at("10-03 15:00"), client=None)
    api(cast.zhoumin, "get", "/calls")
    with django_assert_num_queries(5):
        assert len(api(cast.zhoumin, "get", "/calls")[1]["calls"]) == count
