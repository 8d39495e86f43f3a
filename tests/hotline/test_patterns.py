"""Repeating rosters: what they write, keep and leave (3.1.2)."""

from datetime import date, time, timedelta

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.coverage import Gap, uncovered
from chengnuo.hotline.models import DutyShift, RosterPattern
from chengnuo.hotline.patterns import Slot
from chengnuo.ledger.models import TrailEvent
from chengnuo.people.actions import report_absence
from tests.cast import refused
from tests.hotline.world import DAY, NOW, SECOND, at, do, stored, turn


def two_slots(cast, **more):
    day = Slot("白班", time(8), time(20), (cast.zhoumin.pk, cast.xuning.pk), **more)
    return [day, Slot("夜班", time(20), time(8), (cast.lize.pk,))]


def started(cast, slots=None, by=None, now=NOW, **more):
    given = {"unit": cast.su, "name": "两班倒", "starts_on": date(2026, 9, 29), "slots": slots or two_slots(cast)}
    return do(actions.start_pattern, **{**given, "by": by or cast.xuning, "now": now, "weeks": 4, **more})


def test_a_pattern_covers_every_minute_of_its_weeks_by_turns_in_one_event(cast):
    pattern, lines = started(cast)
    assert {line.fate for line in lines} == {"new"}
    assert DutyShift.objects.filter(pattern=pattern).count() == 56
    assert uncovered([cast.su.pk], at("09-29 08:00"), at("10-27 08:00"))[cast.su.pk] == []
    day = DutyShift.objects.filter(slot=0).order_by("starts_at")[:3]
    assert [one.staff.name for one in day] == ["周敏", "许宁", "周敏"]
    assert TrailEvent.objects.filter(verb="roster.applied").count() == 1


def test_a_pattern_extends_itself_week_by_week_and_is_never_less_than_its_weeks_less_one_ahead(cast):
    pattern, _lines = started(cast)
    assert pattern.extend_at == at("10-06 00:00")
    turn(at("10-06 00:00") - SECOND)
    assert DutyShift.objects.count() == 56
    turn(at("10-06 00:00"))
    turn(at("10-06 00:00"))
    pattern.refresh_from_db()
    assert (DutyShift.objects.count(), pattern.written_to, pattern.extend_at) == (
        70,
        date(2026, 11, 2),
        at("10-13 00:00"),
    )


def test_a_worker_that_was_down_for_a_month_extends_to_where_it_would_be_had_it_not_been(cast):
    pattern, _lines = started(cast)
    turn(at("11-05 10:00"))
    pattern.refresh_from_db()
    assert pattern.written_to == date(2026, 12, 2)
    gaps = uncovered([cast.su.pk], at("10-27 08:00"), at("12-03 08:00"))[cast.su.pk]
    assert gaps == [Gap(at("10-27 08:00"), at("11-05 20:00"))]


def test_the_end_of_a_pattern_is_its_last_day_and_nothing_extends_it(cast):
    pattern, _lines = started(cast, ends_on=date(2026, 9, 30))
    assert (pattern.extend_at, DutyShift.objects.count()) == (None, 4)


def test_shifts_entered_by_hand_are_left_alone_and_what_clashes_is_a_gap_with_its_reason(cast):
    do(
        actions.enter_shift,
        unit=cast.su,
        staff=cast.xuning,
        by=cast.xuning,
        starts_at=at("10-01 08:00"),
        ends_at=at("10-01 20:00"),
    )
    do(
        report_absence,
        cast.lize,
        starts_at=at("10-02 20:00"),
        ends_at=at("10-03 06:00"),
        reason="婚假",
        by=cast.xuning,
    )
    _pattern, lines = started(cast, weeks=3)
    odd = [(line.plan.starts_at, line.fate, line.words) for line in lines if line.fate != "new"]
    assert odd == [(at("10-01 08:00"), "taken", "已有人值班"), (at("10-02 20:00"), "clash", "请假")]
    assert uncovered([cast.su.pk], at("09-29 08:00"), at("10-12 00:00"))[cast.su.pk] == [
        Gap(at("10-02 20:00"), at("10-03 08:00"))
    ]


def test_a_shift_taken_off_by_hand_is_not_written_again(cast):
    pattern, _lines = started(cast)
    shift = DutyShift.objects.filter(slot=1).earliest("starts_at")
    do(actions.cancel_shift, shift, by=cast.xuning)
    turn(pattern.extend_at)
    assert DutyShift.objects.filter(starts_at=shift.starts_at, is_cancelled=False).count() == 0


def test_working_days_and_days_off_follow_the_calendar_with_its_make_up_saturday(cast):
    office = [
        Slot("工作日", time(8), time(20), (cast.zhoumin.pk,), days="working"),
        Slot("休息日", time(9), time(21), (cast.xuning.pk,), days="off"),
    ]
    started(cast, office, weeks=3)
    of_saturday = DutyShift.objects.get(starts_at__gte=at("10-10 00:00"), starts_at__lt=at("10-11 00:00"))
    of_holiday = DutyShift.objects.get(starts_at__gte=at("10-05 00:00"), starts_at__lt=at("10-06 00:00"))
    assert (of_saturday.staff, of_holiday.staff) == (cast.zhoumin, cast.xuning)


def test_a_preview_says_what_applying_does_and_writes_nothing(cast):
    pattern, _lines = started(cast)
    before = stored(DutyShift, RosterPattern)
    assert {line.fate for line in actions.preview(pattern, NOW)} == {"kept"}
    assert stored(DutyShift, RosterPattern) == before


def test_a_stopped_pattern_takes_its_later_shifts_off_and_extends_no_more(cast):
    pattern, _lines = started(cast)
    noon = at("09-30 12:00")
    assert do(actions.stop_pattern, pattern, by=cast.xuning, now=noon) == 52
    assert uncovered([cast.su.pk], noon, noon + DAY)[cast.su.pk] == [Gap(at("10-01 08:00"), at("10-01 12:00"))]
    with refused("pattern_stopped"):
        do(actions.stop_pattern, pattern, by=cast.xuning, now=noon)
    turn(at("10-20 00:00"))
    assert DutyShift.objects.count() == 56


@pytest.mark.parametrize(
    "change, code",
    [
        ({"slots": [Slot("白班", time(8), time(20), ())]}, "slot_people"),
        ({"slots": [Slot("白班", time(8), time(20), (1, 2), (2, 1, 1))]}, "own_backup"),
        ({"slots": [Slot("白班", time(8), time(20), (1,), days="never")]}, "slot_days"),
        ({"weeks": 2}, "weeks"),
        ({"weeks": 27}, "weeks"),
        ({"ends_on": date(2026, 9, 28)}, "period"),
        ({"starts_on": date(2029, 1, 1)}, "far"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_and_leaves_nothing(cast, change, code):
    with refused(code):
        started(cast, **change)
    assert stored(RosterPattern, DutyShift) == []


def test_one_who_does_not_arrange_the_roster_starts_and_stops_none(cast):
    with refused("forbidden"):
        started(cast, by=cast.zhoumin)
    pattern, _lines = started(cast)
    with refused("forbidden"):
        do(actions.stop_pattern, pattern, by=cast.zhoumin)


def test_a_round_with_no_pattern_due_reads_one_index(cast, django_assert_num_queries):
    started(cast)
    with django_assert_num_queries(1):
        actions.extend_patterns(NOW + timedelta(days=1))
