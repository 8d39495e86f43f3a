"""What the hotline shows of a client on his own page, and passing a case on."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.hotline.actions import NewCase
from chengnuo.hotline.models import Call
from chengnuo.ledger.clock import moved_to
from tests.hotline.world import NOW, a_call, a_promise


def test_the_clients_page_tells_what_is_owed_to_him_on_every_record(cast, client_su):
    promise = a_promise(cast, NOW + timedelta(hours=2), client=client_su)
    browser = Browser()
    browser.force_login(cast.zhoumin)

    with moved_to(NOW, "test"):
        page = browser.get(reverse("clients:page", args=[client_su.pk])).content.decode()

    assert f"：{promise.what}" in page.partition('class="owed"')[2].partition("</ol>")[0]


def test_a_case_is_passed_on_by_its_page_to_a_colleague(cast, client_su):
    call = a_call(cast, client=client_su, kinds=["complaint"], cases=[NewCase("complaint", {"account": "回电晚了"})])
    complaint = client_su.complaints.get()
    browser = Browser()
    browser.force_login(cast.zhoumin)
    url = reverse("complaints:hand_on", args=[complaint.pk])

    with moved_to(NOW, "test"):
        assert browser.get(url).status_code == 200
        assert browser.post(url, {"to": cast.luyao.pk}).status_code == 422
        assert browser.post(url, {"to": cast.lize.pk, "reason": "周敏休假"}).status_code == 302

    complaint.refresh_from_db()
    assert (complaint.owner, call.client) == (cast.lize, client_su)


def test_the_headquarters_desk_shows_no_roster(cast):
    browser = Browser()
    with moved_to(NOW, "test"):
        browser.force_login(cast.zhengqiming)
        assert "今日值班" not in browser.get("/").content.decode()
        browser.force_login(cast.zhoumin)
        assert "今日值班" in browser.get("/").content.decode()


@pytest.mark.parametrize("typed, known", [("138 0000 1021", True), ("1021", False), ("", False)])
def test_a_missed_call_is_its_clients_only_by_the_whole_number(cast, client_su, typed, known):
    browser = Browser()
    browser.force_login(cast.zhoumin)

    with moved_to(NOW, "test"):
        answer = browser.post(reverse("hotline:missed"), {"caller": typed, "rang_at": "2026-09-28T14:30"})

    assert answer.status_code == 302
    assert Call.objects.get().client == (client_su if known else None)
