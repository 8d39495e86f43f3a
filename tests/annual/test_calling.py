"""Headquarters calls for the year's plans, and every open branch owes one from then on (3.2.8)."""

import pytest

from chengnuo.annual import actions
from chengnuo.annual.models import AnnualCall, AnnualPlan
from chengnuo.ledger.daily import _chores
from chengnuo.ledger.errors import Forbidden, Stale
from chengnuo.people.actions import close_unit, open_unit
from tests.annual.world import WORDS, a_call, owed, plan_of, submitted, written
from tests.cast import refused
from tests.hotline.world import DAY, NOW, SECOND, at, do, duties, fates, stored, turn

CALL, SUBMIT = "call_for_annual_plans", "submit_the_annual_plan"
CALLED_BY = at("10-01 00:00")
SUBMITTED_BY = at("12-01 00:00")
EARLY = at("09-10 09:00")


@pytest.mark.clause("3.2.8", good=True)
def test_called_for_by_the_end_of_september_headquarters_kept_its_duty(cast):
    turn(EARLY)
    (duty,) = owed(CALL)
    assert (duty.due, duty.unit_id, duty.owner_id, duty.text) == (
        CALLED_BY, cast.centre.pk, cast.wanghaiyan.pk, "布置2027年度计划",
    )  # fmt: skip
    a_call(cast, now=CALLED_BY)
    (duty,) = owed(CALL)
    assert (duty.state, duty.breached_at) == ("met", None)


@pytest.mark.clause("3.2.8", good=False)
def test_called_for_a_second_later_it_is_breached_for_ever(cast):
    turn(EARLY)
    turn(CALLED_BY + SECOND)
    assert [(duty.state, duty.breached_at) for duty in owed(CALL)] == [("open", CALLED_BY)]
    a_call(cast, now=CALLED_BY + SECOND)
    assert [(duty.state, duty.breached_at) for duty in owed(CALL)] == [("met", CALLED_BY)]


def test_the_year_is_seen_coming_thirty_days_before_and_once(cast):
    turn(at("08-31 23:59"))
    assert owed(CALL) == []
    for now in (at("09-01 00:01"), at("09-02 00:01"), at("11-02 00:01")):
        turn(now)
    assert len(owed(CALL)) == 1


def test_called_for_before_anybody_reminded_it_owes_nothing(cast):
    a_call(cast, now=at("08-20 09:00"))
    turn(EARLY)
    assert owed(CALL) == []


@pytest.mark.clause("3.2.8", good=True)
def test_the_call_opens_a_draft_for_every_open_branch_due_on_the_thirtieth_of_november(cast):
    call = a_call(cast)
    assert call.due_at == SUBMITTED_BY
    plans = list(AnnualPlan.objects.order_by("unit"))
    assert [(plan.number, plan.state) for plan in plans] == [
        ("ND-SU-26-0001", "draft"),
        ("ND-HZ-26-0001", "draft"),
        ("ND-BJ-26-0001", "draft"),
    ]
    assert [(duty.unit_id, duty.owner_id, duty.due) for duty in owed(SUBMIT)] == [
        (cast.su.pk, cast.xuning.pk, SUBMITTED_BY),
        (cast.hz.pk, None, SUBMITTED_BY),
        (cast.bj.pk, None, SUBMITTED_BY),
    ]


@pytest.mark.clause("3.2.8", good=True)
def test_a_plan_submitted_at_24_oclock_of_the_thirtieth_of_november_is_in_time(cast):
    a_call(cast)
    plan = written(cast, plan_of(cast.su))
    do(actions.submit, plan, by=cast.xuning, now=SUBMITTED_BY)
    assert fates(plan, SUBMIT) == [("submit", "met", False)]


@pytest.mark.clause("3.2.8", good=False)
def test_a_plan_submitted_a_second_later_is_late_for_ever(cast):
    a_call(cast)
    plan = written(cast, plan_of(cast.su))
    turn(SUBMITTED_BY + SECOND)
    assert fates(plan, SUBMIT) == [("submit", "open", True)]
    do(actions.submit, plan, by=cast.xuning, now=SUBMITTED_BY + SECOND)
    assert fates(plan, SUBMIT) == [("submit", "met", True)]


def test_what_came_back_is_submitted_again_within_five_working_days(cast):
    late = at("12-01 00:00")
    plan = submitted(cast, now=at("11-23 09:00"))
    do(actions.send_back, plan, reason="预算偏高", by=cast.linxiaotang, now=at("11-30 09:00"))
    again = duties(plan, SUBMIT)[-1]
    assert (again.key, again.state, again.due) == ("mend", "open", at("12-08 00:00"))
    assert again.due > late
    do(actions.submit, plan, by=cast.xuning, now=again.due)
    assert fates(plan, SUBMIT) == [("submit", "met", False), ("mend", "met", False)]


def test_called_for_too_late_a_branch_still_has_five_working_days(cast):
    assert a_call(cast, now=at("12-14 09:00")).due_at == at("12-22 00:00")


@pytest.mark.parametrize("year, words, code", [(2028, WORDS, "year"), (2025, WORDS, "year"), (2027, " ", "no_words")])
def test_what_cannot_be_called_for_is_refused(cast, year, words, code):
    before = stored(AnnualCall, AnnualPlan)
    with refused(code):
        do(actions.call_for_plans, year, words, by=cast.linxiaotang)
    assert stored(AnnualCall, AnnualPlan) == before


def test_a_year_is_called_for_once_and_by_the_centre(cast):
    call = a_call(cast)
    with refused("called_already"):
        a_call(cast)
    with pytest.raises(Forbidden):
        do(actions.call_for_plans, 2026, WORDS, by=cast.xuning)
    do(actions.change_call, call, "改了", 1, by=cast.wanghaiyan)
    call.refresh_from_db()
    assert (call.requirements, call.version) == ("改了", 2)
    with pytest.raises(Stale):
        do(actions.change_call, call, "又改", 1, by=cast.wanghaiyan)


def chore(now) -> None:
    assert actions.keep_plans_of_open_branches in _chores
    do(actions.keep_plans_of_open_branches, now=now)


def test_a_branch_that_opens_after_the_call_gets_its_draft_once(cast):
    a_call(cast)
    new = do(open_unit, code="WX", name="无锡分公司", kind="branch", division_code="320200", by=cast.admin)
    for _day in range(2):
        chore(NOW + DAY)
    assert AnnualPlan.objects.filter(unit=new).count() == 1
    assert fates(plan_of(new), SUBMIT) == [("submit", "open", False)]


def test_a_branch_that_is_to_be_closed_is_excused_by_headquarters_and_owes_none(cast):
    new = do(open_unit, code="WX", name="无锡分公司", kind="branch", division_code="320200", by=cast.admin)
    a_call(cast)
    with pytest.raises(Forbidden):
        do(actions.excuse, plan_of(new), reason="撤并", by=cast.xuning)
    with refused("no_reason"):
        do(actions.excuse, plan_of(new), reason=" ", by=cast.linxiaotang)
    do(actions.excuse, plan_of(new), reason="年底并入苏州", by=cast.linxiaotang)
    assert fates(plan_of(new), SUBMIT) == [("submit", "withdrawn", False)]
    with refused("not_excusable"):
        do(actions.excuse, plan_of(new), reason="再来", by=cast.linxiaotang)
    do(close_unit, new, by=cast.admin)
