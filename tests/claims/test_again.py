"""What is decided, disputed, paid or reopened a second time: nothing of the first time answers for it (3.4)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from chengnuo.claims import actions
from chengnuo.claims.clocks import insurer_clocks
from chengnuo.claims.lenses import LENSES
from chengnuo.claims.models import Claim, Escalation
from chengnuo.clients.case_pages import with_next_due
from chengnuo.clients.cases import hand_to
from chengnuo.clients.lenses import timed
from chengnuo.kit.blobs import files_of
from chengnuo.ledger.clock import moved_to
from tests.cast import refused
from tests.claims.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PAPERS,
    a_loss,
    at,
    decided,
    do,
    escalation_of,
    estimated,
    guided,
    paid,
    with_insurer,
)
from tests.hotline.world import duties, fates, turn

DECLINED_AT = at("10-08 10:00")


def now_of(claim):
    return Claim.objects.get(pk=claim.pk)


def disputed(cast, claim, now):
    return do(actions.dispute, claim, who="陈月琴", because="不认可免责", by=cast.zhoumin, now=now)


def done(cast, claim, now):
    step = escalation_of(claim).guidance.get()
    do(actions.carry_out_guidance, step, how="已办", by=cast.zhoumin, now=now)


@pytest.fixture
def declined(cast, client_su):
    return decided(cast, with_insurer(cast, client_su), "declined", None, DECLINED_AT, because="免责")


def test_disputed_again_after_it_was_given_back_it_is_with_the_centre_again(cast, declined):
    disputed(cast, declined, DECLINED_AT + HOUR)
    guided(cast, declined, DECLINED_AT + 2 * HOUR)
    done(cast, declined, DECLINED_AT + 3 * HOUR)
    do(actions.release, escalation_of(declined), because="已指导", by=cast.linxiaotang, now=DECLINED_AT + 4 * HOUR)
    decided(cast, declined, "partly", "1000", DECLINED_AT + DAY)
    disputed(cast, declined, DECLINED_AT + DAY + HOUR)
    assert now_of(declined).escalated_at == DECLINED_AT + DAY + HOUR
    assert [one.state for one in Escalation.objects.order_by("pk")] == ["released", "owed"]
    assert fates(escalation_of(declined), "report_it_to_the_centre") == [("report", "open", False)]


@pytest.mark.clause("3.4.3", good=False)
def test_guided_for_its_amount_and_then_disputed_it_is_reported_and_guided_anew(cast, client_su):
    claim = with_insurer(cast, client_su)
    estimated(claim, "210000", by=cast.zhoumin, now=at("09-30 10:00"))
    guided(cast, claim, at("09-30 10:10"))
    done(cast, claim, at("09-30 12:00"))
    decided(cast, claim, "declined", None, DECLINED_AT, because="免责")
    disputed(cast, claim, DECLINED_AT + HOUR)
    one = escalation_of(claim)
    assert (one.state, one.causes) == ("owed", ["amount", "disputed"])
    later = {"by": cast.zhoumin, "now": DECLINED_AT + 2 * HOUR}
    with refused("not_guided"):
        do(actions.advise, claim, text="接受吧", to_accept=True, **later)
    with refused("not_guided"):
        do(actions.give_up, claim, who="陈月琴", because="算了", **later)


def test_more_casualties_after_it_was_given_back_bring_it_to_the_centre_again_and_fewer_do_not(cast, client_su):
    claim = a_loss(cast, client_su)
    counted = {"serious_injuries": 0, "source": "医院", "by": cast.zhoumin}
    do(actions.count_casualties, claim, deaths=2, true_at=NOW, now=NOW + HOUR, **counted)
    do(actions.release, escalation_of(claim), because="机构继续办", by=cast.linxiaotang, now=NOW + 2 * HOUR)
    do(actions.count_casualties, claim, deaths=1, true_at=NOW, now=NOW + 3 * HOUR, **counted)
    assert now_of(claim).escalated_at is None
    do(actions.count_casualties, claim, deaths=3, true_at=NOW, now=NOW + 4 * HOUR, **counted)
    assert now_of(claim).escalated_at == NOW + 4 * HOUR


def test_more_money_while_the_centre_guides_it_is_added_to_what_it_has(cast, client_su):
    claim = a_loss(cast, client_su)
    estimated(claim, "5000000", by=cast.zhoumin, now=NOW + HOUR)
    guided(cast, claim, NOW + 2 * HOUR)
    estimated(claim, "50000000", by=cast.zhoumin, now=NOW + 3 * HOUR)
    one = escalation_of(claim)
    assert (one.state, one.amount) == ("guided", 50_000_000)


def test_handed_in_again_after_a_reopening_the_insurers_clocks_run_from_then(cast, declined):
    answered(cast, declined, DECLINED_AT + HOUR)
    do(actions.close, declined, because="", by=cast.zhoumin, now=DECLINED_AT + 2 * HOUR)
    do(actions.reopen, declined, because="新证据", by=cast.zhoumin, now=DECLINED_AT + DAY)
    again = DECLINED_AT + DAY + HOUR
    do(actions.collect, declined, PAPERS, by=cast.zhoumin, now=again)
    do(actions.submit, declined, to="屿安财险", submitted_at=again, by=cast.zhoumin, now=again)
    clocks = insurer_clocks(now_of(declined))
    assert [(one.name, one.since, one.done_at) for one in clocks] == [
        ("decision", again, None),
        ("advance", again, None),
    ]
    turn(again + 40 * DAY)
    assert [fate for _key, fate, _is_late in fates(declined, "chase_the_insurer")].count("open") == 1


def answered(cast, claim, now):
    """The client has heard of the refusal, and somebody has weighed whether it is difficult or disputed."""
    said = {"party": "client", "who": "陈月琴", "channel": "phone", "said": "拒赔，理由是免责", "spoken_at": now}
    do(actions.speak, claim, by=cast.zhoumin, now=now, **said)
    do(actions.weigh, claim, because="客户认可", by=cast.zhoumin, now=now)


def test_what_was_declined_is_not_closed_before_the_client_knows_and_it_was_weighed(cast, declined):
    later = {"because": "", "by": cast.zhoumin, "now": DECLINED_AT + 2 * HOUR}
    with refused("client_not_told"):
        do(actions.close, declined, **later)
    answered(cast, declined, DECLINED_AT + HOUR)
    assert do(actions.close, declined, **later).state == "closed"


def test_a_client_disputes_a_refusal_that_was_closed_and_it_is_open_again(cast, declined):
    answered(cast, declined, DECLINED_AT + HOUR)
    do(actions.close, declined, because="", by=cast.zhoumin, now=DECLINED_AT + 2 * HOUR)
    fresh = disputed(cast, declined, DECLINED_AT + DAY)
    assert (fresh.state, fresh.reopened_at) == ("disputed", DECLINED_AT + DAY)
    assert now_of(declined).escalated_at == DECLINED_AT + DAY


def test_nothing_is_disputed_before_there_is_a_claim_with_the_insurer(cast, client_su):
    with refused("illegal_move"):
        disputed(cast, a_loss(cast, client_su), NOW + HOUR)


def test_steps_of_the_centre_stay_to_be_done_when_it_gives_the_claim_back(cast, declined):
    disputed(cast, declined, DECLINED_AT + HOUR)
    guided(cast, declined, DECLINED_AT + 2 * HOUR)
    do(actions.release, escalation_of(declined), because="已指导", by=cast.linxiaotang, now=DECLINED_AT + 3 * HOUR)
    with refused("steps_open"):
        do(actions.give_up, declined, who="陈月琴", because="算了", by=cast.zhoumin, now=DECLINED_AT + 4 * HOUR)


def test_the_insurers_rest_is_taken_down_during_the_recovery_too(cast, client_su):
    claim = with_insurer(cast, client_su)
    decided(cast, claim, "accepted", "100000", DECLINED_AT)
    do(actions.agree, claim, who="陈月琴", agreed_at=DECLINED_AT, by=cast.zhoumin, now=DECLINED_AT + HOUR)
    for nth, (kind, amount) in enumerate((("part", "60000"), ("salvage", "5000"), ("final", "40000"))):
        paid(cast, claim, kind, amount, DECLINED_AT + (nth + 1) * DAY)
    fresh = now_of(claim)
    assert (fresh.state, fresh.paid, fresh.settled_at is not None) == ("recovery", 100_000, True)


def test_of_what_is_over_no_clock_of_the_insurer_runs(cast, client_su):
    claim = with_insurer(cast, client_su)
    decided(cast, claim, "accepted", "100000", DECLINED_AT)
    do(actions.agree, claim, who="陈月琴", agreed_at=DECLINED_AT, by=cast.zhoumin, now=DECLINED_AT + HOUR)
    paid(cast, claim, "part", "60000", DECLINED_AT + DAY)
    do(actions.close, claim, because="客户同意少赔", by=cast.zhoumin, now=DECLINED_AT + 2 * DAY)
    assert [one.name for one in insurer_clocks(now_of(claim))] == ["decision"]


def test_what_is_owed_to_the_centre_counts_as_the_next_of_the_claim(cast, client_su):
    claim = a_loss(cast, client_su)
    estimated(claim, "210000", by=cast.zhoumin, now=NOW + HOUR)
    due = NOW + HOUR + 30 * MINUTE
    assert with_next_due(Claim.objects.all()).get().next_due == due
    late = due + MINUTE
    assert [timed(Claim.objects.all(), clock, late).count() for clock in ("overdue", "soon", "later")] == [1, 0, 0]
    assert LENSES["due"].narrow(Claim.objects.all(), cast.zhoumin, late).count() == 1


def test_whoever_has_the_claim_owes_its_report_and_its_steps(cast, client_su):
    claim = a_loss(cast, client_su)
    estimated(claim, "210000", by=cast.zhoumin, now=NOW + HOUR)
    do(hand_to, claim, to=cast.lize, by=cast.zhoumin, now=NOW + HOUR + MINUTE)
    assert {duty.owner for duty in duties(escalation_of(claim)) if duty.rule.endswith("report_it_to_the_centre")} == {
        cast.lize
    }
    guided(cast, claim, NOW + 2 * HOUR)
    step = escalation_of(claim).guidance.get()
    do(hand_to, claim, to=cast.zhoumin, by=cast.lize, now=NOW + 3 * HOUR)
    assert [duty.owner for duty in duties(step)] == [cast.zhoumin]


def test_the_centre_adds_files_to_what_is_with_it_and_to_nothing_else(cast, client_su):
    claim = a_loss(cast, client_su)
    assert files_of(claim, cast.linxiaotang, NOW + HOUR).add_url == ""
    estimated(claim, "210000", by=cast.zhoumin, now=NOW + HOUR)
    assert files_of(now_of(claim), cast.linxiaotang, NOW + HOUR).add_url != ""


def test_a_list_of_documents_that_there_is_not_is_not_found(cast, client):
    client.force_login(cast.linxiaotang)
    assert client.get(reverse("claims:set_list", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("rate", ["7.1234567", "NaN", "0"])
def test_a_rate_that_the_record_could_not_keep_is_refused_beside_it(cast, client_su, rate):
    given = actions.Sum(Decimal(1000), "USD", Decimal(rate))
    said = {"basis": "报价", "said_by": "公估", "true_at": NOW, "by": cast.zhoumin}
    with refused("rate"):
        do(actions.revise_estimate, a_loss(cast, client_su), given, now=NOW + HOUR, **said)


def test_who_corrects_a_word_keeps_the_policy_that_ended_long_ago(cast, client_su, client):
    claim = a_loss(cast, client_su, policy=client_su.policies.first())
    client.force_login(cast.zhoumin)
    address = reverse("claims:state", args=[claim.pk])
    with moved_to(NOW + 6 * 366 * DAY):
        assert f'value="{claim.policy_id}" selected' in client.get(address).text
