"""A request's way: its six parts, headquarters' analysis, the executive's word in full or in part, what comes after."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.kit.models import Approval
from chengnuo.kit.proposals.budget import cleaned
from chengnuo.kit.proposals.models import ProposalState as S
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal, Stale
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.ledger.moves import move, moves_from
from chengnuo.people.actions import name_substitute
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.support import actions
from chengnuo.support.models import SupportRequest, SupportSpending
from tests.cast import refused
from tests.clients.conftest import POLICY
from tests.hotline.world import DAY, NOW, a_call, a_client, do, stored
from tests.satisfaction.world import an_answered_call, rated, the_request
from tests.support.world import PAPER, a_draft, analysed, approval_of, approved, decided, submitted

TODAY = NOW.date()
PARTS = ("objective", "activity", "starts_on", "ends_on", "scheme", "budget", "needed")


@pytest.mark.clause("3.2.9", good=True)
def test_a_request_takes_its_branchs_number_and_keeps_its_six_parts(cast, client_su):
    one = a_draft(cast, client_su)
    assert (one.number, one.state, one.amount, one.owner_id) == (
        "ZC-SU-26-0001",
        S.DRAFT,
        Decimal("5000.50"),
        cast.zhoumin.pk,
    )
    assert a_draft(cast, client_su).number == "ZC-SU-26-0002"
    assert [getattr(one, name) for name in PARTS if name != "budget"] == [
        PAPER[name] for name in PARTS if name != "budget"
    ]
    assert one.budget == [{"name": "讲师差旅", "amount": "3000.00"}, {"name": "物料", "amount": "2000.50"}]


@pytest.mark.clause("3.2.9", good=False)
@pytest.mark.clause("3.5.10", good=False)
@pytest.mark.parametrize("kind", ["service", "value_added"])
@pytest.mark.parametrize("part", PARTS)
def test_a_request_without_one_of_its_six_parts_is_not_submitted(cast, client_su, kind, part):
    one = a_draft(
        cast, client_su, kind=kind, **{part: [] if part == "budget" else None if part.endswith("_on") else " "}
    )
    before = stored(SupportRequest)
    with refused("incomplete") as caught:
        do(actions.submit, one, by=cast.zhoumin)
    assert (caught.value.status, list(caught.value.fields)) == (422, [part])
    assert caught.value.clause == ("3.5.10" if kind == "value_added" else "3.2.9")
    assert stored(SupportRequest) == before


@pytest.mark.clause("3.5.10", good=True)
def test_a_request_for_added_value_goes_the_same_way_under_its_own_clause(cast, client_su):
    one = decided(cast, analysed(cast, client_su, kind="value_added"))
    assert (one.state, one.clause, approval_of(one).clause) == (S.APPROVED, "3.5.10", "3.5.10")


def test_a_request_names_for_whom_it_is_and_what_the_branch_thinks(cast, client_su):
    with refused("incomplete") as caught:
        do(actions.submit, a_draft(cast, None, opinion=""), by=cast.zhoumin)
    assert set(caught.value.fields) == {"opinion", "clients"}


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"title": " "}, "no_title"),
        ({"title": "长" * 81}, "no_title"),
        ({"kind": "party"}, "no_kind"),
        ({"scheme": "长" * 5001}, "too_long"),
        ({"ends_on": date(2026, 10, 11)}, "period"),
        ({"budget": [{"name": "", "amount": "1"}]}, "budget"),
        ({"budget": [{"name": "车", "amount": "1.005"}]}, "budget"),
        ({"budget": [{"name": "车", "amount": "-1"}]}, "budget"),
        ({"budget": [{"name": "车", "amount": "一千"}]}, "budget"),
        ({"budget": [{"name": "车", "amount": "NaN"}]}, "budget"),
        ({"budget": [{"name": "车", "amount": "1"}] * 31}, "budget"),
        ({"clients": [0]}, "client_unknown"),
    ],
)
def test_what_cannot_be_a_request_is_refused_and_takes_no_number(cast, wrong, code):
    with refused(code):
        do(actions.draft, cast.su, {**PAPER, **wrong}, by=cast.zhoumin)
    assert a_draft(cast, None).number == "ZC-SU-26-0001"


def test_a_client_of_another_branch_is_not_named(cast):
    other = a_client(cast, cast.hz, cast.luyao)
    with refused("client_unknown"):
        a_draft(cast, other)


@given(st.lists(st.integers(0, 10**8), max_size=30))
def test_a_budget_is_the_sum_of_its_lines_to_the_fen(fen):
    amounts = [Decimal(one) / 100 for one in fen]
    lines, total = cleaned([{"name": "x", "amount": f"{amount:,}"} for amount in amounts], "3.2.9")
    assert total == sum(amounts)
    assert [Decimal(line["amount"]) for line in lines] == amounts


def test_a_draft_is_changed_by_whoever_read_its_last_version(cast, client_su):
    one = a_draft(cast, client_su)
    do(actions.edit, one, {**PAPER, "clients": [], "title": "改了"}, one.version, by=cast.xuning)
    one.refresh_from_db()
    assert (one.title, one.client_ids, one.version) == ("改了", [], 2)
    with pytest.raises(Stale):
        do(actions.edit, one, {**PAPER, "clients": []}, 1, by=cast.zhoumin)
    do(actions.edit, one, {**PAPER, "clients": [], "title": "改了"}, 2, by=cast.zhoumin)
    one.refresh_from_db()
    assert one.version == 2


def test_what_was_submitted_is_not_changed_until_it_is_back(cast, client_su):
    one = submitted(cast, client_su)
    with refused("not_a_draft"):
        do(actions.edit, one, {**PAPER, "clients": []}, one.version, by=cast.zhoumin)
    do(actions.take_back, one, by=cast.xuning)
    one.refresh_from_db()
    assert one.state == S.DRAFT
    do(actions.submit, one, by=cast.zhoumin)
    do(actions.send_back, one, reason="预算没有依据", by=cast.linxiaotang)
    one.refresh_from_db()
    assert (one.state, one.returned_because) == (S.DRAFT, "预算没有依据")


def test_each_act_is_for_its_own_people(cast, client_su):
    one = submitted(cast, client_su)
    for act, by, values in (
        (actions.take_back, cast.luyao, {}),
        (actions.send_back, cast.zhoumin, {"reason": "x"}),
        (actions.analyse, cast.xuning, {"conclusion": "x", "amount": Decimal(1)}),
        (actions.carry_out, cast.linxiaotang, {"done_on": TODAY, "how": "x"}),
        (actions.report_back, cast.luyao, {"result": "x"}),
        (actions.spend, cast.luyao, {"what": "x", "amount": Decimal(1), "spent_on": TODAY}),
    ):
        with pytest.raises(Forbidden):
            do(act, one, by=by, **values)
    with pytest.raises(Forbidden):
        do(actions.draft, cast.su, PAPER, by=cast.luyao)


def test_the_centre_weighs_a_request_with_its_clients_past_business(cast, client_su):
    from chengnuo.clients import actions as clients

    for no, starts, premium in (
        ("P1", date(2024, 5, 1), "100"),
        ("P2", date(2026, 5, 1), "250"),
        ("P3", date(2026, 6, 1), "50"),
    ):
        values = {
            **POLICY,
            "no": no,
            "premium": Decimal(premium),
            "starts_on": starts,
            "ends_on": starts.replace(year=starts.year + 1),
        }
        do(clients.add_policy, client_su, values={**values, "commission": Decimal(10)}, by=cast.zhoumin)
    a_call(cast, client=client_su)
    rated(the_request(an_answered_call(cast, client_su)), 4)
    assert RatingRequest.objects.count() == 1
    one = analysed(cast, client_su)
    (told,) = one.past
    lines = {line["label"]: line["values"] or line["total"] for line in told["lines"]}
    assert (told["client"], told["name"], told["years"]) == (client_su.pk, client_su.name, [2024, 2025, 2026])
    assert lines["保单"] == ["1", "", "2"]
    assert lines["保费（元）"] == ["100.00", "", "300.00"]
    assert lines["佣金（元）"] == ["10.00", "", "20.00"]
    assert lines["来电"] == "2"
    assert lines["评价，平均4.0分"] == "1"


def test_the_executive_signs_the_paper_the_analysis_and_what_is_granted(cast, client_su):
    one = analysed(cast, client_su, "3000", "只派专家，物料自备")
    signed = json.loads(approval_of(one).snapshot)
    assert (signed["number"], signed["asked"], signed["granted"]) == (one.number, "5000.50", "3000.00")
    assert (signed["terms"], signed["in_part"], signed["conclusion"]) == ("只派专家，物料自备", True, "值得做")
    assert {signed[name] for name in ("objective", "activity", "scheme", "needed", "opinion")} == {
        PAPER[name] for name in ("objective", "activity", "scheme", "needed", "opinion")
    }
    assert (signed["clients"], signed["budget"]) == ([client_su.name], one.budget)


@pytest.mark.parametrize(
    "amount, terms, state",
    [
        ("5000.50", "", S.APPROVED),
        ("5000.49", "", S.PARTLY),
        ("5000.50", "不派专家", S.PARTLY),
        ("0", "只派专家", S.PARTLY),
    ],
)
def test_the_executive_grants_all_or_the_part_that_was_proposed(cast, client_su, amount, terms, state):
    one = approved(cast, client_su, amount, terms)
    assert (one.state, one.granted_amount, one.decided_by_id) == (state, Decimal(amount), cast.chenlixing.pk)
    assert one.approved_sha256 == approval_of(one).sha256


def test_more_than_was_asked_or_nothing_at_all_is_not_proposed(cast, client_su):
    one = submitted(cast, client_su)
    for amount, terms, code in (
        ("5000.51", "", "too_much"),
        ("-1", "", "too_much"),
        ("1.001", "", "too_much"),
        ("0", "", "no_terms"),
    ):
        with refused(code):
            do(actions.analyse, one, conclusion="x", amount=Decimal(amount), terms=terms, by=cast.linxiaotang)
    with refused("no_words"):
        do(actions.analyse, one, conclusion=" ", amount=Decimal(1), by=cast.linxiaotang)
    assert Approval.objects.count() == 0


def test_what_the_executive_returns_is_weighed_again_and_what_he_refuses_is_over(cast, client_su):
    one = decided(cast, analysed(cast, client_su), "return")
    assert (one.state, one.decided_at) == (S.SUBMITTED, None)
    do(actions.analyse, one, conclusion="照领导意见减半", amount=Decimal(2500), by=cast.linxiaotang)
    one = decided(cast, one, "refuse")
    assert (one.state, one.granted_amount, one.approved_sha256) == (S.REJECTED, None, "")
    with refused("not_approved"):
        do(actions.carry_out, one, done_on=TODAY, how="办了", by=cast.zhoumin)


def test_nobody_who_wrote_a_request_approves_it_as_a_substitute(cast, client_su):
    do(name_substitute, cast.chenlixing, staff=cast.zhoumin, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.chenlixing, now=NOW)  # fmt: skip
    one = analysed(cast, client_su)
    before = stored(SupportRequest)
    approval = approval_of(one)
    from chengnuo.kit.approvals.actions import decide

    with refused("own_request"):
        do(decide, approval.steps.get(), "approve", sha256=approval.sha256, by=cast.zhoumin)
    assert stored(SupportRequest) == before


@pytest.mark.clause("3.2.9", good=False)
@pytest.mark.parametrize("make", [a_draft, submitted, analysed])
def test_nothing_is_carried_out_or_spent_before_the_approval(cast, client_su, make):
    one = make(cast, client_su)
    before = stored(SupportRequest, SupportSpending)
    with refused("not_approved") as caught:
        do(actions.carry_out, one, done_on=TODAY, how="办了", by=cast.zhoumin)
    assert (caught.value.status, caught.value.clause) == (409, "3.2.9")
    with refused("not_spendable"):
        do(actions.spend, one, what="车", amount=Decimal(1), spent_on=TODAY, by=cast.zhoumin)
    assert stored(SupportRequest, SupportSpending) == before


def test_a_paper_that_is_no_longer_what_was_signed_is_not_carried_out(cast, client_su):
    one = approved(cast, client_su)
    SupportRequest.objects.filter(pk=one.pk).update(needed="再加十万")
    for act, values in (
        (actions.carry_out, {"done_on": TODAY, "how": "办了"}),
        (actions.spend, {"what": "车", "amount": Decimal(1), "spent_on": TODAY}),
    ):
        with refused("not_approved"):
            do(act, one, by=cast.zhoumin, **values)
    SupportRequest.objects.filter(pk=one.pk).update(needed=PAPER["needed"])


def test_no_day_before_the_decision_or_to_come_is_one_on_which_it_was_carried_out(cast, client_su):
    one = approved(cast, client_su)
    for day, code in ((TODAY - DAY, "before_approval"), (TODAY + DAY, "not_yet")):
        with refused(code):
            do(actions.carry_out, one, done_on=day, how="办了", by=cast.zhoumin)
    do(actions.carry_out, one, done_on=TODAY, how="办了", by=cast.zhoumin)
    one.refresh_from_db()
    assert (one.state, one.done_on) == (S.CARRIED_OUT, TODAY)
    do(actions.report_back, one, result="都会用了", by=cast.xuning)
    one.refresh_from_db()
    assert (one.state, one.result) == (S.REPORTED, "都会用了")


@pytest.mark.clause("3.2.9", good=True)
def test_spending_up_to_the_last_fen_of_the_budget_is_entered(cast, client_su):
    one = approved(cast, client_su, "3000")
    do(actions.spend, one, what="车票", amount=Decimal("2999.99"), spent_on=TODAY, by=cast.zhoumin)
    do(actions.spend, one, what="水", amount=Decimal("0.01"), spent_on=TODAY, by=cast.zhoumin)
    assert one.spent == 3000


@pytest.mark.clause("3.2.9", good=False)
def test_a_fen_more_than_was_granted_needs_a_new_request(cast, client_su):
    one = approved(cast, client_su, "3000")
    do(actions.spend, one, what="车票", amount=Decimal(3000), spent_on=TODAY, by=cast.zhoumin)
    before = stored(SupportSpending)
    with refused("over_budget") as caught:
        do(actions.spend, one, what="水", amount=Decimal("0.01"), spent_on=TODAY, by=cast.zhoumin)
    assert (caught.value.status, caught.value.clause) == (409, "3.2.9")
    assert stored(SupportSpending) == before
    more = do(actions.draft, cast.su, {**PAPER, "clients": [client_su.pk]}, follows=one, by=cast.zhoumin)
    assert linked(more) == [(ref(one), "follows")]


def test_a_wrong_entry_is_voided_with_its_reason_and_its_amount_is_free_again(cast, client_su):
    one = approved(cast, client_su, "3000")
    spending = do(actions.spend, one, what="车票", amount=Decimal(3000), spent_on=TODAY, by=cast.zhoumin)
    with refused("no_reason"):
        do(actions.void_spending, spending, reason=" ", by=cast.zhoumin)
    do(actions.void_spending, spending, reason="记错了", by=cast.xuning)
    with refused("not_voidable"):
        do(actions.void_spending, spending, reason="再来", by=cast.xuning)
    do(actions.spend, one, what="车票", amount=Decimal(3000), spent_on=TODAY, by=cast.zhoumin)
    assert (one.spent, one.spendings.count()) == (3000, 2)


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"what": " "}, "no_words"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"spent_on": TODAY - timedelta(days=1)}, "day"),
        ({"spent_on": TODAY + timedelta(days=1)}, "day"),
    ],
)
def test_what_cannot_be_a_spending_is_refused(cast, client_su, wrong, code):
    one = approved(cast, client_su)
    with pytest.raises(Invalid) as caught:
        do(actions.spend, one, **{"what": "车票", "amount": Decimal(1), "spent_on": TODAY, **wrong}, by=cast.zhoumin)
    assert caught.value.code == code


@pytest.mark.parametrize("state", S.values)
def test_every_pair_of_states_is_a_move_or_refused(state):
    one = SupportRequest(state=state)
    allowed = {made.verb for made in moves_from(one)}
    for verb in {made.verb for made in SupportRequest.MOVES}:
        tried = SupportRequest(state=state)
        if verb in allowed:
            move(tried, verb)
            assert tried.state != state
        else:
            with pytest.raises(Refusal):
                move(tried, verb)


def test_every_move_is_told_with_its_states(cast, client_su):
    one = approved(cast, client_su)
    where = ref(one)
    rows = TrailEvent.objects.filter(subject_type=where.type, subject_pk=where.pk).order_by("pk")
    told = [(row.verb, json.loads(row.body)["data"].get("state")) for row in rows]
    assert told == [
        ("support.drafted", None),
        ("support.submitted", ["draft", "submitted"]),
        ("support.analysed", ["submitted", "analysed"]),
        ("support.approved", ["analysed", "approved"]),
    ]
