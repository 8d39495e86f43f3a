"""How often the API may be asked, and what it says to who asks too often."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chengnuo.kit import limits
from chengnuo.kit.limits import Rate, TooMany
from chengnuo.kit.models import ApiCount
from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from chengnuo.people.models import Token

pytestmark = [pytest.mark.urls("tests.kit.room"), pytest.mark.django_db]
MINUTE_OF = "UPDATE kit_apicount SET minute = minute - 1"


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.API_PER_MINUTE = 3


@pytest.fixture
def ask(token):
    return lambda **headers: Client(headers={"Authorization": f"Bearer {token}", **headers}).get("/api/test/people")


@pytest.fixture
def within_a_minute():
    """Begin where the minute has long enough left for the whole test."""
    if (left := 60 - time.time() % 60) < 10:
        time.sleep(left + 0.1)


def a_minute_passes():
    with connection.cursor() as cursor:
        cursor.execute(MINUTE_OF)


def test_an_answer_says_how_much_is_left(ask):
    answers = [ask() for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    assert 1 <= int(answers[0]["RateLimit-Reset"]) <= 60


def test_who_asks_too_often_is_told_when_to_come_again(ask):
    for _time in range(3):
        ask()
    answer = ask()
    assert (answer.status_code, answer.json()["code"], answer["RateLimit-Remaining"]) == (429, "too_many", "0")
    assert set(answer.json()) == {"code", "message", "clause", "fields"}
    assert answer["Retry-After"] == answer["RateLimit-Reset"]
    a_minute_passes()
    assert ask().status_code == 200


def test_each_token_has_its_own_count(ask, xu):
    for _time in range(4):
        ask()
    now = datetime.now(UTC)
    _token, secret = make_token(xu, name="x", expires_at=now + timedelta(days=1), by=xu, now=now)
    assert ask(Authorization=f"Bearer {secret}").status_code == 200


def test_guesses_are_counted_by_address_and_hold_up_no_token_from_there(ask):
    statuses = [ask(Authorization="Bearer cn_guessed").status_code for _time in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    assert Client().get("/api/test/people").status_code == 429
    assert ask().status_code == 200


def test_the_limit_costs_one_statement(ask, settings):
    ask()
    with CaptureQueriesContext(connection) as limited:
        ask()
    settings.API_PER_MINUTE = 0
    with CaptureQueriesContext(connection) as free:
        answer = ask()
    assert len(limited) - len(free) == 1
    assert "RateLimit-Limit" not in answer


def test_under_a_moved_clock_nobody_is_counted(ask):
    with moved_to(datetime.now(UTC), "test"):
        assert [ask().status_code for _time in range(5)] == [200] * 5
    assert not ApiCount.objects.exists()


def test_the_last_use_of_a_token_is_noted_once_an_hour(ask, settings):
    settings.API_PER_MINUTE = 0
    began = datetime.now(UTC)
    ask()
    first = Token.objects.get().last_used_at
    assert first >= began
    with CaptureQueriesContext(connection) as captured:
        ask()
    assert Token.objects.get().last_used_at == first
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []
    Token.objects.update(last_used_at=began - timedelta(hours=1))
    ask()
    assert Token.objects.get().last_used_at > first


def test_keys_that_nobody_uses_are_forgotten():
    limits.count("token:1")
    limits.count("token:2")
    ApiCount.objects.filter(key="token:1").update(minute=0)
    limits.purge(datetime.now(UTC))
    assert list(ApiCount.objects.values_list("key", flat=True)) == ["token:2"]


def test_at_once_from_many_threads_no_more_are_let_through_than_the_limit(committing_db, settings, within_a_minute):
    settings.API_PER_MINUTE = 20
    got: list[Rate | None] = []

    def eight():
        try:
            for _time in range(8):
                try:
                    got.append(limits.count("token:1"))
                except TooMany:
                    got.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=eight) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 32
    assert sum(rate is None for rate in got) == 12
