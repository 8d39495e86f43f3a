"""What no person types: the form that is open during a call takes it without a fault."""

import pytest
from django.test import Client as Browser
from django.urls import reverse


@pytest.fixture
def browser(cast):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    return browser


@pytest.mark.parametrize("keeper", ["9" * 5000, "-1", "x", "٣"])
def test_a_keeper_that_is_none_gets_the_promised_time_explained_all_the_same(browser, keeper):
    answer = browser.get(reverse("hotline:when"), {"keeper": keeper, "preset": "tomorrow"})

    assert answer.status_code == 200


def test_a_draft_in_which_every_field_came_twice_opens_the_form(browser):
    names = ("by", "rang_at", "keeper", "who", "caller", "kinds")
    twice = {name: ["a", "b"] for name in names} | {"preset": "custom"}
    browser.post(reverse("kit:draft", args=["call"]), twice)

    assert browser.get(reverse("hotline:new")).status_code == 200
