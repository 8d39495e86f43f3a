"""Shifts exchanged between colleagues (3.1.2)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.models import DutyShift, ShiftSwap
from chengnuo.kit.models import Notice
from chengnuo.people.actions import report_absence
from tests.cast import refused
from tests.hotline.world import HOUR, NOW, a_promise, at, do, stored, turn

FIRST = (at("10-03 08:00"), at("10-03 20:00"))
SECOND = (at("10-03 20:00"), at("10-04 08:00"))


def on(cast, staff, span, **more):
    given = {"unit": cast.su, "staff": staff, "by": cast.xuning, "starts_at": span[0], "ends_at": span[1]}
    return do(actions.enter_shift, **{**given, **more})


@pytest.fixture
def pair(cast):
    return on(cast, cast.zhoumin, FIRST), on(cast, cast.lize, SECOND)


def who(*shifts):
    return [DutyShift.objects.get(pk=one.pk).staff.name for one in shifts]


def asked(cast, pair, **more):
    return do(actions.ask_swap, pair[0], **{"of": cast.lize, "other": pair[1], "by": cast.zhoumin, **more})


def test_nothing_changes_before_the_colleague_agrees_and_both_shifts_change_hands_when_he_does(cast, pair):
    swap = asked(cast, pair)
    assert who(*pair) == ["周敏", "李泽"]
    assert [one.staff for one in Notice.objects.filter(subject_type="hotline.shiftswap")] == [cast.lize]
    agreed = do(actions.agree_swap, swap, by=cast.lize)
    assert (agreed.state, agreed.answered_at, who(*pair)) == ("agreed", NOW, ["李泽", "周敏"])
    assert {one.staff for one in Notice.objects.filter(title__contains="同意")} == {cast.zhoumin, cast.xuning}
    with refused("illegal_move"):
        do(actions.agree_swap, swap, by=cast.lize)


def test_shifts_of_the_same_hour_in_two_roles_are_exchanged_at_once(cast):
    first = on(cast, cast.zhoumin, FIRST)
    behind = on(cast, cast.lize, FIRST, role="backup")
    do(actions.reassign_shift, first, to=cast.lize, other=behind, by=cast.xuning)
    assert who(first, behind) == ["李泽", "周敏"]
    assert not DutyShift.objects.filter(is_cancelled=True).exists()


def test_two_primaries_of_one_hour_change_hands_though_each_is_for_an_instant_in_two_places(cast):
    first, second = on(cast, cast.zhoumin, FIRST), on(cast, cast.lize, FIRST)
    do(actions.reassign_shift, first, to=cast.lize, other=second, by=cast.xuning)
    assert who(first, second) == ["李泽", "周敏"]


def test_a_colleague_takes_a_shift_without_giving_one_and_stands_behind_nobody_then(cast):
    shift = on(cast, cast.zhoumin, FIRST)
    behind = on(cast, cast.lize, FIRST, role="backup")
    swap = do(actions.ask_swap, shift, of=cast.lize, by=cast.zhoumin)
    do(actions.agree_swap, swap, by=cast.lize)
    behind.refresh_from_db()
    assert (who(shift), behind.is_cancelled) == (["李泽"], True)


def test_who_would_be_in_two_places_is_refused_and_nothing_has_changed(cast, pair):
    third = on(cast, cast.lize, (FIRST[0] - HOUR, FIRST[0] + HOUR))
    swap = do(actions.ask_swap, pair[0], of=cast.lize, by=cast.zhoumin)
    before = stored(DutyShift, ShiftSwap)
    with refused("overlap"):
        do(actions.agree_swap, swap, by=cast.lize)
    assert stored(DutyShift, ShiftSwap) == before
    assert third.staff == cast.lize


def test_one_who_does_not_agree_or_takes_it_back_leaves_the_shifts_where_they_are(cast, pair):
    do(actions.decline_swap, asked(cast, pair), by=cast.lize)
    do(actions.call_off_swap, asked(cast, pair), by=cast.zhoumin)
    do(actions.call_off_swap, asked(cast, pair), by=cast.xuning)
    assert who(*pair) == ["周敏", "李泽"]
    assert sorted(ShiftSwap.objects.values_list("state", flat=True)) == ["called_off", "called_off", "declined"]


def test_who_may_ask_answer_and_decide(cast, pair):
    with refused("forbidden"):
        do(actions.ask_swap, pair[0], of=cast.xuning, by=cast.lize)
    swap = asked(cast, pair)
    with refused("swap_asked"):
        asked(cast, pair)
    for action in (actions.agree_swap, actions.decline_swap):
        with refused("forbidden"):
            do(action, swap, by=cast.zhoumin)
    with refused("forbidden"):
        do(actions.call_off_swap, swap, by=cast.lize)
    with refused("forbidden"):
        do(actions.reassign_shift, pair[0], to=cast.lize, by=cast.zhoumin)
    do(actions.agree_swap, swap, by=cast.xuning)
    assert who(*pair) == ["李泽", "周敏"]


@pytest.mark.parametrize("given, code", [({"of": "luyao"}, "swap_with"), ({"of": "xuning"}, "swap_against")])
def test_a_swap_that_cannot_be_is_refused(cast, pair, given, code):
    with refused(code):
        asked(cast, pair, of=getattr(cast, given["of"]))


def test_a_shift_that_began_was_taken_off_or_changed_hands_is_not_exchanged(cast, pair):
    swap = asked(cast, pair)
    with refused("shift_begun"):
        do(actions.agree_swap, swap, by=cast.lize, now=FIRST[0])
    do(actions.reassign_shift, pair[0], to=cast.xuning, by=cast.xuning)
    with refused("shift_changed_hands"):
        do(actions.agree_swap, swap, by=cast.lize)
    do(actions.cancel_shift, pair[0], by=cast.xuning)
    with refused("shift_cancelled"):
        do(actions.agree_swap, swap, by=cast.lize)


def test_nobody_takes_a_shift_of_a_time_in_which_he_is_away(cast, pair):
    do(report_absence, cast.lize, starts_at=FIRST[0], ends_at=FIRST[1], reason="病假", by=cast.lize)
    with refused("away"):
        do(actions.reassign_shift, pair[0], to=cast.lize, by=cast.xuning)


def test_what_was_promised_in_a_shift_follows_it_to_who_took_it(cast, pair):
    promise = a_promise(cast, at("10-03 15:00"))
    do(actions.reassign_shift, pair[0], to=cast.xuning, by=cast.xuning)
    turn(FIRST[0])
    promise.refresh_from_db()
    assert promise.keeper == cast.xuning
