"""Keeping, telling in between, moving, withdrawing, handing over: one test per way out (3.1.5)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.hotline.access import visible_promises
from chengnuo.hotline.figures import outcome
from chengnuo.hotline.models import Call, Promise, PromiseAct
from chengnuo.ledger.models import Obligation
from chengnuo.people.actions import leave
from tests.cast import refused
from tests.hotline.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    a_call,
    a_promise,
    at,
    do,
    duties,
    fates,
    stored,
    turn,
)

BY = NOW + HOUR
AGREED = {"agreed_who": "陈月琴", "agreed_how": "电话"}


@pytest.fixture
def promise(cast):
    return a_promise(cast, BY)


@pytest.mark.parametrize(
    "told, state, breached",
    [
        pytest.param(BY, "kept", False, marks=pytest.mark.clause("3.1.5", good=True)),
        pytest.param(BY + SECOND, "kept_late", True, marks=pytest.mark.clause("3.1.5", good=False)),
    ],
)
def test_an_answer_at_the_promised_second_keeps_it_and_one_second_later_breaks_it(cast, promise, told, state, breached):
    turn(told)
    kept = do(actions.answer_promise, promise, text="到期日是明天", by=cast.zhoumin, now=told)
    assert (kept.state, kept.answered_at, kept.first_by) == (state, told, BY)
    assert fates(promise) == [("by0", "met", breached)]
    turn(told + DAY)
    assert fates(promise) == [("by0", "met", breached)]


@pytest.mark.clause("3.1.5", good=False)
def test_an_unanswered_promise_is_breached_for_ever_even_if_answered_later(cast):
    """Scenario 6's end: promised for 10-03 15:00, answered on 10-08."""
    promise = a_promise(cast, at("10-03 15:00"))
    turn(at("10-03 15:00:20"))
    assert duties(promise, "answer")[0].breached_at == at("10-03 15:00")
    kept = do(actions.answer_promise, promise, text="查到了", by=cast.zhoumin, now=at("10-08 09:30"))
    assert (kept.state, outcome(kept)) == ("kept_late", "late")
    (duty,) = duties(promise, "answer")
    assert (duty.state, duty.breached_at, duty.ended_at) == ("met", at("10-03 15:00"), at("10-08 09:30"))


def test_a_promise_said_kept_but_told_after_its_time_was_not_known_to_be(cast, promise):
    """What the keeper states counts for the client; that nobody could see it in time stays on record."""
    kept = do(actions.answer_promise, promise, text="刚才说过了", by=cast.zhoumin, at=BY, now=BY + HOUR)
    assert (kept.state, kept.answered_at, fates(promise)) == ("kept", BY, [("by0", "met", True)])


@pytest.mark.parametrize(
    "given, code",
    [
        ({"text": " "}, "text_missing"),
        ({"text": "长" * 5001}, "text_long"),
        ({"at": NOW + 3 * MINUTE}, "time_ahead"),
        ({"at": NOW - 3 * MINUTE}, "time_order"),
    ],
)
@pytest.mark.parametrize("action", [actions.answer_promise, actions.tell_interim])
def test_words_that_cannot_be_are_refused_and_change_nothing(cast, promise, action, given, code):
    before = stored(Promise, PromiseAct)
    with refused(code):
        do(action, promise, by=cast.zhoumin, **{"text": "在查", **given})
    assert stored(Promise, PromiseAct) == before


def acts(cast):
    """Every act on a promise, ready to be tried."""
    return {
        "answer": (actions.answer_promise, {"text": "好了"}),
        "interim": (actions.tell_interim, {"text": "在查"}),
        "move": (actions.move_promise, {"to": BY + DAY, **AGREED}),
        "withdraw": (actions.withdraw_promise, {"text": "不用了", **AGREED}),
        "hand_over": (actions.hand_over_promise, {"to": cast.lize}),
    }


@pytest.mark.parametrize("act", ["answer", "interim", "move", "withdraw", "hand_over"])
def test_another_branch_does_nothing_on_it(cast, promise, act):
    action, given = acts(cast)[act]
    with refused("forbidden"):
        do(action, promise, by=cast.luyao, **given)


@pytest.mark.parametrize("act", ["answer", "interim", "move", "withdraw", "hand_over"])
@pytest.mark.parametrize("end", ["answer", "withdraw"])
def test_nothing_more_happens_to_a_promise_that_is_over(cast, promise, act, end):
    action, given = acts(cast)[end]
    do(action, promise, by=cast.zhoumin, **given)
    before = stored(Promise, PromiseAct)
    action, given = acts(cast)[act]
    with refused("illegal_move"):
        do(action, promise, by=cast.zhoumin, **given)
    assert stored(Promise, PromiseAct) == before


def test_every_act_is_a_row_of_the_promise_and_told_of_its_call(cast, promise):
    for action, given in (acts(cast)[name] for name in ("interim", "hand_over", "move", "answer")):
        do(action, promise, by=cast.zhoumin, **given)
    assert [(act.kind, act.by, act.text) for act in promise.acts.all()] == [
        ("interim", cast.zhoumin, "在查"),
        ("hand_over", cast.zhoumin, ""),
        ("move", cast.zhoumin, ""),
        ("answer", cast.zhoumin, "好了"),
    ]


