"""What goes to the centre at once, by itself, and what is not done before its guidance (3.4.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.claims import actions
from chengnuo.claims.access import visible_claims
from chengnuo.claims.models import Claim, Escalation, Guidance
from chengnuo.kit.models import Notice
from tests.cast import refused
from tests.claims.world import (
    HOUR,
    MINUTE,
    NOW,
    REPORT,
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
from tests.hotline.world import SECOND, duties, fates, stored, turn

LATER = at("10-08 10:00")


@pytest.mark.parametrize(
    "amount, goes",
    [
        pytest.param("200000.00", False, marks=pytest.mark.clause("3.4.3", good=True)),
        pytest.param("200000.01", True, marks=pytest.mark.clause("3.4.3", good=False)),
    ],
)
def test_more_than_two_hundred_thousand_goes_to_the_centre_and_exactly_that_does_not(cast, client_su, amount, goes):
    claim = a_loss(cast, client_su)
    estimated(claim, amount, by=cast.zhoumin, now=NOW + HOUR)
    assert Escalation.objects.exists() is goes
    assert [one.due for one in duties(escalation_of(claim))] == [NOW + HOUR + 30 * MINUTE] if goes else True


def test_the_centre_sees_it_in_the_same_moment_and_the_report_is_owed_from_when_it_was_known(cast, client_su):
    claim = a_loss(cast, client_su, estimate=Decimal(190_000))
    assert claim.escalated_at is None
    estimated(claim, "210000", by=cast.zhoumin, now=NOW + HOUR, true_at=NOW + 20 * MINUTE)
    one = escalation_of(claim)
    assert (one.known_at, one.true_at, one.amount) == (NOW + HOUR, NOW + 20 * MINUTE, 210_000)
    seen = visible_claims(cast.linxiaotang, NOW + HOUR).filter(escalated_at__isnull=False)
    assert list(seen) == [claim]
    assert [one.amount for one in claim.estimates.order_by("pk")] == [190_000, 210_000]


@pytest.mark.parametrize("casualties", [{"deaths": 1}, {"serious_injuries": 1}])
def test_a_death_or_a_serious_injury_goes_there_however_small_the_loss(cast, client_su, casualties):
    claim = a_loss(cast, client_su, estimate=Decimal(300), **casualties)
    assert escalation_of(claim).causes == ["casualties"]


def test_a_death_that_is_withdrawn_stays_with_the_centre_until_the_centre_gives_it_back(cast, client_su):
    claim = a_loss(cast, client_su, deaths=1)
    given = {"deaths": 0, "serious_injuries": 0, "source": "医院", "true_at": NOW + HOUR, "by": cast.zhoumin}
    do(actions.count_casualties, claim, now=NOW + HOUR, **given)
    claim.refresh_from_db()
    assert (claim.deaths, claim.escalated_at) == (0, NOW)
    do(actions.release, escalation_of(claim), because="无伤亡", by=cast.linxiaotang, now=NOW + 2 * HOUR)
    claim.refresh_from_db()
    assert claim.escalated_at is None


def test_three_claims_of_ninety_thousand_from_one_flood_go_to_the_centre_together(cast, client_su):
    claims = [a_loss(cast, client_su, estimate=Decimal(90_000)) for _n in range(3)]
    for one in claims[1:]:
        do(actions.join_occurrence, one, claims[0], by=cast.zhoumin, now=NOW + HOUR)
    rows = Escalation.objects.order_by("claim_id")
    assert [(one.claim_id, one.amount) for one in rows] == [(one.pk, 270_000) for one in claims]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.decimals(0, 400_000, places=2), min_size=1, max_size=6))
def test_whatever_the_order_of_the_revisions_the_highest_decides(cast, client_su, amounts):
    claim = a_loss(cast, client_su)
    for amount in amounts:
        estimated(claim, str(amount), by=cast.zhoumin, now=NOW + HOUR)
    assert claim.escalations.exists() is (max(amounts) > 200_000)
    assert claim.escalations.count() <= 1


def test_a_disputed_claim_is_with_the_centre_however_small(cast, client_su):
    claim = decided(cast, with_insurer(cast, client_su), "declined", None, LATER, because="除外责任")
    assert not Escalation.objects.exists()
    do(actions.dispute, claim, who="陈月琴", because="条款未说明", by=cast.zhoumin, now=LATER + HOUR)
    assert escalation_of(claim).causes == ["disputed"]


@pytest.mark.clause("3.4.3", good=False)
def test_the_report_the_acknowledgement_and_the_guidance_are_owed_one_after_another(cast, client_su):
    claim = a_loss(cast, client_su, estimate=Decimal(300_000))
    one = escalation_of(claim)
    turn(NOW + 30 * MINUTE + SECOND)
    assert fates(one) == [("report", "open", True)]
    reported_at = NOW + 31 * MINUTE
    do(actions.report_to_centre, one, REPORT, by=cast.zhoumin, now=reported_at)
    assert fates(one)[0] == ("report", "met", True)
    turn(reported_at + 30 * MINUTE + SECOND)
    assert ("acknowledge", "open", True) in fates(one)
    assert {row.key: row.due for row in duties(one)}["guide"] == at("09-30 00:00")
    turn(at("09-30 00:01"))
    assert ("guide", "open", True) in fates(one)
    do(actions.guide, one, ["先申请预付"], due_on=at("10-09 00:00").date(), by=cast.linxiaotang, now=at("09-30 09:00"))
    assert {state for _key, state, _b in fates(one)} == {"met"}
    step = Guidance.objects.get()
    turn(at("10-10 00:00") + SECOND)
    assert fates(step)[0][2]


def test_the_report_needs_all_three_parts(cast, client_su):
    claim = a_loss(cast, client_su, estimate=Decimal(300_000))
    before = stored(Claim, Escalation)
    with refused("incomplete") as refusal:
        do(actions.report_to_centre, escalation_of(claim), actions.Report("火", " ", ""), by=cast.zhoumin)
    assert set(refusal.value.fields) == {"measures", "asks"}
    assert stored(Claim, Escalation) == before


@pytest.mark.clause("3.4.3", good=False)
def test_before_the_guidance_is_on_file_the_branch_neither_advises_acceptance_nor_closes(cast, client_su):
    claim = with_insurer(cast, client_su, estimate=Decimal(300_000))
    by = {"by": cast.zhoumin, "now": LATER}
    advice = {"text": "这个金额合理，建议接受", "to_accept": True}
    with refused("not_guided"):
        do(actions.advise, claim, **advice, **by)
    with refused("not_guided"):
        do(actions.give_up, claim, who="陈月琴", because="嫌麻烦", **by)
    do(actions.advise, claim, text="先备齐维修发票", to_accept=False, **by)
    decided(cast, claim, "declined", None, LATER, because="除外责任")
    with refused("not_guided"):
        do(actions.close, claim, because="", **by)
    guided(cast, claim, LATER)
    do(actions.advise, claim, **advice, by=cast.zhoumin, now=LATER + HOUR)
    with refused("steps_open"):
        do(actions.close, claim, because="", by=cast.zhoumin, now=LATER + HOUR)
    do(actions.carry_out_guidance, Guidance.objects.get(), how="已申请", by=cast.zhoumin, now=LATER + HOUR)
    do(actions.weigh, claim, because="客户认可除外责任", by=cast.zhoumin, now=LATER + HOUR)
    do(actions.close, claim, because="", by=cast.zhoumin, now=LATER + 2 * HOUR)
    assert Claim.objects.get(pk=claim.pk).state == "closed"


@pytest.mark.clause("3.4.3", good=True)
def test_the_clients_own_acceptance_is_recorded_and_told_to_the_centre(cast, client_su):
    claim = decided(cast, with_insurer(cast, client_su, estimate=Decimal(300_000)), "partly", "250000", LATER)
    do(actions.agree, claim, who="陈月琴", agreed_at=LATER, by=cast.zhoumin, now=LATER + MINUTE)
    assert Claim.objects.get(pk=claim.pk).agreed_at == LATER
    told = Notice.objects.filter(staff=cast.linxiaotang, subject_pk=claim.pk, subject_type="claims.claim")
    assert told.count() == 1


def test_what_the_centre_gave_back_goes_there_anew_only_for_more(cast, client_su):
    claim = a_loss(cast, client_su, estimate=Decimal(300_000))
    do(actions.release, escalation_of(claim), because="小额，机构处理", by=cast.linxiaotang, now=NOW + HOUR)
    estimated(claim, "290000", by=cast.zhoumin, now=NOW + 2 * HOUR)
    assert Escalation.objects.count() == 1
    estimated(claim, "310000", by=cast.zhoumin, now=NOW + 3 * HOUR)
    assert Escalation.objects.count() == 2


def test_the_branch_does_not_guide_and_the_centre_does_not_report(cast, client_su):
    one = escalation_of(a_loss(cast, client_su, estimate=Decimal(300_000)))
    with refused("forbidden"):
        do(actions.report_to_centre, one, REPORT, by=cast.linxiaotang)
    do(actions.report_to_centre, one, REPORT, by=cast.zhoumin)
    for act, more in (
        (actions.acknowledge, {}),
        (actions.guide, {"steps": ["等"]}),
        (actions.release, {"because": "小"}),
    ):
        with refused("forbidden"):
            do(act, one, by=cast.xuning, **more)


def test_whoever_is_asked_says_why_it_is_neither_difficult_nor_disputed(cast, client_su):
    claim = a_loss(cast, client_su)
    do(actions.client_complained, claim, by=cast.zhoumin, now=NOW + HOUR)
    assert ("complained", "open", False) in fates(claim, "weigh")
    do(actions.weigh, claim, because="只问进度", by=cast.zhoumin, now=NOW + 2 * HOUR)
    assert ("complained", "met", False) in fates(claim, "weigh")


def test_a_settled_claim_needs_no_more_of_the_centre_than_its_guidance(cast, client_su):
    claim = with_insurer(cast, client_su, estimate=Decimal(210_000))
    guided(cast, claim, at("10-05 10:00"))
    do(actions.carry_out_guidance, Guidance.objects.get(), how="办了", by=cast.zhoumin, now=LATER)
    decided(cast, claim, "accepted", "180000", LATER)
    paid(cast, claim, "final", "180000", LATER + timedelta(days=2))
    do(actions.close, claim, because="", by=cast.zhoumin, now=LATER + timedelta(days=2))
    assert Claim.objects.get(pk=claim.pk).state == "closed"
