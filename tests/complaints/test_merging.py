"""Merged complaints: what the one that carries on takes over, and what is owed no more; which are of one matter (3.6.6)."""

from datetime import date

import pytest
from django.urls import reverse

from chengnuo.clients.cases import hand_to
from chengnuo.complaints import actions
from chengnuo.complaints.causes import is_regulators_major, times_complained
from chengnuo.complaints.lenses import LENSES
from chengnuo.complaints.models import Complaint, Repeat
from chengnuo.ledger.check import check
from tests.cast import refused
from tests.complaints.test_repeats import AGAIN
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    NOW,
    RUDE,
    Decimal,
    a_complaint,
    do,
    referral_of,
    repeat_of,
    stored,
    under_way,
)
from tests.hotline.world import duties, fates

RUDER = "接电话的前台态度恶劣还挂断电话"
REGULATOR = {"regulator": "江苏局", "regulator_no": "苏1"}


@pytest.fixture
def first(cast, client_su):
    return under_way(cast, client_su)


def again(cast, client_su, now=NOW + DAY, **more):
    return a_complaint(cast, client_su, now=now, **{"account": AGAIN, "complainant": "李安", **more})


def merged(cast, fresh, into, *, now=NOW + DAY, by=None):
    return do(actions.merge, stored(fresh), stored(into), because="同一笔款", by=by or cast.zhoumin, now=now)


def test_what_the_centre_gave_back_goes_to_it_anew_when_it_takes_over_once_more(cast, client_su, first):
    merged(cast, again(cast, client_su), first)
    do(actions.release, referral_of(first), because="机构办", by=cast.linxiaotang, now=NOW + DAY + HOUR)
    third = again(cast, client_su, now=NOW + 2 * DAY)
    merged(cast, third, first, now=NOW + 2 * DAY)
    first = stored(first)
    assert (first.state, first.escalated_at) == ("centre_handling", NOW + 2 * DAY)
    assert (referral_of(first).state, referral_of(first).causes) == ("owed", ["repeated"])
    with refused("forbidden"):
        do(actions.investigate, first, plan="查", by=cast.zhoumin, now=NOW + 2 * DAY)
    assert check()[0] == []


def test_what_makes_the_later_one_serious_is_carried_on(cast, client_su, first):
    group = {"people": 25, "channel": "visit", "representatives": "甲、乙"}
    second = again(cast, client_su, amount=Decimal(150_000), against=cast.lize, **group)
    do(actions.declare, second, "harm", because="媒体报道", by=cast.zhoumin, now=NOW + DAY)
    do(actions.declare, stored(second), "difficult", because="再保条款", by=cast.zhoumin, now=NOW + DAY)
    do(actions.recuse, stored(second), cast.xuning, because="亲属", by=cast.zhoumin, now=NOW + DAY)
    merged(cast, second, first)
    first = stored(first)
    assert (first.harm, first.difficult_because, first.is_difficult) == ("媒体报道", "再保条款", True)
    assert (first.amount, first.against, first.representatives) == (150_000, cast.lize, "甲、乙")
    assert is_regulators_major(first)
    assert first.barred(cast.xuning)
    assert set(referral_of(first).causes) == {"amount", "harm", "difficult", "repeated"}


def test_what_the_one_that_carries_on_has_of_its_own_stays(cast, client_su):
    first = under_way(cast, client_su, amount=Decimal(90_000), people=3)
    do(actions.declare, first, "sued", because="律师函", by=cast.zhoumin, now=NOW + 3 * HOUR)
    second = again(cast, client_su, amount=Decimal(50_000), people=2)
    do(actions.declare, second, "sued", because="说要起诉", by=cast.zhoumin, now=NOW + DAY)
    merged(cast, second, first, by=cast.linxiaotang)
    first = stored(first)
    assert (first.sued, first.amount, first.people) == ("律师函", 90_000, 3)


