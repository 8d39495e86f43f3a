"""What the regulator's clock does where stops, new facts, extensions and a withdrawal meet (3.6.1; 第3号令 18)."""

from datetime import date

import pytest

from chengnuo.complaints import actions
from chengnuo.complaints.clocks import clock, stands
from tests.cast import refused
from tests.complaints.test_clocks import extended, paused, resumed
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    NOW,
    a_complaint,
    answered,
    assessed,
    at,
    do,
    extension_asked,
    investigated,
    stored,
    under_way,
)
from tests.hotline.world import duties, fates, turn

EARLY = at("09-01 10:00")
LIMIT = at("09-17 00:00")


@pytest.fixture
def early(cast, client_su):
    complaint = a_complaint(cast, client_su, now=EARLY)
    return investigated(cast, assessed(cast, complaint, EARLY + HOUR), EARLY + 2 * HOUR)


def with_new_facts(cast, complaint, now):
    more = actions.Grievance(account=LATE + "，又发现少付", complainant="陈月琴", category="claims")
    return do(actions.state_complaint, stored(complaint), more, new_facts=True, by=cast.zhoumin, now=now)


def test_a_stop_after_the_limit_does_not_make_it_longer(cast, early):
    assert clock(early, EARLY).due == LIMIT
    turn(LIMIT + HOUR)
    paused(cast, early, "mediation", LIMIT + DAY)
    assert not stands(stored(early), LIMIT + 2 * DAY)
    assert fates(early, "settle_within")[-1][1:] == ("open", True)
    resumed(cast, early, LIMIT + 11 * DAY)
    assert clock(stored(early), NOW).due == LIMIT
    assert fates(early, "settle_within")[-1][1:] == ("open", True)


def test_a_stop_a_moment_before_the_limit_does(cast, early):
    paused(cast, early, "mediation", LIMIT - HOUR)
    resumed(cast, early, LIMIT + 9 * DAY + HOUR)
    assert clock(stored(early), NOW).due == LIMIT + 10 * DAY


def test_new_facts_begin_it_anew_without_the_extension_and_the_stops_of_the_old_one(cast, early):
    answered(extension_asked(cast, early, at("09-10 10:00")), "approve", cast.chenlixing, at("09-10 11:00"))
    extended(cast, early, at("09-10 12:00"))
    paused(cast, stored(early), "mediation", at("09-11 10:00"))
    resumed(cast, early, at("09-21 10:00"))
    complaint = with_new_facts(cast, early, at("09-22 10:00"))
    assert clock(complaint, NOW).last_day == date(2026, 10, 7)
    assert (complaint.extended_at, complaint.extension_approved_at, complaint.extension_approved_by) == (None,) * 3
    answered(extension_asked(cast, complaint, at("09-23 10:00")), "approve", cast.chenlixing, at("09-23 11:00"))
    extended(cast, complaint, at("09-23 12:00"))
    assert clock(stored(complaint), NOW).last_day == date(2026, 11, 6)


def test_what_was_asked_before_the_new_facts_is_asked_again(cast, early):
    approval = extension_asked(cast, early, at("09-10 10:00"))
    with_new_facts(cast, early, at("09-11 10:00"))
    with refused("asked_before"):
        answered(approval, "approve", cast.chenlixing, at("09-11 11:00"))


def test_of_a_stop_that_goes_on_only_the_days_since_the_new_facts_count(cast, early):
    paused(cast, early, "mediation", at("09-05 10:00"))
    with_new_facts(cast, early, at("09-10 10:00"))
    resumed(cast, early, at("09-12 10:00"))
    assert (stored(early).paused_days, clock(stored(early), NOW).last_day) == (2, date(2026, 9, 27))


def test_while_the_clock_stands_it_is_not_too_late_for_an_extension(cast, early):
    paused(cast, early, "mediation", at("09-05 10:00"))
    approval = extension_asked(cast, stored(early), at("09-20 10:00"))
    answered(approval, "approve", cast.chenlixing, at("09-21 10:00"))
    extended(cast, early, at("09-22 10:00"))
    resumed(cast, early, at("09-25 10:00"))
    # The 16th, thirty days on, and the twenty for which it stood.
    assert clock(stored(early), NOW).last_day == date(2026, 11, 5)


def test_a_withdrawal_does_not_answer_the_regulator(cast, client_su):
    complaint = under_way(cast, client_su, regulator="江苏局", regulator_due=date(2026, 10, 12))
    given = {"whom": "陈月琴", "channel": "phone", "because": "算了", "said_at": NOW + 3 * HOUR}
    complaint = do(actions.withdraw, complaint, by=cast.zhoumin, now=NOW + 3 * HOUR, **given)
    assert [one.state for one in duties(complaint, "answer_the_regulator")] == ["open"]
    answer = {"answer": "投诉人已撤回", "answered_at": NOW + DAY}
    do(actions.answer_regulator, complaint, by=cast.zhoumin, now=NOW + DAY, **answer)
    assert [one.state for one in duties(complaint, "answer_the_regulator")] == ["met"]
