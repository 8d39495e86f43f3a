"""The way of a complaint: taken in by whom it may, assessed, investigated, decided with its parts, told, closed, filed."""

import json
from dataclasses import replace

import pytest
from django.db import transaction

from chengnuo.claims import actions as claims
from chengnuo.complaints import actions
from chengnuo.complaints.models import Complaint, Decision, Outcome
from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import TrailEvent
from tests.cast import refused
from tests.claims.world import a_loss
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    MINUTE,
    NOW,
    WHOLE,
    Decimal,
    a_complaint,
    assessed,
    at_centre,
    closed,
    decided,
    do,
    investigated,
    reported_up,
    settled,
    stored,
    told,
    under_way,
)
from tests.hotline.world import fates


@pytest.mark.clause("3.6.1", good=True)
def test_an_ordinary_complaint_is_settled_by_the_branch_with_its_course_on_record(cast, client_su):
    complaint = settled(cast, client_su)
    do(actions.note, complaint, found="到账回单已取得", true_at=NOW + DAY, by=cast.zhoumin, now=NOW + 2 * DAY)
    complaint = closed(cast, complaint, NOW + 2 * DAY)
    complaint = do(actions.file_complaint, complaint, by=cast.zhoumin, now=NOW + 3 * DAY)
    assert (complaint.state, complaint.filed_at) == ("closed", NOW + 3 * DAY)
    said = TrailEvent.objects.filter(subject_type="complaints.complaint", subject_pk=complaint.pk).order_by("seq")
    assert [one.verb for one in said] == [
        "complaint.received",
        "complaint.registered",
        "complaint.assessed",
        "complaint.at_branch",
        "complaint.investigated",
        "complaint.decided",
        "complaint.notified",
        "complaint.told_chairman",
        "complaint.noted",
        "complaint.closed",
        "complaint.filed",
    ]


def test_somebody_who_is_no_client_may_complain_too(cast):
    complaint = a_complaint(cast, None, unit=cast.su, complainant="路人甲", complainant_phone="")
    assert (complaint.client, complaint.unit, complaint.state) == (None, cast.su, "registered")


def test_the_centre_takes_in_a_complaint_for_the_branch_whose_manager_answers_for_it(cast, client_su):
    complaint = a_complaint(cast, client_su, by=cast.linxiaotang)
    assert (complaint.owner, complaint.unit, complaint.state) == (cast.xuning, cast.su, "received")


