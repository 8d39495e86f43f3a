"""What is owed for a day that is not covered, and what becomes of it (3.1.2); scenario 15 with the real rule."""

from datetime import date, time
from decimal import Decimal

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.models import DutyShift
from chengnuo.hotline.patterns import Slot
from chengnuo.kit.models import Notice
from chengnuo.ledger.check import check
from chengnuo.ledger.models import Obligation, Occasion, TrailEvent
from chengnuo.ledger.parameters import add_version
from chengnuo.people.actions import end_absence, leave, report_absence
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, SECOND, at, do, fates, turn

MORNING = at("09-29 00:00:01")


@pytest.fixture
def line(cast):
    """Suzhou registers its line on the 28th: its roster is owed from the 29th on."""
    return do(actions.register_line, unit=cast.su, number="0512-65551234", by=cast.xuning)


def on(cast, start, end, staff=None, now=NOW, **more):
    given = {"unit": cast.su, "staff": staff or cast.lize, "by": cast.xuning, "starts_at": start, "ends_at": end}
    return do(actions.enter_shift, now=now, **{**given, **more})


def around_the_clock(cast, now=NOW, **more):
    slots = [
        Slot("白班", time(8), time(20), (cast.zhoumin.pk,)),
        Slot("夜班", time(20), time(8), (cast.lize.pk,)),
    ]
    on(cast, at("09-29 00:00"), at("09-29 08:00"), cast.xuning, now=now)
    given = {"unit": cast.su, "name": "两班倒", "starts_on": date(2026, 9, 29), "slots": slots, "by": cast.xuning}
    return do(actions.start_pattern, now=now, **{**given, "weeks": 4, **more})[0]


def day(text):
    return Occasion.objects.get(period=f"2026-{text}")


def live():
    rows = Obligation.objects.filter(rule="ledger.cover_the_day", state__in=("open", "waiting"))
    return list(rows.order_by("due").values_list("due", flat=True))


def test_without_a_roster_each_day_of_the_next_fortnight_is_owed_once_and_by_the_manager(cast, line):
    turn(NOW)
    assert live() == [at("09-29 00:00") + n * DAY for n in range(13)]
    turn(NOW + DAY)
    assert live() == [at("09-29 00:00") + n * DAY for n in range(14)]
    duty = Obligation.objects.filter(rule="ledger.cover_the_day").latest("due")
    assert (duty.owner, duty.unit_id, duty.clause) == (cast.xuning, cast.su.pk, "3.1.2")
    assert duty.why["inputs"] == {"提前天数": "14.00", "没有人的分钟": 1440, "空档": "00:00–24:00"}
    assert duty.text == "补齐10-12值班空档：00:00–24:00"


def test_a_branch_without_a_line_owes_the_line_and_no_roster(cast, line):
    turn(NOW)
    do(actions.withdraw_line, line, by=cast.xuning)
    assert live() == []
    do(actions.register_line, unit=cast.su, number="0512-65551234", by=cast.xuning)
    assert len(live()) == 13


@pytest.mark.clause("3.1.2", good=True)
def test_a_day_whose_roster_is_full_in_the_instant_its_gap_would_begin_is_no_breach(cast, line):
    around_the_clock(cast)
    shift = on(cast, at("10-03 08:00"), at("10-03 20:00"), cast.xuning)
    turn(NOW)
    assert live() == []
    do(
        report_absence,
        cast.zhoumin,
        starts_at=at("10-03 08:00"),
        ends_at=at("10-03 20:00"),
        reason="病假",
        by=cast.zhoumin,
    )
    assert live() == []  # Xu Ning is there as well.
    do(actions.cancel_shift, shift, by=cast.xuning)
    assert live() == [at("10-03 08:00")]
    turn(at("10-03 08:00"))
    on(cast, at("10-03 08:00"), at("10-03 20:00"), cast.xuning, now=at("10-03 08:00"))
    assert fates(day("10-03")) == [("080000", "met", False)]


@pytest.mark.clause("3.1.2", good=False)
def test_a_minute_that_passed_uncovered_is_breached_for_ever_and_wants_its_reason(cast, line):
    around_the_clock(cast)
    turn(NOW)
    do(
        report_absence,
        cast.zhoumin,
        starts_at=at("10-03 08:00"),
        ends_at=at("10-03 20:00"),
        reason="病假",
        by=cast.zhoumin,
    )
    turn(at("10-03 08:00") + SECOND)
    assert fates(day("10-03")) == [("080000", "open", True)]
    late = at("10-03 08:01")
    do(
        actions.fill_gap,
        unit=cast.su,
        staff=cast.xuning,
        starts_at=at("10-03 08:00"),
        ends_at=at("10-03 20:00"),
        by=cast.xuning,
        now=late,
    )
    assert fates(day("10-03")) == [("080000", "open", True)]
    with refused("forbidden"):
        do(actions.explain_day, day("10-03"), reason="x", by=cast.zhoumin, now=late)
    do(actions.explain_day, day("10-03"), reason="临时病假，8点01分接上", by=cast.xuning, now=late)
    assert fates(day("10-03")) == [("080000", "met", True)]
    told = TrailEvent.objects.get(verb="day.explained")
    assert '"minutes":1' in told.body
    with refused("nothing_to_explain"):
        do(actions.explain_day, day("10-03"), reason="x", by=cast.xuning, now=late)


