"""The proof that somebody is on duty at every minute (3.1.2): to the minute, and equal to counting them one by one."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.hotline import actions
from chengnuo.hotline.coverage import Gap, by_days, uncovered
from chengnuo.hotline.models import DutyShift
from chengnuo.people.actions import end_absence, leave, report_absence
from chengnuo.people.models import Absence
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, SECOND, at, do

START, END = at("10-01 00:00"), at("10-03 00:00")


def on(cast, start, end, staff=None, **more):
    given = {"unit": cast.su, "staff": staff or cast.lize, "by": cast.xuning, "starts_at": start, "ends_at": end}
    return do(actions.enter_shift, **{**given, **more})


def gaps(cast, start=START, end=END):
    return [(gap.starts_at, gap.ends_at) for gap in uncovered([cast.su.pk], start, end)[cast.su.pk]]


def test_an_empty_roster_is_one_gap_and_a_filled_one_none(cast):
    assert gaps(cast) == [(START, END)]
    on(cast, at("10-01 00:00"), at("10-02 00:00"))
    on(cast, at("10-02 00:00"), at("10-03 00:00"), cast.zhoumin)
    assert gaps(cast) == []


def test_one_minute_that_nobody_has_is_a_gap_of_one_minute(cast):
    on(cast, at("10-01 00:00"), at("10-01 12:00"))
    on(cast, at("10-01 12:01"), at("10-02 00:00"))
    on(cast, at("10-02 00:00"), at("10-03 00:00"), cast.zhoumin)
    assert gaps(cast) == [(at("10-01 12:00"), at("10-01 12:01"))]
    assert Gap(*gaps(cast)[0]).minutes == 1
    assert Gap(at("10-01 12:00"), at("10-01 12:00:01")).minutes == 1


def test_a_shift_past_midnight_covers_both_days_and_a_gap_over_midnight_is_cut_there(cast):
    on(cast, at("10-01 20:00"), at("10-02 08:00"))
    assert gaps(cast) == [(START, at("10-01 20:00")), (at("10-02 08:00"), END)]
    cut = by_days([Gap(at("10-01 20:00"), at("10-03 00:00"))])
    assert {day.day: [(one.starts_at, one.ends_at) for one in cut[day]] for day in cut} == {
        1: [(at("10-01 20:00"), at("10-02 00:00"))],
        2: [(at("10-02 00:00"), at("10-03 00:00"))],
    }


def test_a_backup_a_cancelled_shift_and_another_branch_prove_nothing(cast):
    on(cast, START, START + DAY, role="backup")
    do(actions.cancel_shift, on(cast, START, START + DAY, cast.zhoumin), by=cast.xuning)
    on(cast, START, START + DAY, cast.luyao, unit=cast.hz, by=cast.wanghaiyan)
    assert gaps(cast) == [(START, END)]


def test_an_absence_takes_presence_away_and_an_ended_one_gives_it_back(cast):
    on(cast, START, START + DAY)
    absence = do(
        report_absence, cast.lize, starts_at=START + 6 * HOUR, ends_at=END, reason="病假", by=cast.lize, now=NOW
    )
    assert gaps(cast) == [(START + 6 * HOUR, END)]
    do(end_absence, absence, by=cast.lize, now=START + 8 * HOUR)
    assert gaps(cast) == [(START + 6 * HOUR, START + 8 * HOUR), (START + DAY, END)]


def test_who_left_was_present_until_then(cast):
    on(cast, START, START + DAY)
    do(leave, cast.lize, by=cast.admin, now=START + 5 * HOUR)
    assert gaps(cast) == [(START + 5 * HOUR, END)]


def test_a_shift_written_down_afterwards_covers_nothing_before_it_was(cast):
    on(cast, START, START + 12 * HOUR, now=START + 3 * HOUR)
    on(cast, START + 12 * HOUR, START + DAY, now=START + DAY + HOUR)
    assert gaps(cast) == [(START, START + 3 * HOUR), (START + 12 * HOUR, END)]


def test_a_shift_of_24_hours_that_began_a_day_before_is_seen(cast):
    on(cast, START - DAY + SECOND, START + SECOND)
    assert gaps(cast) == [(START + SECOND, END)]


def test_every_branch_is_answered_by_one_query(cast, django_assert_num_queries):
    on(cast, START, START + DAY)
    with django_assert_num_queries(1):
        found = uncovered([cast.su.pk, cast.hz.pk, cast.bj.pk], START, END)
    assert {unit: len(rows) for unit, rows in found.items()} == {cast.su.pk: 1, cast.hz.pk: 1, cast.bj.pk: 1}


def test_a_horizon_without_length_is_no_question(cast):
    with pytest.raises(ValueError, match="needs a length"):
        uncovered([cast.su.pk], START, START)


MINUTES = 300
span = st.tuples(st.integers(-60, MINUTES), st.integers(1, 120))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    shifts=st.lists(
        st.tuples(st.integers(0, 2), span, st.booleans(), st.booleans(), st.integers(-90, 200)), max_size=8
    ),
    absences=st.lists(st.tuples(st.integers(0, 2), span), max_size=3),
)
def test_the_proof_in_sql_equals_counting_the_minutes(cast, shifts, absences):
    people = [cast.zhoumin, cast.lize, cast.xuning]
    DutyShift.objects.all().delete()
    Absence.objects.all().delete()
    kept = []
    for person, (begin, length), is_primary, is_cancelled, entered in shifts:
        overlaps = any(p == person and b < begin + length and begin < b + n for p, b, n, *_more in kept)
        if is_primary and not is_cancelled and overlaps:
            continue
        if is_primary and not is_cancelled:
            kept.append((person, begin, length, entered))
        DutyShift.objects.create(
            unit=cast.su,
            staff=people[person],
            role="primary" if is_primary else "backup",
            is_cancelled=is_cancelled,
            starts_at=START + begin * MINUTE,
            ends_at=START + (begin + length) * MINUTE,
            entered_at=START + entered * MINUTE,
        )
    for person, (begin, length) in absences:
        Absence.objects.create(
            staff=people[person],
            starts_at=START + begin * MINUTE,
            ends_at=START + (begin + length) * MINUTE,
            reason="x",
        )

    def attended(minute):
        return any(
            max(begin, entered) <= minute < begin + length
            and not any(who == person and a <= minute < a + n for who, (a, n) in absences)
            for person, begin, length, entered in kept
        )

    counted = [minute for minute in range(MINUTES) if not attended(minute)]
    found = uncovered([cast.su.pk], START, START + MINUTES * MINUTE)[cast.su.pk]
    minutes = [
        minute for gap in found for minute in range((gap.starts_at - START) // MINUTE, (gap.ends_at - START) // MINUTE)
    ]
    DutyShift.objects.all().delete()
    Absence.objects.all().delete()
    assert minutes == counted
    assert sum(gap.minutes for gap in found) == len(counted)
    assert timedelta(minutes=len(counted)) == sum((gap.ends_at - gap.starts_at for gap in found), timedelta())