def test_whose_owner_is_complained_of_is_handed_on_before_anything_is_merged_into_it(cast, client_su, first):
    second = again(cast, client_su, against=cast.zhoumin, by=cast.lize)
    with refused("still_owner") as refusal:
        merged(cast, second, first, by=cast.lize)
    assert "转派" in refusal.value.fields["other"]
    do(hand_to, stored(first), to=cast.lize, by=cast.xuning, now=NOW + DAY)
    merged(cast, second, first, by=cast.lize)
    assert stored(first).barred(cast.zhoumin)


def test_nor_where_its_owner_keeps_out_of_the_later_one_or_two_people_are_complained_of(cast, client_su):
    first = under_way(cast, client_su, against=cast.luyao)
    second = again(cast, client_su, against=cast.mengchuan)
    with refused("against"):
        merged(cast, second, first)
    third = again(cast, client_su, now=NOW + 2 * DAY, by=cast.lize)
    do(actions.recuse, third, cast.zhoumin, because="亲属", by=cast.lize, now=NOW + 2 * DAY)
    with refused("still_owner"):
        merged(cast, third, first, now=NOW + 2 * DAY, by=cast.lize)


def test_who_has_an_interest_in_the_one_that_carries_on_does_not_merge_into_it(cast, client_su):
    first = under_way(cast, client_su, against=cast.lize)
    second = again(cast, client_su)
    with refused("forbidden"):
        merged(cast, second, first, by=cast.lize)


def test_a_second_regulators_forward_is_owed_anew_where_the_first_was_answered(cast, client_su):
    first = under_way(cast, client_su, **REGULATOR)
    answer = {"answer": "已复", "answered_at": NOW + 3 * HOUR, "by": cast.zhoumin, "now": NOW + 3 * HOUR}
    do(actions.answer_regulator, first, **answer)
    second = {"regulator": "总局", "regulator_no": "总2", "regulator_due": date(2026, 10, 12)}
    merged(cast, again(cast, client_su, **second), first)
    first = stored(first)
    assert {name: getattr(first, name) for name in second} == second
    assert first.regulator_answered_at is None
    assert [one[1] for one in fates(first, "answer_the_regulator")] == ["met", "open"]


def test_of_two_forwards_that_are_owed_both_numbers_stand_and_the_earlier_day(cast, client_su):
    first = under_way(cast, client_su, **REGULATOR, regulator_due=date(2026, 10, 20))
    second = again(cast, client_su, regulator="江苏局", regulator_no="苏2", regulator_due=date(2026, 10, 12))
    merged(cast, second, first)
    first = stored(first)
    assert (first.regulator, first.regulator_no, first.regulator_due) == ("江苏局", "苏1、苏2", date(2026, 10, 12))
    third = again(cast, client_su, now=NOW + 2 * DAY, regulator="江苏局", regulator_no="苏" * 58)
    with refused("regulator_no"):
        merged(cast, third, first, now=NOW + 2 * DAY, by=cast.linxiaotang)


def test_a_day_that_was_named_counts_against_the_limit_where_the_other_named_none(cast, client_su):
    first = under_way(cast, client_su, **REGULATOR)
    merged(cast, again(cast, client_su, regulator="江苏局", regulator_no="苏2", regulator_due=date(2026, 12, 1)), first)
    assert stored(first).regulator_due == date(2026, 10, 13)


def test_what_was_answered_of_the_later_one_is_not_owed_again(cast, client_su, first):
    second = again(cast, client_su, **REGULATOR)
    do(actions.answer_regulator, second, answer="已复", answered_at=NOW + DAY, by=cast.zhoumin, now=NOW + DAY)
    merged(cast, second, first)
    assert stored(first).forwarded_by_regulator
    assert fates(stored(first), "answer_the_regulator") == []


@pytest.fixture
def received_and_merged(cast, client_su, first):
    """Taken in at the centre, merged before the branch registered it."""
    second = again(cast, client_su, by=cast.linxiaotang)
    assert second.state == "received"
    merged(cast, second, first, by=cast.linxiaotang)
    return stored(second)


