"""What goes to the centre at once and is settled there under the leader in charge (3.6.2–3.6.6, 5.3)."""

from datetime import date

import pytest
from django.urls import reverse

from chengnuo.complaints import actions
from chengnuo.complaints.clocks import clock
from chengnuo.complaints.models import Complaint, Referral
from chengnuo.hotline.actions import NewCase, open_case
from chengnuo.kit.models import Notice
from tests.cast import refused
from tests.claims.test_duties import in_time
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    MINUTE,
    NOW,
    REPORT,
    RUDE,
    SECOND,
    Decimal,
    a_complaint,
    assessed,
    at,
    at_centre,
    closed,
    decided,
    do,
    instructed,
    investigated,
    referral_of,
    repeat_of,
    reported,
    reported_up,
    settled,
    stored,
    told,
    under_way,
)
from tests.hotline.world import a_call, duties, fates, turn

DECLARED = {"cause": "influence", "because": "三省客户都在传"}


def causes(complaint):
    return [one.causes for one in Referral.objects.filter(complaint=complaint)]


@pytest.mark.clause("3.6.4", good=True)
def test_exactly_a_hundred_thousand_is_not_major(cast, client_su):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.00"))
    assert (causes(complaint), stored(complaint).escalated_at) == ([], None)


@pytest.mark.clause("3.6.4", good=False)
def test_a_fen_more_is_and_the_centre_has_it_in_the_same_moment(cast, client_su):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    assert causes(complaint) == [["amount"]]
    assert (stored(complaint).state, stored(complaint).escalated_at) == ("centre_handling", NOW)
    assert referral_of(complaint).late == "1时"


@pytest.mark.clause("3.6.4", good=False)
@pytest.mark.parametrize("cause", ["influence", "sued", "harm"])
def test_of_wide_influence_likely_to_be_sued_over_or_harmful_it_is_declared_major(cast, client_su, cause):
    complaint = assessed(cast, a_complaint(cast, client_su), NOW + HOUR)
    assert complaint.state == "branch_handling"
    complaint = do(actions.declare, complaint, cause, because="律师已介入", by=cast.zhoumin, now=NOW + 2 * HOUR)
    assert (complaint.state, causes(complaint)) == ("centre_handling", [[cause]])
    with refused("declared"):
        do(actions.declare, complaint, cause, because="再说一次", by=cast.zhoumin, now=NOW + 3 * HOUR)


@pytest.mark.clause("3.6.5", good=False)
def test_declared_difficult_with_its_reason_it_goes_to_the_centre(cast, client_su):
    complaint = a_complaint(cast, client_su)
    with refused("because"):
        do(actions.declare, complaint, "difficult", because=" ", by=cast.zhoumin)
    complaint = do(actions.declare, complaint, "difficult", because="涉及再保条款", by=cast.zhoumin)
    assert (complaint.is_difficult, causes(complaint)) == (True, [["difficult"]])


@pytest.mark.clause("3.6.5", good=True)
def test_a_complex_one_is_not_for_that_difficult(cast, client_su):
    complaint = assessed(cast, a_complaint(cast, client_su), NOW + HOUR, complex_because="要等鉴定")
    assert (causes(complaint), complaint.state) == ([], "branch_handling")


@pytest.mark.clause("3.6.6", good=False)
def test_another_contact_of_the_client_on_the_same_matter_makes_it_repeated(cast, client_su):
    first = closed(cast, settled(cast, client_su), NOW + 2 * DAY)
    again = a_complaint(
        cast,
        client_su,
        now=NOW + 5 * DAY,
        account="车险理赔款还没到账，催了没人答复",
        complainant="李安",
        complainant_phone="",
    )
    assert (again.repeats, again.matter_key, causes(again)) == (first, first.pk, [["repeated"]])
    assert repeat_of(again).why[-1][0] == "相同的词"


@pytest.mark.clause("3.6.6", good=True)
def test_another_matter_of_the_client_is_not_a_repeat(cast, client_su):
    closed(cast, settled(cast, client_su), NOW + 2 * DAY)
    other = a_complaint(cast, client_su, now=NOW + 5 * DAY, account=RUDE, category="attitude")
    assert (other.repeats, causes(other)) == (None, [])


def test_a_second_cause_is_added_and_what_was_given_back_comes_anew_only_for_another(cast, client_su):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    do(actions.declare, complaint, "sued", because="律师函", by=cast.zhoumin, now=NOW + MINUTE)
    assert causes(complaint) == [["amount", "sued"]]
    complaint = stored(complaint)
    do(actions.release, referral_of(complaint), because="对方已撤诉", by=cast.linxiaotang, now=NOW + HOUR)
    assert (stored(complaint).state, stored(complaint).escalated_at) == ("branch_handling", None)
    do(actions.note, stored(complaint), found="仍是同一金额", true_at=NOW + HOUR, by=cast.zhoumin, now=NOW + 2 * HOUR)
    assert len(causes(complaint)) == 1
    do(actions.declare, stored(complaint), "difficult", because="条款争议", by=cast.zhoumin, now=NOW + 3 * HOUR)
    assert causes(complaint) == [["amount", "sued"], ["amount", "sued", "difficult"]]
    assert stored(complaint).state == "centre_handling"