@pytest.mark.parametrize(
    "given, field",
    [
        ({"account": " "}, "account"),
        ({"category": "weather"}, "category"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"channel": "pigeon"}, "channel"),
        ({"on_behalf_of": "王海"}, "authority"),
        ({"people": 0}, "people"),
        ({"people": 6}, "representatives"),
        ({"people": 9, "representatives": "甲、乙、丙、丁、戊、己"}, "representatives"),
        ({"regulator_due": NOW.date()}, "regulator"),
        ({"claim_key": 999_999}, "claim"),
        ({"complainant": "名" * 61}, "complainant"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(cast, client_su, given, field):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        a_complaint(cast, client_su, **given)
    assert list(refusal.value.fields) == [field]
    assert Complaint.objects.count() == 0


def test_a_group_of_six_names_its_representatives_and_five_people_need_none(cast, client_su):
    assert a_complaint(cast, client_su, people=5).representatives == ""
    assert a_complaint(cast, client_su, people=6, account="停车费", representatives="甲、乙").people == 6


def test_a_complaint_to_come_and_one_of_another_branchs_client_are_refused(cast, client_su):
    with refused("future"):
        a_complaint(cast, client_su, received_at=NOW + HOUR)
    with refused("forbidden"):
        a_complaint(cast, client_su, by=cast.luyao)


def test_the_person_complained_of_does_not_keep_it_nor_have_any_part_in_it(cast, client_su):
    complaint = a_complaint(cast, client_su, against=cast.zhoumin)
    assert (complaint.owner, complaint.state) == (cast.xuning, "received")
    with refused("forbidden"):
        do(actions.register_complaint, complaint, by=cast.zhoumin)
    do(actions.register_complaint, complaint, by=cast.xuning)
    with refused("forbidden"):
        assessed(cast, stored(complaint), NOW + HOUR)
    assert stored(complaint).state == "registered"


def test_who_recuses_himself_hands_it_on_first_and_is_not_given_it_again(cast, client_su):
    from chengnuo.clients.cases import hand_to

    complaint = a_complaint(cast, client_su)
    with refused("still_owner"):
        do(actions.recuse, complaint, cast.zhoumin, because="亲属", by=cast.zhoumin)
    do(hand_to, complaint, to=cast.lize, by=cast.zhoumin)
    do(actions.recuse, stored(complaint), cast.zhoumin, because="亲属", by=cast.zhoumin)
    with refused("barred"):
        do(hand_to, stored(complaint), to=cast.zhoumin, by=cast.lize)
    with refused("forbidden"):
        do(actions.note, stored(complaint), found="看了", true_at=NOW, by=cast.zhoumin)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"outcome": ""}, "outcome"),
        ({"findings": " "}, "findings"),
        ({"basis": ""}, "basis"),
        ({"reasons": ""}, "reasons"),
        ({"remedy": ""}, "remedy"),
        ({"ways_on": ("review", "court")}, "ways_on"),
        ({"ways_on": ()}, "ways_on"),
    ],
)
def test_a_decision_that_lacks_a_part_is_refused_and_kept_as_a_draft_it_says_what_it_lacks(
    cast, client_su, change, field
):
    complaint = under_way(cast, client_su)
    draft = replace(WHOLE, **change)
    with refused("incomplete") as refusal:
        decided(cast, complaint, NOW + DAY, draft=draft)
    assert list(refusal.value.fields) == [field]
    assert Decision.objects.count() == 0
    kept = do(actions.draft_decision, complaint, draft, by=cast.zhoumin, now=NOW + DAY)
    assert len(kept.missing) == (2 if change == {"ways_on": ("review", "court")} else 4 if "ways_on" in change else 1)
    assert decided(cast, complaint, NOW + DAY).state == "decided"
    assert Decision.objects.get().outcome == Outcome.PARTLY


def test_closing_names_what_is_still_to_be_done(cast, client_su):
    complaint = told(cast, decided(cast, under_way(cast, client_su, regulator="上海金融监管局"), NOW + DAY), NOW + DAY)
    with refused("tasks_open") as refusal:
        closed(cast, complaint, NOW + DAY)
    assert refusal.value.message == "结案前还要：报董事长、答复转办单位"
    assert stored(complaint).state == "notified"
    reported_up(cast, complaint, NOW + DAY)
    do(actions.answer_regulator, complaint, answer="已办结", answered_at=NOW + DAY, by=cast.zhoumin, now=NOW + DAY)
    assert closed(cast, stored(complaint), NOW + DAY).measure == "建立每日跟催台账"


def test_a_review_is_decided_by_another_person_and_told_before_the_closing(cast, client_su):
    complaint = settled(cast, client_su)
    given = {"whom": "陈月琴", "because": "不认可扣减", "asked_at": NOW + 3 * DAY}
    complaint = do(actions.ask_review, complaint, by=cast.zhoumin, now=NOW + 3 * DAY, **given)
    assert complaint.state == "review_asked"
    with refused("forbidden"):
        decided(cast, complaint, NOW + 4 * DAY)
    complaint = decided(cast, complaint, NOW + 4 * DAY, by=cast.xuning)
    assert complaint.state == "review_decided"
    with refused("tasks_open"):
        closed(cast, complaint, NOW + 5 * DAY)
    told(cast, complaint, NOW + 5 * DAY)
    with refused("tasks_open") as refusal:
        closed(cast, stored(complaint), NOW + 5 * DAY)
    assert refusal.value.message == "结案前还要：报董事长"
    assert [state for _key, state, _breached in fates(complaint, "tell_the_chairman")] == ["met", "open"]
    reported_up(cast, complaint, NOW + 5 * DAY)
    assert closed(cast, stored(complaint), NOW + 5 * DAY).state == "closed"
    assert [one.is_review for one in Decision.objects.order_by("pk")] == [False, True]