def test_a_merged_one_is_not_taken_on_and_owes_nothing(cast, client, received_and_merged):
    with refused("merged"):
        do(actions.register_complaint, received_and_merged, by=cast.xuning, now=NOW + DAY + HOUR)
    assert [one.state for one in duties(received_and_merged) if one.state in ("open", "waiting")] == []
    client.force_login(cast.xuning)
    page = client.get(reverse("complaints:page", args=[received_and_merged.pk])).content.decode()
    assert reverse("complaints:take_on", args=[received_and_merged.pk]) not in page


def test_one_that_stood_still_when_it_was_merged_waits_for_nobody(cast, client_su, first):
    second = again(cast, client_su)
    Complaint.objects.filter(pk=second.pk).update(state="paused", merged_into=first)
    assert not LENSES["others"].narrow(Complaint.objects.all(), cast.zhoumin, NOW).exists()


def test_what_is_merged_is_not_said_to_be_another_matter(cast, client_su, first):
    second = again(cast, client_su)
    merged(cast, second, first)
    with refused("merged"):
        do(actions.reject_repeat, repeat_of(second), because="不同", by=cast.linxiaotang, now=NOW + DAY)
    assert (stored(second).matter_key, times_complained(stored(first))) == (first.pk, 2)


def chained(cast, client_su):
    """The money is late; somebody is rude, twice: the rude ones are one matter."""
    late = a_complaint(cast, client_su, account=LATE)
    rude = again(cast, client_su, account=RUDE, category="attitude")
    ruder = again(cast, client_su, now=NOW + 2 * DAY, account=RUDER, category="attitude")
    assert [one.matter_key for one in (late, rude, ruder)] == [None, None, rude.pk]
    return late, rude, ruder


def counts(*complaints):
    return [times_complained(stored(one)) for one in complaints]


def test_what_repeats_it_follows_it_to_an_earlier_matter(cast, client_su):
    late, rude, ruder = chained(cast, client_su)
    do(actions.name_repeat, rude, late, because="同一件", by=cast.zhoumin, now=NOW + 3 * DAY)
    assert [stored(one).matter_key for one in (late, rude, ruder)] == [None, late.pk, late.pk]
    assert counts(late, rude, ruder) == [1, 2, 3]
    assert check()[0] == []


def test_and_away_from_it_again_when_the_pair_is_rejected(cast, client_su):
    late, rude, ruder = chained(cast, client_su)
    do(actions.name_repeat, rude, late, because="同一件", by=cast.zhoumin, now=NOW + 3 * DAY)
    pair = Repeat.objects.get(complaint=rude, earlier=late)
    do(actions.reject_repeat, pair, because="不同", by=cast.linxiaotang, now=NOW + 4 * DAY)
    assert [stored(one).matter_key for one in (late, rude, ruder)] == [None, None, rude.pk]
    assert counts(late, rude, ruder) == [1, 1, 2]
    assert check()[0] == []


def test_two_matters_that_a_third_one_brings_together_are_one_and_what_that_repeats_goes_to_the_centre(cast, client_su):
    late, rude, ruder = chained(cast, client_su)
    do(actions.name_repeat, ruder, late, because="同一件", by=cast.zhoumin, now=NOW + 3 * DAY)
    assert counts(late, rude, ruder) == [1, 2, 3]
    assert referral_of(rude).causes == ["repeated"]
    pair = Repeat.objects.get(complaint=ruder, earlier=late)
    do(actions.reject_repeat, pair, because="不同", by=cast.linxiaotang, now=NOW + 4 * DAY)
    assert [stored(one).matter_key for one in (late, rude, ruder)] == [None, None, rude.pk]


def test_a_farther_pair_that_was_found_does_not_bring_together_what_a_person_said_is_apart(cast, client_su, first):
    second = again(cast, client_su)
    do(actions.reject_repeat, repeat_of(second), because="不同", by=cast.linxiaotang, now=NOW + DAY)
    third = again(cast, client_su, now=NOW + 2 * DAY)
    assert Repeat.objects.filter(complaint=third).count() == 2
    assert (third.matter_key, counts(first, second, third)) == (second.pk, [1, 1, 2])
