"""Two at the same time, on connections of their own."""

import threading
from datetime import timedelta

from django.db import OperationalError, connection, transaction

from chengnuo.ledger import check as checking
from chengnuo.ledger.acting import acting
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Idem, Obligation, Series, TrailEvent
from chengnuo.ledger.numbers import number
from chengnuo.ledger.once import once
from chengnuo.ledger.trail import record
from tests.cast import cast as made
from tests.ledger.world import NOW, TERM, happen, make_unit, tick

HOUR = timedelta(hours=1)


def side_by_side(*works):
    """Run each in a thread that starts when all are ready; returns what they raised."""
    ready, raised = threading.Barrier(len(works)), []

    def run(work):
        try:
            ready.wait()
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def test_a_request_sent_twice_at_once_is_carried_out_once(committing_db):
    staff, answers = made().zhoumin, []

    def send():
        answers.append(once(staff, "k", "print", lambda: (201, number("DH", "SU", NOW))))

    assert side_by_side(send, send, send) == []
    assert sorted(answers) == [
        (201, "DH-SU-26-0001", False),
        (201, "DH-SU-26-0001", True),
        (201, "DH-SU-26-0001", True),
    ]
    assert (Series.objects.get().last, Idem.objects.count()) == (1, 1)


def test_numbers_taken_at_once_have_no_gap_and_no_double(committing_db):
    taken = []

    def take():
        for _time in range(5):
            with transaction.atomic():
                taken.append(number("DH", "SU", NOW))

    assert side_by_side(take, take) == []
    assert sorted(taken) == [f"DH-SU-26-{n:04d}" for n in range(1, 11)]


def test_two_events_of_one_record_at_once_stand_in_one_chain(committing_db, no_rules):
    unit = make_unit()

    def work():
        for _time in range(5):
            happen("unit.noted", unit, NOW)

    assert side_by_side(work, work) == []
    assert list(
        TrailEvent.objects.filter(subject_pk=unit.pk, subject_type="people.unit").values_list("seq", flat=True)
    ) == [*range(1, 12)]
    assert check()[0] == []


def test_two_actions_that_want_one_duty_open_it_once(committing_db, owes):
    owes()
    unit = make_unit()

    def want():
        happen("unit.changed", unit, NOW, {"phone": "wanted"})

    assert side_by_side(want, want) == []
    assert Obligation.objects.filter(subject_type="people.unit").count() == 1
    assert check()[0] == []


def test_actions_and_the_loop_never_wait_for_each_other_in_a_circle(committing_db, owes, told):
    """The order is subject, duties, heads: here two actions on two records each and the loop meet on the same ones."""
    owes()
    units = [make_unit(f"U{n}") for n in range(3)]
    for unit in units:
        happen("unit.changed", unit, NOW, {"phone": "wanted"})

    def act(order):
        for round_ in range(8):
            with moved_to(NOW + TERM, "test"), acting(*order) as fresh:
                for unit in fresh:
                    record("unit.noted", unit, by=None, now=NOW + TERM, data={"round": round_})

    def loop():
        for round_ in range(12):
            tick(NOW + round_ * HOUR)

    assert side_by_side(lambda: act(units), lambda: act(units[::-1]), loop, loop) == []
    tick(NOW + 12 * HOUR)  # The loops skip a duty that an action holds; the next round takes it.
    assert Obligation.objects.filter(rungs__rung=4, subject_type="people.unit").count() == 3
    assert check()[0] == []


def test_two_workers_fill_an_occasion_once(committing_db, no_rules, monkeypatch):
    from chengnuo.ledger import loop as looping
    from chengnuo.ledger.models import Occasion
    from chengnuo.ledger.obligations import occasion

    unit = make_unit()
    occasion("daily", "3.3.0", units=lambda now: {unit.pk: NOW - HOUR}, period_of=lambda at: (f"{at:%m-%d}", NOW))

    def fill():
        looping._filled.clear()
        tick(NOW + 3 * HOUR)

    assert side_by_side(fill, fill) == []
    assert Occasion.objects.filter(rule="daily").count() == 1
    assert check()[0] == []


def test_a_check_reads_one_instant_while_work_goes_on(committing_db, monkeypatch):
    unit = make_unit()
    reading = checking._heads

    def meanwhile(told):
        assert side_by_side(lambda: happen("unit.noted", unit, NOW + HOUR)) == []
        yield from reading(told)

    monkeypatch.setattr(checking, "_heads", meanwhile)
    assert check()[0] == []
    assert TrailEvent.objects.filter(verb="unit.noted").count() == 1


def test_a_killed_writer_leaves_nothing(committing_db):
    unit = make_unit()
    before = TrailEvent.objects.count()

    def die():
        with transaction.atomic():
            record("unit.noted", unit, by=None, now=NOW)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert [type(error) for error in side_by_side(die)] == [OperationalError]
    assert TrailEvent.objects.count() == before
    assert check()[0] == []