def test_a_review_asked_after_thirty_days_is_noted_as_late(cast, client_su):
    complaint = closed(cast, settled(cast, client_su), NOW + 2 * DAY)
    asked = NOW + 40 * DAY
    given = {"whom": "陈月琴", "because": "不认可", "asked_at": asked}
    do(actions.ask_review, complaint, by=cast.zhoumin, now=asked, **given)
    event = TrailEvent.objects.get(verb="complaint.review_asked")
    assert json.loads(event.body)["data"]["is_late"] is True


def test_a_complaint_about_a_claim_is_tied_to_it_and_asks_whether_the_claim_is_disputed(cast, client_su):
    claim = a_loss(cast, client_su)
    a_complaint(cast, client_su, claim_key=claim.pk)
    claim.refresh_from_db()
    assert claim.complained_at == NOW
    do(claims.weigh, claim, because="只是慢", by=cast.zhoumin, now=NOW + MINUTE)


def test_what_is_stated_anew_keeps_the_old_words_and_nothing_changed_is_refused(cast, client_su):
    complaint = a_complaint(cast, client_su)
    same = actions.Grievance(account=LATE, complainant="陈月琴", complainant_phone="138 0000 1021", category="claims")
    with refused("unchanged"):
        do(actions.state_complaint, complaint, same, by=cast.zhoumin)
    more = replace(same, account="理赔款没到，金额也不对")
    assert do(actions.state_complaint, complaint, more, by=cast.zhoumin).account == "理赔款没到，金额也不对"


def test_the_client_takes_it_back_by_his_own_word_and_it_is_filed(cast, client_su):
    complaint = under_way(cast, client_su)
    given = {"whom": "陈月琴", "channel": "phone", "because": "已到账", "said_at": NOW + 3 * HOUR}
    complaint = do(actions.withdraw, complaint, by=cast.zhoumin, now=NOW + 3 * HOUR, **given)
    assert complaint.state == "withdrawn"
    assert do(actions.file_complaint, complaint, by=cast.zhoumin, now=NOW + DAY).filed_at == NOW + DAY


def test_what_is_with_the_centre_the_branch_neither_withdraws_nor_closes(cast, client_su):
    complaint = at_centre(cast, client_su)
    given = {"whom": "陈月琴", "channel": "phone", "because": "算了", "said_at": NOW + 3 * HOUR}
    with refused("forbidden"):
        do(actions.withdraw, complaint, by=cast.zhoumin, now=NOW + 4 * HOUR, **given)
    assert stored(complaint).state == "investigating"


def test_mediation_and_court_follow_the_telling_and_end_in_closing(cast, client_su):
    complaint = settled(cast, client_su)
    complaint = do(actions.mediate, complaint, at="江苏保险调解中心", by=cast.zhoumin, now=NOW + 2 * DAY)
    complaint = do(actions.litigate, complaint, at="苏州中院 2026苏05民初1号", by=cast.zhoumin, now=NOW + 3 * DAY)
    assert (complaint.state, complaint.sued, complaint.escalated_at) == (
        "litigation",
        "苏州中院 2026苏05民初1号",
        NOW + 3 * DAY,
    )


def test_investigating_before_the_assessment_is_refused(cast, client_su):
    with refused("illegal_move"):
        investigated(cast, a_complaint(cast, client_su), NOW + HOUR)


def test_the_trail_of_the_whole_way_is_whole(cast, client_su):
    complaint = decided(cast, at_centre(cast, client_su), NOW + DAY, by=cast.linxiaotang)
    reported_up(cast, told(cast, complaint, NOW + DAY), NOW + DAY, by=cast.linxiaotang)
    again = a_complaint(cast, client_su, now=NOW + 2 * DAY, account="车险理赔款没有到账，催了没人答复")
    assert again.repeats_id == complaint.pk
    do(actions.recuse, again, cast.lize, because="亲属", by=cast.zhoumin, now=NOW + 2 * DAY)
    assert check()[0] == []
