"""A rating from a telephone, without JavaScript, and its link copied at the desk."""

import re

import pytest
from playwright.sync_api import expect

from chengnuo.satisfaction.models import RatingRequest
from tests.browser.conftest import DESKTOP, PHONE, House
from tests.browser.test_axe import broken, skip_without_axe
from tests.hotline.world import a_client
from tests.satisfaction.world import a_kept_promise, an_answered_call, rated, the_request, token


@pytest.fixture
def asked(house: House) -> RatingRequest:
    return the_request(a_kept_promise(house.cast, a_client(house.cast)))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_client_rates_from_a_telephone_and_the_link_is_dead_afterwards(
    house: House, asked: RatingRequest, scripts: bool
):
    page = house.window(PHONE, java_script_enabled=scripts)
    house.go(page, f"/r/{token(asked)}")
    expect(page.locator("h1")).to_have_text("上次服务怎么样")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0] if scripts else True
    heights = [box["height"] for one in page.locator(".marks label").all() if (box := one.bounding_box())]
    assert (len(heights), min(heights) >= 44) == (5, True)
    page.get_by_text("不满意", exact=True).click()
    page.fill("#id_words", "说好上午回电，下午才打来。")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("已收到，谢谢")
    assert page.goto(f"{house.url}/r/{token(asked)}").status == 404
    asked.refresh_from_db()
    assert (asked.mark, asked.words) == (2, "说好上午回电，下午才打来。")
    assert page.context.cookies() == []


def test_nothing_of_the_link_goes_elsewhere(house: House, asked: RatingRequest):
    page, seen = house.window(PHONE), []
    page.on("request", lambda request: seen.append((request.url, request.headers.get("referer"))))
    house.go(page, f"/r/{token(asked)}")
    assert all(url.startswith(house.url) for url, _referer in seen)
    assert [referer for _url, referer in seen if "/r/" in (referer or "")] == []
    assert all(re.search(r"/static/build/|/r/", url) for url, _referer in seen)


def test_the_operator_copies_the_link_from_the_record(house: House, asked: RatingRequest):
    page = house.enter(to=f"/hotline/promises/{asked.subject_pk}/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制评价链接").click()
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert f"{house.url}/r/{token(asked)}" in page.evaluate("navigator.clipboard.readText()")


def test_axe_finds_nothing_on_any_page_of_ratings(house: House, asked: RatingRequest):
    skip_without_axe()
    for number in range(21):
        client = a_client(house.cast, name=f"第{number}家公司", credit_code="")
        judged = rated(the_request(an_answered_call(house.cast, client)), 1 + number % 5)
    page = house.window(PHONE)
    found = []
    for address in (f"/r/{token(asked)}", "/r/thanks/", "/r/guessed"):
        page.goto(house.url + address)
        found += broken(page)
    house.go(page, f"/r/{token(asked)}")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_role("button", name="提交").click()
    page.locator("#mark-error").wait_for()
    found += broken(page)
    page = house.enter("xuning")
    low = RatingRequest.objects.filter(mark=1).latest("pk")
    for address in (
        "/satisfaction/",
        "/satisfaction/?view=open",
        "/satisfaction/figures/",
        low.get_absolute_url(),
        f"{low.get_absolute_url()}follow-up/",
        asked.get_absolute_url(),
        f"/hotline/promises/{asked.subject_pk}/",
        f"/clients/{judged.client_id}/",
        f"/satisfaction/ask/hotline.promise/{asked.subject_pk}/",
    ):
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        house.go(page, address)
        found += broken(page)
    house.go(page, asked.get_absolute_url())
    page.get_by_role("button", name="复制评价链接").click()
    page.locator("#message").wait_for()
    assert found + broken(page) == []
