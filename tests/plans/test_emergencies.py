"""Emergency response plans of high-risk and large clients (3.2.7)."""

from datetime import date

import pytest

from chengnuo.clients import actions as clients
from chengnuo.ledger.check import check
from chengnuo.ledger.models import Obligation
from chengnuo.plans import actions
from chengnuo.plans.models import EmergencyPlan
from chengnuo.plans.rules import months_after
from tests.cast import refused
from tests.hotline.world import turn

from .world import NOW, a_company, at, do

pytestmark = pytest.mark.django_db
VALUES = {
    "scenario": "厂房火灾",
    "contacts": "陈月琴 行政主管\n张工 安全",
    "steps": "报警\n断电\n疏散",
    "drill_every": 12,
    "review_on": date(2027, 9, 1),
}


@pytest.fixture(autouse=True)
def whole(db):
    yield
    assert check()[0] == []


@pytest.fixture
def client(cast):
    client = a_company(cast)
    do(clients.tick, client, "high_risk", reason="查勘评为高风险", by=cast.wanghaiyan)
    client.refresh_from_db()
    return client


def drafted(cast, client, now=NOW, **more):
    return do(actions.draft_emergency_plan, client, now=now, values={**VALUES, **more}, by=cast.xuning)


def in_force(cast, client, now=NOW, **more):
    return do(actions.put_in_force, drafted(cast, client, now, **more), now=now, by=cast.xuning)


def duties(**more):
    return Obligation.objects.filter(clause="3.2.7", **more)


@pytest.mark.clause("3.2.7", good=True)
def test_who_is_called_high_risk_has_an_emergency_plan_within_twenty_working_days(cast, client):
    duty = duties().get()
    # Two days of September, then from 8 October on, the Saturday of the 10th made up.
    assert (duty.due, duty.unit_id) == (at("10-31 00:00"), cast.su.pk)
    in_force(cast, client)
    assert duties(subject_type="clients.client").get().state == "met"


@pytest.mark.clause("3.2.7", good=False)
def test_a_draft_alone_meets_nothing_and_one_in_force_too_late_is_late_for_ever(cast, client):
    plan = drafted(cast, client)
    assert duties().get().state == "open"
    do(actions.put_in_force, plan, now=at("10-31 00:01"), by=cast.xuning)
    duty = duties(subject_type="clients.client").get()
    assert (duty.state, duty.breached_at) == ("met", duty.due)


def test_an_ordinary_client_needs_none_and_one_no_longer_high_risk_neither(cast, client):
    do(clients.untick, client, "high_risk", reason="整改完成", by=cast.wanghaiyan)
    assert duties().get().state == "withdrawn"


def test_a_new_one_for_the_same_scenario_replaces_the_one_before(cast, client):
    first = in_force(cast, client)
    flood = in_force(cast, client, scenario="暴雨内涝")
    second = in_force(cast, client)
    states = dict(EmergencyPlan.objects.values_list("pk", "state"))
    assert states == {first.pk: "replaced", flood.pk: "in_force", second.pk: "in_force"}


def test_it_is_drilled_and_reviewed_by_its_days(cast, client):
    plan = in_force(cast, client)
    waiting = {one.key: one.due for one in duties(subject_type="plans.emergencyplan")}
    assert waiting == {
        "review-2027-09-01": at("09-02 00:00").replace(year=2027),
        "drill-2027-09-28": at("09-29 00:00").replace(year=2027),
    }
    do(actions.record_drill, plan, held_on=NOW.date(), taken_part="车间", found="无", by=cast.zhoumin)
    do(actions.review_emergency_plan, plan, next_on=date(2028, 3, 1), found="照旧", by=cast.zhoumin)
    live = duties(subject_type="plans.emergencyplan", state__in=("open", "waiting"))
    assert sorted(live.values_list("key", flat=True)) == ["drill-2027-09-28", "review-2028-03-01"]


@pytest.mark.clause("3.2.7", good=False)
def test_one_that_nobody_reviews_or_drills_by_its_day_is_breached(cast, client):
    in_force(cast, client, review_on=date(2026, 12, 1), drill_every=1)
    turn(at("10-29 00:01"))
    turn(at("12-02 00:01"))
    fates = {one.key: (one.state, one.breached_at) for one in duties(subject_type="plans.emergencyplan")}
    assert fates == {
        "review-2026-12-01": ("open", at("12-02 00:00")),
        "drill-2026-10-28": ("open", at("10-29 00:00")),
    }


def test_a_draft_is_neither_drilled_nor_reviewed(cast, client):
    plan = drafted(cast, client)
    with refused("not_in_force"):
        actions.record_drill(plan, held_on=NOW.date(), taken_part="车间", found="无", by=cast.zhoumin, now=NOW)
    with refused("not_in_force"):
        actions.review_emergency_plan(plan, next_on=date(2028, 3, 1), found="照旧", by=cast.zhoumin, now=NOW)


def test_what_is_in_force_is_not_changed_but_replaced(cast, client):
    plan = in_force(cast, client)
    with refused("not_draft"):
        actions.change_emergency_plan(plan, version=plan.version, values=VALUES, by=cast.xuning, now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scenario": ""}, "scenario"),
        ({"contacts": " \n "}, "contacts"),
        ({"steps": "\n".join("步" for _ in range(41))}, "steps"),
        ({"drill_every": 0}, "drill_every"),
        ({"review_on": NOW.date()}, "review_on"),
    ],
)
def test_it_has_a_scenario_people_steps_and_a_day_of_review(cast, client, values, field):
    with refused("invalid") as said:
        actions.draft_emergency_plan(client, values={**VALUES, **values}, by=cast.xuning, now=NOW)
    assert list(said.value.fields) == [field]


def test_another_branch_draws_up_none(cast, client):
    with refused("forbidden"):
        actions.draft_emergency_plan(client, values=VALUES, by=cast.luyao, now=NOW)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 9, 28), 12, date(2027, 9, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_shorter_months_last(start, months, end):
    assert months_after(start, months) == end
