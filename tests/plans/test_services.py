"""What plans promise, dated: broken down, given, given up, counted (3.2.4, 3.2.5, 3.3.0)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.clients.basis import Basis, basis_values, must_be_visited, planned_for
from chengnuo.kit import jobs
from chengnuo.kit.models import Job
from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.ledger.models import Obligation
from chengnuo.plans import actions
from chengnuo.plans.figures import against
from chengnuo.plans.fitting import windows
from chengnuo.plans.models import PlannedService, ServicePlan
from chengnuo.plans.yearly import keep_up, start_year
from tests.cast import refused

from .world import DAY, NOW, a_company, approved, at, deliver, do, in_force

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def whole(db):
    yield
    assert check()[0] == []


def services(**more):
    return PlannedService.objects.filter(**more).order_by("due_on", "pk")


def duty_of(service, clause="3.3.0"):
    return Obligation.objects.get(subject_type="plans.plannedservice", subject_pk=service.pk, clause=clause)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 1100), st.integers(1, 366))
def test_a_period_is_cut_into_windows_without_gap_or_overlap(first, days, times):
    last = first + timedelta(days=days)
    cut = windows(first, last, times)
    assert len(cut) == times
    assert (cut[0][0], cut[-1][1]) == (first, last)
    assert all(opens <= due for opens, due in cut)
    if times <= days + 1:
        assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(cut))


@pytest.mark.clause("3.3.0", good=True)
def test_delivery_breaks_the_plan_down_into_the_services_of_this_year_each_with_its_duty(cast):
    in_force(cast)
    told = [(one.title, str(one.opens_on), str(one.due_on)) for one in services()]
    assert told == [
        ("电话回访（第1次）", "2026-09-28", "2026-12-26"),
        ("上门拜访（第1次）", "2026-09-28", "2027-03-27"),
        ("电话回访（第2次）", "2026-12-27", "2027-03-27"),
        ("木渎厂风险查勘", "2026-09-28", "2027-09-24"),
    ]
    duty = duty_of(services()[0])
    assert (duty.state, duty.due, duty.owner, duty.unit_id) == ("open", at("12-27 00:00"), cast.xuning, cast.su.pk)
    assert duty_of(services()[2]).state == "waiting"


def test_what_the_next_year_promises_is_planned_when_that_year_is_broken_down_and_once(cast):
    in_force(cast)
    count = services().count()
    assert [do(actions.break_down, ServicePlan.objects.get(), through=date(2027, 12, 31), by=None) for _ in "12"] == [
        4,
        0,
    ]
    assert services().count() == count + 4


@pytest.mark.clause("3.2.5", good=True)
def test_a_service_that_was_given_is_recorded_with_its_day_and_its_words(cast):
    in_force(cast)
    one = services()[0]
    do(actions.carry_out, one.pk, done_on=TODAY, how="客户问及理赔材料，已答", by=cast.zhoumin)
    one.refresh_from_db()
    assert (one.state, one.done_on, one.done_how) == ("done", TODAY, "客户问及理赔材料，已答")
    assert (duty_of(one).state, duty_of(one).breached_at) == ("met", None)
    assert (duty_of(one, "3.2.5").state, duty_of(one, "3.2.5").breached_at) == ("met", None)


@pytest.mark.clause("3.3.0", good=False)
def test_one_that_is_given_after_its_last_day_is_late_for_ever(cast):
    in_force(cast)
    one = services()[0]
    late = at("12-27 00:01")
    do(actions.carry_out, one.pk, now=late, done_on=date(2026, 12, 26), how="补记", by=cast.zhoumin)
    assert (duty_of(one).state, duty_of(one).breached_at) == ("met", at("12-27 00:00"))
    assert (duty_of(one, "3.2.5").state, duty_of(one, "3.2.5").breached_at) == ("met", None)


@pytest.mark.clause("3.2.5", good=False)
def test_one_whose_last_day_passed_is_recorded_within_a_working_day_or_that_is_late_too(cast):
    in_force(cast)
    one = services()[0]
    # The 26th of December is a Saturday: Monday is the working day.
    assert (duty_of(one, "3.2.5").state, duty_of(one, "3.2.5").due) == ("waiting", at("12-29 00:00"))
    late = at("12-29 00:01")
    do(actions.carry_out, one.pk, now=late, done_on=date(2026, 12, 26), how="补记", by=cast.zhoumin)
    assert duty_of(one, "3.2.5").breached_at == at("12-29 00:00")


@pytest.mark.parametrize(
    ("given_", "code"),
    [({"done_on": TODAY + DAY, "how": "x"}, "not_yet"), ({"done_on": TODAY, "how": " "}, "no_words")],
)
def test_a_service_is_not_given_tomorrow_nor_without_a_word(cast, given_, code):
    in_force(cast)
    with refused(code):
        actions.carry_out(services()[0].pk, **given_, by=cast.zhoumin, now=NOW)


def test_it_is_given_once_and_by_who_serves_the_client(cast):
    in_force(cast)
    one = services()[0]
    for who in (cast.luyao, cast.chenlixing):
        with refused("forbidden"):
            actions.carry_out(one.pk, done_on=TODAY, how="x", by=who, now=NOW)
    do(actions.carry_out, one.pk, done_on=TODAY, how="x", by=cast.lize)
    with refused("not_planned"):
        actions.carry_out(one.pk, done_on=TODAY, how="x", by=cast.lize, now=NOW)


# By which plan item, or why outside (3.2.4)


@pytest.mark.clause("3.2.4", good=True)
def test_a_room_of_services_is_offered_what_is_planned_for_its_client_soonest_first(cast):
    plan = in_force(cast)
    offered = planned_for(plan.client, ("visit", "survey"), cast.zhoumin, NOW)
    assert [one.title for one in offered] == ["上门拜访（第1次）", "木渎厂风险查勘"]
    assert offered[0].preparation == "保单清单、服务记录、客户服务调查表"
    assert planned_for(plan.client, ("visit",), cast.luyao, NOW) == []
    assert basis_values("planned", offered[0].id, "", offered) == {
        "basis": "planned",
        "basis_reason": "",
        "planned_id": offered[0].id,
    }


@pytest.mark.clause("3.2.4", good=False)
@pytest.mark.parametrize(
    ("basis", "planned_id", "reason", "code"),
    [
        ("", None, "", "no_basis"),
        ("planned", None, "", "not_planned"),
        ("planned", 10**9, "", "not_planned"),
        ("emergency", None, " ", "no_reason"),
        ("other", None, "", "no_reason"),
        ("other", None, "长" * 501, "too_long"),
    ],
)
def test_a_service_says_by_which_item_or_why_outside(cast, basis, planned_id, reason, code):
    plan = in_force(cast)
    with refused(code):
        basis_values(basis, planned_id, reason, planned_for(plan.client, ("visit",), cast.zhoumin, NOW))


def test_nothing_that_a_client_needs_is_refused(cast):
    for basis in (Basis.CLIENT, Basis.MATTER):
        assert basis_values(basis, None, "", []) == {"basis": basis, "basis_reason": "", "planned_id": None}
    assert basis_values("emergency", None, "厂区进水", [])["basis_reason"] == "厂区进水"


def test_a_client_with_a_visit_planned_soon_must_be_visited(cast):
    plan = in_force(cast)
    assert must_be_visited([plan.client_id], NOW) == {plan.client_id: "方案定有上门拜访（第1次），2027-03-27前上门"}
    for one in services(kind__in=("visit", "survey")):
        do(actions.carry_out, one.pk, done_on=TODAY, how="好", by=cast.zhoumin)
    assert must_be_visited([plan.client_id], NOW) == {}


def test_plan_against_done_counts_each_service_once(cast):
    in_force(cast)
    first, second, third, _fourth = services()
    now = at("12-28 09:00")
    do(actions.carry_out, first.pk, now=now, done_on=date(2026, 12, 28), how="迟了", by=cast.zhoumin)
    do(actions.carry_out, second.pk, now=now, done_on=date(2026, 12, 1), how="好", by=cast.zhoumin)
    do(actions.drop_for_emergency, third, now=now, reason="台风", by=cast.xuning)
    (line,) = against(cast.xuning, now, 2026, "unit")
    assert (line.label, line.promised, line.in_time, line.late, line.rate) == ("苏州分公司", 1, 0, 1, 0.0)
    (line,) = against(cast.xuning, now, 2027, "unit")
    assert (line.promised, line.in_time, line.ahead, line.dropped, line.rate) == (2, 1, 1, 1, 100.0)
    assert against(cast.luyao, now, 2026, "unit") == []


# The year


def test_the_worker_starts_ends_and_breaks_down_by_itself(cast):
    from .world import a_plan

    plan = a_plan(cast, a_company(cast), starts_on=date(2026, 10, 5), ends_on=date(2027, 1, 31))
    plan = deliver(cast, approved(cast, plan))
    assert plan.state == "delivered"
    assert do(keep_up, now=at("10-04 23:59")) == 0
    assert do(keep_up, now=at("10-05 00:00")) == 1
    plan.refresh_from_db()
    assert (plan.state, plan.broken_down_to) == ("active", date(2026, 12, 31))
    before = services().count()
    assert do(keep_up, now=at("12-31 23:59")) == 0
    assert do(keep_up, now=at("12-31 23:59") + timedelta(minutes=1)) == 1
    assert services().count() > before
    assert do(keep_up, now=at("12-31 23:59") + timedelta(days=32)) == 1
    plan.refresh_from_db()
    assert (plan.state, plan.closed_because) == ("closed", "期满")
    assert services(state="planned").exists()


def test_an_agreement_that_outlasts_its_plan_owes_the_next_one_by_the_last_day(cast):
    from .world import a_plan

    plan = a_plan(cast, a_company(cast), ends_on=date(2027, 1, 31))
    plan = deliver(cast, approved(cast, plan))
    duty = Obligation.objects.get(clause="3.2.1", key="plan-after-2027-01-31")
    assert (duty.state, duty.due.date()) == ("waiting", date(2027, 1, 31))
    following = do(actions.draft_plan, plan.client, agreement=plan.agreement, by=cast.wanghaiyan)
    assert (following.starts_on, following.number) == (date(2027, 2, 1), "FW-SU-26-0002")
    approved(cast, following)
    duty.refresh_from_db()
    assert duty.state == "met"


def test_a_year_is_broken_down_by_a_job_that_can_be_stopped_between_its_parts(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("chengnuo.plans.yearly.A_PART", 1)
    in_force(cast)
    with refused("forbidden"):
        start_year(2027, by=cast.xuning, now=NOW)
    with refused("year"):
        start_year(2028, by=cast.wanghaiyan, now=NOW)
    job = do(start_year, 2027, by=cast.wanghaiyan)
    count = services().count()
    with clock.moved_to(NOW, "test"):
        jobs.run_job(job.pk)
        assert (services().count(), Job.objects.get(pk=job.pk).is_running) == (count + 4, True)
        jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.words) == ("done", "1份方案已分解到2027年底")
    assert services().count() == count + 4