def test_the_branch_does_not_give_it_back_to_itself(cast, client_su):
    complaint = at_centre(cast, client_su)
    with refused("forbidden"):
        do(actions.release, referral_of(complaint), because="我们自己办", by=cast.xuning, now=NOW + DAY)


@pytest.mark.clause("3.6.2", good=True)
@pytest.mark.clause("3.6.2", good=False)
@in_time
def test_the_branch_reports_within_half_an_hour_of_knowing(cast, client_su, late, missed):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    due = NOW + 30 * MINUTE
    turn(due + late)
    reported(cast, complaint, due + late)
    assert fates(referral_of(complaint), "report_it") == [("report", "met", missed)]


@pytest.mark.clause("3.6.2", good=True)
@pytest.mark.clause("3.6.2", good=False)
@in_time
def test_the_centre_acknowledges_within_half_an_hour_of_the_report(cast, client_su, late, missed):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    reported(cast, complaint, NOW + MINUTE)
    due = NOW + 31 * MINUTE
    turn(due + late)
    do(actions.acknowledge, referral_of(complaint), by=cast.linxiaotang, now=due + late)
    assert fates(referral_of(complaint), "acknowledge") == [("acknowledge", "met", missed)]
    assert stored(complaint).handler == cast.linxiaotang


@pytest.mark.clause("3.6.2", good=True)
@pytest.mark.clause("3.6.2", good=False)
@in_time
def test_the_leader_instructs_within_a_working_day_of_the_report(cast, client_su, late, missed):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    reported(cast, complaint, NOW + MINUTE)
    due = at("09-30 00:00")
    (duty,) = duties(referral_of(complaint), "instruct")
    assert (duty.due, duty.owner) == (due, cast.chenlixing)
    turn(due + late)
    do(actions.instruct, referral_of(complaint), text="三日内办结", by=cast.chenlixing, now=due + late)
    assert fates(referral_of(complaint), "instruct") == [("instruct", "met", missed)]


@pytest.mark.clause("3.6.2", good=False)
def test_no_decision_goes_out_before_the_leaders_instruction_and_none_by_the_branch(cast, client_su):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    with refused("forbidden"):
        investigated(cast, complaint, NOW + HOUR)
    investigated(cast, complaint, NOW + HOUR, by=cast.linxiaotang)
    reported(cast, complaint, NOW + HOUR)
    with refused("not_instructed"):
        decided(cast, stored(complaint), NOW + 2 * HOUR, by=cast.linxiaotang)
    assert stored(complaint).state == "investigating"
    with refused("forbidden"):
        do(actions.instruct, referral_of(complaint), text="办", by=cast.linxiaotang, now=NOW + 2 * HOUR)
    do(actions.instruct, referral_of(complaint), text="办", by=cast.chenlixing, now=NOW + 2 * HOUR)
    with refused("forbidden"):
        decided(cast, stored(complaint), NOW + 3 * HOUR)
    assert decided(cast, stored(complaint), NOW + 3 * HOUR, by=cast.linxiaotang).state == "decided"


@pytest.mark.clause("3.6.2", good=True)
@pytest.mark.clause("3.6.3", good=True)
def test_the_centre_settles_it_the_branch_follows_up_and_files_it(cast, client_su):
    complaint = decided(cast, at_centre(cast, client_su), NOW + DAY, by=cast.linxiaotang)
    complaint = reported_up(cast, told(cast, complaint, NOW + DAY), NOW + DAY, by=cast.linxiaotang)
    with refused("tasks_open") as refusal:
        closed(cast, complaint, NOW + 2 * DAY, by=cast.linxiaotang)
    assert refusal.value.message == "结案前还要：机构跟踪"
    follow(cast, complaint, NOW + 2 * DAY)
    with refused("forbidden"):
        closed(cast, stored(complaint), NOW + 2 * DAY)
    complaint = closed(cast, stored(complaint), NOW + 2 * DAY, by=cast.linxiaotang)
    assert do(actions.file_complaint, complaint, by=cast.zhoumin, now=NOW + 3 * DAY).filed_at == NOW + 3 * DAY


def follow(cast, complaint, now):
    return do(actions.follow_up, complaint, result="款已到账，客户满意", whom="陈月琴", by=cast.zhoumin, now=now)


