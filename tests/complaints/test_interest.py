"""Who has an interest in a complaint has no part in it, and his part is with somebody else (第3号令 17)."""

import pytest
from django.urls import reverse

from chengnuo.clients.cases import hand_to
from chengnuo.complaints import actions
from chengnuo.complaints.models import Complaint
from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff
from tests.cast import refused
from tests.complaints.world import (
    DAY,
    HOUR,
    LATE,
    NOW,
    a_complaint,
    answered,
    at_centre,
    do,
    extension_asked,
    stored,
    under_way,
)
from tests.hotline.world import duties
from tests.sent import sent_by


def stated(cast, complaint, by, **more):
    names = ("account", "complainant", "complainant_phone", "category", "amount")
    said = {name: getattr(complaint, name) for name in names} | more
    return do(actions.state_complaint, complaint, actions.Grievance(**said), by=by, now=NOW + 4 * HOUR)


def on_desk_of(complaint):
    return {one.owner for one in duties(complaint, "settle_within") if one.state == "open"}


def test_who_handles_it_at_the_centre_is_recused_and_the_head_of_the_centre_has_it(cast, client_su):
    complaint = at_centre(cast, client_su)
    assert on_desk_of(complaint) == {cast.linxiaotang}
    do(actions.recuse, complaint, cast.linxiaotang, because="亲属", by=cast.wanghaiyan, now=NOW + 4 * HOUR)
    complaint = stored(complaint)
    assert (complaint.handler, on_desk_of(complaint)) == (cast.wanghaiyan, {cast.wanghaiyan})
    with refused("forbidden"):
        do(actions.note, complaint, found="查", true_at=NOW + 5 * HOUR, by=cast.linxiaotang, now=NOW + 5 * HOUR)
    do(actions.note, complaint, found="查", true_at=NOW + 5 * HOUR, by=cast.wanghaiyan, now=NOW + 5 * HOUR)


def test_when_it_is_the_head_another_of_the_centre_has_it(cast, client_su):
    complaint = at_centre(cast, client_su)
    do(actions.recuse, complaint, cast.linxiaotang, because="亲属", by=cast.linxiaotang, now=NOW + 4 * HOUR)
    do(actions.recuse, stored(complaint), cast.wanghaiyan, because="亲属", by=cast.wanghaiyan, now=NOW + 5 * HOUR)
    assert stored(complaint).handler is None  # Nobody of the centre is left: its supervisors hear of it.
    complaint = at_centre(cast, client_su, account="另一件事：保单寄错了地址", category="policy")
    stated(cast, complaint, cast.zhoumin, against=cast.linxiaotang)
    assert (stored(complaint).against, stored(complaint).handler) == (cast.linxiaotang, cast.wanghaiyan)


def test_its_owner_is_not_complained_of_before_it_was_handed_on(cast, client_su):
    complaint = under_way(cast, client_su)
    with refused("still_owner") as refusal:
        stated(cast, complaint, cast.xuning, against=cast.zhoumin)
    assert "转派" in refusal.value.fields["against"]
    do(hand_to, complaint, to=cast.lize, by=cast.xuning, now=NOW + 4 * HOUR)
    stated(cast, stored(complaint), cast.xuning, against=cast.zhoumin)
    assert (stored(complaint).against, on_desk_of(complaint)) == (cast.zhoumin, {cast.lize})


def test_an_executive_who_is_complained_of_or_recused_does_not_approve_its_extension(cast, client_su):
    complaint = under_way(cast, client_su, against=cast.chenlixing)
    approval = extension_asked(cast, complaint, NOW + DAY)
    with refused("forbidden"):
        answered(approval, "approve", cast.chenlixing, NOW + DAY + HOUR)
    assert stored(complaint).extension_approved_at is None


@pytest.mark.parametrize("is_active", [True, False])
def test_who_is_complained_of_stays_so_when_one_edits_it_who_does_not_know_him(cast, client_su, client, is_active):
    complaint = under_way(cast, client_su)
    stated(cast, complaint, cast.linxiaotang, against=cast.luyao)
    Staff.objects.filter(pk=cast.luyao.pk).update(is_active=is_active)
    client.force_login(cast.zhoumin)
    address = reverse("complaints:state", args=[complaint.pk])
    form = client.get(address).context["form"]
    choices = form.fields["against"].queryset
    assert set(choices) >= {cast.luyao}
    assert cast.mengchuan not in choices
    data = {one.html_name: one.value() for one in form if one.value() is not None}
    data |= {"account": LATE + "。", "against": cast.luyao.pk}
    data.pop("new_facts", None)
    assert client.post(address, data).status_code == 302
    assert (stored(complaint).account, stored(complaint).against) == (LATE + "。", cast.luyao)


def test_who_corrects_a_word_in_a_form_opened_earlier_keeps_the_sum_that_a_colleague_wrote(cast, client_su, client):
    one = a_complaint(cast, client_su)
    address = reverse("complaints:state", args=[one.pk])
    client.force_login(cast.zhoumin)
    with moved_to(NOW + HOUR):
        mine = sent_by(client.get(address).text)
        theirs = mine | {"amount": "90000"}
        assert client.post(address, {k: v for k, v in theirs.items() if k != "once"}).status_code == 302
        mine["account"] += "，请查"
        assert client.post(address, mine).status_code == 302
    fresh = Complaint.objects.get(pk=one.pk)
    assert (fresh.amount, fresh.account.endswith("，请查")) == (90_000, True)
