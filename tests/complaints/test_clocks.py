"""The regulator's clock beside the procedure's: holidays, complex cases, extensions, pauses, new facts (3.6.1)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.complaints import actions
from chengnuo.complaints.clocks import clock, own_clock
from chengnuo.complaints.models import Complaint
from chengnuo.kit.models import Approval
from tests.cast import refused
from tests.claims.test_duties import in_time
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    MINUTE,
    NOW,
    a_complaint,
    answered,
    assessed,
    at,
    decided,
    do,
    extension_asked,
    investigated,
    stored,
    told,
    under_way,
)
from tests.hotline.world import duties, fates, turn

EARLY = at("09-21 10:00")


def received_early(cast, client_su, **more):
    return a_complaint(cast, client_su, now=EARLY + HOUR, received_at=EARLY, **more)


@pytest.mark.clause("3.6.1", good=True)
def test_the_limit_stays_in_the_holiday_and_the_working_day_before_is_the_internal_target(cast, client_su):
    complaint = received_early(cast, client_su)
    law, own = clock(complaint, NOW), own_clock(complaint, NOW)
    assert (law.last_day, law.target) == (date(2026, 10, 6), date(2026, 9, 30))
    assert (own.last_day, own.target) == (date(2026, 9, 28), None)


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_decided_and_told_within_fifteen_natural_days_of_receipt(cast, client_su, late, missed):
    complaint = investigated(cast, assessed(cast, received_early(cast, client_su), EARLY + 2 * HOUR), EARLY + 3 * HOUR)
    due = at("10-07 00:00")
    turn(due + late)
    decided(cast, complaint, at("10-06 12:00"))
    told(cast, stored(complaint), due + late)
    assert [(state, was_missed) for _key, state, was_missed in fates(stored(complaint), "settle_within")] == [
        ("met", missed)
    ]


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_an_ordinary_one_aims_at_seven_days(cast, client_su, late, missed):
    complaint = investigated(cast, assessed(cast, received_early(cast, client_su), EARLY + 2 * HOUR), EARLY + 3 * HOUR)
    due = at("09-29 00:00")
    turn(due + late)
    decided(cast, complaint, due - HOUR)
    told(cast, stored(complaint), due + late)
    assert fates(stored(complaint), "settle_the_ordinary") == [("target", "met", missed)]


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_it_is_assessed_within_a_working_day(cast, client_su, late, missed):
    complaint = a_complaint(cast, client_su)
    due = at("09-30 00:00")
    turn(due + late)
    assessed(cast, complaint, due + late)
    assert fates(stored(complaint), "assess_the") == [("assess", "met", missed)]


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_the_complainant_hears_every_three_working_days(cast, client_su, late, missed):
    complaint = under_way(cast, client_su)
    # Received on the 28th: the 29th, the 30th and the 8th of October.
    due = at("10-09 00:00")
    turn(due + late)
    said = {"said": "正在核实付款", "whom": "陈月琴", "channel": "phone", "spoken_at": due + late}
    do(actions.reply, complaint, by=cast.zhoumin, now=due + late, **said)
    (first, second) = fates(stored(complaint), "answer_in_between")
    assert (first[1:], second[1:]) == (("met", missed), ("open", False))


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_what_a_regulator_forwarded_is_answered_by_the_day_that_it_named(cast, client_su, late, missed):
    complaint = a_complaint(cast, client_su, regulator="江苏金融监管局", regulator_due=date(2026, 10, 2))
    due = at("10-03 00:00")
    turn(due + late)
    do(actions.answer_regulator, complaint, answer="正在处理", answered_at=due + late, by=cast.zhoumin, now=due + late)
    assert [one[1:] for one in fates(stored(complaint), "answer_the_regulator")] == [("met", missed)]


def test_one_without_a_day_is_answered_by_the_complaints_own_limit(cast, client_su):
    complaint = a_complaint(cast, client_su, regulator="江苏金融监管局")
    assert [one.due for one in duties(complaint, "answer_the_regulator")] == [clock(complaint, NOW).due]


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_a_review_is_decided_within_thirty_days(cast, client_su, late, missed):
    complaint = told(cast, decided(cast, under_way(cast, client_su), NOW + DAY), NOW + DAY)
    given_ = {"whom": "陈月琴", "because": "不认可", "asked_at": NOW + 2 * DAY}
    complaint = do(actions.ask_review, complaint, by=cast.zhoumin, now=NOW + 2 * DAY, **given_)
    due = at("10-31 00:00")
    turn(due + late)
    decided(cast, complaint, due + late, by=cast.xuning)
    assert [one[1:] for one in fates(stored(complaint), "decide_the_review")] == [("met", missed)]


@pytest.mark.clause("3.6.1", good=True)
@pytest.mark.clause("3.6.1", good=False)
@in_time
def test_what_was_told_is_closed_within_five_working_days_and_then_filed(cast, client_su, late, missed):
    from tests.complaints.world import closed, reported_up

    complaint = told(cast, decided(cast, under_way(cast, client_su), NOW + DAY), NOW + DAY)
    reported_up(cast, complaint, NOW + DAY)
    due = at("10-13 00:00")
    turn(due + late)
    closed(cast, stored(complaint), due + late)
    assert [one[1:] for one in fates(stored(complaint), "close_the")] == [("met", missed)]
    assert [one[1:] for one in fates(stored(complaint), "file_the")] == [("open", False)]


def test_a_complex_one_has_thirty_days_and_no_target_of_seven(cast, client_su):
    complaint = received_early(cast, client_su)
    complaint = assessed(cast, complaint, EARLY + 2 * HOUR, complex_because="等气象证明")
    assert clock(complaint, NOW).last_day == date(2026, 10, 21)
    assert [one.state for one in duties(complaint, "settle_the_ordinary")] == ["withdrawn"]
    assert [one.state for one in duties(complaint, "settle_within")] == ["withdrawn", "open"]


def test_an_extension_approved_and_told_gives_thirty_more(cast, client_su):
    complaint = assessed(cast, received_early(cast, client_su), EARLY + 2 * HOUR, complex_because="等公估")
    approval = extension_asked(cast, complaint, NOW)
    answered(approval, "approve", cast.chenlixing, NOW + HOUR)
    assert clock(stored(complaint), NOW).last_day == date(2026, 10, 21)
    extended(cast, complaint, NOW + 2 * HOUR)
    assert clock(stored(complaint), NOW).last_day == date(2026, 11, 20)
    with refused("extended_already"):
        extended(cast, complaint, NOW + 3 * HOUR)


def extended(cast, complaint, now, told_at=None):
    given_ = {"told_at": told_at or now, "channel": "letter", "whom": "陈月琴"}
    return do(actions.extend, stored(complaint), by=cast.zhoumin, now=now, **given_)


def test_without_an_approver_or_without_telling_there_is_none(cast, client_su):
    complaint = received_early(cast, client_su)
    with refused("not_approved"):
        extended(cast, complaint, NOW)
    approval = extension_asked(cast, complaint, NOW)
    with refused("already_asked"):
        extension_asked(cast, complaint, NOW)
    with refused("not_approved"):
        extended(cast, complaint, NOW)
    answered(approval, "refuse", cast.chenlixing, NOW + HOUR, opinion="抓紧办")
    with refused("not_approved"):
        extended(cast, complaint, NOW + 2 * HOUR)
    assert Approval.objects.count() == 1
    assert clock(stored(complaint), NOW).last_day == date(2026, 10, 6)


def test_told_before_the_approval_or_after_the_limit_it_does_not_hold(cast, client_su):
    complaint = received_early(cast, client_su)
    answered(extension_asked(cast, complaint, NOW), "approve", cast.chenlixing, NOW + HOUR)
    with refused("time_order"):
        extended(cast, complaint, NOW + 2 * HOUR, told_at=NOW)
    with refused("too_late"):
        extended(cast, complaint, at("10-07 00:01"))
    with refused("too_late"):
        do(
            actions.ask_extension,
            a_complaint(cast, client_su, now=EARLY, account="别的事"),
            because="忙",
            by=cast.zhoumin,
            now=at("11-01 09:00"),
        )


def paused(cast, complaint, kind, now, **more):
    return do(actions.pause, complaint, kind, because="委托中正公估", by=cast.zhoumin, now=now, **more)


def resumed(cast, complaint, now):
    return do(actions.resume, stored(complaint), result="鉴定报告已到", by=cast.zhoumin, now=now)


def test_an_appraisal_stops_the_clock_only_if_the_complainant_was_told(cast, client_su):
    complaint = under_way(cast, client_su)
    before = clock(complaint, NOW).due
    paused(cast, complaint, "appraisal", NOW + DAY)
    assert [one.state for one in duties(stored(complaint), "settle_within")] == ["open"]
    resumed(cast, complaint, NOW + 4 * DAY)
    assert clock(stored(complaint), NOW).due == before
    told_ = {"told_at": NOW + 5 * DAY, "told_whom": "陈月琴"}
    paused(cast, stored(complaint), "appraisal", NOW + 5 * DAY, **told_)
    assert [one.state for one in duties(stored(complaint), "settle_within")] == ["withdrawn"]
    resumed(cast, complaint, NOW + 8 * DAY)
    assert clock(stored(complaint), NOW).due == before + 3 * DAY
    assert [one.state for one in duties(stored(complaint), "settle_within")] == ["withdrawn", "open"]


def test_told_later_it_stands_from_then_on(cast, client_su):
    complaint = under_way(cast, client_su)
    before = clock(complaint, NOW).due
    paused(cast, complaint, "appraisal", NOW + DAY)
    given_ = {"told_at": NOW + 3 * DAY, "told_whom": "陈月琴"}
    do(actions.tell_pause, stored(complaint), by=cast.zhoumin, now=NOW + 3 * DAY, **given_)
    resumed(cast, complaint, NOW + 8 * DAY)
    assert clock(stored(complaint), NOW).due == before + 5 * DAY


def test_mediation_stops_it_at_once(cast, client_su):
    complaint = under_way(cast, client_su)
    before = clock(complaint, NOW).due
    paused(cast, complaint, "mediation", NOW + DAY)
    resumed(cast, complaint, NOW + 3 * DAY)
    assert clock(stored(complaint), NOW).due == before + 2 * DAY


def test_new_facts_begin_the_regulators_clock_anew_but_not_the_procedures(cast, client_su):
    complaint = received_early(cast, client_su)
    own = own_clock(complaint, NOW).due
    more = actions.Grievance(account=LATE + "，另有一笔也没付", complainant="陈月琴", category="claims")
    complaint = do(actions.state_complaint, complaint, more, new_facts=True, by=cast.zhoumin, now=NOW)
    assert (clock(complaint, NOW).last_day, own_clock(complaint, NOW).due) == (date(2026, 10, 13), own)
    complaint = do(actions.state_complaint, complaint, replace(more, account=LATE), by=cast.zhoumin, now=NOW + MINUTE)
    assert clock(complaint, NOW).last_day == date(2026, 10, 13)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours=st.integers(0, 24 * 400),
    is_complex=st.booleans(),
    is_extended=st.booleans(),
    stood=st.integers(0, 90),
)
def test_the_limit_is_so_many_natural_days_after_the_day_of_receipt_whatever_they_are(
    db, hours, is_complex, is_extended, stood
):
    received = at("01-05 00:00") + hours * HOUR
    complaint = Complaint(
        received_at=received,
        complex_because="等鉴定" if is_complex else "",
        extended_at=received if is_extended else None,
        paused_days=stood or None,
    )
    days = (30 if is_complex else 15) + (30 if is_extended else 0) + stood
    found = clock(complaint, received)
    assert (found.last_day - received.date()).days == days
    assert found.target is None or found.target < found.last_day
