"""Two operators, two calls, eight numbers and a killed connection at the same time, on connections of their own."""

import threading

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Series
from tests.cast import cast as made
from tests.hotline.world import HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, a_promise, do, fates


@pytest.fixture
def cast(committing_db):
    yield made()
    assert check()[0] == []


def side_by_side(*works):
    """Run each in a thread that starts when all are ready; the codes of refusals and the names of other faults."""
    ready, said = threading.Barrier(len(works)), []

    def run(work):
        try:
            ready.wait()
            work()
            said.append("")
        except Refusal as refusal:
            said.append(refusal.code)
        except Exception as error:
            said.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return sorted(said)


@pytest.mark.parametrize("known", [True, False])
def test_two_operators_call_back_at_once_and_one_is_told(cast, known):
    call = a_missed_call(cast, client=a_client(cast) if known else None)

    def back(by, answer):
        one = Call.objects.get(pk=call.pk)
        do(actions.call_back, one, by=by, now=NOW + MINUTE, at=NOW + MINUTE, reached=True, content="问", answer=answer)

    said = side_by_side(lambda: back(cast.zhoumin, "甲"), lambda: back(cast.lize, "乙"))
    assert said == ["", "illegal_move"]
    assert fates(call) == [("call_back", "met", False)]


def test_two_operators_reply_at_once_and_one_reply_stands(cast):
    call = a_call(cast)

    def reply(by):
        do(actions.reply, Call.objects.get(pk=call.pk), by=by, promise=NewPromise("查", NOW + HOUR))

    assert side_by_side(lambda: reply(cast.zhoumin), lambda: reply(cast.lize)) == ["", "illegal_move"]
    assert Promise.objects.count() == 1


def test_two_calls_for_one_client_at_once_are_two_rows(cast):
    client = a_client(cast)

    def ring():
        a_call(cast, client=type(client).objects.get(pk=client.pk), cases=[NewCase("complaint"), NewCase("loss")])

    assert side_by_side(ring, ring) == ["", ""]
    assert sorted(Call.objects.values_list("number", flat=True)) == ["DH-SU-26-0001", "DH-SU-26-0002"]


def test_acts_on_a_promise_and_on_its_call_at_once_leave_both_as_told(cast):
    """Every act on a promise is told of its call, so it takes the call's lock too."""
    call = a_call(cast)
    first = do(actions.make_promise, call, NewPromise("查", NOW + HOUR), by=cast.zhoumin)
    others = [a_promise(cast, NOW + HOUR) for _time in range(2)]

    def work(promise):
        for number in range(4):
            do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + number * MINUTE)

    def cases():
        for kind in ("appointment", "complaint", "loss"):
            do(actions.open_case, Call.objects.get(pk=call.pk), NewCase(kind), by=cast.lize)

    assert side_by_side(lambda: work(first), lambda: work(others[0]), lambda: work(others[1]), cases) == [""] * 4
    assert Call.objects.get(pk=call.pk).kinds == ["appointment", "complaint", "loss"]


def test_a_promise_answered_and_withdrawn_at_once_ends_once(cast):
    promise = a_promise(cast, NOW + HOUR)
    answer = lambda: do(actions.answer_promise, promise, text="好", by=cast.zhoumin)  # noqa: E731
    withdraw = lambda: do(actions.withdraw_promise, promise, text="不用", by=cast.xuning)  # noqa: E731
    assert side_by_side(answer, withdraw) == ["", "illegal_move"]


def test_numbers_have_no_gap_under_eight_operators(cast):
    works = [lambda: [a_call(cast) for _time in range(3)] for _operator in range(8)]
    assert side_by_side(*works) == [""] * 8
    assert sorted(Call.objects.values_list("number", flat=True)) == [f"DH-SU-26-{n:04d}" for n in range(1, 25)]


def test_a_connection_killed_in_mid_write_leaves_nothing_half_done(cast):
    client = a_client(cast)

    def die():
        with transaction.atomic():
            a_call(cast, client=client, promise=NewPromise("查", NOW + HOUR), cases=[NewCase("loss")])
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    (said,) = side_by_side(die)
    assert said.startswith((OperationalError.__name__, InterfaceError.__name__))
    assert (Call.objects.count(), Promise.objects.count(), Series.objects.filter(register="DH").count()) == (0, 0, 0)
    assert a_call(cast, client=client).number == "DH-SU-26-0001"