# Telling in between


@pytest.mark.clause("3.1.5", good=True)
def test_an_interim_word_meets_its_duty_and_owes_the_next_but_is_no_answer(cast):
    promise = a_promise(cast, at("10-20 17:30"))
    assert [one.due for one in duties(promise, "tell")] == [at("10-09 00:00")]
    told = do(actions.tell_interim, promise, text="保险公司在查", by=cast.zhoumin, now=at("09-30 10:00"))
    assert (told.state, told.answered_at, told.last_word_at) == ("open", None, at("09-30 10:00"))
    assert [(one.state, one.due) for one in duties(promise, "tell")] == [
        ("met", at("10-09 00:00")),
        ("open", at("10-11 00:00")),
    ]
    assert fates(promise, "answer") == [("by0", "open", False)]


@pytest.mark.clause("3.1.5", good=False)
def test_an_interim_word_that_comes_too_late_is_breached(cast):
    promise = a_promise(cast, at("10-20 17:30"))
    turn(at("10-09 00:00:01"))
    do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=at("10-09 09:00"))
    assert [breached for _key, _state, breached in fates(promise, "tell")] == [True, False]


def test_no_interim_word_is_owed_once_it_is_answered(cast):
    promise = a_promise(cast, at("10-20 17:30"))
    do(actions.answer_promise, promise, text="好了", by=cast.zhoumin)
    assert [state for _key, state, _breached in fates(promise, "tell")] == ["withdrawn"]


# Moving


def test_a_promise_moved_with_the_clients_word_keeps_its_first_time_and_owes_the_new_one(cast, promise):
    to = at("09-30 17:30")
    moved = do(actions.move_promise, promise, to=to, text="材料未齐", by=cast.zhoumin, **AGREED)
    assert (moved.state, moved.first_by, moved.by, moved.times_moved) == ("moved", BY, to, 1)
    act = promise.acts.get()
    assert (act.old_by, act.new_by, act.agreed_who, act.agreed_how) == (BY, to, "陈月琴", "电话")
    assert fates(promise, "answer") == [("by0", "withdrawn", False), ("by1", "open", False)]
    kept = do(actions.answer_promise, promise, text="好了", by=cast.zhoumin, now=to)
    assert (kept.state, outcome(kept)) == ("moved_kept", "moved")


def test_a_moved_promise_answered_after_its_new_time_is_late_and_one_moved_earlier_is_kept_by_then(cast, promise):
    earlier = do(actions.move_promise, promise, to=BY - MINUTE, by=cast.zhoumin, **AGREED)
    assert do(actions.answer_promise, earlier, text="好了", by=cast.zhoumin, now=BY).state == "moved_late"
    assert fates(promise, "answer") == [("by0", "withdrawn", False), ("by1", "met", True)]


@pytest.mark.clause("3.1.5", good=False)
@pytest.mark.parametrize(
    "given, now, code",
    [
        ({"agreed_who": " "}, NOW, "no_word"),
        ({"agreed_how": ""}, NOW, "no_word"),
        ({"to": NOW}, NOW, "promise_past"),
        ({"to": NOW + 367 * DAY}, NOW, "promise_far"),
        ({"to": BY}, NOW, "promise_same"),
        ({}, BY, "promise_due"),
        ({}, BY + SECOND, "promise_due"),
    ],
)
def test_a_move_without_the_clients_word_or_too_late_changes_nothing(cast, promise, given, now, code):
    before = stored(Promise, PromiseAct)
    with refused(code):
        do(actions.move_promise, promise, by=cast.zhoumin, now=now, **{"to": BY + DAY, **AGREED, **given})
    assert stored(Promise, PromiseAct) == before


# Withdrawing


def test_a_promise_is_withdrawn_with_the_clients_word(cast, promise):
    gone = do(actions.withdraw_promise, promise, text="客户自己查到了", by=cast.zhoumin, **AGREED)
    assert (gone.state, gone.withdrawn_at, outcome(gone)) == ("withdrawn", NOW, "withdrawn")
    assert fates(promise) == [("by0", "withdrawn", False)]


def test_a_manager_withdraws_by_his_own_decision(cast, promise):
    assert do(actions.withdraw_promise, promise, text="重复登记", by=cast.xuning).state == "withdrawn"


@pytest.mark.parametrize(
    "who, given, code",
    [
        ("zhoumin", {}, "no_word"),
        ("linxiaotang", {}, "no_word"),
        ("zhoumin", {"agreed_who": "陈月琴"}, "no_word"),
        ("xuning", {"agreed_how": "电话"}, "no_word"),
        ("zhoumin", {**AGREED, "text": " "}, "reason_missing"),
    ],
)
def test_a_withdrawal_without_the_clients_word_or_a_reason_changes_nothing(cast, promise, who, given, code):
    before = stored(Promise, PromiseAct)
    with refused(code):
        do(actions.withdraw_promise, promise, by=getattr(cast, who), **{"text": "不用了", **given})
    assert stored(Promise, PromiseAct) == before


