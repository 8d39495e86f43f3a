from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from chengnuo.kit.approvals.access import visible_approvals, waiting_for
from chengnuo.kit.approvals.actions import Asked, decide, request, withdraw
from chengnuo.kit.approvals.kinds import Difference, Kind, register_kind
from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import Obligation, ParameterVersion, TrailEvent
from chengnuo.people.actions import give_role, name_substitute
from chengnuo.people.models import Role
from tests.cast import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
KEY = "call_back.due"
K = Role.Kind


@pytest.fixture(autouse=True)
def whole():
    """Everything happens at one afternoon, and leaves a ledger that `check` finds whole."""
    with moved_to(NOW, "test"):
        yield
    assert check()[0] == []


@pytest.fixture
def proposal(cast):
    return propose_parameter(KEY, Decimal(20), None, "来电高峰打不完", by=cast.wanghaiyan, now=NOW)


def step(approval):
    return approval.steps.get(decision="", asked_at__isnull=False)


def approve(approval, by, now=NOW, **words):
    return decide(step(approval), "approve", sha256=words.pop("sha256", approval.sha256), by=by, now=now, **words)


def in_force(now=NOW):
    return rulebook().parameter(KEY, now)


def substitute(principal, staff):
    name_substitute(
        principal, staff=staff, starts_at=NOW, ends_at=NOW + timedelta(days=3), reason="出差", by=principal, now=NOW
    )


def test_a_proposal_asks_the_executive_and_changes_nothing_yet(cast, proposal):
    assert in_force().value == 15
    assert [one.pk for one in waiting_for(cast.chenlixing, NOW)] == [step(proposal).pk]
    duty = Obligation.objects.get(subject_type="kit.approval")
    assert (duty.clause, duty.owner_id, duty.text) == ("3.1.2", cast.chenlixing.pk, "审批：参数修改：未接来电回电")
    assert duty.due == datetime(2026, 9, 30, tzinfo=ZONE)


def test_approved_it_is_the_next_version_with_who_proposed_and_who_decided(cast, proposal):
    approve(proposal, cast.chenlixing)
    version = in_force()
    assert (version.number, version.value, version.reason) == (2, 20, "来电高峰打不完")
    assert (version.proposed_by, version.decided_by) == (cast.wanghaiyan, cast.chenlixing)
    assert version.in_force_from == NOW
    assert Approval.objects.get().state == "approved"
    assert Obligation.objects.get(subject_type="kit.approval").state == "met"


def test_a_version_may_wait_for_its_day(cast):
    later = NOW + timedelta(days=3)
    approve(propose_parameter(KEY, Decimal(20), later, "下周起", by=cast.linxiaotang, now=NOW), cast.chenlixing)
    assert (in_force().value, in_force(later).value) == (15, 20)


def test_approved_after_its_day_it_holds_from_the_decision_and_not_before(cast):
    proposal = propose_parameter(KEY, Decimal(20), NOW + timedelta(hours=1), "急", by=cast.linxiaotang, now=NOW)
    approve(proposal, cast.chenlixing, now=NOW + timedelta(hours=2))
    assert in_force(NOW + timedelta(hours=3)).in_force_from == NOW + timedelta(hours=2)


@pytest.mark.parametrize(("decision", "state"), [("return", "returned"), ("refuse", "refused")])
def test_returned_or_refused_nothing_changes_and_the_reason_is_kept(cast, proposal, decision, state):
    decide(step(proposal), decision, sha256=proposal.sha256, opinion="数据不足", by=cast.chenlixing, now=NOW)
    assert (Approval.objects.get().state, in_force().number) == (state, 1)
    assert ApprovalStep.objects.get().opinion == "数据不足"
    assert Obligation.objects.get(subject_type="kit.approval").state == "met"
    propose_parameter(KEY, Decimal(20), None, "补了数据", by=cast.wanghaiyan, now=NOW)


@pytest.mark.parametrize("decision", ["return", "refuse"])
def test_a_return_or_refusal_says_why(cast, proposal, decision):
    with refused("no_reason"):
        decide(step(proposal), decision, sha256=proposal.sha256, opinion="  ", by=cast.chenlixing, now=NOW)


def test_what_was_shown_is_what_is_decided(cast, proposal):
    with refused("snapshot_changed"):
        approve(proposal, cast.chenlixing, sha256="0" * 64)
    assert in_force().number == 1


def test_a_decision_holds_once(cast, proposal):
    one = step(proposal)
    approve(proposal, cast.chenlixing)
    with refused("already_decided"):
        decide(one, "approve", sha256=proposal.sha256, by=cast.chenlixing, now=NOW)
    assert in_force().number == 2


@pytest.mark.parametrize("who", ["zhoumin", "xuning", "linxiaotang", "zhengqiming", "admin"])
def test_who_was_not_asked_cannot_decide(cast, proposal, who):
    with refused("not_asked"):
        approve(proposal, getattr(cast, who))


def test_nobody_decides_his_own_request(cast, proposal):
    give_role(cast.wanghaiyan, unit=cast.hq, kind=K.EXECUTIVE, by=None, now=NOW)
    with refused("own_request"):
        approve(proposal, cast.wanghaiyan)


def test_not_as_the_substitute_of_who_was_asked_either(cast, proposal):
    substitute(cast.chenlixing, cast.wanghaiyan)
    with refused("own_request"):
        approve(proposal, cast.wanghaiyan)


def test_nor_through_his_own_substitute(cast, proposal):
    give_role(cast.wanghaiyan, unit=cast.hq, kind=K.EXECUTIVE, by=None, now=NOW)
    substitute(cast.wanghaiyan, cast.linxiaotang)
    with refused("not_asked"):
        approve(proposal, cast.linxiaotang)


