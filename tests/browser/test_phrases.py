"""常用语 in a real browser: found by its words, put where the cursor stands, by keyboard and by thumb."""

import pytest
from playwright.sync_api import Page, expect

from chengnuo.kit.models import Draft
from tests.browser.conftest import DESKTOP, PHONE, House
from tests.browser.test_axe import broken, skip_without_axe
from tests.complaints.world import a_complaint
from tests.hotline.world import a_client
from tests.kit.phrases.conftest import a_phrase

FIELD, BUTTON = "#id_finding", "[data-phrases=id_finding]"


@pytest.fixture
def act(house: House) -> str:
    """The address of a complaint's act, with phrases of every scope to be put into its form."""
    cast = house.cast
    a_phrase(cast, "核实", text="经向【承办】核实，\n【客户】所说属实。", room="complaints")
    a_phrase(cast, "回电", text="下午回电。", scope="unit", unit=cast.su, by=cast.xuning)
    a_phrase(cast, "致歉", text="谨致歉意。", scope="company", by=cast.wanghaiyan)
    a_phrase(cast, "请补资料", text="请补资料。", room="claims")
    return f"{a_complaint(cast, a_client(cast)).get_absolute_url()}assess/"


def opened(page: Page) -> Page:
    page.locator(BUTTON).click()
    expect(page.locator("#phrase-list [role=option]").first).to_be_visible()
    return page


def test_a_phrase_is_found_by_its_words_and_put_where_the_cursor_stands(house: House, act: str):
    page = house.enter(to=act)
    page.fill(FIELD, "电话里说：。已记录")
    page.locator(FIELD).evaluate("field => field.setSelectionRange(5, 5)")
    opened(page)
    options = page.locator("#phrase-list [role=option]:visible")
    expect(options).to_have_count(3)
    expect(page.locator("#phrase-words")).to_be_focused()
    page.keyboard.type("属实")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#phrases")).to_be_hidden()
    expect(page.locator(FIELD)).to_be_focused()
    words = "电话里说：经向周敏核实，\n苏州锦穗精密机械有限公司所说属实。。已记录"
    expect(page.locator(FIELD)).to_have_value(words)
    page.keyboard.type("又")
    expect(page.locator(FIELD)).to_have_value(words.replace("属实。", "属实。又"))
    assert page.url.endswith(act)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator(FIELD)).to_have_value("电话里说：。已记录")


def test_arrows_choose_and_escape_goes_back_to_the_field_as_it_was(house: House, act: str):
    page = house.enter(to=act)
    page.fill(FIELD, "甲")
    opened(page)
    options = page.locator("#phrase-list [role=option]:visible")
    chosen = page.locator("#phrase-list [aria-selected=true]")
    ids = [one.get_attribute("id") for one in options.all()]
    expect(chosen).to_have_attribute("id", ids[0] or "")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_attribute("id", ids[2] or "")
    expect(page.locator("#phrase-words")).to_have_attribute("aria-activedescendant", ids[2] or "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("id", ids[1] or "")
    page.keyboard.type("没有这样的话")
    expect(page.locator("#phrases .empty")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#phrases")).to_be_hidden()
    expect(page.locator(FIELD)).to_be_focused()
    expect(page.locator(FIELD)).to_have_value("甲")
    assert page.url.endswith(act)


def test_they_are_fetched_once_and_stand_at_the_end_of_a_field_that_nobody_was_in(house: House, act: str):
    page, fetched = house.enter(to=act), []
    page.on("request", lambda request: fetched.append(request.url) if "/pick/" in request.url else None)
    assert fetched == []
    for nth in (1, 2):
        opened(page)
        page.locator("#phrase-list").get_by_text("下午回电。").click()
        expect(page.locator(FIELD)).to_have_value("下午回电。" * nth)
    assert len(fetched) == 1


def test_what_was_put_into_a_form_is_kept_as_a_draft(house: House, act: str):
    page = house.enter(to="/hotline/new/")
    page.locator("[data-phrases=id_content]").click()
    page.locator("#phrase-list").get_by_text("谨致歉意。").click()
    expect(page.locator("[data-draft-mark]")).to_contain_text("已存草稿")
    assert Draft.objects.get().data["content"] == ["谨致歉意。"]


def test_by_thumb_it_fits_the_telephone_and_nothing_moves(house: House, act: str):
    page = house.enter(to=act, size=PHONE, has_touch=True)
    before = page.locator(FIELD).bounding_box()
    page.locator(BUTTON).tap()
    expect(page.locator("#phrase-list [role=option]").first).to_be_visible()
    box = page.locator("#phrases").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    assert box["y"] + box["height"] <= PHONE[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.locator(FIELD).bounding_box() == before
    page.locator("#phrase-list").get_by_text("下午回电。").tap()
    expect(page.locator(FIELD)).to_have_value("下午回电。")


def test_without_scripts_there_is_no_button(house: House, act: str):
    page = house.enter(to=act, java_script_enabled=False)
    expect(page.locator(FIELD)).to_be_visible()
    expect(page.locator(BUTTON)).to_be_hidden()


def test_axe_finds_nothing_on_the_list_and_the_pages_of_phrases(house: House, act: str):
    skip_without_axe()
    page = house.enter(to=act)
    opened(page)
    found = broken(page)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.locator("#phrase-words").fill("没有这样的话")
    found += broken(page)
    for address in ("/me/phrases/", "/me/phrases/new/"):
        house.go(page, address)
        found += broken(page)
    assert found == []
