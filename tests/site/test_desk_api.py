"""The desk by API: duties, chasing them, why they are what they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.hotline.actions import NewPromise
from chengnuo.ledger.models import Obligation
from tests.api import asking as ask
from tests.api import secret_of
from tests.hotline.world import DAY, HOUR, NOW, a_call, a_client


@pytest.fixture
def duty(cast) -> Obligation:
    """Zhou Min keeps a promise that Li Ze gave."""
    call = a_call(cast, by=cast.lize, client=a_client(cast), promise=NewPromise("查", NOW + HOUR, keeper=cast.zhoumin))
    return Obligation.objects.get(subject_type="hotline.promise", subject_pk=call.promises.get().pk)


def ids(answer) -> list[int]:
    status, page = answer
    assert status == 200
    return [one["id"] for one in page["duties"]]


def test_each_heap_holds_what_the_desk_shows(cast, duty):
    assert ids(ask(cast.zhoumin, "get", "/duties")) == [duty.pk]
    assert ids(ask(cast.lize, "get", "/duties")) == []
    assert ids(ask(cast.lize, "get", "/duties?heap=asked")) == [duty.pk]
    assert ids(ask(cast.zhoumin, "get", "/duties?heap=done")) == []
    assert duty.pk in ids(ask(cast.xuning, "get", "/duties?heap=seen"))
    assert duty.pk not in ids(ask(cast.luyao, "get", "/duties?heap=seen"))


def test_filters_narrow(cast, duty):
    day = NOW.date()
    for query, expected in (
        (f"clause={duty.clause}", [duty.pk]),
        ("clause=9.9.9", []),
        (f"client_id={duty.client_id}", [duty.pk]),
        ("late=true", []),
        ("late=false", [duty.pk]),
        (f"day={day}", [duty.pk]),
        (f"day={day + DAY}", []),
    ):
        assert ids(ask(cast.zhoumin, "get", f"/duties?{query}")) == expected, query


@pytest.mark.parametrize("query", ["day=9999-12-31", "day=0001-01-01", "heap=x", "late=x", "cursor=x", "client_id=0"])
def test_an_impossible_question_is_answered_in_words(cast, query):
    assert ask(cast.zhoumin, "get", f"/duties?{query}")[0] == 422


def test_a_duty_of_another_branch_is_not_there(cast, duty):
    assert ask(cast.luyao, "get", f"/duties/{duty.pk}")[0] == 404
    assert ask(cast.luyao, "get", f"/duties/{duty.pk}/why")[0] == 404
    assert ask(cast.luyao, "post", f"/duties/{duty.pk}/urge")[0] == 404


def test_the_owner_is_chased_once_in_ten_minutes(cast, duty):
    status, told = ask(cast.lize, "post", f"/duties/{duty.pk}/urge")
    assert (status, told["owner_id"]) == (200, cast.zhoumin.pk)
    status, told = ask(cast.lize, "post", f"/duties/{duty.pk}/urge")
    assert (status, told["code"]) == (409, "urged")


def test_why_tells_clause_figures_and_what_began_it(cast, duty):
    status, why = ask(cast.zhoumin, "get", f"/duties/{duty.pk}/why")
    assert (status, why["clause"], why["duty"]["id"]) == (200, duty.clause, duty.pk)
    assert why["clause_title"]
    assert why["event_by"] == "李泽"


def test_a_list_takes_as_many_queries_for_1_as_for_30(cast):
    secret_of(cast.zhoumin)
    counts = []
    for count in (1, 30):
        for _time in range(count):
            a_call(cast, client=a_client(cast, credit_code=""), promise=NewPromise("查", NOW + HOUR))
        ask(cast.zhoumin, "get", "/duties?heap=seen")
        with CaptureQueriesContext(connection) as captured:
            ask(cast.zhoumin, "get", "/duties?heap=seen")
        counts.append(len(captured))
    assert counts[0] == counts[1]
