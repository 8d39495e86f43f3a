"""What a request owes: headquarters' analysis, the executive's word, what became of it, the report (3.2.9)."""

from datetime import date

import pytest

from chengnuo.ledger.models import Obligation
from chengnuo.support import actions
from tests.hotline.world import DAY, SECOND, at, do, duties, fates, turn
from tests.support.world import analysed, approval_of, approved, decided, submitted

WEIGH, BECAME, REPORT = "weigh_what_is_submitted", "say_what_became_of_it", "report_back"
MONDAY = at("09-21 09:30")
WEIGHED_BY = at("09-25 00:00")
# The activity ends on Tuesday 13 October; five working days later ends Tuesday 20.
TOLD_BY = at("10-21 00:00")


def weighed(cast, one, now):
    from decimal import Decimal

    return do(actions.analyse, one, conclusion="值得", amount=Decimal(1000), by=cast.linxiaotang, now=now)


@pytest.mark.clause("3.2.9", good=True)
def test_weighed_in_the_last_second_of_the_third_working_day_it_is_in_time(cast, client_su):
    one = submitted(cast, client_su, MONDAY)
    (duty,) = duties(one, WEIGH)
    assert (duty.due, duty.clause, duty.unit_id, duty.owner_id) == (
        WEIGHED_BY,
        "3.2.9",
        cast.centre.pk,
        cast.wanghaiyan.pk,
    )
    weighed(cast, one, WEIGHED_BY)
    assert fates(one, WEIGH) == [("analyse", "met", False)]


@pytest.mark.clause("3.2.9", good=False)
def test_weighed_a_second_later_it_is_breached_for_ever(cast, client_su):
    one = submitted(cast, client_su, MONDAY)
    turn(WEIGHED_BY + SECOND)
    assert fates(one, WEIGH) == [("analyse", "open", True)]
    weighed(cast, one, WEIGHED_BY + SECOND)
    assert fates(one, WEIGH) == [("analyse", "met", True)]


def test_returned_to_the_branch_it_is_met_and_taken_back_it_is_not_owed(cast, client_su):
    one = submitted(cast, client_su, MONDAY)
    do(actions.send_back, one, reason="x", by=cast.linxiaotang, now=MONDAY)
    do(actions.submit, one, by=cast.zhoumin, now=MONDAY)
    do(actions.take_back, one, by=cast.zhoumin, now=MONDAY)
    assert [state for _key, state, _late in fates(one, WEIGH)] == ["met", "withdrawn"]


def test_what_the_executive_returned_has_a_term_of_its_own(cast, client_su):
    one = decided(cast, analysed(cast, client_su, now=MONDAY), "return", WEIGHED_BY + DAY)
    assert [(duty.state, duty.due) for duty in duties(one, WEIGH)] == [
        ("met", WEIGHED_BY),
        ("open", at("10-01 00:00")),
    ]


def test_the_executive_owes_his_word_within_a_working_day_under_the_requests_clause(cast, client_su):
    one = analysed(cast, client_su, now=MONDAY, kind="value_added")
    (duty,) = duties(approval_of(one))
    assert (duty.owner_id, duty.due, duty.clause) == (cast.chenlixing.pk, at("09-23 00:00"), "3.5.10")


def test_for_added_value_every_duty_stands_under_its_own_clause(cast, client_su):
    one = approved(cast, client_su, now=MONDAY, kind="value_added")
    do(actions.carry_out, one, done_on=MONDAY.date(), how="x", by=cast.zhoumin, now=MONDAY)
    assert {duty.clause for duty in duties(one)} == {"3.5.10"}


@pytest.mark.clause("3.2.9", good=True)
def test_what_became_of_it_said_by_the_fifth_working_day_is_in_time(cast, client_su):
    one = approved(cast, client_su, now=MONDAY)
    (duty,) = duties(one, BECAME)
    assert (duty.state, duty.opens_at, duty.due) == ("waiting", at("10-14 00:00"), TOLD_BY)
    do(actions.carry_out, one, done_on=date(2026, 10, 13), how="办了", by=cast.zhoumin, now=TOLD_BY)
    assert fates(one, BECAME) == [("carry_out", "met", False)]


@pytest.mark.clause("3.2.9", good=False)
def test_an_approved_activity_of_which_nothing_is_heard_is_breached(cast, client_su):
    one = approved(cast, client_su, now=MONDAY)
    turn(TOLD_BY + SECOND)
    assert fates(one, BECAME) == [("carry_out", "open", True)]


@pytest.mark.clause("3.2.9", good=True)
def test_reported_by_the_fifth_working_day_after_it_was_carried_out_it_is_in_time(cast, client_su):
    one = approved(cast, client_su, now=MONDAY)
    do(actions.carry_out, one, done_on=date(2026, 10, 13), how="办了", by=cast.zhoumin, now=at("10-14 09:00"))
    assert duties(one, REPORT)[0].due == TOLD_BY
    do(actions.report_back, one, result="好", by=cast.zhoumin, now=TOLD_BY)
    assert fates(one, REPORT) == [("report", "met", False)]


@pytest.mark.clause("3.2.9", good=False)
def test_reported_a_second_later_it_is_breached(cast, client_su):
    one = approved(cast, client_su, now=MONDAY)
    do(actions.carry_out, one, done_on=date(2026, 10, 13), how="办了", by=cast.zhoumin, now=at("10-14 09:00"))
    do(actions.report_back, one, result="好", by=cast.zhoumin, now=TOLD_BY + SECOND)
    assert fates(one, REPORT) == [("report", "met", True)]


def test_nothing_is_owed_of_what_was_refused(cast, client_su):
    one = decided(cast, analysed(cast, client_su, now=MONDAY), "refuse", MONDAY)
    assert [duty for duty in duties(one) if duty.is_live] == []
    assert Obligation.objects.filter(subject_type="kit.approval", state="open").count() == 0
