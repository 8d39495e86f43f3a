"""From a signed agreement to a plan in force (3.2.1–3.2.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chengnuo.clients import actions as clients
from chengnuo.kit.approvals.kinds import kind_of
from chengnuo.kit.models import Approval
from chengnuo.ledger.check import check
from chengnuo.ledger.models import Obligation
from chengnuo.people.actions import name_substitute
from chengnuo.plans import actions
from chengnuo.plans.models import PlannedService, PlanState, ServicePlan
from tests.cast import refused
from tests.clients.conftest import PERSON

from .world import (
    DAY,
    NOW,
    a_company,
    a_plan,
    an_agreement,
    approved,
    at,
    complete,
    deliver,
    do,
    in_force,
    say,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def whole():
    yield
    assert check()[0] == []


def duties(clause, **more):
    return Obligation.objects.filter(clause=clause, **more)


# 3.2.1


@pytest.mark.clause("3.2.1", good=True)
def test_a_signed_agreement_owes_a_plan_to_the_centre_within_ten_working_days_of_the_signature(cast):
    an_agreement(cast, a_company(cast))
    duty = duties("3.2.1").get()
    assert (duty.state, duty.owner, duty.unit_id) == ("open", cast.wanghaiyan, cast.centre.pk)
    # 25 September is the eve of the festival; 28–30 September and, after the holiday, 8–16 October but the weekend.
    assert duty.due == at("10-16 00:00")
    submitted(cast, a_plan_of(cast))
    assert duties("3.2.1").get().state == "met"


def a_plan_of(cast):
    from chengnuo.clients.models import Agreement

    agreement = Agreement.objects.get()
    return do(actions.draft_plan, agreement.client, agreement=agreement, by=cast.wanghaiyan)


@pytest.mark.clause("3.2.1", good=False)
def test_a_plan_submitted_after_the_day_is_late_for_ever(cast):
    agreement = an_agreement(cast, a_company(cast))
    late = at("10-16 00:01")
    plan = do(actions.draft_plan, agreement.client, now=late, agreement=agreement, by=cast.wanghaiyan)
    submitted(cast, plan, late)
    duty = duties("3.2.1").get()
    assert (duty.state, duty.breached_at) == ("met", duty.due)


def test_signing_twice_opens_one_duty(cast):
    agreement = an_agreement(cast, a_company(cast))
    with refused("illegal_move"):
        clients.sign_agreement(agreement, signed_on=date(2026, 9, 26), by=cast.zhoumin, now=NOW)
    assert duties("3.2.1").count() == 1


def test_an_agreement_has_one_plan(cast):
    plan = a_plan(cast)
    with refused("has_plan"):
        actions.draft_plan(plan.client, agreement=plan.agreement, by=cast.wanghaiyan, now=NOW)


def test_only_the_centre_draws_up_plans(cast):
    client = a_company(cast)
    for who in (cast.zhoumin, cast.xuning, cast.chenlixing, cast.admin):
        with refused("forbidden"):
            actions.draft_plan(client, by=who, now=NOW)


def test_an_agreement_that_is_not_signed_gets_no_plan_yet(cast):
    client = a_company(cast)
    draft = do(
        clients.draft_agreement,
        client,
        values={"number": "WT-2", "starts_on": "2026-10-01", "ends_on": "2027-09-30"},
        by=cast.zhoumin,
    )
    with refused("not_signed"):
        actions.draft_plan(client, agreement=draft, by=cast.wanghaiyan, now=NOW)


# 3.2.2


@pytest.mark.clause("3.2.2", good=True)
def test_a_draft_is_made_from_what_is_known_of_the_client(cast):
    client = a_company(cast)
    do(clients.tick, client, "high_risk", reason="查勘", by=cast.wanghaiyan)
    client.refresh_from_db()
    plan = a_plan(cast, client)
    told = {one["key"]: one["text"] for one in plan.situation}
    assert told == {
        "policies": "财产险1；年保费20,930.00元",
        "sites": "木渎厂（苏州市吴中区木渎镇金塘路0号）",
        "risk": "高风险",
        "losses": "",
        "history": "",
    }
    lines = [(one.kind, one.title, one.times) for one in plan.items.all()]
    assert lines == [
        ("survey", "木渎厂风险查勘", 2),
        ("visit", "上门拜访", 2),
        ("call", "电话回访", 4),
        ("training", "防灾防损培训", 1),
        ("drill", "应急演练", 1),
        ("renewal", "2027-05到期保单续保，1份", 1),
    ]
    assert (plan.number, plan.edition, plan.state) == ("FW-SU-26-0001", 1, "draft")
    assert (plan.starts_on, plan.ends_on) == (date(2026, 9, 28), date(2027, 9, 24))


def test_a_person_is_called_and_written_to(cast):
    client = do(clients.enter_client, unit=cast.su, values=PERSON, by=cast.zhoumin)
    plan = do(actions.draft_plan, client, by=cast.wanghaiyan)
    assert [(one.kind, one.times) for one in plan.items.all()] == [("call", 2), ("letter", 1)]


@pytest.mark.clause("3.2.2", good=False)
def test_a_plan_is_not_submitted_while_one_of_the_five_is_neither_filled_nor_declared_none(cast):
    plan = a_plan(cast)
    with refused("incomplete") as said:
        actions.submit_plan(plan, by=cast.wanghaiyan, now=NOW)
    assert sorted(said.value.fields) == ["history", "losses", "risk"]
    assert ServicePlan.objects.get().state == "draft"
    submitted(cast, plan)
    assert ServicePlan.objects.get().state == "submitted"


def test_a_plan_without_sites_says_so_or_is_refused(cast):
    client = a_company(cast, sites=[])
    plan = a_plan(cast, client)
    none = {f"{key}_none": True for key in ("risk", "losses", "history")}
    plan = do(actions.change_plan, plan, version=plan.version, values=none, by=cast.wanghaiyan)
    with refused("incomplete") as said:
        actions.submit_plan(plan, by=cast.wanghaiyan, now=NOW)
    assert sorted(said.value.fields) == ["sites"]


def test_a_plan_that_promises_nothing_is_not_submitted(cast):
    plan = complete(cast, a_plan(cast))
    for item in plan.items.all():
        do(actions.remove_item, plan, item.line, by=cast.wanghaiyan)
    with refused("no_items"):
        actions.submit_plan(plan, by=cast.wanghaiyan, now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_on": "2026-09-01"}, "ends_on"),
        ({"ends_on": "2028-01-01"}, "ends_on"),
        ({"times": 0}, "times"),
        ({"times": 367}, "times"),
        ({"budget": "-1"}, "budget"),
        ({"kind": "gift"}, "kind"),
        ({"title": " "}, "title"),
        ({"owner": None}, "owner"),
    ],
)
def test_a_line_is_sound_and_lies_within_the_plan(cast, values, field):
    plan = a_plan(cast)
    sound = {"kind": "visit", "title": "拜访", "times": 1, "owner": cast.zhoumin}
    with refused("invalid") as said:
        actions.set_item(plan, None, values={**sound, **values}, by=cast.wanghaiyan, now=NOW)
    assert list(said.value.fields) == [field]


def test_the_plans_sum_follows_its_lines(cast):
    plan = a_plan(cast)
    line = plan.items.get(kind="survey").line
    more = {"kind": "survey", "title": "木渎厂风险查勘", "owner": cast.zhoumin, "budget": "18000.50"}
    do(actions.set_item, plan, line, values=more, by=cast.wanghaiyan)
    do(
        actions.set_item,
        plan,
        None,
        values={"kind": "other", "title": "讲座", "owner": cast.zhoumin, "budget": "2000"},
        by=cast.wanghaiyan,
    )
    assert ServicePlan.objects.get().budget == Decimal("20000.50")
    do(actions.remove_item, plan, line, by=cast.wanghaiyan)
    assert ServicePlan.objects.get().budget == Decimal("2000.00")


# 3.2.3


@pytest.mark.clause("3.2.3", good=True)
def test_approved_by_the_chairman_it_is_delivered_within_three_working_days_with_a_receipt(cast):
    plan = approved(cast)
    duty = duties("3.2.3", rule="plans.deliver_what_was_approved").get()
    assert (duty.owner, duty.due) == (cast.wanghaiyan, at("10-09 00:00"))
    plan = deliver(cast, plan)
    assert (plan.state, plan.received_by, plan.delivered_at) == ("active", "陈月琴", NOW)
    assert duties("3.2.3", rule="plans.deliver_what_was_approved").get().state == "met"


@pytest.mark.clause("3.2.3", good=False)
def test_what_the_chairman_did_not_approve_is_not_delivered(cast):
    plan = a_plan(cast)
    with refused("illegal_move"):
        deliver(cast, plan)
    submitted(cast, plan)
    with refused("illegal_move"):
        deliver(cast, plan)


@pytest.mark.clause("3.2.3", good=False)
def test_an_approved_plan_that_is_not_delivered_in_time_is_overdue(cast):
    plan = approved(cast)
    deliver(cast, plan, now=at("10-09 00:01"))
    duty = duties("3.2.3", rule="plans.deliver_what_was_approved").get()
    assert (duty.state, duty.breached_at) == ("met", at("10-09 00:00"))


def test_what_was_changed_behind_the_approval_is_not_delivered(cast):
    plan = approved(cast)
    items = plan.items.all()
    items.filter(pk=items[0].pk).update(times=9)
    with refused("not_approved"):
        deliver(cast, plan)
    items.filter(pk=items[0].pk).update(times=items[0].times)
    items.filter(kind="survey").update(times=1)


def test_a_draft_of_the_centres_staff_goes_by_its_head_first(cast):
    plan = complete(cast, a_plan(cast))
    approval = do(actions.submit_plan, plan, by=cast.linxiaotang)
    assert [one.asked_role for one in approval.steps.all()] == ["centre_head", "chairman"]
    say(approval, "approve", cast.wanghaiyan)
    say(approval, "approve", cast.zhengqiming)
    assert ServicePlan.objects.get().state == "approved"


def test_returned_it_is_a_draft_again_and_the_duty_of_the_signature_is_back(cast):
    approval = submitted(cast)
    say(approval, "return", cast.zhengqiming, opinion="预算偏高")
    plan = ServicePlan.objects.get()
    assert (plan.state, plan.submitted_at) == ("draft", None)
    assert actions.has_returned(plan) == Approval.objects.get()
    states = duties("3.2.1").order_by("pk").values_list("state", "due")
    assert list(states) == [("met", at("10-16 00:00")), ("open", at("10-16 00:00"))]
    say(do(actions.submit_plan, plan, by=cast.wanghaiyan), "approve", cast.zhengqiming)
    assert ServicePlan.objects.get().state == "approved"


def test_while_it_is_being_approved_nobody_changes_it(cast):
    submitted(cast)
    plan = ServicePlan.objects.get()
    for act in (
        lambda: actions.change_plan(plan, version=plan.version, values={}, by=cast.wanghaiyan, now=NOW),
        lambda: actions.set_item(plan, 1, values={}, by=cast.wanghaiyan, now=NOW),
        lambda: actions.remove_item(plan, 1, by=cast.wanghaiyan, now=NOW),
    ):
        with refused("under_approval"):
            act()
    with refused("illegal_move"):
        actions.close_plan(plan, reason="不要了", by=cast.wanghaiyan, now=NOW)


def test_approving_after_it_was_taken_back_is_refused(cast):
    from chengnuo.kit.approvals.actions import withdraw

    approval = submitted(cast)
    step = approval.steps.get()
    do(withdraw, approval, reason="漏了场所", by=cast.wanghaiyan)
    assert ServicePlan.objects.get().state == "draft"
    with refused("already_decided"):
        actions_decide(step, approval, cast.zhengqiming)


def actions_decide(step, approval, by):
    from chengnuo.kit.approvals.actions import decide

    return decide(step, "approve", sha256=approval.sha256, by=by, now=NOW)


def test_an_older_request_is_not_approved_in_place_of_the_newer_one(cast):
    first = submitted(cast)
    step = first.steps.get()
    say(first, "return", cast.zhengqiming, opinion="改")
    second = submitted(cast, ServicePlan.objects.get())
    with refused("already_decided"):
        actions_decide(step, first, cast.zhengqiming)
    newer = second.steps.get()
    with refused("snapshot_changed"):
        from chengnuo.kit.approvals.actions import decide

        decide(newer, "approve", sha256="0" * 64, by=cast.zhengqiming, now=NOW)


def test_a_dated_substitute_of_the_chairman_approves_and_it_says_so(cast):
    given = {"starts_at": NOW, "ends_at": NOW + DAY, "reason": "出差"}
    do(name_substitute, cast.zhengqiming, staff=cast.chenlixing, by=cast.zhengqiming, **given)
    approval = submitted(cast)
    with refused("not_asked"):
        say(approval, "approve", cast.chenlixing, now=NOW + DAY)
    say(approval, "approve", cast.chenlixing, now=NOW + DAY - timedelta(minutes=1))
    step = approval.steps.get()
    assert (step.decided_by, step.on_behalf_of) == (cast.chenlixing, cast.zhengqiming)
    assert ServicePlan.objects.get().state == "approved"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"how": "fax"}, "no_way"),
        ({"received_by": "  "}, "no_receipt"),
        ({"delivered_at": NOW + DAY}, "not_yet"),
        ({"delivered_at": NOW - DAY}, "before_approval"),
    ],
)
def test_a_delivery_says_how_to_whom_and_when(cast, given, code):
    plan = approved(cast)
    with refused(code):
        deliver(cast, plan, **given)
    assert ServicePlan.objects.get().state == "approved"


def test_a_plan_is_delivered_by_the_clients_branch_or_the_centre(cast):
    plan = approved(cast)
    for who in (cast.luyao, cast.chenlixing, cast.zhengqiming):
        with refused("forbidden"):
            deliver(cast, plan, by=who)
    deliver(cast, plan, by=cast.linxiaotang)


# Editions: scenario 9


def test_a_plan_edited_after_approval_is_a_second_version_that_cannot_be_delivered_while_the_first_goes_on(cast):
    first = in_force(cast)
    services = PlannedService.objects.filter(state="planned").count()
    second = do(actions.next_edition, first, cause="9月16日厂房火灾", by=cast.wanghaiyan)
    assert (second.number, second.edition, second.state) == (first.number, 2, "draft")
    with refused("illegal_move"):
        deliver(cast, second)
    first.refresh_from_db()
    assert first.state == "active"
    assert PlannedService.objects.filter(plan=first, state="planned").count() == services
    with refused("has_next"):
        actions.next_edition(first, cause="再改", by=cast.wanghaiyan, now=NOW)


def test_the_second_version_delivered_ends_the_first_and_takes_over_what_is_planned(cast):
    first = in_force(cast)
    second = do(actions.next_edition, first, cause="火灾", by=cast.wanghaiyan)
    visit, call = second.items.get(kind="visit"), second.items.get(kind="call")
    more = {"kind": "visit", "title": "上门拜访", "times": 4, "owner": cast.lize}
    do(actions.set_item, second, visit.line, values=more, by=cast.wanghaiyan)
    do(actions.remove_item, second, call.line, by=cast.wanghaiyan)
    done = first.services.filter(kind="visit").first()
    do(actions.carry_out, done.pk, done_on=NOW.date(), how="顺路拜访", by=cast.zhoumin)
    calls = first.services.filter(kind="call").count()
    deliver(cast, approved(cast, second))
    first.refresh_from_db()
    assert (first.state, first.closed_because) == (PlanState.CLOSED, "第2版交付")
    dropped = PlannedService.objects.filter(kind="call")
    assert [(one.state, one.dropped_because) for one in dropped] == [("dropped", "第2版不再列入")] * calls
    done.refresh_from_db()
    assert (done.state, done.plan, done.owner) == ("done", second, cast.lize)
    visits = PlannedService.objects.filter(kind="visit").order_by("nth")
    assert [one.nth for one in visits] == [1, 2]
    assert visits[1].opens_on == date(2026, 12, 27)


def test_no_line_is_dropped_but_by_a_new_edition_or_an_emergency(cast):
    in_force(cast)
    service = PlannedService.objects.first()
    with refused("not_draft"):
        actions.remove_item(service.plan, service.item.line, by=cast.wanghaiyan, now=NOW)
    with refused("no_reason"):
        actions.drop_for_emergency(service, reason=" ", by=cast.xuning, now=NOW)
    with refused("forbidden"):
        actions.drop_for_emergency(service, reason="台风", by=cast.zhoumin, now=NOW)
    do(actions.drop_for_emergency, service, reason="台风，厂区封闭", by=cast.xuning)
    service.refresh_from_db()
    assert (service.state, service.dropped_because) == ("dropped", "台风，厂区封闭")
    owed = Obligation.objects.filter(subject_type="plans.plannedservice", subject_pk=service.pk)
    assert set(owed.values_list("clause", "state")) == {("3.3.0", "withdrawn"), ("3.2.5", "withdrawn")}


def test_the_approval_shows_the_sum_the_difference_and_what_waiting_costs(cast):
    first = in_force(cast)
    second = do(actions.next_edition, first, cause="厂房火灾，风险升高", by=cast.wanghaiyan)
    visit = second.items.get(kind="visit")
    more = {"kind": "visit", "title": "上门拜访", "times": 4, "owner": cast.lize, "budget": "18400"}
    do(actions.set_item, second, visit.line, values=more, by=cast.wanghaiyan)
    approval = submitted(cast, second)
    import json

    kind, snapshot = kind_of("service_plan"), json.loads(approval.snapshot)
    shown = kind.difference(approval, snapshot)
    assert (shown.figure.after, shown.figure.change) == ("18,400.00", "+18,400.00")
    assert shown.against == "第1版（2026-09-28批）"
    assert [(one.name, one.before, one.after, one.change) for one in shown.lines][:2] == [
        ("上门拜访", "2次", "4次", "+2"),
        ("风险查勘", "1次", "1次", "不变"),
    ]
    assert shown.cause == "厂房火灾，风险升高"
    assert kind.waiting(approval, snapshot) == (
        "客户签约后已等1个工作日；当天不批，最早9月29日才能送客户；批准前按第1版服务"
    )


def test_two_who_deliver_at_once_deliver_once(cast):
    plan = approved(cast)
    deliver(cast, plan)
    with refused("illegal_move"):
        deliver(cast, plan)
    assert PlannedService.objects.values("item", "nth").distinct().count() == PlannedService.objects.count()


def test_closing_a_plan_ends_what_it_planned_and_the_agreement_owes_none_again(cast):
    plan = in_force(cast)
    do(actions.close_plan, plan, reason="客户迁出", by=cast.wanghaiyan)
    assert not PlannedService.objects.filter(state="planned").exists()
    assert not duties("3.2.5", state__in=("open", "waiting")).exists()
