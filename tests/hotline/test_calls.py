"""Registering, calling back, replying, opening cases, voiding: one test per way out."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chengnuo.claims.models import Claim
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions
from chengnuo.hotline.access import visible_calls
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.actions.calls import close_when_replied
from chengnuo.hotline.models import Call, CallState, Promise
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.people.actions import leave
from chengnuo.people.models import Share
from chengnuo.visits.models import Visit
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, at, do, fates, stored, turn

# Registering (3.1.3)


@pytest.mark.clause("3.1.3", good=True)
def test_a_call_is_a_numbered_row_with_its_times_and_who_answered(cast):
    call = a_call(cast, hung_up_at=NOW, caller="+86 138-0000-1021", caller_name="路人", kinds=["loss", "enquiry"])
    row = Call.objects.get()
    assert (row.number, row.operator, row.unit, row.state) == ("DH-SU-26-0001", cast.zhoumin, cast.su, "registered")
    assert (row.rang_at, row.answered_at, row.hung_up_at, row.entered_at) == (
        NOW - 2 * MINUTE,
        NOW - 2 * MINUTE,
        NOW,
        NOW,
    )
    assert (row.caller_digits, row.who, row.kinds, row.client) == ("13800001021", "路人", ["enquiry", "loss"], None)
    assert TrailEvent.objects.filter(subject_type="hotline.call", subject_pk=call.pk).get().verb == "call.registered"


@pytest.mark.clause("3.1.3", good=False)
def test_a_call_without_content_is_not_registered_and_takes_no_number(cast):
    with refused("content_missing"):
        a_call(cast, content=" \n")
    assert a_call(cast).number == "DH-SU-26-0001"


def test_a_known_call_is_its_clients(cast, client_su):
    call = a_call(cast, client=client_su, contact=client_su.positions.get().contact)
    assert (call.client_unit_id, call.who, Share.objects.count()) == (cast.su.pk, "陈月琴", 0)


@pytest.mark.clause("2.3", good=True)
@pytest.mark.parametrize(
    "said",
    [{"answer": "明天到期"}, {"no_reply_because": "silence", "content": ""}, {"promise": NewPromise("查", NOW + HOUR)}],
)
def test_a_call_closes_with_its_answer_its_promise_or_the_reason_for_neither(cast, said):
    call = a_call(cast, **said)
    assert (call.state, call.closed_at, fates(call)) == ("closed", NOW, [])


@pytest.mark.clause("2.3", good=False)
@pytest.mark.parametrize("answer", ["", " \n"])
def test_a_call_without_reply_stays_open_and_owes_one(cast, answer):
    call = a_call(cast, answer=answer)
    assert (call.state, call.closed_at, fates(call)) == ("registered", None, [("reply", "open", False)])
    turn(at("09-29 10:06:01"))
    assert fates(call) == [("reply", "open", True)]


@pytest.mark.clause("2.3", good=False)
def test_the_guard_lets_no_request_close_without_a_reply(cast, call):
    close_when_replied(call, False, NOW)
    assert (call.state, call.closed_at) == ("registered", None)


@pytest.mark.parametrize(
    "times, code",
    [
        ({"rang_at": NOW + 3 * MINUTE, "answered_at": NOW + 3 * MINUTE}, "time_ahead"),
        ({"rang_at": NOW - 367 * DAY, "answered_at": NOW - 367 * DAY}, "time_far"),
        ({"answered_at": NOW - 3 * MINUTE}, "time_order"),
        ({"hung_up_at": NOW - 3 * MINUTE}, "time_order"),
        ({"hung_up_at": NOW + 3 * MINUTE}, "time_ahead"),
        ({"answered_at": NOW + 3 * MINUTE}, "time_ahead"),
    ],
)
def test_impossible_times_are_refused(cast, times, code):
    with refused(code):
        a_call(cast, **times)
    assert stored(Call) == []


@pytest.mark.parametrize(
    "said, code",
    [
        ({"answer": "是", "promise": NewPromise("查", NOW + HOUR)}, "answer_and_promise"),
        ({"no_reply_because": "silence", "promise": NewPromise("查", NOW + HOUR)}, "no_reply_and_promise"),
        ({"promise": NewPromise(" ", NOW + HOUR)}, "what_missing"),
        ({"promise": NewPromise("查", NOW - 2 * MINUTE)}, "promise_past"),
        ({"promise": NewPromise("查", NOW + 367 * DAY)}, "promise_far"),
        ({"kinds": ["gossip"]}, "kind_unknown"),
        ({"no_reply_because": "tired"}, "reason_unknown"),
        ({"content": "长" * 20_001}, "text_long"),
        ({"cases": [NewCase("enquiry")]}, "kind_unknown"),
        ({"cases": [NewCase("loss", {"estimate": Decimal(-1)})]}, "estimate"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, said, code):
    with refused(code):
        a_call(cast, **said)
    assert stored(Call, Promise, Claim) == []
    assert a_call(cast).number == "DH-SU-26-0001"


def test_who_does_not_serve_the_hotline_does_not_register(cast):
    with refused("forbidden"):
        a_call(cast, by=cast.chenlixing)
    with refused("forbidden"):
        a_missed_call(cast, by=cast.admin)


def test_a_promise_is_not_kept_by_somebody_who_left(cast):
    do(leave, cast.lize, by=cast.admin)
    cast.lize.refresh_from_db()
    with refused("has_left"):
        a_call(cast, promise=NewPromise("查", NOW + HOUR, keeper=cast.lize))


# Answered for another branch (3.1.1)


def test_who_answers_for_another_branch_sees_the_row_and_has_the_card_until_the_shift_ends(cast, client_su):
    ends = NOW + 5 * HOUR
    do(actions.enter_shift, unit=cast.hz, staff=cast.luyao, starts_at=NOW - HOUR, ends_at=ends, by=None)
    call = a_call(cast, by=cast.luyao, client=client_su, at_first_ring=False)
    share = Share.objects.get()
    assert (share.unit, share.client_id, share.scope, share.ends_at) == (cast.hz, client_su.pk, "card", ends)
    assert (share.because_type, share.because_pk) == ref(call)
    assert list(visible_calls(cast.luyao, NOW)) == list(visible_calls(cast.zhoumin, NOW)) == [call]
    assert list(visible_calls(cast.mengchuan, NOW)) == []


def test_a_client_who_rings_another_branch_is_seen_in_both_registers(cast, client_su):
    call = a_call(cast, by=cast.luyao, unit=cast.hz, client=client_su)
    assert (call.number, call.client_unit_id) == ("DH-HZ-26-0001", cast.su.pk)
    assert Share.objects.get().ends_at == NOW + 12 * HOUR
    assert list(visible_calls(cast.zhoumin, NOW)) == list(visible_calls(cast.luyao, NOW)) == [call]


def test_a_case_from_a_call_answered_for_another_branch_falls_to_who_is_on_duty_there_or_its_manager(cast):
    first = a_call(cast, by=cast.luyao, cases=[NewCase("loss")])
    assert Claim.objects.get().owner == cast.xuning
    do(actions.enter_shift, unit=cast.su, staff=cast.lize, starts_at=NOW - HOUR, ends_at=NOW + HOUR, by=None)
    assert do(actions.open_case, first, NewCase("complaint"), by=cast.linxiaotang).owner == cast.lize


# Missed calls (3.1.2)


@pytest.mark.clause("3.1.2", good=True)
def test_a_missed_call_entered_by_hand_keeps_its_time_and_owes_a_call_back_from_then(cast):
    rang = at("09-28 02:10")
    call = a_missed_call(cast, now=at("09-28 08:00"), rang_at=rang)
    assert (call.rang_at, call.state, call.answered_at) == (rang, "call_back_owed", None)
    assert fates(call) == [("call_back", "open", False)]
    turn(at("09-28 08:00:20"))
    assert fates(call) == [("call_back", "open", True)]


@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize(
    "late, breached",
    [
        pytest.param(timedelta(0), False, marks=pytest.mark.clause("3.1.2", good=True)),
        pytest.param(timedelta(seconds=1), True, marks=pytest.mark.clause("3.1.2", good=False)),
    ],
)
def test_a_call_back_is_in_time_at_fifteen_minutes_sharp_and_late_a_second_after(cast, late, breached, reached):
    call = a_missed_call(cast)
    now = NOW + 15 * MINUTE + late
    turn(now)
    call = do(
        actions.call_back, call, by=cast.zhoumin, now=now, at=now, reached=reached, content="问到期", answer="明天"
    )
    assert fates(call) == [("call_back", "met", breached)]
    assert (call.called_back_at, call.state) == (now, "closed" if reached else "call_back_owed")


def test_the_first_attempt_counts_and_a_later_one_may_reach_him(cast):
    call = a_missed_call(cast, content="响了两声")
    do(actions.call_back, call, by=cast.zhoumin, now=NOW + 5 * MINUTE, at=NOW + 5 * MINUTE, reached=False)
    call = do(actions.call_back, call, by=cast.lize, now=NOW + 90 * MINUTE, at=NOW + 90 * MINUTE, reached=True)
    assert (call.called_back_at, call.state, call.content) == (NOW + 5 * MINUTE, "registered", "响了两声")
    assert fates(call) == [("call_back", "met", False), ("reply", "open", False)]


def test_what_was_asked_days_after_a_missed_call_has_its_own_four_hours(cast):
    call = a_missed_call(cast)
    monday = NOW + 7 * DAY
    call = do(actions.call_back, call, by=cast.zhoumin, now=monday, at=monday, reached=True, content="投诉")
    assert fates(call) == [("call_back", "met", True), ("reply", "open", False)]


def test_a_caller_is_reached_once(cast):
    call = a_missed_call(cast)
    reach = {"by": cast.zhoumin, "at": NOW, "reached": True, "content": "问到期"}
    do(actions.call_back, call, **reach)
    before = stored(Call)
    with refused("illegal_move"):
        do(actions.call_back, call, **{**reach, "content": "别的"})
    assert stored(Call) == before


def test_who_was_answered_or_voided_is_not_called_back(cast, call):
    missed = a_missed_call(cast)
    do(actions.void_call, missed, by=cast.zhoumin, reason="重复")
    before = stored(Call)
    for one, reached in ((call, False), (call, True), (missed, True), (missed, False)):
        with refused("not_missed"):
            do(actions.call_back, one, by=cast.zhoumin, at=NOW, reached=reached, content="x")
    assert stored(Call) == before


@pytest.mark.parametrize(
    "given, code",
    [
        ({"at": NOW + 3 * MINUTE}, "time_ahead"),
        ({"at": NOW - MINUTE}, "time_order"),
        ({"content": ""}, "content_missing"),
        ({"kinds": ["x"]}, "kind_unknown"),
    ],
)
def test_an_impossible_call_back_is_refused(cast, given, code):
    call = a_missed_call(cast)
    before = stored(Call)
    with refused(code):
        do(actions.call_back, call, by=cast.zhoumin, **{"at": NOW, "reached": True, "content": "问", **given})
    assert stored(Call) == before


def test_another_branch_does_not_call_back_but_the_centre_may(cast):
    call = a_missed_call(cast)
    with refused("forbidden"):
        do(actions.call_back, call, by=cast.luyao, at=NOW, reached=False)
    assert do(actions.call_back, call, by=cast.linxiaotang, at=NOW, reached=False).called_back_at == NOW


# Replying later (2.3)


@pytest.mark.clause("2.3", good=True)
@pytest.mark.parametrize(
    "said", [{"answer": "明天到期"}, {"no_reply_because": "unreachable"}, {"promise": NewPromise("查", NOW + DAY)}]
)
def test_a_reply_closes_the_call_and_meets_its_duty(cast, call, said):
    replied = do(actions.reply, call, by=cast.lize, now=NOW + HOUR, **said)
    assert (replied.state, replied.closed_at) == ("closed", NOW + HOUR)
    assert fates(call) == [("reply", "met", False)]


@pytest.mark.clause("2.3", good=False)
@pytest.mark.parametrize(
    "said, code",
    [
        ({}, "reply_missing"),
        ({"answer": "  "}, "reply_missing"),
        ({"answer": "是", "promise": NewPromise("查", NOW + HOUR)}, "answer_and_promise"),
        ({"promise": NewPromise("查", NOW)}, "promise_past"),
    ],
)
def test_an_empty_reply_closes_nothing(cast, call, said, code):
    before = stored(Call)
    with refused(code):
        do(actions.reply, call, by=cast.zhoumin, **said)
    assert (stored(Call), fates(call)) == (before, [("reply", "open", False)])


def test_a_call_is_replied_to_once_and_only_while_it_waits(cast, call):
    do(actions.reply, call, by=cast.zhoumin, answer="明天到期")
    missed = a_missed_call(cast)
    before = stored(Call)
    for one in (call, missed):
        with refused("illegal_move"):
            do(actions.reply, one, by=cast.zhoumin, answer="改口")
    assert stored(Call) == before


def test_another_branch_does_not_reply(cast, call):
    with refused("forbidden"):
        do(actions.reply, call, by=cast.luyao, answer="是")


def test_a_promise_is_made_on_a_call_that_waits(cast, call):
    promise = do(actions.make_promise, call, NewPromise("查到期日", NOW + DAY), by=cast.zhoumin)
    assert (promise.first_by, promise.keeper, promise.number) == (NOW + DAY, cast.zhoumin, call.number)


# Voiding (3.1.3)


def test_a_voided_call_keeps_its_number_and_owes_nothing(cast, call):
    voided = do(actions.void_call, call, by=cast.zhoumin, reason="登记错了")
    assert (voided.number, voided.state, voided.void_because) == ("DH-SU-26-0001", "void", "登记错了")
    assert fates(call) == [("reply", "withdrawn", False)]
    assert a_call(cast).number == "DH-SU-26-0002"


@pytest.mark.clause("2.3", good=False)
def test_a_call_with_an_open_promise_is_not_voided(cast):
    call = a_call(cast, promise=NewPromise("查", NOW + HOUR))
    with refused("promise_open"):
        do(actions.void_call, call, by=cast.zhoumin, reason="错")
    do(actions.answer_promise, call.promises.get(), text="到期日是明天", by=cast.zhoumin)
    assert do(actions.void_call, call, by=cast.zhoumin, reason="错").state == CallState.VOID


def test_voiding_needs_a_reason_the_right_branch_and_a_first_time(cast, call):
    with refused("reason_missing"):
        do(actions.void_call, call, by=cast.zhoumin, reason=" ")
    with refused("forbidden"):
        do(actions.void_call, call, by=cast.luyao, reason="错")
    do(actions.void_call, call, by=cast.zhoumin, reason="错")
    with refused("illegal_move"):
        do(actions.void_call, call, by=cast.zhoumin, reason="错")


# Cases (3.1.4)


@pytest.mark.clause("3.1.4", good=True)
@pytest.mark.parametrize(
    "kind, model, number",
    [
        ("appointment", Visit, "BF-SU-26-0001"),
        ("complaint", Complaint, "TS-SU-26-0001"),
        ("loss", Claim, "XP-SU-26-0001"),
    ],
)
def test_a_case_is_opened_in_one_step_numbered_owned_and_linked_both_ways(cast, client_su, kind, model, number):
    call = a_call(cast, client=client_su)
    case = do(actions.open_case, call, NewCase(kind), by=cast.zhoumin)
    assert (type(case), case.number, case.owner, case.unit) == (model, number, cast.zhoumin, cast.su)
    assert (case.client, case.client_unit_id, case.state) == (client_su, cast.su.pk, model.FIRST)
    assert (linked(call), linked(case)) == ([(ref(case), "opened_from")], [(ref(call), "opened_from")])
    assert Call.objects.get().kinds == [kind]
    assert fates(case, "taken_on") == [("taken_on", "open", False)]


def test_one_call_may_be_a_complaint_and_a_notice_of_loss(cast):
    """Scenario 8: one row, two cases, each with its clock."""
    rang = NOW - 10 * MINUTE
    call = a_call(
        cast,
        rang_at=rang,
        kinds=["complaint", "loss"],
        cases=[NewCase("loss", {"estimate": Decimal("1200.5")}), NewCase("complaint", {"account": "查勘太慢"})],
    )
    claim, complaint = Claim.objects.get(), Complaint.objects.get()
    assert linked(call) == [(ref(complaint), "opened_from"), (ref(claim), "opened_from")]
    assert (claim.reported_at, complaint.received_at, complaint.account) == (rang, rang, "查勘太慢")
    assert [one.amount for one in claim.estimates.all()] == [Decimal("1200.50")]
    assert fates(claim, "taken_on") == fates(complaint, "taken_on") == [("taken_on", "open", False)]


@pytest.mark.clause("3.1.4", good=False)
def test_no_case_is_opened_from_a_call_that_nobody_spoke_in_or_that_is_void(cast, call):
    missed = a_missed_call(cast)
    do(actions.void_call, call, by=cast.zhoumin, reason="错")
    for one in (call, missed):
        with refused("illegal_move"):
            do(actions.open_case, one, NewCase("loss"), by=cast.zhoumin)
    assert stored(Claim) == []


def test_a_case_is_opened_by_the_branch_and_owned_there(cast, call):
    with refused("forbidden"):
        do(actions.open_case, call, NewCase("loss"), by=cast.luyao)
    with refused("not_of_unit"):
        do(actions.open_case, call, NewCase("loss", owner=cast.luyao), by=cast.zhoumin)
    with refused("time_order"):
        do(actions.open_case, call, NewCase("loss", {"occurred_at": NOW}), by=cast.zhoumin)
    with refused("category_unknown"):
        do(actions.open_case, call, NewCase("complaint", {"category": "x"}), by=cast.zhoumin)
    assert stored(Claim, Complaint) == []


def test_a_loss_told_in_a_call_back_was_noticed_when_the_telephone_rang(cast):
    """Scenario 7's end."""
    call = a_missed_call(cast, rang_at=at("09-28 02:10"), now=at("09-28 02:12"))
    now = at("09-28 02:20")
    given = {"at": now, "reached": True, "content": "仓库进水", "cases": [NewCase("loss")], "kinds": ["loss"]}
    do(actions.call_back, call, by=cast.lize, now=now, **given)
    assert Claim.objects.get().reported_at == at("09-28 02:10")


def test_two_branches_number_their_own_registers(cast):
    numbers = [a_call(cast).number, a_call(cast, by=cast.luyao, unit=cast.hz).number, a_call(cast).number]
    assert numbers == ["DH-SU-26-0001", "DH-HZ-26-0001", "DH-SU-26-0002"]


def test_the_year_of_a_number_is_that_of_its_entry(cast):
    eve, morning = at("12-31 23:59"), at("12-31 23:59") + 2 * MINUTE
    assert [a_call(cast, now=now).number for now in (eve, morning)] == ["DH-SU-26-0001", "DH-SU-27-0001"]


def test_a_call_may_be_about_a_running_matter(cast, client_su):
    first = a_call(cast, client=client_su, cases=[NewCase("loss")])
    claim = Claim.objects.get()
    again = a_call(cast, client=client_su, about=claim)
    assert linked(claim) == [(ref(first), "opened_from"), (ref(again), "about")]


def test_the_same_firm_twice_is_two_clients(cast, client_su):
    other = a_client(cast, cast.hz, cast.luyao, name="杭州锦穗精密机械有限公司", credit_code="91999999MAK6UYX56Y")
    assert a_call(cast, client=other, unit=cast.su).client_unit_id == cast.hz.pk
