"""Numbers are shown masked; whoever handles a call may see the whole of one, and that is on record."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.hotline.actions import show_number
from chengnuo.ledger.models import TrailEvent
from tests.cast import refused
from tests.hotline.world import NOW, a_missed_call, do


@pytest.fixture
def missed(cast):
    return a_missed_call(cast, caller="139 0000 2206")


def shown(call):
    events = TrailEvent.objects.filter(verb="call.number_shown", subject_pk=call.pk).order_by("pk")
    return [event.by.username for event in events]


def test_whoever_calls_back_sees_the_whole_number_and_every_look_is_on_record(cast, missed):
    browser = Browser()
    browser.force_login(cast.lize)
    page = browser.get(reverse("hotline:call_back", args=[missed.pk])).content.decode()
    answers = [
        browser.post(reverse("hotline:number", args=[missed.pk]), headers=headers).content.decode()
        for headers in ({}, {"HX-Request": "true"})
    ]

    assert "139****2206" in page
    assert "139 0000 2206" not in page
    assert [answer.count("139 0000 2206") for answer in answers] == [1, 1]
    assert shown(missed) == ["lize", "lize"]


def test_who_only_oversees_the_branch_reads_it_masked(cast, missed):
    with refused("forbidden"):
        do(show_number, missed, by=cast.chenlixing)
    assert shown(missed) == []


def test_a_call_without_a_number_has_none_to_show(cast):
    with refused("nothing_to_show"):
        do(show_number, a_missed_call(cast, NOW, caller=""), by=cast.zhoumin)
