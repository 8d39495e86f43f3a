"""Several steps: back to any of them, signers who are added, copies, and the subject that follows."""

from datetime import timedelta

import pytest

from chengnuo.kit.approvals.access import visible_approvals, waiting_for
from chengnuo.kit.approvals.actions import Asked, copy_to, decide, request, withdraw
from chengnuo.kit.approvals.kinds import Difference, Kind, register_kind
from chengnuo.kit.approvals.standing import approval_of, require_approved
from chengnuo.kit.models import Approval, Notice
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Obligation, ParameterVersion
from chengnuo.people.actions import give_role, name_substitute
from chengnuo.people.models import Role
from tests.cast import refused
from tests.kit.test_approvals import NOW, approve, step

pytestmark = pytest.mark.django_db
K = Role.Kind
WHAT = {"sum": "1.00"}
ended = []


@pytest.fixture(autouse=True)
def whole():
    with moved_to(NOW, "test"):
        yield
    assert check()[0] == []


@pytest.fixture
def asked(cast):
    """Three steps: the head of the centre, the executive, the chairman; asked by a person of the centre."""
    ended.clear()
    register_kind(KIND)
    subject = ParameterVersion.objects.latest("pk")
    steps = [Asked(K.CENTRE_HEAD), Asked(K.EXECUTIVE), Asked(K.CHAIRMAN)]
    given = {"title": "三步", "clause": "3.2.3", "snapshot": WHAT, "steps": steps}
    return request("three", subject, **given, by=cast.linxiaotang, now=NOW)


def _ended(approval, snapshot, by, now):
    ended.append((approval.state, snapshot, by.username))


def _approved(approval, snapshot, by, on_behalf_of, now):
    ended.append((approval.state, snapshot, by.username))


KIND = Kind("three", "三步", _approved, lambda _a, _s: Difference([]), on_ended=_ended)


def say(approval, decision, by, **more):
    return decide(step(approval), decision, sha256=approval.sha256, by=by, now=NOW, **more)


def way(approval):
    """The rows in order: who was asked, what he said."""
    return [(one.asked_role or one.asked_of.username, one.decision) for one in approval.steps.order_by("order")]


def test_each_step_is_asked_when_the_one_before_is_approved_and_the_last_one_approves(cast, asked):
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.chenlixing)
    assert Approval.objects.get().state == "pending"
    assert [one.pk for one in waiting_for(cast.zhengqiming, NOW)] == [step(asked).pk]
    approve(asked, cast.zhengqiming)
    assert (Approval.objects.get().state, ended) == ("approved", [("approved", WHAT, "zhengqiming")])


def test_returned_to_an_earlier_step_it_is_asked_again_with_all_after_it_and_every_answer_stays(cast, asked):
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.chenlixing)
    say(asked, "return", cast.zhengqiming, opinion="预算再核", back_to=1)
    assert way(asked) == [
        ("centre_head", "approve"),
        ("executive", "approve"),
        ("chairman", "return"),
        ("centre_head", ""),
        ("executive", ""),
        ("chairman", ""),
    ]
    assert asked.steps.get(order=3).returned_to == 1
    assert [one.order for one in waiting_for(cast.wanghaiyan, NOW)] == [4]
    for who in (cast.wanghaiyan, cast.chenlixing, cast.zhengqiming):
        approve(asked, who)
    assert Approval.objects.get().state == "approved"


def test_returned_to_the_step_before_alone_the_first_is_not_asked_again(cast, asked):
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.chenlixing)
    say(asked, "return", cast.zhengqiming, opinion="预算再核", back_to=2)
    assert way(asked)[3:] == [("executive", ""), ("chairman", "")]


@pytest.mark.parametrize("back_to", [1, 2, 7])
def test_a_return_goes_only_to_a_step_that_was_decided_before(cast, asked, back_to):
    with refused("no_such_step"):
        say(asked, "return", cast.wanghaiyan, opinion="改", back_to=back_to)
    assert way(asked)[0] == ("centre_head", "")


def test_returned_to_who_asked_it_ends_and_its_subject_follows(cast, asked):
    approve(asked, cast.wanghaiyan)
    say(asked, "return", cast.chenlixing, opinion="重做")
    assert (Approval.objects.get().state, ended) == ("returned", [("returned", WHAT, "chenlixing")])


def test_a_request_taken_back_tells_its_subject_too(cast, asked):
    withdraw(asked, reason="填错", by=cast.linxiaotang, now=NOW)
    assert ended == [("withdrawn", WHAT, "linxiaotang")]
    with refused("already_decided"):
        approve_anyway = asked.steps.get(order=1)
        decide(approve_anyway, "approve", sha256=asked.sha256, by=cast.wanghaiyan, now=NOW)


