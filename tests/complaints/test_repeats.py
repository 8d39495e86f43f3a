"""Repeats: found while typing and on save, explained, decided by a person, counted even when merged (3.6.6)."""

import pytest
from django.urls import reverse

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.complaints import actions
from chengnuo.complaints.causes import times_complained
from chengnuo.complaints.lenses import LENSES
from chengnuo.complaints.matching import Said, nearest
from chengnuo.complaints.models import Complaint, Repeat
from chengnuo.ledger.check import check
from tests.cast import cast as made
from tests.cast import refused
from tests.claims.world import a_loss
from tests.complaints.world import (
    DAY,
    LATE,
    NOW,
    RUDE,
    a_complaint,
    closed,
    do,
    referral_of,
    repeat_of,
    settled,
    stored,
    under_way,
)
from tests.hotline.test_at_once import side_by_side
from tests.hotline.world import a_client, duties

AGAIN = "车险理赔款还没到账，催了几次没人答复"
BECAUSE = {"because": "一次是车，一次是厂房"}


@pytest.fixture
def first(cast, client_su):
    return under_way(cast, client_su)


def again(cast, client_su, now=NOW + DAY, **more):
    return a_complaint(cast, client_su, now=now, **{"account": AGAIN, "complainant": "李安", **more})


def test_it_is_found_before_anything_is_saved_with_its_grounds(first):
    (near,) = nearest(Said(first.client_id, "", AGAIN, "claims"))
    assert near.earlier == first
    assert near.score >= 0.5
    assert "理赔" in dict(near.why)["相同的词"]
    assert nearest(Said(None, "", AGAIN, "claims")) == []


def test_an_unknown_caller_is_known_by_his_telephone(cast, first):
    (near,) = nearest(Said(None, "138 0000 1021", AGAIN, "claims"))
    assert near.earlier == first


def test_a_caller_whom_nobody_named_is_known_by_the_telephone_of_another_contact(cast, client_su):
    do(clients.add_contact, client_su, values={"name": "李安", "phones": ["139 0000 2032"]}, by=cast.zhoumin)
    first = a_complaint(cast, client_su)
    unknown = {"complainant_phone": "+86 139-0000-2032", "unit": cast.hz, "by": cast.luyao}
    second = again(cast, None, **unknown)
    assert (second.repeats, second.client) == (first, None)
    third = again(cast, client_su, now=NOW + 2 * DAY)
    assert {one.earlier for one in Repeat.objects.filter(complaint=third)} == {first, second}


def test_of_an_unknown_caller_a_person_says_whose_matter_it_is_before_it_is_merged(cast, client_su):
    first = a_complaint(cast, client_su)
    second = again(cast, None, complainant_phone="138 0000 1021", unit=cast.su)
    merging = {"because": "同一笔赔款", "by": cast.linxiaotang, "now": NOW + DAY}
    with refused("not_same"):
        do(actions.merge, stored(second), first, **merging)
    do(actions.confirm_repeat, repeat_of(second), by=cast.linxiaotang, now=NOW + DAY)
    assert do(actions.merge, second, first, **merging).merged_into == first


def test_the_same_claim_is_a_repeat_and_another_claim_of_the_client_is_not(cast, client_su):
    one, other = a_loss(cast, client_su), a_loss(cast, client_su, account="另一间仓库进水")
    a_complaint(cast, client_su, claim_key=one.pk)
    assert again(cast, client_su, claim_key=other.pk).repeats_id is None
    assert again(cast, client_su, claim_key=one.pk, account="赔得太慢，安全科也等着").repeats_id is not None


def test_a_subsidiary_with_its_own_credit_code_is_another_client(cast, client_su, first):
    code = {"name": "苏州锦穗精密机械（太仓）有限公司", "credit_code": "91999999MAK6UYX56Y"}
    subsidiary = a_client(cast, **code)
    assert again(cast, subsidiary).repeats_id is None


def test_a_person_confirms_it_or_rejects_it_with_the_reason(cast, client_su, first):
    second = again(cast, client_su)
    repeat = repeat_of(second)
    with refused("forbidden"):
        do(actions.reject_repeat, repeat, by=cast.xuning, now=NOW + DAY, **BECAUSE)
    do(actions.reject_repeat, repeat, by=cast.linxiaotang, now=NOW + DAY, **BECAUSE)
    second = stored(second)
    assert (second.repeats_id, second.matter_key, times_complained(second)) == (None, None, 1)
    assert (repeat_of(second).state, repeat_of(second).because) == ("rejected", BECAUSE["because"])
    assert second.escalated_at is not None
    do(actions.release, referral_of(second), because="不是重复", by=cast.linxiaotang, now=NOW + DAY)
    assert stored(second).escalated_at is None
    third = again(cast, client_su, now=NOW + 2 * DAY)
    do(actions.confirm_repeat, Repeat.objects.get(complaint=third, earlier=first), by=cast.zhoumin, now=NOW + 2 * DAY)
    with refused("illegal_move"):
        do(actions.confirm_repeat, Repeat.objects.get(complaint=third, earlier=first), by=cast.zhoumin)


def test_a_rejected_pair_is_not_found_again(cast, client_su, first):
    second = again(cast, client_su)
    do(actions.reject_repeat, repeat_of(second), by=cast.linxiaotang, now=NOW + DAY, **BECAUSE)
    words = actions.Grievance(account=LATE, complainant="李安", category="claims")
    do(actions.state_complaint, stored(second), words, by=cast.zhoumin, now=NOW + 2 * DAY)
    assert [one.state for one in Repeat.objects.filter(complaint=second)] == ["rejected"]


