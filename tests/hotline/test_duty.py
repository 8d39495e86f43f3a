"""Who is on duty, what a shift inherits, and handing over (3.1.2, 3.1.5; scenario 6)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.actions import take_over_started_shifts
from chengnuo.hotline.models import DutyShift
from chengnuo.people.actions import leave
from tests.cast import refused
from tests.hotline.world import HOUR, MINUTE, NOW, SECOND, a_promise, at, do, duties, fates, stored, turn

DAY_SHIFT = {"starts_at": at("10-03 08:00"), "ends_at": at("10-03 20:00")}


def rostered(cast, staff=None, by=None, **more):
    given = {"unit": cast.su, "staff": staff or cast.lize, "by": by or cast.xuning, **DAY_SHIFT, **more}
    return do(actions.enter_shift, **given)


def test_a_manager_or_the_head_of_the_centre_rosters(cast):
    assert [rostered(cast).staff, rostered(cast, cast.zhoumin, cast.wanghaiyan).staff] == [cast.lize, cast.zhoumin]
    for who in (cast.zhoumin, cast.luyao, cast.linxiaotang):
        with refused("forbidden"):
            rostered(cast, cast.xuning, who)


@pytest.mark.parametrize(
    "given, code",
    [
        ({"ends_at": DAY_SHIFT["starts_at"]}, "span"),
        ({"ends_at": DAY_SHIFT["starts_at"] + 24 * HOUR + SECOND}, "span"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(cast, given, code):
    with refused(code):
        rostered(cast, **given)
    assert stored(DutyShift) == []


def test_nobody_of_another_branch_and_no_leaver_is_rostered(cast):
    do(leave, cast.lize, by=cast.admin)
    cast.lize.refresh_from_db()
    for staff in (cast.luyao, cast.lize):
        with refused("not_of_unit"):
            rostered(cast, staff)


def test_nobody_is_on_duty_twice_at_a_time_but_one_shift_may_follow_another(cast):
    rostered(cast)
    with refused("overlap"):
        rostered(cast, starts_at=at("10-03 19:59:59"), ends_at=at("10-04 08:00"))
    rostered(cast, starts_at=at("10-03 20:00"), ends_at=at("10-04 08:00"))
    assert DutyShift.objects.count() == 2


def test_a_shift_is_taken_off_once_and_before_it_begins(cast):
    shift = rostered(cast)
    with refused("forbidden"):
        do(actions.cancel_shift, shift, by=cast.lize)
    do(actions.cancel_shift, shift, by=cast.xuning)
    with refused("shift_cancelled"):
        do(actions.cancel_shift, shift, by=cast.xuning)
    again = rostered(cast)
    with refused("shift_begun"):
        do(actions.cancel_shift, again, by=cast.xuning, now=DAY_SHIFT["starts_at"])


def test_a_promise_off_duty_is_inherited_by_the_shift_of_its_time_and_breached_there(cast):
    """Scenario 6."""
    eve, by = at("09-30 22:00"), at("10-03 15:00")
    promise = a_promise(cast, by, now=eve)
    shift = rostered(cast)
    turn(DAY_SHIFT["starts_at"] - SECOND)
    promise.refresh_from_db()
    assert promise.keeper == cast.zhoumin
    turn(DAY_SHIFT["starts_at"])
    promise.refresh_from_db()
    assert (promise.keeper, promise.by, promise.first_by) == (cast.lize, by, by)
    act = promise.acts.get()
    assert (act.kind, act.by, act.text) == ("hand_over", None, "当日值班接办")
    assert duties(promise, "answer")[0].owner == cast.lize
    turn(by + SECOND)
    do(actions.answer_promise, promise, text="查到了", by=cast.lize, now=at("10-08 09:00"))
    assert fates(promise, "answer") == [("by0", "met", True)]
    shift.refresh_from_db()
    assert shift.taken_over_at == DAY_SHIFT["starts_at"]


def test_a_shift_takes_over_once(cast):
    a_promise(cast, at("10-03 15:00"))
    rostered(cast)
    assert [do(take_over_started_shifts, now=DAY_SHIFT["starts_at"]) for _time in range(2)] == [1, 0]


@pytest.mark.parametrize(
    "by, taken",
    [("10-03 07:59:59", 0), ("10-03 08:00", 1), ("10-03 19:59:59", 1), ("10-03 20:00", 0)],
)
def test_a_shift_inherits_what_is_due_from_its_start_until_before_its_end(cast, by, taken):
    a_promise(cast, at(by))
    rostered(cast)
    assert do(take_over_started_shifts, now=DAY_SHIFT["starts_at"]) == taken


def test_a_keeper_who_works_at_that_time_keeps_his_promises(cast):
    """By his own shift, or in office hours; 17:30 belongs to them."""
    for by in ("09-29 17:30", "09-29 09:00:01"):
        a_promise(cast, at(by))
    rostered(cast, starts_at=at("09-29 08:00"), ends_at=at("09-29 20:00"))
    assert do(take_over_started_shifts, now=at("09-29 08:00")) == 0
    a_promise(cast, at("10-03 15:00"))
    rostered(cast, cast.zhoumin, starts_at=at("10-03 14:00"), ends_at=at("10-03 16:00"))
    rostered(cast)
    assert do(take_over_started_shifts, now=at("10-03 08:00")) == 0


def test_a_cancelled_shift_a_backup_and_another_branch_inherit_nothing(cast):
    a_promise(cast, at("10-03 15:00"))
    do(actions.cancel_shift, rostered(cast), by=cast.xuning)
    rostered(cast, role="backup")
    rostered(cast, cast.luyao, by=cast.wanghaiyan, unit=cast.hz)
    assert do(take_over_started_shifts, now=DAY_SHIFT["starts_at"]) == 0


def test_one_who_left_after_he_was_rostered_stops_nothing(cast):
    promise = a_promise(cast, at("10-03 15:00"))
    rostered(cast)
    do(leave, cast.lize, by=cast.admin)
    turn(DAY_SHIFT["starts_at"])
    promise.refresh_from_db()
    assert promise.keeper == cast.zhoumin


def test_who_leaves_a_shift_hands_over_all_that_runs_with_one_note(cast):
    first, second, done = (a_promise(cast, NOW + HOUR) for _time in range(3))
    others = a_promise(cast, NOW + HOUR, by=cast.lize)
    do(actions.answer_promise, done, text="好了", by=cast.zhoumin)
    assert do(actions.hand_over_shift, by=cast.zhoumin, to=cast.xuning, note="王总要书面答复") == 2
    for promise in (first, second):
        promise.refresh_from_db()
        assert (promise.keeper, promise.acts.get().text) == (cast.xuning, "王总要书面答复")
    others.refresh_from_db()
    assert others.keeper == cast.lize


def test_a_round_without_a_shift_that_began_reads_one_index(cast, django_assert_num_queries):
    rostered(cast)
    with django_assert_num_queries(1):
        take_over_started_shifts(NOW + MINUTE)
