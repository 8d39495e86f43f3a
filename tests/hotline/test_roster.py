"""The hours of a line that nobody has yet (3.1.2)."""

from datetime import datetime

from chengnuo.hotline.models import DutyShift
from chengnuo.hotline.roster import by_day, uncovered
from tests.hotline.world import at

START, END = at("10-01 08:00"), at("10-02 08:00")


def shift(starts_at: str, ends_at: str) -> DutyShift:
    return DutyShift(starts_at=at(starts_at), ends_at=at(ends_at))


def spans(*shifts: DutyShift) -> list[tuple[datetime, datetime]]:
    return uncovered(shifts, START, END)


def test_without_any_shift_the_whole_span_is_uncovered():
    assert spans() == [(START, END)]


def test_shifts_that_meet_leave_nothing_whatever_their_order():
    assert spans(shift("10-01 20:00", "10-02 08:00"), shift("10-01 08:00", "10-01 20:00")) == []


def test_a_night_that_nobody_has_is_one_gap():
    assert spans(shift("10-01 07:00", "10-01 20:00")) == [(at("10-01 20:00"), END)]


def test_shifts_that_overlap_hide_no_gap_behind_them():
    long, short = shift("10-01 08:00", "10-01 22:00"), shift("10-01 12:00", "10-01 14:00")
    assert spans(long, short) == [(at("10-01 22:00"), END)]


def test_what_lies_after_the_span_is_no_matter():
    assert spans(shift("10-01 08:00", "10-03 08:00"), shift("10-04 08:00", "10-04 20:00")) == []
    assert spans(shift("10-04 08:00", "10-04 20:00")) == [(START, END)]


def test_a_day_holds_its_shifts_and_the_gap_that_begins_on_it():
    running, later = shift("09-30 20:00", "10-01 20:00"), shift("10-02 00:00", "10-02 08:00")
    days = by_day([running, later], START, END)
    assert [(day.date.day, len(day.shifts), day.gaps) for day in days] == [
        (1, 1, [(at("10-01 20:00"), at("10-02 00:00"))]),
        (2, 1, []),
    ]
