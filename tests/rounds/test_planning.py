"""Whom a round calls: chosen, sorted, without those who must be visited (4.3.1, 4.3.A)."""

from datetime import timedelta

import pytest

from chengnuo.clients import actions as clients
from chengnuo.rounds import actions
from chengnuo.rounds.choosing import MOST, Criteria
from chengnuo.rounds.models import CallScript, Round, RoundClient, RoundState
from tests.cast import refused
from tests.clients.conftest import POLICY
from tests.hotline.world import DAY, a_client, do, stored
from tests.plans.world import a_promise
from tests.rounds.world import TODAY, a_round, a_script, a_spoken, first


def names(one: Round) -> list[str]:
    return [row.client.name for row in one.clients.select_related("client").order_by("place")]


@pytest.mark.clause("4.3.A", good=True)
def test_a_round_holds_the_clients_that_its_filter_means_in_their_order(cast):
    plain, key = (a_client(cast, name=name, credit_code="") for name in ("甲公司", "乙公司"))
    a_client(cast, cast.hz, cast.luyao, name="杭州公司", credit_code="")
    do(clients.tick, key, "key", reason="保费高", by=cast.linxiaotang)
    one = a_round(cast, 0, started=False)
    assert (one.number, one.state, names(one)) == ("DF-SU-26-0001", "draft", [key.name, plain.name])
    only = a_round(cast, 0, started=False, criteria=Criteria(tick="key"))
    assert names(only) == [key.name]
    assert only.chosen_by == {"tick": "key"}


@pytest.mark.clause("4.3.A", good=False)
def test_a_round_that_means_nobody_or_has_no_aim_is_refused(cast):
    script = a_script(cast)
    a_client(cast)
    with refused("nobody"):
        a_round(cast, 0, script=script, criteria=Criteria(line="life"))
    with refused("aim_missing"):
        a_round(cast, 0, script=script, aim=" ")
    with refused("period"):
        a_round(cast, 0, script=script, ends_on=TODAY - DAY)
    assert stored(Round, RoundClient) == []


def test_another_branch_s_clients_are_in_no_round_of_ours(cast):
    script = a_script(cast)
    a_client(cast)
    with refused("forbidden"):
        a_round(cast, 0, script=script, by=cast.luyao)


def test_clients_are_chosen_by_expiry_and_by_how_long_nothing_passed(cast):
    soon, late = (a_client(cast, name=name, credit_code="") for name in ("甲公司", "乙公司"))
    for client, days in ((soon, 10), (late, 40)):
        ends = TODAY + timedelta(days=days)
        values = {**POLICY, "no": f"P{days}", "starts_on": str(TODAY - 300 * DAY), "ends_on": str(ends)}
        do(clients.add_policy, client, values=values, by=cast.zhoumin)
    given = {"started": False, "sorted_by": "expiry"}
    assert names(a_round(cast, 0, criteria=Criteria(expires_within=10), **given)) == ["甲公司"]
    assert names(a_round(cast, 0, criteria=Criteria(expires_within=40), **given)) == ["甲公司", "乙公司"]
    a_spoken(cast, row=first(a_round(cast, 0, criteria=Criteria(expires_within=10))))
    assert names(a_round(cast, 0, started=False, criteria=Criteria(silent_for=30))) == ["乙公司"]
    assert names(a_round(cast, 0, started=False, sorted_by="last")) == ["乙公司", "甲公司"]


@pytest.mark.clause("4.3.1", good=True)
def test_who_must_be_visited_stands_on_the_list_as_left_out_with_the_reason(cast):
    visited, risky, plain = (a_client(cast, name=name, credit_code="") for name in ("甲公司", "乙公司", "丙公司"))
    a_promise(cast, visited)
    do(clients.tick, risky, "high_risk", reason="查勘", by=cast.linxiaotang)
    one = a_round(cast, 0)
    rows = {row.client.name: (row.state, row.reason) for row in one.clients.select_related("client")}
    assert rows == {
        "甲公司": ("left_out", "方案定有季度拜访，2026-10-05前上门"),
        "乙公司": ("left_out", "高风险客户，须上门"),
        "丙公司": ("waiting", ""),
    }
    assert do(actions.claim_next, one, by=cast.zhoumin).client == plain


