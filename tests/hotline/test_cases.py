"""What a call opened is taken on by its owner, handed on, and not closed before its chapter exists (3.1.4)."""

import ast
from datetime import timedelta
from inspect import getsource

import pytest

from chengnuo.claims import actions as claims
from chengnuo.claims.access import visible_claims
from chengnuo.clients.cases import hand_to
from chengnuo.complaints import actions as complaints
from chengnuo.complaints.access import visible_complaints
from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase
from chengnuo.visits import actions as visits
from chengnuo.visits.access import visible_visits
from chengnuo.visits.models import Visit
from tests.cast import refused
from tests.hotline.world import DAY, NOW, SECOND, a_call, a_client, at, do, duties, fates, stored, turn

DUE = at("09-29 10:06")
AGREED = {"agreed_at": NOW + 2 * DAY, "agreed_with": "陈月琴"}
TAKE_ON = {
    "appointment": (visits.confirm_visit, AGREED, "confirmed"),
    "complaint": (complaints.register_complaint, {}, "registered"),
    "loss": (claims.register_claim, {}, "registered"),
}
KINDS = pytest.mark.parametrize("kind", TAKE_ON)


@pytest.fixture
def opened(cast, client_su):
    """Opens a case of a kind from a call of Suzhou's client."""

    def open_(kind):
        call = a_call(cast, client=client_su)
        return do(actions.open_case, call, NewCase(kind), by=cast.zhoumin)

    return open_


@KINDS
@pytest.mark.parametrize(
    "late, breached",
    [
        pytest.param(timedelta(0), False, marks=pytest.mark.clause("3.1.4", good=True)),
        pytest.param(SECOND, True, marks=pytest.mark.clause("3.1.4", good=False)),
    ],
)
def test_a_case_taken_on_after_four_working_hours_sharp_is_in_time_and_a_second_later_late(
    cast, opened, kind, late, breached
):
    case = opened(kind)
    assert [one.due for one in duties(case, "taken_on")] == [DUE]
    action, given, state = TAKE_ON[kind]
    turn(DUE + late)
    do(action, case, by=cast.zhoumin, now=DUE + late, **given)
    case.refresh_from_db()
    assert (case.state, case.taken_on_at, fates(case, "taken_on")) == (
        state,
        DUE + late,
        [("taken_on", "met", breached)],
    )


@KINDS
def test_a_colleague_who_takes_it_on_becomes_its_owner(cast, opened, kind):
    case = opened(kind)
    action, given, _state = TAKE_ON[kind]
    do(action, case, by=cast.lize, **given)
    case.refresh_from_db()
    assert case.owner == cast.lize


@KINDS
@pytest.mark.parametrize("who", ["luyao", "chenlixing", "zhengqiming", "linxiaotang", "admin"])
def test_nobody_outside_the_branch_takes_it_on_nor_who_only_oversees_it(cast, opened, kind, who):
    case = opened(kind)
    action, given, _state = TAKE_ON[kind]
    with refused("forbidden"):
        do(action, case, by=getattr(cast, who), **given)
    assert stored(type(case))[0]["taken_on_at"] is None


@KINDS
def test_a_case_is_taken_on_once(cast, opened, kind):
    case = opened(kind)
    action, given, _state = TAKE_ON[kind]
    do(action, case, by=cast.zhoumin, **given)
    before = stored(type(case))
    with refused("illegal_move"):
        do(action, case, by=cast.lize, **given)
    assert stored(type(case)) == before


@pytest.mark.parametrize("given, code", [({"agreed_at": NOW}, "time_past"), ({"agreed_with": " "}, "who_missing")])
def test_a_visit_is_agreed_with_somebody_for_a_time_ahead(cast, opened, given, code):
    visit = opened("appointment")
    with refused(code):
        do(visits.confirm_visit, visit, by=cast.zhoumin, **{**AGREED, **given})
    assert Visit.objects.get().state == "planned"


@KINDS
def test_a_case_is_handed_on_by_its_owner_or_the_manager_within_the_branch_and_its_clock_goes_on(cast, opened, kind):
    case = opened(kind)
    with refused("forbidden"):
        do(hand_to, case, to=cast.lize, by=cast.lize)
    with refused("not_of_unit"):
        do(hand_to, case, to=cast.luyao, by=cast.zhoumin)
    do(hand_to, case, to=cast.lize, by=cast.xuning, reason="周敏休假")
    case.refresh_from_db()
    (duty,) = duties(case, "taken_on")
    assert (case.owner, duty.owner, duty.due, duty.state) == (cast.lize, cast.lize, DUE, "open")


@KINDS
def test_cases_are_seen_by_the_branch_that_handles_them_and_by_the_clients_branch(cast, client_su, kind):
    visible = {"appointment": visible_visits, "complaint": visible_complaints, "loss": visible_claims}[kind]
    call = a_call(cast, by=cast.luyao, unit=cast.hz, client=client_su)
    case = do(actions.open_case, call, NewCase(kind), by=cast.luyao)
    seen = {
        name: list(visible(getattr(cast, name), NOW)) == [case]
        for name in ("zhoumin", "luyao", "mengchuan", "wanghaiyan", "admin")
    }
    assert seen == {"zhoumin": True, "luyao": True, "mengchuan": False, "wanghaiyan": True, "admin": False}


@pytest.mark.parametrize("module", [visits, claims, complaints])
def test_no_action_closes_a_case_before_its_chapter_exists(module):
    """The only verbs of the moves that these rooms use are the first ones."""
    tree = ast.parse(getsource(module))
    verbs = {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "verb" and isinstance(keyword.value, ast.Constant)
    }
    assert verbs <= {"confirm", "register"}
    assert not any(isinstance(node, ast.Call) and ast.unparse(node.func) == "move" for node in ast.walk(tree))


def test_the_client_of_the_call_is_the_client_of_the_case(cast):
    client = a_client(cast)
    claim = do(actions.open_case, a_call(cast, client=client), NewCase("loss"), by=cast.zhoumin)
    assert (claim.client, claim.entered_by, claim.account) == (client, cast.zhoumin, "问保单何时到期")