def test_a_signer_asked_first_says_his_word_and_it_comes_back(cast, asked):
    say(asked, "consult", cast.wanghaiyan, ask=cast.xuning, opinion="机构怎么看")
    assert way(asked) == [
        ("centre_head", "consult"),
        ("xuning", ""),
        ("centre_head", ""),
        ("executive", ""),
        ("chairman", ""),
    ]
    assert visible_approvals(cast.xuning, NOW).get() == asked
    assert Obligation.objects.get(subject_type="kit.approval", state="open").owner == cast.xuning
    with refused("not_asked"):
        approve(asked, cast.wanghaiyan)
    approve(asked, cast.xuning, opinion="可行")
    assert [one.order for one in waiting_for(cast.wanghaiyan, NOW)] == [3]


def test_a_signer_asked_after_stands_between_this_step_and_the_next(cast, asked):
    say(asked, "approve", cast.wanghaiyan, ask=cast.xuning)
    assert way(asked)[:3] == [("centre_head", "approve"), ("xuning", ""), ("executive", "")]


def test_the_last_step_with_a_signer_after_it_does_not_end_it(cast, asked):
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.chenlixing)
    say(asked, "approve", cast.zhengqiming, ask=cast.xuning)
    assert Approval.objects.get().state == "pending"
    approve(asked, cast.xuning)
    assert Approval.objects.get().state == "approved"


def test_neither_who_asked_nor_oneself_nor_somebody_asked_already_is_added(cast, asked):
    for who in (cast.linxiaotang, cast.wanghaiyan):
        with refused("cannot_sign"):
            say(asked, "consult", cast.wanghaiyan, ask=who)
    say(asked, "consult", cast.wanghaiyan, ask=cast.xuning)
    say(asked, "consult", cast.xuning, ask=cast.zhoumin)
    with refused("asked_already"):
        say(asked, "consult", cast.zhoumin, ask=cast.xuning)


def test_a_return_or_refusal_adds_nobody_and_a_consultation_needs_somebody(cast, asked):
    with refused("asked_too_late"):
        say(asked, "return", cast.wanghaiyan, opinion="改", ask=cast.xuning)
    with refused("nobody_asked"):
        say(asked, "consult", cast.wanghaiyan)


def test_the_substitute_of_a_signer_who_was_added_signs_for_him_within_his_dates(cast, asked):
    say(asked, "consult", cast.wanghaiyan, ask=cast.xuning)
    given = {"starts_at": NOW, "ends_at": NOW + timedelta(days=1), "reason": "出差"}
    name_substitute(cast.xuning, staff=cast.zhoumin, **given, by=cast.xuning, now=NOW)
    later = NOW + timedelta(days=1)
    with refused("not_asked"):
        decide(step(asked), "approve", sha256=asked.sha256, by=cast.zhoumin, now=later)
    assert [one.pk for one in waiting_for(cast.zhoumin, NOW)] == [step(asked).pk]
    approve(asked, cast.zhoumin)
    assert asked.steps.get(order=2).on_behalf_of == cast.xuning


def test_the_substitute_of_the_chairman_after_his_dates_is_refused(cast, asked):
    given = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1), "reason": "出差"}
    name_substitute(cast.zhengqiming, staff=cast.chenlixing, **given, by=cast.zhengqiming, now=NOW)
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.chenlixing)
    with refused("not_asked"):
        approve(asked, cast.chenlixing, now=NOW + timedelta(hours=1))
    approve(asked, cast.chenlixing, now=NOW + timedelta(minutes=59))
    assert asked.steps.get(order=3).on_behalf_of == cast.zhengqiming


def test_a_copy_lets_somebody_see_it_and_tells_him_once(cast, asked):
    assert not visible_approvals(cast.luyao, NOW).exists()
    copy_to(asked, [cast.luyao], by=cast.linxiaotang, now=NOW)
    assert copy_to(asked, [cast.luyao], by=cast.wanghaiyan, now=NOW) == []
    assert visible_approvals(cast.luyao, NOW).get() == asked
    assert [(one.staff, one.title_args) for one in Notice.objects.filter(moment="approval.copied")] == [
        (cast.luyao, {"title": "三步"})
    ]


def test_a_copy_is_sent_by_who_asked_or_decides_and_to_people_at_work(cast, asked):
    with refused("forbidden"):
        copy_to(asked, [cast.luyao], by=cast.chenlixing, now=NOW)
    with refused("nobody"):
        copy_to(asked, [], by=cast.linxiaotang, now=NOW)


def test_only_exactly_what_was_approved_stands(cast, asked):
    subject = asked.subject.load()
    with refused("not_approved"):
        require_approved("three", subject, WHAT, clause="3.2.3")
    for who in (cast.wanghaiyan, cast.chenlixing, cast.zhengqiming):
        approve(asked, who)
    assert require_approved("three", subject, WHAT, clause="3.2.3") == asked
    assert approval_of("three", subject, {"sum": "1.01"}) is None


def test_somebody_with_two_of_the_roles_decides_each_step_by_itself(cast, asked):
    give_role(cast.wanghaiyan, unit=cast.hq, kind=K.EXECUTIVE, by=None, now=NOW)
    approve(asked, cast.wanghaiyan)
    approve(asked, cast.wanghaiyan)
    assert way(asked) == [("centre_head", "approve"), ("executive", "approve"), ("chairman", "")]