@pytest.mark.clause("4.3.1", good=False)
def test_a_client_who_must_be_visited_is_not_put_on_a_round(cast):
    one = a_round(cast)
    visited = a_client(cast, name="要上门公司", credit_code="")
    a_promise(cast, visited)
    with refused("must_be_visited") as caught:
        do(actions.add_client, one, visited, by=cast.zhoumin)
    assert (caught.value.status, caught.value.clause) == (409, "4.3.1")
    assert one.clients.count() == 1


def test_who_comes_to_be_visited_meanwhile_is_left_out_when_his_turn_comes(cast):
    one = a_round(cast, 2)
    a_promise(cast, first(one).client)
    assert do(actions.claim_next, one, by=cast.zhoumin).place == 2
    assert (first(one).state, first(one).reason) == ("left_out", "方案定有季度拜访，2026-10-05前上门")


def test_a_client_is_added_once_and_left_out_with_a_reason(cast):
    one = a_round(cast)
    other = a_client(cast, name="另一公司", credit_code="")
    row = do(actions.add_client, one, other, by=cast.zhoumin)
    assert (row.place, row.state) == (2, "waiting")
    with refused("listed"):
        do(actions.add_client, one, other, by=cast.zhoumin)
    with refused("reason_missing"):
        do(actions.leave_out, row, reason="", by=cast.zhoumin)
    do(actions.leave_out, row, reason="刚拜访过", by=cast.zhoumin)
    with refused("not_waiting"):
        do(actions.leave_out, row, reason="再来", by=cast.zhoumin)


def test_a_round_with_clients_left_ends_with_the_reason_and_takes_no_more(cast):
    one = a_round(cast)
    with refused("left"):
        do(actions.finish_round, one, by=cast.zhoumin)
    ended = do(actions.finish_round, one, because="节后再打", by=cast.zhoumin)
    assert (ended.state, ended.ended_because) == ("finished", "节后再打")
    with refused("round_ended"):
        do(actions.add_client, one, a_client(cast, name="x公司", credit_code=""), by=cast.zhoumin)


MOVING = {
    "start_round": lambda one, by: actions.start_round(one, **by),
    "finish_round": lambda one, by: actions.finish_round(one, because="够了", **by),
    "cancel": lambda one, by: actions.cancel_round(one, because="不打了", **by),
}


@pytest.mark.parametrize("state", RoundState.values)
@pytest.mark.parametrize("verb", sorted(MOVING))
def test_a_round_moves_only_as_its_table_says(cast, verb, state):
    one = a_round(cast, started=False)
    if state == "running":
        do(actions.start_round, one, by=cast.zhoumin)
    if state == "finished":
        do(actions.start_round, one, by=cast.zhoumin)
        do(actions.finish_round, one, because="够了", by=cast.zhoumin)
    if state == "cancelled":
        do(actions.cancel_round, one, because="不打了", by=cast.zhoumin)
    move = next(each for each in Round.MOVES if each.verb == verb)
    act = MOVING[verb]
    if state in move.from_:
        assert do(lambda now: act(one, {"by": cast.zhoumin, "now": now})).state == move.to
    else:
        with refused("illegal_move"):
            do(lambda now: act(one, {"by": cast.zhoumin, "now": now}))


def test_the_centre_alone_writes_the_words_and_every_change_is_an_edition(cast):
    with refused("forbidden"):
        a_script(cast, by=cast.zhoumin)
    script = a_script(cast)
    with refused("name_taken"):
        a_script(cast)
    one = a_round(cast, script=script)
    second = do(actions.revise_script, script, words="您好", by=cast.linxiaotang)
    assert [(each.edition, each.is_latest) for each in CallScript.objects.order_by("edition")] == [
        (1, False),
        (2, True),
    ]
    assert (one.script, second.words) == (script, "您好")
    with refused("not_latest"):
        do(actions.revise_script, script, words="喂", by=cast.linxiaotang)


def test_a_round_holds_no_more_clients_than_one_can_call(cast, monkeypatch):
    monkeypatch.setattr("chengnuo.rounds.choosing.MOST", 2)
    monkeypatch.setattr("chengnuo.rounds.actions.planning.MOST", 2)
    with refused("too_many"):
        a_round(cast, 3)
    assert MOST == 500
