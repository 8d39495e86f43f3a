from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import HOLIDAY, MAKEUP
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.holidays import import_table
from chengnuo.ledger.links import link, linked
from chengnuo.ledger.models import CalendarTable, Link, ParameterVersion, TrailEvent, ref
from chengnuo.ledger.obligations import Owed, obligation, verbs
from chengnuo.ledger.parameters import add_version
from chengnuo.people.models import Unit
from tests.ledger.world import NOW, duty, happen, make_unit, tick

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FAR = datetime(2027, 12, 30, 10, tzinfo=ZONE)


def value(at=NOW):
    return rulebook().parameter("call_back.due", at).value


def test_a_new_version_is_read_at_once_and_holds_from_its_time_on():
    add_version("call_back.due", Decimal(20), NOW, by=None, now=NOW)
    assert (value(NOW - DAY), value(NOW), value(NOW + DAY)) == (15, 20, 20)


def test_a_book_read_in_a_transaction_that_fell_back_is_not_kept():
    with transaction.atomic():
        add_version("call_back.due", Decimal(20), NOW, by=None, now=NOW)
        assert value() == 20
        transaction.set_rollback(True)
    assert value() == 15


def test_reading_again_asks_only_for_the_stamp(django_assert_num_queries):
    rulebook()
    with django_assert_num_queries(1):
        rulebook()


@pytest.mark.parametrize("wrong", ["-1", "100000", "1.5", "NaN"])
def test_a_value_out_of_its_bounds_is_refused_beside_its_field(wrong):
    with pytest.raises(Invalid) as refused:
        add_version("call_back.due", Decimal(wrong), NOW, by=None, now=NOW)
    assert list(refused.value.fields) == ["value"]
    assert ParameterVersion.objects.filter(key="call_back.due").count() == 1


def test_an_unknown_figure_is_refused():
    with pytest.raises(Invalid):
        add_version("nothing", Decimal(1), NOW, by=None, now=NOW)


# Calendar tables


@pytest.fixture
def provisional(no_rules):
    """A duty of three working days begun on 30 December 2027; no table of 2028 is published."""

    @obligation("3.6.1", of=Unit, met_by=verbs("unit.answered"))
    def three_days(unit, facts):
        return Owed("", "x", facts.after(FAR, "interim_reply.every")) if unit.phone == "wanted" else None

    import_table(2027, {date(2027, 1, 1): (HOLIDAY, "元旦")}, "通知", by=None, now=NOW)
    unit = make_unit()
    happen("unit.changed", unit, FAR, {"phone": "wanted"})
    return unit


def test_a_year_without_a_table_makes_a_deadline_provisional(provisional):
    assert (duty().provisional, duty().due) == (True, datetime(2028, 1, 5, tzinfo=ZONE))


def test_importing_the_year_counts_open_provisional_duties_again_by_an_event(provisional):
    days = {date(2028, 1, 3): (HOLIDAY, "元旦"), date(2028, 1, 8): (MAKEUP, "元旦")}
    with moved_to(FAR + timedelta(hours=1), "test"):
        import_table(2028, days, "通知", by=None, now=FAR + timedelta(hours=1))
    one = duty()
    assert (one.provisional, one.due, one.since) == (False, datetime(2028, 1, 6, tzinfo=ZONE), FAR)
    assert one.why["walk"]["versions"] == {"2027": 1, "2028": 1}
    assert FAR < one.next_at < one.due
    event = TrailEvent.objects.get(verb="duty.counted_again")
    assert event.subject == ref(provisional)
    assert check()[0] == []


@pytest.mark.parametrize("is_worker_up", [True, False])
def test_what_is_late_already_is_not_counted_again(provisional, is_worker_up):
    due = datetime(2028, 1, 5, tzinfo=ZONE)
    late = due + timedelta(seconds=1)
    if is_worker_up:
        assert tick(late) == 1
    with moved_to(late, "test"):
        import_table(2028, {date(2028, 1, 3): (HOLIDAY, "元旦")}, "通知", by=None, now=late)
    assert (duty().due, duty().breached_at) == (due, due if is_worker_up else None)
    assert check()[0] == []


def test_a_corrected_table_is_the_next_version_and_the_one_that_counts():
    before = CalendarTable.objects.get(year=2026)
    import_table(2026, {date(2026, 3, 3): (HOLIDAY, "临时")}, "更正", by=None, now=NOW)
    assert [one.number for one in CalendarTable.objects.filter(year=2026).order_by("number")] == [1, 2]
    assert before.days.count() > 1
    calendar = rulebook().calendar
    assert (calendar.years[2026], calendar.day(date(2026, 3, 3)).name) == (2, "临时")
    assert calendar.day(date(2026, 10, 1)).is_working


@pytest.mark.parametrize(
    ("year", "days", "field"),
    [
        (1900, {date(1900, 1, 1): (HOLIDAY, "")}, "year"),
        (2028, {}, "days"),
        (2028, {date(2027, 1, 1): (HOLIDAY, "")}, "days"),
        (2028, {date(2028, 1, 1): ("party", "")}, "days"),
        (2028, {date(2028, 1, 3): (MAKEUP, "")}, "days"),
        (2028, {date(2028, 1, 3): (HOLIDAY, "x" * 41)}, "days"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_imported(year, days, field):
    count = CalendarTable.objects.count()
    with pytest.raises(Invalid) as refused:
        import_table(year, days, "通知", by=None, now=NOW)
    assert list(refused.value.fields) == [field]
    assert CalendarTable.objects.count() == count


# Links


def test_records_are_tied_once_and_read_from_both_sides():
    one, other = make_unit("SU"), make_unit("HZ")
    event = happen("unit.noted", one)
    link(one, other, "case", event)
    link(other, one, "case", event)
    assert Link.objects.count() == 1
    assert linked(one) == [(ref(other), "case")]
    assert linked(other) == [(ref(one), "case")]
