"""A claim on its way from the report to the file (3.4.1, 3.4.2): what each step asks, and what it refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chengnuo.claims import actions
from chengnuo.claims.clocks import insurer_clocks, limitation
from chengnuo.claims.models import Claim, ClaimPaper, LossEstimate, Payment, State
from chengnuo.claims.needed import needed, needed_by
from chengnuo.clients import actions as clients
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from tests.cast import refused
from tests.claims.world import (
    BURNT,
    COVER,
    DAY,
    FIRE,
    HOUR,
    MINUTE,
    NOW,
    PAPERS,
    a_loss,
    at,
    decided,
    do,
    estimated,
    handed_in,
    listed,
    paid,
    surveyed,
    with_insurer,
)
from tests.hotline.world import a_call, stored

LATER = at("10-10 10:00")


def test_a_claim_walks_from_the_report_to_the_archive_with_its_file_complete(cast, client_su):
    claim = a_loss(cast, client_su)
    assert (claim.state, claim.owner, claim.policy) == ("registered", cast.zhoumin, client_su.policies.get())
    claim = with_insurer(cast, client_su)
    claim = decided(cast, claim, "partly", "9000", at("10-08 10:00"))
    claim = do(actions.agree, claim, who="陈月琴", agreed_at=at("10-08 11:00"), by=cast.zhoumin, now=at("10-08 11:00"))
    paid(cast, claim, "part", "4000", at("10-09 10:00"))
    claim.refresh_from_db()
    assert (claim.state, claim.paid, claim.settled_at) == ("paid", 4000, None)
    paid(cast, claim, "final", "5000", LATER)
    claim.refresh_from_db()
    assert (claim.paid, claim.settled_at) == (9000, at("10-10 00:00"))
    paid(cast, claim, "recovered", "300", LATER)
    claim.refresh_from_db()
    assert claim.state == State.RECOVERY
    do(actions.close, claim, because="", by=cast.zhoumin, now=LATER)
    do(actions.file_claim, claim, by=cast.zhoumin, now=LATER + DAY)
    assert Claim.objects.get(pk=claim.pk).state == "filed"
    assert check()[0] == []


def test_the_policy_of_the_day_of_the_loss_is_chosen_when_there_is_only_one(cast, client_su):
    call = a_call(cast, client=client_su)
    first = do(actions.open_claim, call=call, owner=cast.zhoumin, by=cast.zhoumin, account=FIRE)
    do(clients.add_policy, client_su, values={**COVER, "no": "YA-2"}, by=cast.zhoumin)
    second = do(actions.open_claim, call=call, owner=cast.zhoumin, by=cast.zhoumin, account=FIRE)
    assert a_loss(cast, client_su).policy is None
    do(clients.add_policy, client_su, values={**COVER, "no": "YA-3", "line": "motor"}, by=cast.zhoumin)
    assert a_loss(cast, client_su, line="motor").policy.no == "YA-3"
    assert (first.policy and first.policy.no, first.line) == ("YA-PRO-2026-1", "property")
    assert (second.policy, second.line) == (None, "")


def test_a_loss_outside_every_policy_is_registered_without_one_and_refused_with_a_wrong_one(cast, client_su):
    policy = client_su.policies.get()
    before = at("09-28 10:00").replace(year=2025)
    with refused("not_covered") as refusal:
        a_loss(cast, client_su, policy=policy, occurred_at=before)
    assert "policy" in refusal.value.fields
    assert Claim.objects.count() == 0
    claim = a_loss(cast, client_su, occurred_at=before)
    assert claim.policy is None


def test_a_policy_or_a_site_of_another_client_is_refused(cast, client_su):
    other = do(clients.enter_client, unit=cast.su, values={"name": "罗咏仪", "kind": "person"}, by=cast.zhoumin)
    with refused("policy"):
        a_loss(cast, other, policy=client_su.policies.get())


@pytest.mark.parametrize(
    "more, field",
    [
        ({"account": " "}, "account"),
        ({"occurred_at": NOW}, "occurred_at"),
        ({"reported_at": NOW + DAY}, "reported_at"),
        ({"estimate": Decimal("-0.01")}, "estimate"),
        ({"line": "space"}, "line"),
        ({"cause": "火" * 201}, "cause"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_beside_its_field_and_leaves_nothing(cast, client_su, more, field):
    with pytest.raises(Invalid) as raised:
        a_loss(cast, client_su, **more)
    assert field in raised.value.fields
    assert Claim.objects.count() == 0


def test_another_branch_does_not_report_a_loss_for_a_client_that_is_not_its_own(cast, client_su):
    with refused("forbidden"):
        a_loss(cast, client_su, by=cast.luyao)


def test_what_is_known_of_a_loss_is_changed_with_old_and_new_on_record(cast, client_su):
    claim = a_loss(cast, client_su)
    loss = actions.Loss(account=FIRE, cause="雷击", occurred_at=BURNT, policy=client_su.policies.get())
    do(actions.state_loss, claim, loss, by=cast.zhoumin)
    claim.refresh_from_db()
    assert (claim.cause, claim.line, claim.place) == ("雷击", "property", "")
    with refused("unchanged"):
        do(actions.state_loss, claim, replace(loss, line="property"), by=cast.zhoumin)


def test_estimates_are_a_list_and_none_is_overwritten(cast, client_su):
    claim = a_loss(cast, client_su, estimate=Decimal(190_000))
    estimated(claim, "150000.50", by=cast.zhoumin, now=NOW + HOUR)
    rows = LossEstimate.objects.order_by("pk").values_list("amount", "said_by", "true_at", "entered_at")
    assert list(rows) == [
        (190_000, "陈月琴", NOW - MINUTE, NOW),
        (Decimal("150000.50"), "中正公估 秦岳", NOW + HOUR, NOW + HOUR),
    ]


@pytest.mark.parametrize(
    "given, field",
    [
        (actions.Sum(Decimal(-1)), "amount"),
        (actions.Sum(Decimal("0.001")), "amount"),
        (actions.Sum(Decimal("NaN")), "amount"),
        (actions.Sum(Decimal(10), "USD"), "rate"),
        (actions.Sum(Decimal(10), "usd", Decimal(7)), "currency"),
        (actions.Sum(Decimal("99999999999999.99"), "USD", Decimal(7)), "amount"),
    ],
)
def test_an_estimate_below_zero_or_in_another_currency_without_its_rate_is_refused(cast, client_su, given, field):
    claim = a_loss(cast, client_su)
    before = stored(Claim, LossEstimate)
    with pytest.raises(Invalid) as raised:
        do(actions.revise_estimate, claim, given, basis="估", said_by="客户", true_at=NOW, by=cast.zhoumin)
    assert field in raised.value.fields
    assert stored(Claim, LossEstimate) == before


def test_foreign_money_counts_in_yuan_at_the_rate_of_the_day_of_entry(cast, client_su):
    claim = a_loss(cast, client_su)
    given = actions.Sum(Decimal(30_000), "USD", Decimal("7.1234"))
    do(actions.revise_estimate, claim, given, basis="报价", said_by="客户", true_at=NOW, by=cast.zhoumin)
    row = LossEstimate.objects.get()
    assert (row.amount, row.currency, row.foreign, row.rate) == (213_702, "USD", 30_000, Decimal("7.123400"))
    assert claim.escalations.get().causes == ["amount"]


def test_documents_are_listed_at_once_and_nothing_is_handed_in_while_one_is_missing(cast, client_su):
    claim = listed(cast, a_loss(cast, client_su), NOW + HOUR)
    assert [one.name for one in claim.papers.all()] == list(PAPERS)
    with refused("papers_missing") as refusal:
        do(actions.submit, claim, to="屿安", submitted_at=NOW + HOUR, by=cast.zhoumin, now=NOW + HOUR)
    assert "出险通知书" in str(refusal.value)
    first, second, third = claim.papers.all()
    for paper in (first, second):
        do(actions.move_paper, paper, "receive", by=cast.zhoumin, now=NOW + HOUR)
        do(actions.move_paper, paper, "accept", by=cast.zhoumin, now=NOW + HOUR)
    with refused("why"):
        do(actions.move_paper, third, "waive", by=cast.zhoumin, now=NOW + HOUR)
    do(actions.move_paper, third, "waive", why="案件已有监控录像", by=cast.zhoumin, now=NOW + HOUR)
    claim = do(actions.submit, claim, to="屿安", submitted_at=NOW + HOUR, by=cast.zhoumin, now=NOW + HOUR)
    assert claim.state == State.SUBMITTED


def test_a_document_that_is_not_good_goes_back_with_the_reason_and_is_the_clients_turn_again(cast, client_su):
    paper = listed(cast, a_loss(cast, client_su), NOW + HOUR).papers.first()
    assert paper.turn == "客户"
    paper = do(actions.move_paper, paper, "receive", by=cast.zhoumin, now=NOW + HOUR)
    assert paper.turn == "本机构"
    paper = do(actions.move_paper, paper, "refuse", why="没有盖章", by=cast.zhoumin, now=NOW + HOUR)
    assert (paper.turn, paper.why) == ("客户", "没有盖章")
    with refused("illegal_move"):
        do(actions.move_paper, paper, "accept", by=cast.zhoumin, now=NOW + HOUR)


def test_a_document_is_on_the_list_once_and_more_are_added_as_they_are_asked_for(cast, client_su):
    claim = listed(cast, a_loss(cast, client_su), NOW + HOUR)
    made = do(actions.add_papers, claim, ["现场照片", " 消防证明 ", "消防证明"], by=cast.zhoumin, now=NOW + HOUR)
    assert [one.name for one in made] == ["消防证明"]
    with refused("names"):
        do(actions.add_papers, claim, ["消防证明"], by=cast.zhoumin, now=NOW + HOUR)
    with refused("names"):
        do(actions.add_papers, claim, ["名" * 81], by=cast.zhoumin, now=NOW + HOUR)


def test_the_centre_sets_which_documents_a_line_needs_and_told_clients_keep_their_list(cast, client_su):
    claim = listed(cast, a_loss(cast, client_su), NOW + HOUR)
    do(actions.set_papers, "cargo", ["提单", "海事声明"], by=cast.linxiaotang)
    assert needed("cargo") == ["提单", "海事声明"]
    assert needed_by("cargo")[-2:] == ["提单", "海事声明"]
    assert "保单和批单" in needed_by("cargo")
    assert claim.papers.count() == len(PAPERS)
    with refused("forbidden"):
        do(actions.set_papers, "cargo", ["提单"], by=cast.xuning)
    with refused("line"):
        do(actions.set_papers, "space", ["提单"], by=cast.linxiaotang)


def test_the_insurer_asks_for_more_once_and_its_clock_starts_again_when_all_is_there(cast, client_su):
    claim = with_insurer(cast, client_su)
    asked = at("10-02 10:00")
    claim = do(actions.ask_again, claim, ["消防证明"], asked_at=asked, by=cast.zhoumin, now=asked)
    assert (claim.state, claim.submitted_at, insurer_clocks(claim)) == ("documents", None, [])
    claim = handed_in_again(cast, claim, at("10-05 10:00"))
    assert [one.since for one in insurer_clocks(claim)] == [at("10-05 10:00")] * 2
    again = at("10-06 10:00")
    with refused("names"):
        do(actions.ask_again, claim, ["消防证明"], asked_at=again, by=cast.zhoumin, now=again)


def handed_in_again(cast, claim, now):
    paper = claim.papers.get(name="消防证明")
    for verb in ("receive", "accept"):
        do(actions.move_paper, paper, verb, by=cast.zhoumin, now=now)
    return do(actions.submit, claim, to="屿安", submitted_at=now, by=cast.zhoumin, now=now)


def test_the_insurers_clocks_run_by_the_insurance_act(cast, client_su):
    claim = with_insurer(cast, client_su)
    clocks = {one.name: one.due for one in insurer_clocks(claim)}
    assert clocks == {"decision": at("10-31 00:00"), "advance": at("11-30 00:00")}
    claim = decided(cast, claim, "declined", None, at("10-08 10:00"), because="除外责任")
    assert {one.name: one.due for one in insurer_clocks(claim)}["refusal"] == at("10-12 00:00")
    claim = do(actions.refusal_told, claim, told_at=at("10-09 10:00"), by=cast.zhoumin, now=at("10-09 10:00"))
    assert not any(one.is_late(LATER) for one in insurer_clocks(claim))


def test_an_advance_is_paid_before_the_decision_and_stays_within_it(cast, client_su):
    claim = with_insurer(cast, client_su)
    paid(cast, claim, "advance", "5000", at("10-05 10:00"))
    claim.refresh_from_db()
    assert (claim.state, claim.paid) == ("submitted", 5000)
    claim = decided(cast, claim, "accepted", "6000", at("10-06 10:00"))
    with refused("too_much"):
        paid(cast, claim, "final", "1000.01", LATER)
    assert Payment.objects.count() == 1
    paid(cast, claim, "final", "1000", LATER)
    claim.refresh_from_db()
    assert (claim.paid, claim.settled_at) == (6000, at("10-10 00:00"))


def test_a_payment_entered_wrongly_is_voided_and_stays_in_sight(cast, client_su):
    claim = decided(cast, with_insurer(cast, client_su), "accepted", "6000", at("10-06 10:00"))
    payment = paid(cast, claim, "final", "6000", LATER)
    do(actions.void_payment, payment, because="录错案件", by=cast.zhoumin, now=LATER)
    claim.refresh_from_db()
    assert (claim.paid, claim.settled_at, Payment.objects.get().voided_because) == (None, None, "录错案件")
    with refused("illegal_move"):
        do(actions.void_payment, payment, because="再来", by=cast.zhoumin, now=LATER)


@pytest.mark.parametrize("kind", ["part", "final", "recovered", "salvage"])
def test_money_before_its_time_is_refused(cast, client_su, kind):
    claim = with_insurer(cast, client_su)
    with refused("illegal_move"):
        paid(cast, claim, kind, "10", LATER)
    assert Payment.objects.count() == 0


def test_less_than_was_decided_is_closed_with_the_reason_alone(cast, client_su):
    claim = decided(cast, with_insurer(cast, client_su), "accepted", "6000", at("10-06 10:00"))
    paid(cast, claim, "part", "5000", LATER)
    with refused("because"):
        do(actions.close, claim, because=" ", by=cast.zhoumin, now=LATER)
    do(actions.close, claim, because="客户免除余款", by=cast.zhoumin, now=LATER)
    assert Claim.objects.get(pk=claim.pk).state == "closed"


def test_a_client_may_give_up_by_his_own_word_and_the_claim_opens_again_with_the_reason(cast, client_su):
    claim = a_loss(cast, client_su)
    given = {"who": "陈月琴", "because": "损失低于免赔额", "by": cast.zhoumin}
    claim = do(actions.give_up, claim, now=NOW + HOUR, **given)
    assert claim.state == State.CLOSED
    with refused("because"):
        do(actions.reopen, claim, because="", by=cast.zhoumin, now=NOW + 2 * HOUR)
    claim = do(actions.reopen, claim, because="发现地下室也过水", by=cast.zhoumin, now=NOW + 2 * HOUR)
    assert (claim.state, claim.reopened_at) == ("registered", NOW + 2 * HOUR)


@pytest.mark.parametrize("step", ["survey", "collect", "submit", "decide", "agree", "close", "file"])
def test_steps_out_of_their_order_are_refused(cast, client_su, step):
    """From closed nothing goes on but the file and the opening anew; from registered no decision, no end."""
    claim = a_loss(cast, client_su)
    by = {"by": cast.zhoumin, "now": NOW + HOUR}
    if step in ("survey", "collect", "submit"):
        do(actions.give_up, claim, who="陈月琴", because="不要了", **by)
    attempts = {
        "survey": lambda: surveyed(cast, claim, NOW + HOUR),
        "collect": lambda: listed(cast, claim, NOW + HOUR),
        "submit": lambda: handed_in(cast, claim, NOW + HOUR),
        "decide": lambda: decided(cast, claim, "accepted", "1", NOW + HOUR),
        "agree": lambda: do(actions.agree, claim, who="陈", agreed_at=NOW, **by),
        "close": lambda: do(actions.close, claim, because="", **by),
        "file": lambda: do(actions.file_claim, claim, **by),
    }
    before = stored(Claim, ClaimPaper)
    with refused("illegal_move"):
        attempts[step]()
    assert stored(Claim, ClaimPaper) == before


def test_times_that_cannot_be_are_refused(cast, client_su):
    claim = a_loss(cast, client_su)
    with refused("time_order"):
        do(actions.survey, claim, surveyor="秦岳", found="过水", surveyed_at=BURNT - MINUTE, by=cast.zhoumin)
    with refused("future"):
        do(actions.survey, claim, surveyor="秦岳", found="过水", surveyed_at=NOW + HOUR, by=cast.zhoumin)
    claim = with_insurer(cast, client_su)
    with refused("time_order"):
        given = {"amount": Decimal(1), "because": "", "decided_at": at("09-29 09:00")}
        do(actions.decide, claim, "accepted", by=cast.zhoumin, now=LATER, **given)


def test_the_limitation_is_two_years_from_the_loss_and_anew_from_its_interruption(cast, client_su):
    claim = a_loss(cast, client_su)
    assert limitation(claim) == at("09-29 00:00").replace(year=2028)
    claim = do(actions.secure_limitation, claim, how="书面催告", from_at=LATER, by=cast.zhoumin, now=LATER)
    assert limitation(claim) == at("10-11 00:00").replace(year=2028)
    claim.line = "life"
    assert limitation(claim) == at("10-11 00:00").replace(year=2031)


def test_two_years_from_a_leap_day_end_with_february():
    leap = date(2028, 2, 29)
    claim = Claim(occurred_at=at("01-01 10:00").replace(year=leap.year, month=2, day=29))
    ends = limitation(claim)
    assert ends
    assert ends.astimezone(ZONE).date() == date(2030, 3, 1)


def test_whom_one_spoke_with_stands_on_the_timeline_and_the_client_then_has_heard(cast, client_su):
    claim = a_loss(cast, client_su)
    said = {"channel": "phone", "said": "查勘员明早到", "spoken_at": NOW, "by": cast.zhoumin}
    do(actions.speak, claim, party="insurer", who="马骏", **said)
    assert Claim.objects.get().client_told_at is None
    do(actions.speak, claim, party="client", who="陈月琴", **said)
    assert Claim.objects.get().client_told_at == NOW
    with refused("party"):
        do(actions.speak, claim, party="nobody", who="马骏", **said)


def test_the_insurer_is_reminded_of_a_clock_that_runs_and_of_no_other(cast, client_su):
    claim = with_insurer(cast, client_su)
    told = {"channel": "letter", "who": "屿安理赔部", "by": cast.zhoumin, "now": at("11-02 09:00")}
    do(actions.remind_insurer, claim, of="decision", sent_at=at("11-02 09:00"), **told)
    assert Claim.objects.get(pk=claim.pk).insurer_reminded_at == at("11-02 09:00")
    with refused("no_clock"):
        do(actions.remind_insurer, claim, of="payment", sent_at=at("11-02 09:00"), **told)
