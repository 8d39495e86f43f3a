"""Duty lines registered with headquarters, and the branch without one (3.1.1)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.models import DutyLine
from chengnuo.ledger.loop import tick
from chengnuo.ledger.models import Obligation
from chengnuo.people.actions import close_unit, open_unit
from chengnuo.people.models import Unit
from tests.cast import refused
from tests.hotline.world import NOW, SECOND, at, do, duties, fates, stored, turn

NUMBER = "0512-65551234"


def registered(cast, number=NUMBER, by=None, now=NOW, **more):
    return do(actions.register_line, **{"unit": cast.su, "number": number, "by": by or cast.xuning, "now": now, **more})


def opened(cast, now, code="NJ", name="南京分公司"):
    return do(open_unit, code=code, name=name, kind=Unit.Kind.BRANCH, by=cast.admin, now=now)


def test_the_manager_or_the_head_of_the_centre_registers_and_the_number_is_kept_as_it_is_dialled(cast):
    line = registered(cast, "+86 512 6555 1234")
    assert (line.digits, line.number, line.registered_at, line.unit) == ("051265551234", "0512-6555 1234", NOW, cast.su)
    registered(cast, "400-000-3312", by=cast.wanghaiyan)
    for who in (cast.zhoumin, cast.luyao, cast.linxiaotang, cast.admin):
        with refused("forbidden"):
            registered(cast, "0512-65551235", by=who)
    assert DutyLine.objects.count() == 2


@pytest.mark.parametrize(
    "number, code", [("", "number"), ("电话", "number"), ("123", "number_taken"), ("65551234", "number_local")]
)
def test_a_number_that_not_everybody_can_dial_is_refused_beside_its_field(cast, number, code):
    registered(cast, "123") if code == "number_taken" else None
    with refused(code) as caught:
        registered(cast, number)
    assert list(caught.value.fields) == ["number"]


def test_one_branch_is_behind_a_number_until_it_is_withdrawn(cast):
    line = registered(cast)
    with refused("number_taken"):
        registered(cast, "0512 6555 1234", by=cast.wanghaiyan, unit=cast.hz)
    do(actions.withdraw_line, line, by=cast.xuning)
    assert registered(cast, by=cast.wanghaiyan, unit=cast.hz).unit == cast.hz


def test_only_a_branch_at_work_registers(cast):
    with refused("no_branch"):
        registered(cast, by=cast.wanghaiyan, unit=cast.centre)


@pytest.mark.clause("3.1.1", good=True)
def test_a_branch_that_registers_by_the_third_working_day_has_kept_its_duty(cast):
    unit = opened(cast, at("09-30 09:00"))
    (duty,) = duties(unit, "line")
    assert (duty.due, duty.state) == (at("10-11 00:00"), "open")
    turn(duty.due)
    registered(cast, by=cast.wanghaiyan, unit=unit, now=duty.due)
    assert fates(unit, "line") == [("line", "met", False)]


@pytest.mark.clause("3.1.1", good=False)
def test_a_branch_that_registers_a_second_late_has_breached_it(cast):
    unit = opened(cast, at("09-30 09:00"))
    late = at("10-11 00:00") + SECOND
    registered(cast, by=cast.wanghaiyan, unit=unit, now=late)
    assert fates(unit, "line") == [("line", "met", True)]


def test_the_last_line_withdrawn_opens_the_duty_again_and_one_of_two_does_not(cast):
    first, second = registered(cast), registered(cast, "0512-65551235")
    assert fates(cast.su, "line") == [("line", "met", True)]  # Open since January.
    do(actions.withdraw_line, first, by=cast.xuning)
    assert len(duties(cast.su, "line")) == 1
    do(actions.withdraw_line, second, by=cast.xuning)
    assert [one.state for one in duties(cast.su, "line")] == ["met", "open"]
    with refused("line_withdrawn"):
        do(actions.withdraw_line, second, by=cast.xuning)


def test_a_number_changed_in_one_step_leaves_the_branch_at_no_instant_without_a_line(cast):
    old = registered(cast)
    new = registered(cast, "0512-65551235", instead_of=old)
    old.refresh_from_db()
    assert (old.withdrawn_at, new.withdrawn_at, len(duties(cast.su, "line"))) == (NOW, None, 1)
    before = stored(DutyLine)
    with refused("line_withdrawn"):
        registered(cast, "0512-65551236", instead_of=old)
    assert stored(DutyLine) == before


def test_a_branch_older_than_the_clause_is_asked_once_and_then_owes_its_line(cast):
    registered(cast, by=cast.wanghaiyan, unit=cast.hz)
    Obligation.objects.filter(rule="people.register_a_duty_line", subject_pk=cast.bj.pk).update(
        rule="before.it_was_there"
    )
    try:
        assert [do(actions.ask_branches_without_line) for _time in range(2)] == [1, 0]
        (duty,) = duties(cast.bj, "register_a_duty_line")
        assert (duty.state, duty.due) == ("open", at("10-09 00:00"))
    finally:  # The look at the whole ledger after the test would find the row that it changed.
        Obligation.objects.filter(rule="before.it_was_there").delete()


def test_a_branch_that_owes_only_its_line_can_be_closed_and_then_owes_none(cast):
    unit = opened(cast, NOW)
    do(close_unit, unit, by=cast.admin)
    assert fates(unit, "line") == [("line", "withdrawn", False)]
    tick(NOW)