@pytest.mark.clause("3.6.3", good=True)
@pytest.mark.clause("3.6.3", good=False)
@in_time
def test_the_branch_follows_up_within_three_working_days_of_the_telling(cast, client_su, late, missed):
    complaint = decided(cast, at_centre(cast, client_su), NOW + DAY, by=cast.linxiaotang)
    told(cast, complaint, NOW + DAY)
    # Told on the 29th: the 30th, the 8th and the 9th of October.
    due = at("10-10 00:00")
    turn(due + late)
    follow(cast, complaint, due + late)
    assert fates(stored(complaint), "follow_up") == [("follow_up", "met", missed)]


@pytest.mark.clause("5.3", good=True)
@pytest.mark.clause("5.3", good=False)
@in_time
def test_the_result_is_told_to_the_client_within_a_working_day_of_the_decision(cast, client_su, late, missed):
    complaint = decided(cast, under_way(cast, client_su), NOW + DAY)
    due = at("10-01 00:00")
    turn(due + late)
    told(cast, complaint, due + late)
    assert [(state, at_) for _key, state, at_ in fates(stored(complaint), "tell_the_client")] == [("met", missed)]


@pytest.mark.clause("5.3", good=True)
@pytest.mark.clause("5.3", good=False)
@in_time
def test_and_to_the_chairman_within_a_working_day_of_the_telling(cast, client_su, late, missed):
    complaint = told(cast, decided(cast, under_way(cast, client_su), NOW + DAY), NOW + DAY)
    due = at("10-01 00:00")
    turn(due + late)
    reported_up(cast, complaint, due + late)
    assert fates(stored(complaint), "tell_the_chairman") == [("chairman", "met", missed)]
    (notice,) = Notice.objects.filter(staff=cast.zhengqiming, clause="5.3")
    assert notice.subject_pk == complaint.pk


def test_the_chairman_is_not_told_before_the_client(cast, client_su):
    complaint = decided(cast, under_way(cast, client_su), NOW + DAY)
    with refused("illegal_move"):
        reported_up(cast, complaint, NOW + DAY)


def test_what_a_call_brings_over_the_amount_is_with_the_centre_before_anybody_registers_it(cast, client_su):
    call = a_call(cast, client=client_su, content=LATE)
    case = NewCase("complaint", {"account": LATE, "category": "claims", "amount": Decimal(200_000)})
    do(open_case, call, case, by=cast.zhoumin)
    complaint = Complaint.objects.get()
    assert (complaint.state, complaint.escalated_at) == ("received", NOW)
    do(actions.register_complaint, complaint, by=cast.zhoumin, now=NOW + SECOND)
    assert stored(complaint).state == "centre_handling"
    instructed(cast, stored(complaint), NOW + MINUTE)
    assert REPORT.facts == referral_of(complaint).facts


@pytest.mark.clause("3.6.2", good=False)
def test_a_decision_is_not_told_before_the_instruction_where_it_went_to_the_centre_since(cast, client_su):
    complaint = decided(cast, under_way(cast, client_su), NOW + 3 * HOUR)
    do(actions.declare, complaint, "harm", because="媒体报道", by=cast.zhoumin, now=NOW + 4 * HOUR)
    with refused("not_instructed"):
        told(cast, stored(complaint), NOW + 5 * HOUR)
    assert stored(complaint).state == "decided"
    instructed(cast, stored(complaint), NOW + 5 * HOUR)
    assert told(cast, stored(complaint), NOW + 7 * HOUR).state == "notified"


def test_the_centre_says_once_of_what_came_to_it_unassessed_that_it_is_complex(cast, client_su):
    complaint = stored(a_complaint(cast, client_su, amount=Decimal("100000.01")))
    with refused("forbidden"):
        assessed(cast, complaint, NOW + HOUR, complex_because="要等鉴定")
    complaint = assessed(cast, complaint, NOW + HOUR, complex_because="要等鉴定", by=cast.linxiaotang)
    assert (complaint.state, complaint.assessed_at) == ("centre_handling", NOW + HOUR)
    assert clock(complaint, NOW).last_day == date(2026, 10, 28)
    with refused("illegal_move"):
        assessed(cast, complaint, NOW + 2 * HOUR, complex_because="", by=cast.linxiaotang)
    assert investigated(cast, stored(complaint), NOW + 3 * HOUR, by=cast.linxiaotang).state == "investigating"


def test_only_the_centre_is_offered_the_assessment_there(cast, client_su, client):
    complaint = a_complaint(cast, client_su, amount=Decimal("100000.01"))
    address = reverse("complaints:assess", args=[complaint.pk])
    for who, is_offered in ((cast.zhoumin, False), (cast.linxiaotang, True)):
        client.force_login(who)
        page = client.get(reverse("complaints:page", args=[complaint.pk])).content.decode()
        assert (address in page) is is_offered
        assert client.get(address).status_code == (200 if is_offered else 403)
