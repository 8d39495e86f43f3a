"""The search box in a real browser: suggestions while somebody types, by keyboard, and not while he composes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, House
from tests.browser.test_axe import broken, skip_without_axe
from tests.hotline.world import a_call, a_client


def filled(house: House) -> None:
    client = a_client(house.cast)
    for nth in range(12):
        a_call(
            house.cast,
            client=client,
            caller="138 0000 1021",
            caller_name="陈月琴",
            content=f"电梯第{nth}次进水，问预付赔款",
        )


def box(page: Page):
    return page.locator("[data-search]")


def test_suggestions_open_while_somebody_types_and_are_chosen_by_keyboard(house: House):
    filled(house)
    page = house.enter()
    page.keyboard.press("/")
    page.keyboard.type("锦穗")
    options = page.locator("#suggestions [role=option]")
    expect(options.first).to_contain_text("锦穗")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#suggestions [aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#found-all")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    box(page).fill("")
    with page.expect_response("**/suggest/**"):
        page.keyboard.insert_text("锦穗精密")
    expect(options.first.locator("mark")).to_have_text("锦穗精密")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clients/\d+/$"))


def test_enter_without_a_choice_opens_the_page_and_a_click_the_record(house: House):
    filled(house)
    page = house.enter()
    box(page).fill("电梯")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    expect(page.locator("mark").first).to_have_text("电梯")
    box(page).fill("")
    box(page).type("电梯第3次")
    page.locator("#suggestions [role=option]").first.click()
    page.wait_for_url(re.compile(r"/hotline/\d+/$"))


def test_nothing_is_asked_while_an_input_method_composes(house: House):
    filled(house)
    page = house.enter()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    box(page).focus()
    client = page.context.new_cdp_session(page)
    for part in ("j", "ji", "jin"):
        client.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        page.wait_for_timeout(250)
    page.keyboard.press("ArrowDown")
    assert asked == []
    client.send("Input.insertText", {"text": "锦穗"})
    expect(page.locator("#suggestions [role=option]").first).to_contain_text("锦穗")
    assert len(asked) == 1


def test_axe_finds_nothing_on_what_was_found_and_on_the_open_suggestions(house: House):
    skip_without_axe()
    filled(house)
    page = house.enter(to="/search/?q=电梯")
    found = broken(page)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.keyboard.press("/")
    page.keyboard.type("进水")
    page.locator("#found-all").wait_for()
    found += broken(page)
    assert found == []


def test_a_phone_shows_what_was_found_without_a_sideways_scroll(house: House):
    filled(house)
    page = house.enter(to="/search/?q=电梯 预付", size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