def test_what_was_not_found_a_person_names(cast, client_su, first):
    other = again(cast, client_su, account=RUDE, category="attitude")
    with refused("later"):
        do(actions.name_repeat, first, other, because="都一样", by=cast.zhoumin, now=NOW + DAY)
    do(actions.name_repeat, other, first, because="挂断的就是那件理赔", by=cast.zhoumin, now=NOW + DAY)
    assert (stored(other).repeats, referral_of(other).causes) == (first, ["repeated"])
    with refused("known"):
        do(actions.name_repeat, stored(other), first, because="再说", by=cast.zhoumin, now=NOW + DAY)


def test_merged_it_is_carried_on_by_the_earlier_one_and_counted_all_the_same(cast, client_su, first):
    second = again(cast, client_su, regulator="江苏金融监管局", regulator_no="苏转2026-9")
    do(actions.merge, second, first, because="同一笔款", by=cast.zhoumin, now=NOW + DAY)
    first = stored(first)
    assert (first.forwarded_by_regulator, first.regulator_no) == (True, "苏转2026-9")
    assert (times_complained(first), referral_of(first).causes) == (2, ["repeated"])
    assert (referral_of(second).state, referral_of(second).released_because) == ("released", "并入同一事项的另一件")
    assert [one.state for one in duties(referral_of(second), "report_it")] == ["withdrawn"]
    assert set(LENSES["open"].narrow(Complaint.objects.all(), cast.zhoumin, NOW + DAY)) == {first}
    third = again(cast, client_su, now=NOW + 2 * DAY)
    assert times_complained(third) == 3
    with refused("merged"):
        do(actions.note, stored(second), found="看", true_at=NOW + DAY, by=cast.zhoumin, now=NOW + 2 * DAY)


def test_what_is_not_held_to_be_the_same_or_is_decided_is_not_merged(cast, client_su, first):
    other = again(cast, client_su, account=RUDE, category="attitude")
    with refused("not_same"):
        do(actions.merge, other, first, because="省事", by=cast.zhoumin, now=NOW + DAY)


def test_into_what_was_decided_nothing_is_merged(cast, client_su):
    first = closed(cast, settled(cast, client_su), NOW + 2 * DAY)
    second = again(cast, client_su, now=NOW + 3 * DAY)
    with refused("over"):
        do(actions.merge, second, first, because="同一笔款", by=cast.linxiaotang, now=NOW + 3 * DAY)


@pytest.fixture
def over_branches(cast, client_su, first):
    """The same client's complaint of the same matter, taken in at the centre for Hangzhou, to which he moved."""
    second = again(cast, client_su)
    Complaint.objects.filter(pk=second.pk).update(unit=cast.hz, client_unit=cast.hz, owner=cast.luyao)
    return stored(second)


def test_a_branch_that_may_not_see_the_earlier_one_learns_only_that_there_is_one(cast, client, first, over_branches):
    client.force_login(cast.luyao)
    page = client.get(reverse("complaints:page", args=[over_branches.pk])).content.decode()
    assert "另一机构已有同一事项的投诉，客户服务中心看得到" in page
    assert first.number not in page
    assert "相同的词" not in page
    client.force_login(cast.linxiaotang)
    page = client.get(reverse("complaints:page", args=[over_branches.pk])).content.decode()
    assert first.number in page


@pytest.mark.parametrize("act", ["merge", "name-repeat"])
def test_nor_does_a_form_offer_it_the_complaints_of_other_branches(cast, client, first, over_branches, act):
    address = reverse(f"complaints:{act}", args=[over_branches.pk])
    for who, is_offered in ((cast.luyao, False), (cast.linxiaotang, True)):
        client.force_login(who)
        page = client.get(address)
        assert (page.status_code, first.number in page.content.decode()) == (200, is_offered)
        posted = client.post(address, {"other": first.pk, "because": "同一件"})
        assert posted.status_code == (302 if is_offered and act == "merge" else 422)


def test_nor_do_the_words_of_the_merging_name_what_it_may_not_see(cast, client, first, over_branches):
    do(actions.merge, over_branches, first, because="同一件", by=cast.linxiaotang, now=NOW + DAY)
    client.force_login(cast.luyao)
    page = client.get(reverse("complaints:page", args=[over_branches.pk])).content.decode()
    assert "已并入另一件" in page
    assert first.number not in page
    with refused("merged") as refusal:
        do(actions.note, over_branches, found="看", true_at=NOW, by=cast.luyao, now=NOW + DAY)
    assert first.number not in refusal.value.message


def test_over_branches_the_centre_merges_and_the_branch_does_not(cast, first, over_branches):
    with refused("forbidden"):
        do(actions.merge, over_branches, first, because="同一件", by=cast.luyao, now=NOW + DAY)
    do(actions.merge, over_branches, first, because="同一件", by=cast.linxiaotang, now=NOW + DAY)
    assert stored(over_branches).merged_into == first


def test_of_two_in_the_same_second_the_later_one_is_found_to_repeat(committing_db):
    cast = made()
    company = a_client(cast)

    def entered(who, said):
        return lambda: a_complaint(cast, Client.objects.get(pk=company.pk), by=who, account=said)

    side_by_side(entered(cast.zhoumin, LATE), entered(cast.lize, AGAIN))
    earlier, later = Complaint.objects.order_by("pk")
    assert (earlier.repeats_id, later.repeats_id) == (None, earlier.pk)
    assert [one.causes for one in later.referrals.all()] == [["repeated"]]
    assert check()[0] == []
