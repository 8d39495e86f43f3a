"""What a browser is told about every page, and whose address counts behind a proxy."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.people.models import SignInAttempt

pytestmark = pytest.mark.django_db

WRONG = {"username": "zhoumin", "password": "not the password"}


@pytest.mark.parametrize("address", ["/sign-in/", "/healthz", "/api/v1/calls", "/no-such-page/"])
def test_every_answer_lets_a_page_load_our_own_scripts_alone(address):
    policy = Browser().get(address).headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_browser_that_asks_for_english_gets_whole_chinese_pages():
    answer = Browser().get(reverse("people:sign_in"), headers={"accept-language": "en"})

    assert '<html lang="zh-hans">' in answer.content.decode()


def test_without_a_proxy_nobody_writes_his_own_address():
    Browser().post(reverse("people:sign_in"), WRONG, headers={"x-forwarded-for": "203.0.113.9"})

    assert SignInAttempt.objects.get().address == "127.0.0.1"


def test_behind_a_proxy_the_address_that_it_saw_counts(settings):
    settings.BEHIND_PROXY = True

    Browser().post(reverse("people:sign_in"), WRONG, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})

    assert SignInAttempt.objects.get().address == "203.0.113.9"
