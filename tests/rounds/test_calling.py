"""Calling by the plan: who is next, what came of it, what was said and asked for (3.2.6, 4.3.B–D)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from chengnuo.ledger.clock import moved_to
from chengnuo.rounds import actions
from chengnuo.rounds.actions import NewCall
from chengnuo.rounds.models import CallDemand, RoundCall, RoundClient
from chengnuo.satisfaction.models import RatingRequest
from tests.cast import cast as a_cast
from tests.cast import refused
from tests.hotline.world import DAY, MINUTE, NOW, SECOND, do, fates, stored, turn
from tests.plans.world import a_promise
from tests.rounds.world import SAID, a_round, a_spoken, first


@pytest.mark.clause("3.2.6", good=True)
@pytest.mark.clause("4.3.B", good=True)
def test_a_conversation_is_written_down_with_opinions_and_suggestions(cast):
    made = a_spoken(cast, opinion="理赔慢", suggestion="发短信提醒")
    assert (made.number, made.outcome, made.dialogue) == ("DF-SU-26-0001-1-1", "reached", SAID)
    assert (made.opinion, made.suggestion, made.basis) == ("理赔慢", "发短信提醒", "other")
    assert (made.on_list.state, made.on_list.attempts) == ("reached", 1)


@pytest.mark.clause("3.2.6", good=False)
def test_a_call_that_reached_the_client_is_not_finished_without_its_dialogue(cast):
    row = first(a_round(cast))
    with refused("no_dialogue") as caught:
        do(actions.record_call, row, NewCall("reached", dialogue="  "), by=cast.zhoumin)
    assert (caught.value.status, caught.value.clause) == (422, "3.2.6")
    assert stored(RoundCall) == []
    assert first(row.round).state == "waiting"


@pytest.mark.clause("4.3.B", good=False)
def test_nobody_is_called_outside_a_plan_that_runs(cast):
    draft = a_round(cast, started=False)
    with refused("not_running"):
        a_spoken(cast, draft)
    with refused("not_running"):
        do(actions.claim_next, draft, by=cast.zhoumin)
    do(actions.start_round, draft, by=cast.zhoumin)
    a_spoken(cast, draft)
    with refused("not_waiting"):
        a_spoken(cast, draft)


def test_a_client_not_reached_comes_back_after_a_pause_and_is_listed_after_three_attempts(cast):
    one = a_round(cast)
    for attempt, now in enumerate((NOW, NOW + DAY, NOW + 2 * DAY), start=1):
        row = do(actions.claim_next, one, by=cast.zhoumin, now=now)
        made = do(actions.record_call, row, NewCall("unreached"), by=cast.zhoumin, now=now)
        assert made.number == f"DF-SU-26-0001-1-{attempt}"
        assert do(actions.claim_next, one, by=cast.zhoumin, now=now + MINUTE) is None
    assert (first(one).state, first(one).attempts) == ("unreached", 3)


def test_the_pause_is_four_working_hours(cast):
    row = first(a_round(cast))
    do(actions.record_call, row, NewCall("unreached"), by=cast.zhoumin)
    back = first(row.round).next_at
    assert do(actions.claim_next, row.round, by=cast.zhoumin, now=back - SECOND) is None
    assert do(actions.claim_next, row.round, by=cast.zhoumin, now=back) == row


@pytest.mark.parametrize("outcome", ["refused", "wrong"])
def test_who_does_not_want_to_talk_and_a_wrong_number_are_not_called_again(cast, outcome):
    row = first(a_round(cast))
    made = do(actions.record_call, row, NewCall(outcome), by=cast.zhoumin)
    assert (made.on_list.state, made.dialogue) == (outcome, "")
    assert RatingRequest.objects.count() == 0


def test_two_callers_have_two_clients_and_each_keeps_his_own(cast):
    one = a_round(cast, 2)
    his, hers = do(actions.claim_next, one, by=cast.zhoumin), do(actions.claim_next, one, by=cast.xuning)
    assert (his.place, hers.place) == (1, 2)
    assert do(actions.claim_next, one, by=cast.zhoumin) == his
    assert do(actions.claim_next, one, by=cast.linxiaotang) is None
    with refused("held"):
        do(actions.record_call, his, NewCall("refused"), by=cast.xuning)
    later = NOW + 20 * MINUTE
    assert do(actions.claim_next, one, by=cast.linxiaotang, now=later) == his
    do(actions.let_go, his, by=cast.linxiaotang)
    assert do(actions.claim_next, one, by=cast.xuning, now=later) == his


def test_a_client_is_taken_before_his_turn_unless_a_colleague_has_him(cast):
    one = a_round(cast, 2)
    second = one.clients.get(place=2)
    assert do(actions.claim, second, by=cast.zhoumin).held_by == cast.zhoumin
    with refused("held"):
        do(actions.claim, second, by=cast.xuning)
    with refused("forbidden"):
        do(actions.claim, second, by=cast.luyao)
    assert do(actions.claim_next, one, by=cast.zhoumin) == second


@pytest.mark.usefixtures("committing_db")
def test_callers_who_ask_at_the_same_moment_never_get_the_same_client():
    cast = a_cast()
    one = a_round(cast, 4)
    got, gate = [], threading.Barrier(4)

    def ask(staff):
        try:
            gate.wait()
            with moved_to(NOW, "test"):
                got.append(actions.claim_next(one, by=staff, now=NOW).pk)
        finally:
            connection.close()

    callers = [cast.zhoumin, cast.xuning, cast.lize, cast.linxiaotang]
    threads = [threading.Thread(target=ask, args=[staff]) for staff in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(RoundClient.objects.values_list("pk", flat=True))


def test_a_planned_call_is_carried_out_by_it_in_the_same_act(cast):
    row = first(a_round(cast))
    planned = a_promise(cast, row.client, kind="call")
    made = a_spoken(cast, row=row, planned_id=planned.pk)
    planned.refresh_from_db()
    assert (made.basis, made.planned_id) == ("planned", planned.pk)
    assert (planned.state, planned.service_type, planned.service_pk) == ("done", "rounds.roundcall", made.pk)


def test_a_planned_call_that_is_none_of_his_is_refused_and_nothing_is_written(cast):
    row = first(a_round(cast))
    with refused("not_planned"):
        a_spoken(cast, row=row, planned_id=999)
    assert stored(RoundCall) == []


def test_a_conversation_asks_the_client_how_it_was(cast):
    made = a_spoken(cast)
    assert RatingRequest.objects.get().about == made.number


# 4.3.C


def a_demand(cast, now=NOW) -> CallDemand:
    return a_spoken(cast, demands=["要批单复印件", " "], now=now).demands.get()


@pytest.mark.clause("4.3.C", good=True)
def test_a_demand_is_handled_or_the_client_hears_how_it_stands_every_three_working_days(cast):
    demand = a_demand(cast)
    told = do(actions.tell_interim, demand, text="在调档案", by=cast.zhoumin, now=NOW + DAY)
    do(actions.handle, told, text="已寄出", by=cast.zhoumin, now=NOW + 2 * DAY)
    turn(NOW + 30 * DAY)
    assert [(state, breached) for _key, state, breached in fates(demand)] == [("met", False), ("met", False)]


@pytest.mark.clause("4.3.C", good=False)
def test_a_demand_of_which_the_client_hears_nothing_for_three_working_days_is_breached(cast):
    demand = a_demand(cast)
    (duty,) = fates(demand)
    assert duty[1:] == ("open", False)
    turn(NOW + 20 * DAY)
    assert [(state, breached) for _key, state, breached in fates(demand)] == [("open", True)]


def test_passing_a_demand_on_changes_its_keeper_and_stops_no_clock(cast):
    demand = a_demand(cast)
    passed = do(actions.pass_on, demand, to=cast.luyao, department="杭州分公司", by=cast.zhoumin)
    assert (passed.state, passed.owner, passed.department) == ("passed_on", cast.luyao, "杭州分公司")
    assert len(fates(demand)) == 1
    handled = do(actions.handle, passed, text="已办", by=cast.luyao)
    assert (handled.state, handled.answer) == ("handled", "已办")
    with refused("illegal_move"):
        do(actions.pass_on, handled, to=cast.zhoumin, department="x", by=cast.luyao)
    with refused("handled"):
        do(actions.tell_interim, handled, text="x", by=cast.luyao)


def test_a_demand_is_handled_with_words_by_who_has_to_do_with_it(cast):
    demand = a_demand(cast)
    with refused("text_missing"):
        do(actions.handle, demand, text=" ", by=cast.zhoumin)
    with refused("forbidden"):
        do(actions.handle, demand, text="x", by=cast.luyao)


# 4.3.D


@pytest.mark.clause("4.3.D", good=True)
def test_important_material_is_filed_within_five_working_days(cast):
    made = a_spoken(cast, is_important=True)
    filed = do(actions.file_call, made, filed_as="客户档案 第3卷", by=cast.zhoumin, now=NOW + DAY)
    turn(NOW + 30 * DAY)
    assert (fates(made), filed.filed_as) == ([("filed", "met", False)], "客户档案 第3卷")
    with refused("nothing_to_file"):
        do(actions.file_call, made, filed_as="x", by=cast.zhoumin)


@pytest.mark.clause("4.3.D", good=False)
def test_important_material_that_nobody_files_is_breached(cast):
    made = a_spoken(cast, is_important=True)
    turn(NOW + timedelta(days=20))
    assert fates(made) == [("filed", "open", True)]


def test_what_is_not_important_owes_no_filing(cast):
    assert fates(a_spoken(cast)) == []


@pytest.mark.parametrize(
    "given, code",
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"at": NOW + DAY}, "time_ahead"),
        ({"at": NOW - 40 * DAY}, "time_far"),
        ({"dialogue": "x" * 20_001}, "text_long"),
        ({"demands": ["x"] * 11}, "demands"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, given, code):
    row = first(a_round(cast))
    with refused(code):
        a_spoken(cast, row=row, **given)
    assert stored(RoundCall, CallDemand) == []


def test_another_branch_neither_calls_nor_files(cast):
    one = a_round(cast)
    with refused("forbidden"):
        do(actions.claim_next, one, by=cast.luyao)
    with refused("forbidden"):
        do(actions.record_call, first(one), NewCall("refused"), by=cast.luyao)
    with refused("forbidden"):
        do(actions.file_call, a_spoken(cast, one, is_important=True), filed_as="x", by=cast.luyao)
