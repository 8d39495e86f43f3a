from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.ledger import loop
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation, Occasion, Rung, TrailEvent
from chengnuo.ledger.obligations import Owed, obligation, occasion, verbs
from chengnuo.people.models import Unit
from tests.ledger.world import NOW, TERM, duty, happen, make_unit, tick

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def owed(unit, owes, told):
    """A duty of four hours: reminder at three, rungs at four, five, six and eight hours."""
    owes()
    happen("unit.changed", unit, NOW, {"phone": "wanted"})
    told.clear()
    return unit


def rungs():
    return list(Rung.objects.order_by("rung").values_list("rung", "fired"))


def owe_minutes(unit, minutes):
    @obligation("3.1.5", of=Unit, met_by=verbs("unit.answered"))
    def soon(unit, facts):
        return Owed("", "x", NOW + timedelta(minutes=minutes))

    happen("unit.changed", unit, NOW)


def test_the_reminder_comes_at_three_quarters_of_the_term(owed, told):
    assert tick(NOW + 3 * HOUR - SECOND) == 0
    assert tick(NOW + 3 * HOUR) == 1
    assert told == [("remind", 0, [100])]


def test_of_a_short_term_the_reminder_comes_ten_minutes_before(unit, told):
    owe_minutes(unit, 20)
    assert tick(NOW + 10 * MINUTE - SECOND) == 0
    tick(NOW + 10 * MINUTE)
    assert [what for what, _rung, _people in told] == ["remind"]


def test_a_term_of_ten_minutes_has_no_reminder(unit, told):
    owe_minutes(unit, 10)
    assert duty().next_at == NOW + 10 * MINUTE


def test_a_duty_climbs_rung_after_rung_and_stays_red_above_the_chairman(owed, told):
    for minutes in range(0, 24 * 60, 5):
        tick(NOW + timedelta(minutes=minutes))
    assert told == [
        ("remind", 0, [100]),
        ("due", 1, [101]),
        ("rung", 2, [102]),
        ("rung", 3, [103]),
        ("rung", 4, [104]),
    ]
    hours = [row.at - NOW for row in Rung.objects.order_by("rung")]
    assert hours == [4 * HOUR, 5 * HOUR, 6 * HOUR, 8 * HOUR]
    assert (duty().state, duty().breached_at, duty().next_at) == ("open", NOW + TERM, None)


def test_rungs_of_a_short_term_are_a_quarter_of_an_hour_apart(unit, told):
    owe_minutes(unit, 20)
    for minutes in range(120):
        tick(NOW + timedelta(minutes=minutes))
    assert [row.at - NOW for row in Rung.objects.order_by("rung")] == [m * MINUTE for m in (20, 35, 50, 65)]


def test_after_a_stop_only_the_highest_rung_fires_and_the_lower_are_on_record(owed, told):
    tick(NOW + 7 * HOUR)
    assert told == [("rung", 3, [103])]
    assert rungs() == [(1, False), (2, False), (3, True)]
    assert duty().breached_at == NOW + TERM
    tick(NOW + 8 * HOUR)
    assert rungs()[-1] == (4, True)


def test_a_second_tick_says_nothing_twice(owed, told):
    tick(NOW + 7 * HOUR)
    spoken = len(told)
    assert tick(NOW + 7 * HOUR) == 0
    assert len(told) == spoken


def test_a_duty_met_is_silent(owed, told):
    happen("unit.answered", owed, NOW + HOUR, {"phone": ""})
    assert tick(NOW + 30 * HOUR) == 0
    assert told == []


def test_every_word_is_an_event_of_the_record_with_whom_it_told(owed, told):
    tick(NOW + 7 * HOUR)
    event = TrailEvent.objects.filter(verb="duty.escalated").get()
    assert event.subject_pk == owed.pk
    assert '"rung":3,"told":[103]' in event.body
    assert check()[0] == []


