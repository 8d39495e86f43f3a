"""The calendar at its boundaries, and its laws against a model that walks minute by minute."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chengnuo.ledger.calendar import (
    HOLIDAY,
    LONGEST,
    MAKEUP,
    Basis,
    Calendar,
    Walked,
    last_day,
    midnight,
)
from chengnuo.ledger.calendar_seed import published_tables
from chengnuo.ledger.clock import ZONE

TABLES = published_tables()
DATES = {day: kind for table in TABLES.values() for day, kind in table.items()}
CHINA = Calendar(DATES, dict.fromkeys(TABLES, 1))
LUNCH = Calendar(DATES, dict.fromkeys(TABLES, 1), [(540, 720), (780, 1050)])
NIGHT = Calendar(DATES, dict.fromkeys(TABLES, 1), [(22 * 60, 30 * 60)])
DAYS = (Basis.NATURAL_DAYS, Basis.WORKING_DAYS)


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


# Days


def test_a_complaint_received_on_21_september_is_due_at_the_end_of_6_october():
    due = CHINA.add(at(9, 21, 10), 15, Basis.NATURAL_DAYS)
    assert due.at == at(10, 7)
    assert due.last_day == date(2026, 10, 6)
    assert CHINA.working_day_before(due.last_day) == date(2026, 9, 30)
    assert CHINA.add(at(9, 21, 10), 30, Basis.NATURAL_DAYS).last_day == date(2026, 10, 21)
    assert CHINA.add(at(9, 21, 10), 60, Basis.NATURAL_DAYS).last_day == date(2026, 11, 20)


def test_the_day_of_the_event_is_walked_and_not_counted():
    due = CHINA.add(at(9, 21, 10), 2, Basis.NATURAL_DAYS)
    assert due.days == (
        Walked(date(2026, 9, 21), "working", "", None),
        Walked(date(2026, 9, 22), "working", "", 1),
        Walked(date(2026, 9, 23), "working", "", 2),
    )


@pytest.mark.parametrize("start", [at(9, 21), at(9, 21, 23, 59), at(9, 22) - timedelta(microseconds=1)])
def test_a_term_in_days_does_not_ask_the_hour_of_its_event(start):
    assert CHINA.add(start, 1, Basis.NATURAL_DAYS).at == at(9, 23)


def test_the_day_of_the_event_is_the_day_in_shanghai():
    late = datetime(2026, 9, 21, 16, 0, tzinfo=UTC)
    assert CHINA.add(late, 1, Basis.NATURAL_DAYS).last_day == date(2026, 9, 23)
    assert CHINA.add(late - timedelta(seconds=1), 1, Basis.NATURAL_DAYS).last_day == date(2026, 9, 22)


@pytest.mark.parametrize("basis", DAYS)
def test_a_term_of_no_days_ends_with_the_day_of_the_event(basis):
    assert CHINA.add(at(10, 1, 8), 0, basis).at == at(10, 2)


def test_working_days_pass_over_national_day_and_count_the_makeup_saturday():
    due = CHINA.add(at(9, 30, 16), 3, Basis.WORKING_DAYS)
    assert due.last_day == date(2026, 10, 10)
    assert not due.provisional
    assert [day.count for day in due.days] == [None] * 8 + [1, 2, 3]
    assert due.days[1] == Walked(date(2026, 10, 1), HOLIDAY, "国庆节", None)
    assert due.days[-1] == Walked(date(2026, 10, 10), MAKEUP, "国庆节", 3)


def test_the_whole_of_national_day_2026_is_free_and_its_two_makeup_days_are_worked():
    assert [CHINA.is_working_day(date(2026, 10, day)) for day in range(1, 8)] == [False] * 7
    assert CHINA.day(date(2026, 9, 20)).kind == CHINA.day(date(2026, 10, 10)).kind == MAKEUP
    assert CHINA.is_working_day(date(2026, 9, 20))
    assert CHINA.day(date(2026, 10, 11)).kind == "weekend"


def test_an_event_in_the_holiday_has_its_first_working_day_after_it():
    assert CHINA.add(at(10, 3, 15), 1, Basis.WORKING_DAYS).last_day == date(2026, 10, 8)


# A year without a table


def test_a_year_without_a_table_counts_its_weekends_and_is_provisional():
    due = CHINA.add(at(12, 30, 9), 4, Basis.WORKING_DAYS)
    assert due.last_day == date(2027, 1, 5)
    assert due.provisional
    assert due.versions == {2026: 1}
    assert CHINA.day(date(2027, 1, 1)).provisional
    assert CHINA.add(at(12, 30, 9), 60, Basis.WORKING_MINUTES).provisional is False
    assert CHINA.add(at(12, 31, 17), 60, Basis.WORKING_MINUTES).provisional is True


@pytest.mark.parametrize("basis", [Basis.MINUTES, Basis.NATURAL_DAYS])
def test_a_term_that_asks_no_table_is_never_provisional(basis):
    assert not CHINA.add(at(12, 30, 9, year=2030), 9, basis).provisional


def test_a_term_over_new_year_names_both_tables():
    calendar = Calendar(DATES, {2025: 2, 2026: 3})
    assert calendar.add(at(12, 31, 9, year=2025), 1, Basis.WORKING_DAYS).versions == {2025: 2, 2026: 3}


# Minutes


def test_minutes_are_an_instant_that_no_night_or_holiday_stops():
    due = CHINA.add(at(9, 30, 23, 50), 30, Basis.MINUTES)
    assert due.at == at(10, 1, 0, 20)
    assert [(day.date.day, day.count) for day in due.days] == [(30, None), (1, None)]
    assert CHINA.add(at(9, 30, 23, 50), 10, Basis.MINUTES).last_day == date(2026, 9, 30)


def test_working_minutes_end_with_the_window_and_go_on_after_the_holiday():
    start = at(9, 30, 17)
    assert CHINA.add(start, 30, Basis.WORKING_MINUTES).at == at(9, 30, 17, 30)
    due = CHINA.add(start, 31, Basis.WORKING_MINUTES)
    assert due.at == at(10, 8, 9, 1)
    assert (due.days[0].count, due.days[-1].count) == (1, 2)
    assert {day.count for day in due.days[1:-1]} == {None}


def test_working_minutes_begin_when_the_office_opens():
    assert CHINA.add(at(10, 8, 3), 1, Basis.WORKING_MINUTES).at == at(10, 8, 9, 1)
    assert CHINA.add(at(10, 8, 20), Decimal("0.5"), Basis.WORKING_MINUTES).at == at(10, 9, 9) + timedelta(seconds=30)
    assert CHINA.add(at(10, 8, 20), 0, Basis.WORKING_MINUTES).at == at(10, 8, 20)


def test_lunch_is_not_worked():
    assert LUNCH.add(at(10, 8, 11, 50), 10, Basis.WORKING_MINUTES).at == at(10, 8, 12)
    assert LUNCH.add(at(10, 8, 11, 50), 11, Basis.WORKING_MINUTES).at == at(10, 8, 13, 1)
    assert LUNCH.add(at(10, 8, 12, 30), 1, Basis.WORKING_MINUTES).at == at(10, 8, 13, 1)
    assert LUNCH.elapsed(at(10, 8, 11, 50), at(10, 8, 13, 5), Basis.WORKING_MINUTES) == 15
    assert [LUNCH.is_working(at(10, 8, hour)) for hour in (11, 12, 13)] == [True, False, True]


def test_the_office_is_open_from_its_first_minute_and_shut_from_its_last():
    assert [CHINA.is_working(at(10, 8, *hour)) for hour in ((8, 59), (9, 0), (17, 29), (17, 30))] == [
        False,
        True,
        True,
        False,
    ]
    assert not CHINA.is_working(at(10, 1, 10))
    assert CHINA.is_working(at(10, 10, 10))


def test_a_window_past_midnight_belongs_to_the_day_it_starts_on():
    friday, saturday = at(11, 20, 22), at(11, 21, 5, 59)
    assert NIGHT.is_working(friday)
    assert NIGHT.is_working(saturday)
    assert not NIGHT.is_working(at(11, 21, 6))
    assert not NIGHT.is_working(at(11, 22, 22))
    assert not NIGHT.is_working(at(11, 23, 3)), "Sunday's night is not worked, also not on Monday morning"
    due = NIGHT.add(at(11, 21, 1), 301, Basis.WORKING_MINUTES)
    assert due.at == at(11, 23, 22, 1)
    assert [(day.date.day, day.count) for day in due.days] == [(20, 1), (21, None), (22, None), (23, 2)]


# Refusals


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("n", [-1, Decimal("-0.01"), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+99999"), 10**30])
def test_a_term_that_is_no_term_is_refused(basis, n):
    with pytest.raises(ValueError, match="term"):
        CHINA.add(at(9, 21), n, basis)


@pytest.mark.parametrize("basis", DAYS)
def test_a_term_is_twenty_years_at_most_and_days_are_whole(basis):
    with pytest.raises(ValueError, match="twenty years"):
        CHINA.add(at(9, 21), LONGEST + 1, basis)
    with pytest.raises(ValueError, match="whole"):
        CHINA.add(at(9, 21), Decimal("1.5"), basis)


@pytest.mark.parametrize("basis", [Basis.WORKING_DAYS, Basis.WORKING_MINUTES])
def test_a_term_of_working_time_that_reaches_past_twenty_years_is_refused(basis):
    with pytest.raises(ValueError, match="twenty years"):
        CHINA.add(at(9, 21), 7000 if basis is Basis.WORKING_DAYS else 7000 * 510, basis)


def test_a_naive_time_and_a_time_at_the_end_of_the_calendar_are_refused():
    with pytest.raises(ValueError, match="aware"):
        CHINA.add(datetime(2026, 9, 21), 1, Basis.MINUTES)  # noqa: DTZ001
    for basis in Basis:
        with pytest.raises(ValueError, match="outside the calendar"):
            CHINA.add(datetime(9999, 12, 31, 23, 59, tzinfo=ZONE), 900, basis)


@pytest.mark.parametrize(
    "windows",
    [[], [(540, 540)], [(-1, 60)], [(1440, 1500)], [(780, 1050), (540, 720)], [(540, 720), (700, 800)], [(540, 1981)]],
)
def test_office_hours_that_cannot_be_are_refused(windows):
    with pytest.raises(ValueError, match="office hours"):
        Calendar({}, {}, windows)


def test_a_table_names_holidays_and_makeup_days_only():
    with pytest.raises(ValueError, match="holidays"):
        Calendar({date(2026, 1, 1): ("weekend", "")}, {})


def test_a_deadline_is_told_as_json():
    told = json.loads(json.dumps(CHINA.add(at(9, 30, 16), 1, Basis.WORKING_DAYS).as_json()))
    assert told["at"] == "2026-10-09T00:00:00+08:00"
    assert told["last_day"] == "2026-10-08"
    assert told["provisional"] is False
    assert told["versions"] == {"2026": 1}
    assert told["days"][1] == {"date": "2026-10-01", "kind": "holiday", "name": "国庆节", "count": None}


def test_every_published_year_is_there_and_its_names_are_chinese():
    assert list(TABLES) == list(range(2004, max(TABLES) + 1))
    assert all(day.year == year for year, table in TABLES.items() for day in table)
    assert {kind for kind, _ in DATES.values()} == {HOLIDAY, MAKEUP}
    assert all(name and not name.isascii() for _, name in DATES.values())


# Laws, against a model that knows only what every minute of three weeks is

FIRST = date(2026, 9, 21)
SPAN = 21
MINUTES = SPAN * 1440
law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    offs = draw(st.dictionaries(st.integers(-1, SPAN), st.sampled_from([HOLIDAY, MAKEUP]), max_size=12))
    opens = draw(st.integers(0, 1439))
    cuts = draw(st.sets(st.integers(1, 1440), min_size=1, max_size=5).filter(lambda cuts: len(cuts) % 2))
    edges = [opens, *(opens + cut for cut in sorted(cuts))]
    windows = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < 1440]
    return Calendar({FIRST + timedelta(days=day): (kind, "x") for day, kind in offs.items()}, {2026: 1}, windows)


def worked(calendar: Calendar) -> list[bool]:
    """Whether each minute from FIRST on is worked, by the definition and nothing else."""
    minutes = [False] * MINUTES
    for day in range(-1, SPAN):
        today = FIRST + timedelta(days=day)
        kind = calendar.exceptions.get(today, (None,))[0]
        if kind == HOLIDAY or (kind is None and today.isoweekday() > 5):
            continue
        for start, end in calendar.windows:
            for minute in range(day * 1440 + start, day * 1440 + end):
                if 0 <= minute < MINUTES:
                    minutes[minute] = True
    return minutes


def moment(minute: int) -> datetime:
    return midnight(FIRST) + timedelta(minutes=minute)


in_span = st.integers(0, MINUTES - 1)


@law
@given(calendars(), in_span, st.integers(0, 3000))
def test_law_working_minutes_end_where_the_model_ends(calendar, start, n):
    left, minute, minutes = n, start, worked(calendar)
    while left and minute < MINUTES:
        left -= minutes[minute]
        minute += 1
    assume(not left)
    due = calendar.add(moment(start), n, Basis.WORKING_MINUTES)
    assert due.at == moment(minute)
    assert calendar.elapsed(moment(start), due.at, Basis.WORKING_MINUTES) == n


@law
@given(calendars(), in_span, in_span)
def test_law_working_minutes_elapsed_are_the_minutes_of_the_model(calendar, a, b):
    minutes, (first, last) = worked(calendar), sorted((a, b))
    measured = sum(minutes[first:last])
    assert calendar.elapsed(moment(a), moment(b), Basis.WORKING_MINUTES) == (measured if a <= b else -measured)
    assert calendar.is_working(moment(a)) == minutes[a]


@law
@given(calendars(), in_span, st.integers(0, 8), st.sampled_from(DAYS))
def test_law_days_are_the_days_of_the_model(calendar, start, n, basis):
    today, left = FIRST + timedelta(days=start // 1440), n
    while left:
        today += timedelta(days=1)
        kind = calendar.exceptions.get(today, (None,))[0]
        left -= basis is Basis.NATURAL_DAYS or kind == MAKEUP or (kind is None and today.isoweekday() <= 5)
    due = calendar.add(moment(start), n, basis)
    assert due.at == midnight(today + timedelta(days=1))
    assert due.last_day == last_day(due.at) == due.days[-1].date == today
    assert [day.count for day in due.days if day.count] == list(range(1, n + 1))
    assert calendar.elapsed(moment(start), due.at, basis) == n


@law
@given(calendars(), in_span, st.integers(0, 2000), st.integers(0, 2000), st.sampled_from(list(Basis)))
def test_law_a_longer_term_never_ends_earlier_and_a_later_event_never_either(calendar, start, n, later, basis):
    n = n % 12 if basis in DAYS else n
    due = calendar.add(moment(start), n, basis)
    assert due.at >= moment(start)
    assert calendar.add(moment(start), n + 1, basis).at > due.at
    assert calendar.add(moment(start + later), n, basis).at >= due.at


@law
@given(calendars(), in_span, in_span, in_span, st.sampled_from([Basis.MINUTES, Basis.WORKING_MINUTES]))
def test_law_minutes_measured_in_two_parts_are_the_minutes_of_the_whole(calendar, a, b, c, basis):
    parts = calendar.elapsed(moment(a), moment(b), basis) + calendar.elapsed(moment(b), moment(c), basis)
    assert parts == calendar.elapsed(moment(a), moment(c), basis)


@law
@given(st.datetimes(datetime(2004, 1, 1), datetime(2030, 1, 1)), st.decimals(0, 10000, places=4))  # noqa: DTZ001
def test_law_minutes_come_back_to_the_microsecond(start, n):
    start = start.replace(tzinfo=ZONE)
    for basis in (Basis.MINUTES, Basis.WORKING_MINUTES):
        assert CHINA.elapsed(start, CHINA.add(start, n, basis).at, basis) == n
