"""Chapter 3.1 and clause 2.3: a call, a promise, and what became of them, through the API."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chengnuo.claims.actions import register_claim
from chengnuo.claims.models import Claim
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions, rules
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.links import linked
from chengnuo.ledger.loop import go_round
from chengnuo.ledger.models import Kept, Obligation, Rung, ref
from chengnuo.visits.actions import confirm_visit
from chengnuo.visits.models import Visit
from tests.cast import Cast
from tests.procedure.conftest import Person

Who = Callable[[str], Person]
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 9, 21, 9, 30, tzinfo=ZONE)


def at(day: int, clock: str, month: int = 9) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def a_call(rang: datetime, **more: Any) -> dict[str, Any]:
    return {
        "line": "SU",
        "rang_at": rang,
        "answered_at": rang + 5 * SECOND,
        "caller": "138 0000 1021",
        "caller_name": "陈月琴",
        "kinds": ["enquiry"],
        "content": "问批单何时出",
    } | more


def let_time_pass(until: datetime) -> None:
    with moved_to(until, "story"):
        go_round(until)


def duty(record: Kept, clause: str) -> Obligation:
    where = ref(record)
    return Obligation.objects.get(subject_type=where.type, subject_pk=where.pk, clause=clause)


def fate(record: Kept, clause: str) -> tuple[str, bool]:
    """The state of the only duty under this clause, and whether it was breached."""
    one = duty(record, clause)
    return one.state, one.breached_at is not None


# 2.3 No request is evaded


@pytest.mark.clause("2.3", good=True)
def test_a_call_without_a_reply_stays_open_until_it_has_one(person: Who) -> None:
    zhoumin = person("zhoumin")
    told = zhoumin.manages(MONDAY + MINUTE, "calls", **a_call(MONDAY))
    assert told["state"] == "registered"
    answered = zhoumin.manages(MONDAY + 30 * MINUTE, f"calls/{told['id']}/reply", answer="批单明天出")
    assert answered["state"] == "closed"
    assert fate(Call.objects.get(), "2.3") == ("met", False)


@pytest.mark.clause("2.3", good=False)
def test_a_request_that_nobody_answers_is_breached_after_four_working_hours(person: Who) -> None:
    person("zhoumin").manages(MONDAY, "calls", **a_call(MONDAY - MINUTE))
    call = Call.objects.get()
    let_time_pass(duty(call, "2.3").due)
    assert fate(call, "2.3") == ("open", False)
    let_time_pass(duty(call, "2.3").due + SECOND)
    let_time_pass(at(22, "12:00"))
    assert fate(call, "2.3") == ("open", True)


# 3.1.2 A missed call is called back within 15 minutes of its first ring


@pytest.mark.clause("3.1.2", good=True)
@pytest.mark.parametrize("entered_after", [1, 14])
def test_a_missed_call_called_back_after_exactly_fifteen_minutes_is_in_time(person: Who, entered_after: int) -> None:
    lize, rang = person("lize"), at(21, "02:10")
    missed = a_call(rang, answered_at=None, kinds=[], content="")
    call = lize.manages(rang + entered_after * MINUTE, "calls", **missed)
    assert call["state"] == "call_back_owed"
    due = rang + 15 * MINUTE
    let_time_pass(due)
    lize.manages(
        due, f"calls/{call['id']}/call-back", at=due, reached=True, kinds=["loss"], content="水淹", answer="已报"
    )
    assert fate(Call.objects.get(), "3.1.2") == ("met", False)


@pytest.mark.clause("3.1.2", good=False)
def test_one_second_later_it_is_late_for_ever_and_a_call_by_himself_is_no_call_back(person: Who) -> None:
    lize, rang = person("lize"), at(21, "02:10")
    call = lize.manages(rang + MINUTE, "calls", **a_call(rang, answered_at=None, kinds=[], content=""))
    lize.manages(rang + 6 * MINUTE, "calls", **a_call(rang + 5 * MINUTE, answer="已答复"))
    late = rang + 15 * MINUTE + SECOND
    let_time_pass(late)
    lize.manages(late, f"calls/{call['id']}/call-back", at=late, reached=False)
    assert fate(Call.objects.get(pk=call["id"]), "3.1.2") == ("met", True)


# 3.1.3 Every call is a row of the register


@pytest.mark.clause("3.1.3", good=True)
def test_calls_take_the_numbers_of_their_branch_without_a_gap_and_a_void_one_keeps_its_own(
    person: Who, cast: Cast
) -> None:
    zhoumin, mengchuan = person("zhoumin"), person("mengchuan")
    numbers = [
        one.manages(MONDAY, "calls", **a_call(MONDAY - MINUTE, line=line, answer="好"))["number"]
        for one, line in ((zhoumin, "SU"), (mengchuan, "BJ"), (zhoumin, "SU"))
    ]
    assert numbers == ["DH-SU-26-0001", "DH-BJ-26-0001", "DH-SU-26-0002"]
    actions.void_call(Call.objects.get(number=numbers[0]), reason="重复登记", by=cast.zhoumin, now=MONDAY)
    assert zhoumin.manages(MONDAY, "calls", **a_call(MONDAY - MINUTE))["number"] == "DH-SU-26-0003"
    assert check()[0] == []


@pytest.mark.clause("3.1.3", good=False)
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"content": ""}, "content"),
        ({"rang_at": MONDAY + timedelta(hours=1)}, "rang_at"),
        ({"line": "XX"}, "line"),
        ({"content": "a\0b"}, "content"),
        ({"answer": "好", "promise": {"what": "再答复", "by": MONDAY + timedelta(hours=2)}}, "answer"),
    ],
)
def test_what_cannot_be_a_call_is_refused_beside_its_field_and_takes_no_number(
    person: Who, wrong: dict[str, Any], field: str
) -> None:
    zhoumin = person("zhoumin")
    status, problem = zhoumin.does(MONDAY, "calls", **a_call(MONDAY - MINUTE, **wrong))
    assert (status, list(problem["fields"])) == (422, [field])
    assert not Call.objects.exists()
    assert zhoumin.manages(MONDAY, "calls", **a_call(MONDAY - MINUTE))["number"] == "DH-SU-26-0001"


# 3.1.4 From a call in one step, linked both ways, taken on by somebody


@pytest.mark.clause("3.1.4", good=True)
def test_scenario_8_a_call_that_is_a_complaint_and_a_loss_is_one_row_and_two_cases_with_their_own_clocks(
    person: Who, cast: Cast
) -> None:
    both = {"kinds": ["complaint", "loss"], "cases": [{"kind": "loss", "amount": "90000.00"}, {"kind": "complaint"}]}
    person("zhoumin").manages(MONDAY, "calls", **a_call(MONDAY - MINUTE, answer="已报案，投诉另复", **both))
    call, complaint, claim = Call.objects.get(), Complaint.objects.get(), Claim.objects.get()
    assert {where for where, _why in linked(call)} == {ref(complaint), ref(claim)}
    assert [where for where, _why in linked(claim)] == [where for where, _why in linked(complaint)] == [ref(call)]
    assert (claim.reported_at, complaint.received_at) == (MONDAY - MINUTE, MONDAY - MINUTE)

    register_claim(claim, by=cast.zhoumin, now=MONDAY + 20 * MINUTE)
    assert fate(claim, "3.1.4") == ("met", False)
    assert fate(complaint, "3.1.4") == ("open", False)


@pytest.mark.clause("3.1.4", good=False)
def test_an_appointment_that_nobody_takes_on_is_breached_after_four_working_hours(person: Who, cast: Cast) -> None:
    wish = {"kinds": ["appointment"], "cases": [{"kind": "appointment"}], "answer": "已登记"}
    person("zhoumin").manages(MONDAY, "calls", **a_call(MONDAY - MINUTE, **wish))
    visit = Visit.objects.get()
    due = duty(visit, "3.1.4").due
    let_time_pass(due + SECOND)
    confirm_visit(visit, agreed_at=due + timedelta(days=1), agreed_with="陈月琴", by=cast.zhoumin, now=due + MINUTE)
    assert fate(visit, "3.1.4") == ("met", True)


# 3.1.5 Answered strictly by the promised time


def promised(who: Person, made: datetime, by: datetime) -> Promise:
    told = who.manages(made, "calls", **a_call(made - MINUTE, promise={"what": "批单何时出", "by": by}))
    return Promise.objects.get(pk=told["promises"][0]["id"])


@pytest.mark.clause("3.1.5", good=True)
def test_an_answer_at_the_promised_second_keeps_the_promise(person: Who) -> None:
    zhoumin, due = person("zhoumin"), at(21, "17:30")
    promise = promised(zhoumin, MONDAY, due)
    let_time_pass(due)
    assert zhoumin.manages(due, f"promises/{promise.pk}/answer", text="明天出")["state"] == "kept"
    assert fate(promise, "3.1.5") == ("met", False)


@pytest.mark.clause("3.1.5", good=False)
def test_one_second_later_it_is_kept_late_whatever_was_said_in_between(person: Who) -> None:
    zhoumin, due = person("zhoumin"), at(21, "17:30")
    promise = promised(zhoumin, MONDAY, due)
    zhoumin.manages(due - 5 * MINUTE, f"promises/{promise.pk}/interim", text="还在催")
    assert zhoumin.manages(due + SECOND, f"promises/{promise.pk}/answer", text="明天出")["state"] == "kept_late"
    assert fate(promise, "3.1.5") == ("met", True)


@pytest.mark.clause("3.1.5", good=True)
def test_a_move_with_the_clients_word_before_it_is_due_starts_a_new_duty_and_keeps_the_first_time(person: Who) -> None:
    zhoumin, due, later = person("zhoumin"), at(21, "17:30"), at(22, "12:00")
    promise = promised(zhoumin, MONDAY, due)
    move = {"to": later, "client_agreed": {"who": "陈月琴", "how": "电话"}}
    assert zhoumin.manages(due - SECOND, f"promises/{promise.pk}/move", **move)["state"] == "moved"
    promise.refresh_from_db()
    assert (promise.first_by, promise.by) == (due, later)
    let_time_pass(due + MINUTE)
    states = Obligation.objects.filter(clause="3.1.5").order_by("pk").values_list("state", "due", "breached_at")
    assert list(states) == [("withdrawn", due, None), ("open", later, None)]


@pytest.mark.clause("3.1.5", good=False)
def test_a_move_without_the_clients_word_or_when_it_is_due_changes_nothing(person: Who) -> None:
    zhoumin, due = person("zhoumin"), at(21, "17:30")
    promise = promised(zhoumin, MONDAY, due)
    path, later = f"promises/{promise.pk}/move", at(22, "12:00")
    assert zhoumin.does(MONDAY + MINUTE, path, to=later)[1]["code"] == "no_word"
    word = {"who": "陈月琴", "how": "电话"}
    status, problem = zhoumin.does(due, path, to=later, client_agreed=word)
    assert (status, problem["code"]) == (409, "promise_due")
    promise.refresh_from_db()
    assert (promise.state, promise.by, promise.times_moved) == ("open", due, 0)


@pytest.mark.clause("3.1.5", good=False)
def test_scenario_6_a_promise_into_the_holiday_is_kept_as_said_and_inherited_by_that_days_duty(
    person: Who, cast: Cast
) -> None:
    made, due = at(30, "22:00"), at(3, "15:00", month=10)
    for staff, starts in ((cast.lize, at(30, "20:00")), (cast.zhoumin, at(3, "08:00", month=10))):
        ends = starts + timedelta(hours=12)
        actions.enter_shift(unit=cast.su, staff=staff, starts_at=starts, ends_at=ends, by=cast.xuning, now=MONDAY)
    spans = [(at(30, "20:00"), at(1, "08:00", month=10))]
    warned = rules.warnings(due, made, rulebook().calendar, spans)
    assert [one.code for one in warned] == ["holiday", "off_duty"]

    promise = promised(person("lize"), made, due)
    assert (promise.by, promise.keeper) == (due, cast.lize)
    let_time_pass(at(3, "08:00", month=10))
    promise.refresh_from_db()
    assert (promise.by, promise.keeper) == (due, cast.zhoumin)
    assert duty(promise, "3.1.5").owner == cast.zhoumin
    let_time_pass(due + SECOND)
    assert fate(promise, "3.1.5") == ("open", True)

    answered = person("zhoumin").manages(at(8, "09:00", month=10), f"promises/{promise.pk}/answer", text="已出单")
    assert (answered["state"], datetime.fromisoformat(answered["first_by"])) == ("kept_late", due)
    assert duty(promise, "3.1.5").breached_at == due


def test_scenario_15_what_fell_due_while_the_worker_was_down_is_there_once_when_it_starts(person: Who) -> None:
    zhoumin, made = person("zhoumin"), datetime(2026, 12, 31, 22, tzinfo=ZONE)
    promises = [promised(zhoumin, made, made + timedelta(hours=hours)) for hours in (1, 4, 24 * 31)]
    for _twice in range(2):
        let_time_pass(made + timedelta(hours=7))
    fates = [fate(promise, "3.1.5")[1] for promise in promises[:2]]
    assert fates == [True, True]
    fired = Rung.objects.filter(fired=True, obligation__subject_type="hotline.promise").values_list(
        "obligation__subject_pk", "rung"
    )
    # The term of an hour is over its last rung; that of four hours, three hours ago, stands with the executive.
    assert list(fired.order_by("obligation__subject_pk")) == [(promises[0].pk, 4), (promises[1].pk, 3)]
    assert (
        Rung.objects.filter(obligation__subject_type="hotline.promise", obligation__subject_pk=promises[0].pk).count()
        == 4
    )
    assert check()[0] == []