def test_when_nothing_is_due_the_loop_reads_one_index(owed):
    with CaptureQueriesContext(connection) as read:
        loop.tick(NOW)
    statements = [one["sql"] for one in read.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statements[0]}")
        assert "obligation_next" in str(cursor.fetchall())


@pytest.mark.parametrize("count", [1, 30])
def test_the_loop_takes_the_same_statements_for_one_duty_and_for_thirty(
    owes, told, db, count, django_assert_max_num_queries
):
    owes()
    for n in range(count):
        happen("unit.changed", make_unit(f"U{n}"), NOW, {"phone": "wanted"})
    with django_assert_max_num_queries(16):
        assert tick(NOW + 7 * HOUR) == count


def test_more_than_a_batch_is_dealt_with_in_one_tick(owes, told, db, monkeypatch):
    monkeypatch.setattr(loop, "BATCH", 2)
    owes()
    for n in range(5):
        happen("unit.changed", make_unit(f"U{n}"), NOW, {"phone": "wanted"})
    assert tick(NOW + 5 * HOUR) == 5
    assert check()[0] == []


# Scenario 15


@pytest.fixture
def occasions(unit, no_rules, told):
    """A daily, a monthly and a yearly occasion since the last week of 2026, each owing something by its period's end."""
    start = datetime(2026, 12, 28, tzinfo=ZONE)

    def day(at):
        local = at.astimezone(ZONE)
        return f"{local:%Y-%m-%d}", local.replace(hour=0, minute=0, second=0, microsecond=0)

    def month(at):
        local = at.astimezone(ZONE)
        return f"{local:%Y-%m}", local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def year(at):
        local = at.astimezone(ZONE)
        return f"{local:%Y}", local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)

    for name, period_of in (("daily", day), ("monthly", month), ("yearly", year)):
        occasion(name, "3.3.0", units=lambda now: {unit.pk: start}, period_of=period_of)

    @obligation("3.3.0", of=Occasion, met_by=verbs("occasion.done"))
    def do_it(one, facts):
        return Owed("", "x", one.starts_at + timedelta(hours=24))

    return unit


def test_what_time_owes_is_there_once_after_a_stop_over_midnight_month_end_and_new_year(occasions, told):
    tick(datetime(2026, 12, 30, 9, tzinfo=ZONE))
    told.clear()
    tick(datetime(2027, 1, 2, 10, tzinfo=ZONE))
    periods = list(Occasion.objects.order_by("starts_at", "rule").values_list("rule", "period"))
    assert periods == [
        ("daily", "2026-12-28"),
        ("daily", "2026-12-29"),
        ("daily", "2026-12-30"),
        ("daily", "2026-12-31"),
        ("daily", "2027-01-01"),
        ("monthly", "2027-01"),
        ("yearly", "2027"),
        ("daily", "2027-01-02"),
    ]
    assert Obligation.objects.count() == len(periods)
    assert check()[0] == []


def test_of_the_rungs_passed_in_the_stop_only_the_highest_fires_on_each_duty(occasions, told):
    tick(datetime(2026, 12, 30, 9, tzinfo=ZONE))
    tick(datetime(2027, 1, 2, 10, tzinfo=ZONE))
    for one in Obligation.objects.filter(due__lt=datetime(2026, 12, 31, 0, tzinfo=ZONE)):
        fired = one.rungs.filter(fired=True).order_by("-at").first()
        assert fired.rung == 4
    late = Obligation.objects.get(due=datetime(2027, 1, 1, tzinfo=ZONE))
    assert list(late.rungs.values_list("rung", "fired")) == [(1, False), (2, False), (3, False), (4, True)]
    assert late.breached_at == late.due


def test_ticking_again_in_the_same_hour_asks_no_unit(occasions):
    at = datetime(2026, 12, 30, 9, tzinfo=ZONE)
    tick(at)
    loop._filled.clear()
    assert loop.fill_occasions(at) == 0
    assert Occasion.objects.count() == 3