def test_a_withdrawal_after_the_time_leaves_the_breach(cast, promise):
    do(actions.withdraw_promise, promise, text="客户不等了", by=cast.zhoumin, now=BY + SECOND, **AGREED)
    assert fates(promise) == [("by0", "withdrawn", True)]
    promise.refresh_from_db()
    assert outcome(promise) == "unanswered"


# Handing over


def test_a_promise_handed_over_has_another_keeper_and_the_same_time(cast, promise):
    handed = do(actions.hand_over_promise, promise, to=cast.lize, by=cast.zhoumin, text="客户只在下午接电话")
    assert (handed.keeper, handed.by, handed.state) == (cast.lize, BY, "open")
    (duty,) = duties(promise)
    assert (duty.owner, duty.due, duty.state) == (cast.lize, BY, "open")


def test_a_promise_is_handed_to_people_of_the_branch_alone(cast, promise):
    do(leave, cast.lize, by=cast.admin)
    cast.lize.refresh_from_db()
    for to in (cast.luyao, cast.lize, cast.linxiaotang):
        with refused("not_of_unit"):
            do(actions.hand_over_promise, promise, to=to, by=cast.zhoumin)


def test_the_keeper_from_another_branch_sees_and_keeps_what_he_promised_on_its_line(cast):
    promise = a_promise(cast, BY, by=cast.luyao)
    assert list(visible_promises(cast.luyao, NOW)) == [promise]
    assert list(visible_promises(cast.mengchuan, NOW)) == []
    assert do(actions.answer_promise, promise, text="好了", by=cast.luyao).state == "kept"


def test_reminder_and_rungs_follow_the_promise(cast, promise):
    """60 minutes: reminded at 45; the manager at the time, the centre, the executive, the chairman 15 to 60 after."""
    (duty,) = duties(promise)
    seen = []
    for minutes in (44, 45, 60, 75, 90, 120, 121):
        turn(NOW + minutes * MINUTE)
        duty.refresh_from_db()
        seen.append(
            (duty.reminded_at is not None, [rung.rung for rung in duty.rungs.all()], duty.breached_at is not None)
        )
    assert seen == [
        (False, [], False),
        (True, [], False),
        (True, [1], False),
        (True, [1, 2], True),
        (True, [1, 2, 3], True),
        (True, [1, 2, 3, 4], True),
        (True, [1, 2, 3, 4], True),
    ]
    assert [rung.told for rung in duty.rungs.all()] == [
        [cast.xuning.pk],
        [cast.wanghaiyan.pk],
        [cast.chenlixing.pk],
        [cast.zhengqiming.pk],
    ]
    assert duty.next_at is None


def test_a_call_and_its_promise_of_the_same_caller_do_not_share_a_duty(cast):
    first, second = a_promise(cast, BY), a_promise(cast, BY)
    do(actions.answer_promise, first, text="好了", by=cast.zhoumin)
    assert (fates(first), fates(second)) == ([("by0", "met", False)], [("by0", "open", False)])
    assert a_call(cast).promises.count() == 0


def test_a_promise_of_a_call_entered_late_counts_from_the_call_and_is_overdue_at_once(cast):
    heard = NOW - 3 * HOUR
    said = actions.NewPromise("回电告知批改进度", NOW - HOUR)

    call = a_call(cast, rang_at=heard, answered_at=heard, hung_up_at=heard + 2 * MINUTE, promise=said)
    turn(NOW)

    promise = call.promises.get()
    (duty,) = Obligation.objects.filter(rule="hotline.answer_by_the_promised_time")
    assert (promise.made_at, promise.first_by) == (heard + 2 * MINUTE, NOW - HOUR)
    assert (duty.state, duty.breached_at) == ("open", NOW - HOUR)


@pytest.mark.clause("2.3", good=False)
def test_no_promise_is_closed_without_what_the_client_was_told_or_his_word(cast):
    promise = a_promise(cast, NOW + HOUR)
    before = stored(Promise, Call)
    for text in ("", "  "):
        with refused("text_missing"):
            do(actions.answer_promise, promise, text=text, by=cast.zhoumin)
    with refused("no_word"):
        do(actions.withdraw_promise, promise, text="没空", by=cast.zhoumin)
    with refused("reason_missing"):
        do(actions.withdraw_promise, promise, text=" ", by=cast.xuning)
    assert stored(Promise, Call) == before


@pytest.mark.clause("2.3", good=True)
def test_a_promise_is_closed_by_what_the_client_was_told_and_it_is_on_file(cast):
    promise = a_promise(cast, NOW + HOUR)
    do(actions.answer_promise, promise, text="12月31日到期", by=cast.zhoumin)
    assert list(promise.acts.values_list("kind", "text")) == [("answer", "12月31日到期")]
