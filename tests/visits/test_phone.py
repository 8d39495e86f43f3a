"""What the telephone asks and sends: only one's own of today, each act once, and the other version where there is one."""

import json

import pytest
from django.test import Client as Browser

from chengnuo.ledger.clock import moved_to
from chengnuo.visits.models import Survey, Visit
from tests.hotline.world import DAY, HOUR, stored
from tests.visits.world import AGREED, STROKES, a_visit, agreed

KEY = "6f1f3a52-9a3e-4a7e-8f8e-0f6a0e0c3b11"
FINISH = {
    "arrived_at": AGREED,
    "left_at": AGREED + HOUR,
    "did": "看了消防栓",
    "overall": 4,
    "outcome": "signed",
    "signer": "陈月琴",
    "signed_at": AGREED + HOUR,
    "strokes": STROKES,
}


class Phone:
    def __init__(self, staff, now=AGREED + HOUR):
        self.browser, self.now = Browser(), now
        self.browser.force_login(staff)

    def today(self):
        with moved_to(self.now, "test"):
            return self.browser.get("/visits/phone/today/").json()

    def send(self, visit, act, key=KEY, /, **payload):
        body = json.dumps(payload, default=lambda one: one.isoformat())
        with moved_to(self.now, "test"):
            answer = self.browser.post(
                "/visits/phone/send/", {"once": key, "act": act, "visit": visit.pk, "payload": body}
            )
        return answer.status_code, answer.json()


@pytest.fixture
def phone(cast):
    return Phone(cast.zhoumin)


def test_only_ones_own_visits_of_the_day_are_told_in_their_order(cast, client_su, phone):
    later = agreed(cast, a_visit(cast, client_su, purpose="下午"), AGREED + HOUR)
    first = agreed(cast, a_visit(cast, client_su, purpose="先"), AGREED)
    agreed(cast, a_visit(cast, client_su, purpose="明天"), AGREED + DAY)
    agreed(cast, a_visit(cast, client_su, owner=cast.lize, purpose="李泽去"), AGREED, by=cast.lize)
    told = phone.today()
    assert (told["staff"]["name"], [one["id"] for one in told["visits"]]) == ("周敏", [first.pk, later.pk])
    assert told["csrf"]


def test_the_same_key_gives_the_same_answer_and_acts_once(cast, confirmed, phone):
    version = confirmed.version
    answers = [phone.send(confirmed, "finish", **FINISH, version=version) for _times in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["state"]) == (200, "survey_signed")
    assert Survey.objects.count() == 1
    payload = json.dumps({**FINISH, "did": "别的"}, default=lambda one: one.isoformat())
    other = {"once": KEY, "act": "finish", "visit": confirmed.pk, "payload": payload}
    assert phone.browser.post("/visits/phone/send/", other).status_code == 409


def test_another_version_is_told_beside_the_refusal_and_nothing_is_written(cast, confirmed, phone):
    version = confirmed.version
    status, told = Phone(cast.lize).send(confirmed, "arrive", at=AGREED, version=version)
    assert (status, told["arrived_at"] is not None, told["version"]) == (200, True, version + 1)
    before = stored(Visit)
    status, told = phone.send(confirmed, "finish", **FINISH, version=version)
    assert (status, told["code"], told["theirs"]["is_ahead"]) == (409, "stale", True)
    assert told["theirs"]["arrived_at"] == "2026-09-29T06:00:00Z"
    assert stored(Visit) == before
    assert phone.send(confirmed, "finish", **FINISH, version=version + 1)[0] == 200  # The key is free again.


@pytest.mark.parametrize(
    "act, payload, status, code",
    [
        ("finish", {**FINISH, "strokes": []}, 422, "empty_signature"),
        ("finish", {**FINISH, "overall": 9}, 422, "invalid"),
        ("finish", {**FINISH, "left_at": "gestern"}, 422, "invalid"),
        ("finish", {**FINISH, "more": 1}, 422, "invalid"),
        ("arrive", {"at": AGREED + DAY}, 422, "time_ahead"),
        ("nothing", {}, 404, "not_found"),
    ],
)
def test_what_cannot_be_is_said_as_json_and_writes_nothing(cast, confirmed, phone, act, payload, status, code):
    before = stored(Visit)
    said = phone.send(confirmed, act, **payload, version=confirmed.version)
    assert (said[0], said[1]["code"]) == (status, code)
    assert stored(Visit) == before
    assert not Survey.objects.exists()


def test_a_body_that_is_no_json_and_a_visit_that_is_hidden_are_refused(cast, confirmed):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    for payload in ("", "{", "[1]", "[" * 3000, '{"at": NaN}'):
        data = {"once": KEY, "act": "arrive", "visit": confirmed.pk, "payload": payload}
        with moved_to(AGREED, "test"):
            assert browser.post("/visits/phone/send/", data).status_code == 422, payload
    assert Phone(cast.luyao).send(confirmed, "arrive", at=AGREED)[0] == 404
    assert Phone(cast.linxiaotang).send(confirmed, "arrive", at=AGREED)[0] == 403


def test_the_shell_names_nobody_and_the_worker_is_served_from_below_its_own_address(cast, confirmed):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    shell = browser.get("/visits/phone/").text
    assert [name for name in ("周敏", "锦穗", confirmed.number, "csrf") if name in shell] == []
    worker = browser.get("/visits/phone/worker.js")
    assert (worker.status_code, worker["Content-Type"]) == (200, "text/javascript; charset=utf-8")


def test_a_sign_out_tells_the_browser_to_forget_what_pages_kept(cast):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    with moved_to(AGREED, "test"):
        answer = browser.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"storage"'


def test_a_finished_visit_leaves_the_day(cast, confirmed, phone):
    assert len(phone.today()["visits"]) == 1
    phone.send(confirmed, "finish", **FINISH, version=confirmed.version)
    assert phone.today()["visits"] == []