def test_an_early_gap_filled_in_time_is_no_breach_by_a_later_one(cast, line):
    turn(NOW)
    on(cast, at("10-03 00:00"), at("10-03 08:00"))
    assert fates(day("10-03")) == [("000000", "met", False), ("080000", "open", False)]


def test_an_absence_opens_the_day_at_once_tells_the_backup_who_steps_in_by_one_press(cast, line):
    around_the_clock(cast)
    on(cast, at("10-03 08:00"), at("10-03 20:00"), cast.xuning, role="backup")
    turn(NOW)
    absence = do(
        report_absence,
        cast.zhoumin,
        starts_at=at("10-03 10:00"),
        ends_at=at("10-03 12:00"),
        reason="病假",
        by=cast.zhoumin,
    )
    assert live() == [at("10-03 10:00")]
    assert [one.staff for one in Notice.objects.filter(title__startswith="%(name)s不在岗")] == [cast.xuning]
    gap = {"unit": cast.su, "starts_at": at("10-03 10:00"), "ends_at": at("10-03 12:00")}
    with refused("forbidden"):
        do(actions.fill_gap, staff=cast.lize, by=cast.lize, **gap)
    with refused("away"):
        do(actions.fill_gap, staff=cast.zhoumin, by=cast.xuning, **gap)
    do(end_absence, absence, by=cast.zhoumin)
    assert fates(day("10-03")) == [("100000", "met", False)]
    with refused("gap_filled"):
        do(actions.fill_gap, staff=cast.xuning, by=cast.xuning, **gap)


def test_who_leaves_leaves_his_days_uncovered_at_once(cast, line):
    around_the_clock(cast)
    turn(NOW)
    assert live() == []
    do(leave, cast.lize, by=cast.admin)
    assert live() == [at("09-29 20:00"), *(at("09-30 00:00") + n * DAY for n in range(12))]


def test_an_absence_told_afterwards_is_a_breach_of_the_day_it_was(cast, line):
    around_the_clock(cast)
    turn(NOW)
    turn(at("10-03 13:00"))
    do(
        report_absence,
        cast.zhoumin,
        starts_at=at("10-03 10:00"),
        ends_at=at("10-03 12:00"),
        reason="病假",
        by=cast.xuning,
        now=at("10-03 13:00"),
    )
    turn(at("10-03 13:00"))
    assert fates(day("10-03")) == [("100000", "open", True)]


def test_a_stopped_worker_brings_each_day_once_and_only_the_highest_rung_fires(cast, line):
    """Scenario 15."""
    turn(NOW)
    turn(at("10-02 10:00"))
    turn(at("10-02 10:00") + MINUTE)
    days = Occasion.objects.filter(rule="hotline.covered_day").order_by("starts_at")
    periods = list(days.values_list("period", flat=True))
    assert periods == [f"2026-09-{n}" for n in (29, 30)] + [f"2026-10-{n:02}" for n in range(1, 16)]
    assert Obligation.objects.filter(rule="ledger.cover_the_day").count() == len(periods)
    (yesterday,) = Obligation.objects.filter(subject_pk=day("10-01").pk)
    assert [one.rung for one in yesterday.rungs.filter(fired=True)] == [
        max(yesterday.rungs.values_list("rung", flat=True))
    ]
    assert yesterday.breached_at == at("10-01 00:00")
    assert check()[0] == []


def test_a_longer_horizon_brings_the_days_between_too(cast, line):
    turn(NOW)
    add_version("roster.horizon", Decimal(20), NOW + HOUR, by=cast.chenlixing, now=NOW + HOUR)
    turn(NOW + 2 * HOUR)
    assert len(live()) == 19


def test_what_changed_without_naming_its_day_is_found_within_the_hour(cast, line):
    around_the_clock(cast)
    turn(NOW)
    shift = DutyShift.objects.get(starts_at=at("10-03 08:00"))
    DutyShift.objects.filter(pk=shift.pk).update(is_cancelled=True)
    try:
        turn(NOW + 30 * MINUTE)
        assert live() == []
        turn(NOW + HOUR)
        assert live() == [at("10-03 08:00")]
    finally:
        DutyShift.objects.filter(pk=shift.pk).update(is_cancelled=False)
    turn(NOW + 2 * HOUR)
    assert fates(day("10-03")) == [("080000", "met", False)]