def test_a_dated_substitute_decides_on_behalf_of_who_was_asked(cast, proposal):
    substitute(cast.chenlixing, cast.zhengqiming)
    approve(proposal, cast.zhengqiming)
    one = ApprovalStep.objects.get()
    assert (one.decided_by, one.on_behalf_of) == (cast.zhengqiming, cast.chenlixing)
    assert f'"on_behalf_of":{cast.chenlixing.pk}' in TrailEvent.objects.get(verb="approval.decided").body


def test_after_the_substitution_ends_he_cannot(cast, proposal):
    substitute(cast.chenlixing, cast.linxiaotang)
    with refused("not_asked"):
        approve(proposal, cast.linxiaotang, now=NOW + timedelta(days=3))


def test_one_proposal_per_figure_waits(cast, proposal):
    with refused("already_asked"):
        propose_parameter(KEY, Decimal(25), None, "再加", by=cast.linxiaotang, now=NOW)
    propose_parameter("interim_reply.every", Decimal(2), None, "另一个", by=cast.linxiaotang, now=NOW)


def test_taken_back_it_owes_nothing_and_makes_room(cast, proposal):
    withdraw(proposal, reason="写错了", by=cast.wanghaiyan, now=NOW)
    assert Obligation.objects.get(subject_type="kit.approval").state == "withdrawn"
    assert list(waiting_for(cast.chenlixing, NOW)) == []
    propose_parameter(KEY, Decimal(25), None, "重提", by=cast.wanghaiyan, now=NOW)


def test_only_who_asked_takes_it_back_and_only_while_it_waits(cast, proposal):
    with refused("forbidden"):
        withdraw(proposal, reason="x", by=cast.linxiaotang, now=NOW)
    approve(proposal, cast.chenlixing)
    with refused("illegal_move"):
        withdraw(proposal, reason="x", by=cast.wanghaiyan, now=NOW)


@pytest.mark.parametrize("who", ["zhoumin", "xuning", "chenlixing", "zhengqiming", "admin"])
def test_only_the_centre_proposes(cast, who):
    with refused("forbidden"):
        propose_parameter(KEY, Decimal(20), None, "x", by=getattr(cast, who), now=NOW)


@pytest.mark.parametrize(
    ("key", "value", "starts", "reason", "code"),
    [
        ("nothing", "20", None, "x", "unknown_parameter"),
        (KEY, "15", None, "x", "same_value"),
        (KEY, "-1", None, "x", "value_out_of_bounds"),
        (KEY, "1000000", None, "x", "value_out_of_bounds"),
        (KEY, "20", NOW - timedelta(minutes=1), "x", "in_the_past"),
        (KEY, "20", None, "  ", "no_reason"),
        (KEY, "20", None, "x" * 501, "reason_too_long"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(cast, key, value, starts, reason, code):
    with refused(code):
        propose_parameter(key, Decimal(value), starts, reason, by=cast.wanghaiyan, now=NOW)
    assert not Approval.objects.exists()


def test_open_duties_keep_the_version_they_carry(cast, proposal):
    """The duty of this very request counts by `approval.due`; a new version of that leaves it alone."""
    other = propose_parameter("approval.due", Decimal(2), None, "放宽", by=cast.wanghaiyan, now=NOW)
    approve(other, cast.chenlixing)
    carried = Obligation.objects.get(subject_pk=proposal.pk, subject_type="kit.approval")
    assert (carried.parameter.number, carried.due) == (1, datetime(2026, 9, 30, tzinfo=ZONE))
    third = propose_parameter("interim_reply.every", Decimal(2), None, "x", by=cast.wanghaiyan, now=NOW)
    assert Obligation.objects.get(subject_pk=third.pk, subject_type="kit.approval").parameter.number == 2


def test_who_sees_a_request(cast, proposal):
    seeing = {
        name: visible_approvals(getattr(cast, name), NOW).count()
        for name in ("wanghaiyan", "linxiaotang", "chenlixing", "zhengqiming", "zhoumin", "xuning", "luyao", "admin")
    }
    assert seeing == {
        "wanghaiyan": 1,
        "linxiaotang": 1,
        "chenlixing": 1,
        "zhengqiming": 1,
        "zhoumin": 0,
        "xuning": 0,
        "luyao": 0,
        "admin": 0,
    }


def test_steps_are_asked_one_after_the_other_each_with_its_own_term(cast):
    done = []
    kind = Kind("two-steps", "两步", lambda approval, *_rest: done.append(approval.pk), lambda *_: Difference([]))
    register_kind(kind)
    approval = request(
        "two-steps",
        ParameterVersion.objects.get(key=KEY),
        title="两步",
        clause="4.0",
        snapshot={"a": Decimal("1.50")},
        steps=[Asked(K.CENTRE_HEAD), Asked(K.CHAIRMAN)],
        by=cast.xuning,
        now=NOW,
    )
    assert approval.snapshot == '{"a":"1.50"}'
    approve(approval, cast.wanghaiyan)
    assert (Approval.objects.get().state, done) == ("pending", [])
    later = NOW + timedelta(days=1)
    with moved_to(later, "test"):
        approve(approval, cast.zhengqiming, now=later)
    assert (Approval.objects.get().state, done) == ("approved", [approval.pk])
    duties = Obligation.objects.filter(subject_type="kit.approval").order_by("pk").values_list("key", "state", "owner")
    assert list(duties) == [("step-1", "met", cast.wanghaiyan.pk), ("step-2", "met", cast.zhengqiming.pk)]
