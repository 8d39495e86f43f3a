"""Who answers a branch's line at an instant (3.1.2)."""

from chengnuo.hotline import actions
from chengnuo.hotline.on_duty import on_duty
from chengnuo.people.actions import leave, report_absence
from tests.hotline.world import HOUR, MINUTE, SECOND, at, do

START, END = at("10-03 08:00"), at("10-03 20:00")


def on(cast, staff, start=START, end=END, **more):
    return do(
        actions.enter_shift,
        **{"unit": cast.su, "staff": staff, "by": cast.xuning, "starts_at": start, "ends_at": end, **more},
    )


def who(cast, moment):
    return [one.name for one in on_duty(cast.su.pk, moment)]


def test_one_is_on_duty_from_the_first_instant_of_his_shift_until_before_its_end(cast):
    on(cast, cast.lize)
    moments = (START - SECOND, START, END - SECOND, END)
    assert [who(cast, moment) for moment in moments] == [[], ["李泽"], ["李泽"], []]


def test_the_primary_comes_before_the_backup_and_the_earlier_shift_before_the_later(cast):
    on(cast, cast.xuning, start=START - HOUR, role="backup")
    on(cast, cast.zhoumin, start=START + MINUTE)
    on(cast, cast.lize)
    assert who(cast, START + HOUR) == ["李泽", "周敏", "许宁"]


def test_who_is_absent_has_left_or_was_taken_off_is_not_on_duty(cast):
    on(cast, cast.lize)
    do(actions.cancel_shift, on(cast, cast.zhoumin), by=cast.xuning)
    on(cast, cast.xuning)
    do(report_absence, cast.lize, starts_at=START, ends_at=START + HOUR, reason="病假", by=cast.lize)
    assert [who(cast, START), who(cast, START + HOUR)] == [["许宁"], ["李泽", "许宁"]]
    do(leave, cast.lize, by=cast.admin)
    assert who(cast, START + HOUR) == ["许宁"]


def test_another_branch_asks_for_its_own(cast):
    on(cast, cast.lize)
    assert on_duty(cast.hz.pk, START) == []
