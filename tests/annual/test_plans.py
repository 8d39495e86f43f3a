"""A branch's annual plan: written, weighed, decided, arranged by month, held against what was given (3.2.8)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from chengnuo.annual import actions
from chengnuo.annual.comparing import compared
from chengnuo.annual.models import AnnualPlan
from chengnuo.annual.timetable import by_month, by_quarter, spread, timetable
from chengnuo.kit.models import Approval
from chengnuo.kit.proposals.models import ProposalState as S
from chengnuo.ledger.errors import Forbidden, Refusal, Stale
from chengnuo.ledger.moves import move, moves_from
from tests.annual.world import PLAN, YEAR, a_call, analysed, approved, decided, given, owed, plan_of, submitted, written
from tests.cast import refused
from tests.hotline.world import DAY, NOW, SECOND, a_client, at, do, fates, stored, turn

WEIGH = "annual.weigh_what_is_submitted"
LAST_YEAR = {**PLAN, "lines": [{"kind": "visit", "segment": "all", "numbers": [24]}]}


@suppose(st.integers(0, 10**6), st.sampled_from([3, 12]))
def test_a_number_is_spread_evenly_and_wholly(number, slots):
    parts = spread(number, slots)
    assert (sum(parts), len(parts), max(parts) - min(parts) <= 1) == (number, slots, True)


@suppose(st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_quarters_spread_over_months_are_the_same_quarters(quarters):
    months = by_month(quarters)
    assert months is not None
    assert by_quarter(months) == quarters


@pytest.mark.clause("3.2.8", good=True)
def test_a_branch_writes_overall_plan_scheme_budget_and_services(cast):
    plan = submitted(cast)
    assert (plan.overall, plan.scheme, plan.amount) == (PLAN["overall"], PLAN["scheme"], Decimal("30000.50"))
    assert [line["months"] for line in plan.lines] == [
        [2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4],
        [1] * 12,
        [0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0],
    ]
    assert (plan.state, plan.total, plan.first_submitted_at) == (S.SUBMITTED, 46, NOW)


@pytest.mark.clause("3.2.8", good=False)
@pytest.mark.parametrize("part", ["overall", "scheme", "budget", "lines"])
def test_a_plan_without_one_of_its_parts_is_not_submitted(cast, part):
    a_call(cast)
    plan = written(cast, plan_of(cast.su), **{part: [] if part in {"budget", "lines"} else " "})
    before = stored(AnnualPlan)
    with refused("incomplete") as caught:
        do(actions.submit, plan, by=cast.xuning)
    assert list(caught.value.fields) == [part]
    assert stored(AnnualPlan) == before


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "party", "segment": "all", "numbers": [1]},
        {"kind": "visit", "segment": "rich", "numbers": [1]},
        {"kind": "visit", "segment": "all", "numbers": [1, 2]},
        {"kind": "visit", "segment": "all", "numbers": []},
        {"kind": "visit", "segment": "all", "numbers": [-1]},
        {"kind": "visit", "segment": "all", "numbers": [1_000_001]},
        {"kind": "visit", "segment": "all", "numbers": [1], "note": "长" * 121},
    ],
)
def test_what_cannot_be_a_line_is_refused(cast, line):
    a_call(cast)
    plan = plan_of(cast.su)
    with refused("lines"):
        do(actions.write, plan, {**PLAN, "lines": [line]}, plan.version, by=cast.xuning)


def test_a_plan_is_its_branchs_to_write_and_is_changed_as_a_draft_alone(cast):
    a_call(cast)
    plan = plan_of(cast.su)
    with pytest.raises(Forbidden):
        do(actions.write, plan, PLAN, 1, by=cast.linxiaotang)
    with pytest.raises(Stale):
        do(actions.write, plan, PLAN, 7, by=cast.xuning)
    do(actions.submit, written(cast, plan), by=cast.xuning)
    with refused("not_a_draft"):
        do(actions.write, plan, PLAN, plan.version, by=cast.xuning)


@pytest.mark.clause("3.2.8", good=True)
def test_weighed_at_the_end_of_the_tenth_working_day_it_is_in_time(cast):
    plan = submitted(cast, at("11-02 09:00"))
    due = at("11-17 00:00")
    assert [duty.due for duty in owed(WEIGH)] == [due]
    do(actions.analyse, plan, conclusion="好", amount=Decimal(1), by=cast.linxiaotang, now=due)
    assert fates(plan, WEIGH) == [("analyse", "met", False)]


@pytest.mark.clause("3.2.8", good=False)
def test_not_weighed_until_then_it_is_breached(cast):
    plan = submitted(cast, at("11-02 09:00"))
    turn(at("11-17 00:00") + SECOND)
    assert fates(plan, WEIGH) == [("analyse", "open", True)]


@pytest.mark.parametrize(
    "amount, terms, state", [("30000.50", "", S.APPROVED), ("20000", "", S.PARTLY), ("30000.50", "不办演练", S.PARTLY)]
)
def test_the_executive_grants_the_year_in_full_or_in_part(cast, amount, terms, state):
    plan = decided(cast, analysed(cast, amount, terms))
    assert (plan.state, plan.granted_amount) == (state, Decimal(amount))
    signed = json.loads(Approval.objects.get(subject_pk=plan.pk, kind="annual").snapshot)
    assert [line["quarters"] for line in signed["lines"]] == [[6, 6, 8, 10], [3, 3, 3, 3], [0, 4, 0, 0]]


def test_refused_it_is_over_and_returned_it_is_weighed_again(cast):
    plan = decided(cast, analysed(cast), "return")
    assert plan.state == S.SUBMITTED
    do(actions.analyse, plan, conclusion="再看", amount=Decimal(1), by=cast.linxiaotang)
    assert decided(cast, plan, "refuse").state == S.REJECTED


MOVED = [[6, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3, 4], [1] * 12, [0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0]]


@pytest.mark.clause("3.2.8", good=True)
def test_an_approved_plan_is_arranged_by_month_within_its_quarters(cast):
    plan = approved(cast)
    do(actions.arrange, plan, MOVED, by=cast.xuning)
    plan.refresh_from_db()
    assert [line["months"] for line in plan.lines] == MOVED
    do(
        actions.carry_out,
        plan,
        done_on=date(2027, 12, 20),
        how="照计划",
        by=cast.xuning,
        now=at("09-28 14:36").replace(year=2028),
    )


@pytest.mark.clause("3.2.8", good=False)
def test_what_a_quarter_has_was_approved_and_is_not_moved_nor_before_the_approval(cast):
    plan = analysed(cast)
    with refused("not_approved"):
        do(actions.arrange, plan, MOVED, by=cast.xuning)
    decided(cast, plan)
    before = stored(AnnualPlan)
    for months, code in (
        ([[5, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3, 4], *MOVED[1:]], "quarters"),
        ([[6, 0, 0, 2, 2, 2, 2, 3, 3, 3, 4, 4], *MOVED[1:]], "quarters"),
        (MOVED[:2], "lines"),
        ([MOVED[0][:11], *MOVED[1:]], "months"),
        ([[7, -1, 0, *MOVED[0][3:]], *MOVED[1:]], "months"),
    ):
        with refused(code):
            do(actions.arrange, plan, months, by=cast.xuning)
    with pytest.raises(Forbidden):
        do(actions.arrange, plan, MOVED, by=cast.luyao)
    assert stored(AnnualPlan) == before


def test_the_year_is_reported_from_december_on(cast):
    plan = approved(cast)
    early, late = at("11-30 12:00").replace(year=YEAR), at("12-01 12:00").replace(year=YEAR)
    with refused("too_early"):
        do(actions.carry_out, plan, done_on=early.date(), how="x", by=cast.xuning, now=early)
    do(actions.carry_out, plan, done_on=late.date(), how="照计划", by=cast.xuning, now=late)
    do(actions.report_back, plan, result="差两次", by=cast.xuning, now=late)
    plan.refresh_from_db()
    assert plan.state == S.REPORTED


def test_the_timetable_holds_each_kind_by_month_against_what_was_given(cast):
    plan = approved(cast)
    client = a_client(cast)
    given(cast, client, "visit", [date(2027, 1, 5), date(2027, 1, 20), date(2027, 2, 1)])
    given(cast, client, "call", [date(2027, 2, 2)])
    visits, training, calls = timetable(plan, at("03-10 09:00").replace(year=YEAR))
    assert [(cell.planned, cell.done, cell.is_over) for cell in visits.cells[:3]] == [
        (3, 2, True),
        (3, 1, True),
        (3, 0, False),
    ]
    assert (visits.planned, visits.done, visits.due, visits.variance) == (42, 3, 6, -3)
    assert (training.kind, training.due, training.variance) == ("training", 0, 0)
    assert (calls.kind, calls.planned, calls.done, calls.variance) == ("call", 0, 1, 1)


def test_the_next_years_draft_begins_with_this_years_variance(cast):
    a_call(cast, 2026)
    before = plan_of(cast.su, 2026)
    do(actions.write, before, LAST_YEAR, before.version, by=cast.xuning)
    given(cast, a_client(cast), "visit", [date(2026, 1, 5), date(2026, 3, 5)])
    given(cast, a_client(cast, name="另一家", credit_code=""), "call", [date(2026, 3, 5)])
    a_call(cast)
    plan = plan_of(cast.su)
    assert plan.last == [
        {"kind": "visit", "planned": 24, "done": 2},
        {"kind": "call", "planned": 0, "done": 1},
    ]
    assert [(line["kind"], sum(line["months"])) for line in plan.lines] == [("visit", 24), ("call", 1)]
    assert (plan.budget, plan.amount) == (before.budget or plan.budget, Decimal("30000.50"))


def test_the_branches_are_compared_side_by_side_with_totals_against_last_year(cast):
    a_call(cast, 2026)
    before = plan_of(cast.su, 2026)
    do(actions.write, before, LAST_YEAR, before.version, by=cast.xuning)
    before.refresh_from_db()
    do(actions.submit, before, by=cast.xuning)
    do(actions.analyse, before, conclusion="好", amount=Decimal(20000), by=cast.linxiaotang)
    decided(cast, before)
    given(cast, a_client(cast), "visit", [date(2026, 1, 5), date(2026, 3, 5)])
    a_call(cast)
    plan = plan_of(cast.su)
    do(actions.write, plan, PLAN, plan.version, by=cast.xuning)
    plan.refresh_from_db()
    do(actions.submit, plan, by=cast.xuning)
    told = compared(YEAR, cast.linxiaotang, at("12-01 00:00") + SECOND)
    assert [row.plan.unit.code for row in told.rows] == ["SU", "HZ", "BJ"]
    suzhou, hangzhou, _beijing = told.rows
    assert (told.kinds, suzhou.kinds) == (["visit", "training"], [(42, 2), (4, 0)])
    assert (suzhou.budget, suzhou.before, suzhou.change) == (Decimal("30000.50"), Decimal(20000), Decimal("10000.50"))
    assert (suzhou.is_late, suzhou.is_missing, hangzhou.is_late, hangzhou.is_missing) == (False, False, True, True)
    assert (told.totals, told.total, told.done, told.late) == ([(42, 2), (4, 0)], 46, 2, 2)
    assert [row.plan.unit.code for row in compared(YEAR, cast.luyao, NOW + DAY).rows] == ["HZ"]


@pytest.mark.parametrize("state", S.values)
def test_every_pair_of_states_is_a_move_or_refused(state):
    allowed = {made.verb for made in moves_from(AnnualPlan(state=state))}
    for verb in {made.verb for made in AnnualPlan.MOVES}:
        tried = AnnualPlan(state=state)
        if verb in allowed:
            move(tried, verb)
            assert tried.state != state
        else:
            with pytest.raises(Refusal):
                move(tried, verb)
