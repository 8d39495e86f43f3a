"""Two who rate, two services that end, one who voids while the client rates: on connections of their own."""

import threading

import pytest
from django.db import connection
from django.test import Client as Browser

from chengnuo.hotline import actions as hotline
from chengnuo.hotline.models import Promise
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.satisfaction.models import RatingRequest
from tests.cast import cast as made
from tests.hotline.world import HOUR, NOW, a_client, a_promise, do
from tests.satisfaction.world import an_answered_call, contact_of, the_request, token


@pytest.fixture
def cast(committing_db):
    yield made()
    assert check()[0] == []


def side_by_side(*works):
    """Run each in a thread that starts when all are ready; what each gave."""
    ready, said = threading.Barrier(len(works)), []

    def run(work):
        try:
            ready.wait()
            said.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(said) == len(works)
    return said


def test_of_simultaneous_posts_one_wins_and_the_others_find_a_dead_page(cast):
    one = the_request(an_answered_call(cast, a_client(cast)))

    def post(mark):
        with moved_to(NOW, "test"):
            return Browser().post(f"/r/{token(one)}", {"mark": str(mark)}).status_code

    assert sorted(side_by_side(*(lambda mark=mark: post(mark) for mark in (1, 2, 3, 4, 5)))) == [
        302,
        404,
        404,
        404,
        404,
    ]
    assert TrailEvent.objects.filter(verb="satisfaction.rated").count() == 1


def test_two_services_of_one_contact_that_end_at_once_ask_him_once(cast):
    client = a_client(cast)
    promises = [a_promise(cast, NOW + HOUR, client=client, contact=contact_of(client)) for _nth in range(4)]

    def answer(pk):
        promise = Promise.objects.select_related("call", "client").get(pk=pk)
        return do(hotline.answer_promise, promise, text="好了", by=cast.zhoumin).state

    side_by_side(*(lambda pk=one.pk: answer(pk) for one in promises))
    assert sorted(RatingRequest.objects.values_list("state", flat=True)) == ["asked", "skipped", "skipped", "skipped"]


def test_a_call_voided_while_its_client_rates_ends_one_way_or_the_other(cast):
    call = an_answered_call(cast, a_client(cast))
    one = the_request(call)

    def post():
        with moved_to(NOW, "test"):
            return Browser().post(f"/r/{token(one)}", {"mark": "5"}).status_code

    said = side_by_side(post, lambda: do(hotline.void_call, call, by=cast.zhoumin, reason="错").state)
    one.refresh_from_db()
    assert (one.state, 302 in said) in {("rated", True), ("withdrawn", False)}
