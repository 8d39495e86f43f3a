"""Two people change what is known of one loss at the same time: neither loses what the other wrote (3.4.1)."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.claims.models import Claim
from chengnuo.ledger.clock import moved_to
from tests.claims.world import MINUTE, NOW, a_loss
from tests.sent import sent_by

LATER = NOW + 5 * MINUTE


@pytest.fixture
def claim(cast, client_su):
    return a_loss(cast, client_su, policy=client_su.policies.first())


@pytest.fixture
def edit(claim):
    address = reverse("claims:state", args=[claim.pk])

    def begun(who):
        browser = Browser()
        browser.force_login(who)
        with moved_to(LATER):
            fields = sent_by(browser.get(address).text)

        def save(**changed):
            with moved_to(LATER + MINUTE):
                answer = browser.post(address, fields | changed)
            fields.update(sent_by(answer.text) if answer.status_code == 422 else {})
            return answer

        return save

    return begun


def test_what_one_left_alone_keeps_what_the_other_wrote(cast, claim, edit):
    mine, theirs = edit(cast.zhoumin), edit(cast.lize)
    assert theirs(place="太仓港", occurred_at="2026-09-28T05:00").status_code == 302
    assert mine(cause="线路老化").status_code == 302
    fresh = Claim.objects.get(pk=claim.pk)
    assert (fresh.place, fresh.cause, fresh.policy_id) == ("太仓港", "线路老化", claim.policy_id)
    assert fresh.occurred_at.hour == 21


def test_what_both_changed_is_said_beside_it_and_the_next_sending_holds(cast, claim, edit):
    mine, theirs = edit(cast.zhoumin), edit(cast.lize)
    assert theirs(place="太仓港").status_code == 302
    answer = mine(place="木渎镇金枫路", cause="线路老化")
    assert (answer.status_code, "刚被别人改成“太仓港”" in answer.text) == (422, True)
    assert Claim.objects.get(pk=claim.pk).cause != "线路老化"
    assert mine().status_code == 302
    fresh = Claim.objects.get(pk=claim.pk)
    assert (fresh.place, fresh.cause) == ("木渎镇金枫路", "线路老化")


def test_the_same_words_by_both_are_no_conflict(cast, claim, edit):
    mine, theirs = edit(cast.zhoumin), edit(cast.lize)
    assert theirs(place="太仓港").status_code == 302
    assert mine(place="太仓港", reporter="陈月琴 转").status_code == 302
