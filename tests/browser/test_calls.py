"""The hotline's main job in a browser: a call comes in, a promise is made and kept (3.1.2–3.1.5)."""

from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from chengnuo.hotline.models import Call, CallState, Promise, PromiseState
from chengnuo.kit.models import Draft
from tests.browser.conftest import PHONE, House
from tests.hotline.world import MINUTE, a_client, a_missed_call, a_promise, at

CONTENT = "客户问预付赔款何时到账。国庆前要付供应商。"
COMPOSE = """(field) => {
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  for (const ctrlKey of [false, true])
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey, isComposing: true, bubbles: true, cancelable: true }));
}"""


class Keys:
    """Presses keys and counts them; what a person writes as content is not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def content(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def local(text: str) -> datetime:
    return at(text)


def number(page: Page) -> str:
    return page.locator(".crumbs b").inner_text()


def submit(page: Page) -> Locator:
    return page.locator("#call [data-main]")


def test_a_known_caller_with_a_promise_takes_at_most_twelve_keys_and_no_mouse(house: House):
    client = a_client(house.cast)
    page = house.enter()
    keys = Keys(page)
    keys.press("n")
    expect(page.locator("#id_caller")).to_be_focused()
    keys.press("1", "0", "2", "1")
    expect(page.locator("#who")).to_contain_text("陈月琴")
    keys.press("Enter")
    expect(page.locator("#id_content")).to_be_focused()
    keys.press("Alt+Digit1")
    keys.content(CONTENT)
    keys.press("Alt+Digit7")
    expect(page.locator("#when-body")).to_contain_text("10月8日")
    expect(page.locator("#call [data-main] .when-promised")).to_be_visible()
    keys.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("陈月琴")
    assert keys.pressed <= 12
    call = Call.objects.get()
    assert (call.client, call.caller_digits, call.kinds) == (client, "13800001021", ["enquiry"])
    promise = Promise.objects.get()
    assert (promise.by, promise.what, promise.to_whom) == (local("10-08 17:30"), "客户问预付赔款何时到账", "陈月琴")


def test_an_unknown_caller_is_registered_by_keyboard_alone(house: House):
    page = house.enter()
    page.keyboard.press("n")
    expect(page.locator("#id_caller")).to_be_focused()
    page.keyboard.type("139 0000 2206")
    expect(page.locator("#caller")).to_contain_text("没有客户用这个号码")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+Digit3")
    page.keyboard.insert_text("说保单地址印错了，两次没改")
    page.keyboard.press("Alt+Digit5")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("未登记来电人")
    call = Call.objects.get()
    assert (call.client, call.kinds, call.caller_digits) == (None, ["complaint"], "13900002206")
    assert Promise.objects.get().by == local("09-28 17:30")


def test_the_call_is_known_even_when_it_is_sent_before_the_caller_was_shown(house: House):
    client = a_client(house.cast)
    page = house.enter(to="/hotline/new/")
    page.route("**/hotline/lookup/**", lambda route: route.abort())
    page.keyboard.type("1021")
    page.fill("#id_content", CONTENT)
    page.fill("#id_answer", "已说明")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("陈月琴")
    assert Call.objects.get().client == client


def test_the_holiday_is_told_and_one_press_takes_the_earlier_date(house: House):
    a_client(house.cast)
    page = house.enter(to="/hotline/new/")
    page.fill("#id_caller", "1021")
    page.fill("#id_content", CONTENT)
    page.keyboard.press("Alt+Digit7")
    warning = page.locator("#when-body .warn")
    expect(warning).to_contain_text("中间隔着国庆节假期（10月1日至10月7日）")
    expect(page.locator(".strip .hatch")).to_have_count(7)
    warning.get_by_role("button").click()
    expect(page.locator("#preset-custom")).to_be_checked()
    expect(page.locator("#when-body")).to_contain_text("9月30日 周三 17:30 前")
    expect(page.locator("#when-body .warn")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("陈月琴")
    assert Promise.objects.get().by == local("09-30 17:30")


def test_a_running_case_is_tied_to_the_call_by_one_press_and_untied_by_another(house: House):
    a_client(house.cast)
    page = house.enter(to="/hotline/new/")
    page.fill("#id_caller", "1021")
    page.fill("#id_content", "一号厂房火灾，要报案")
    page.keyboard.press("Alt+Digit4")
    page.fill("#id_answer", "已记下")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("陈月琴")
    house.go(page, "/hotline/new/")
    page.fill("#id_caller", "1021")
    expect(page.locator("#who")).to_contain_text("第2次来电")
    tie = page.locator(".tie").first
    tie.click()
    expect(tie).to_contain_text("本次来电")
    expect(page.locator("#about-row")).to_contain_text("XP-SU-26-0001")
    page.get_by_role("button", name="不关联").click()
    expect(page.locator("#about-row")).to_be_hidden()
    tie.click()
    page.fill("#id_content", "问火灾进展")
    page.fill("#id_answer", "在收资料")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("XP-SU-26-0001")


def test_enter_while_composing_neither_moves_nor_submits(house: House):
    page = house.enter(to="/hotline/new/")
    for field in ("#id_caller", "#id_content", "#id_caller_name"):
        page.locator(field).evaluate(COMPOSE)
        expect(page.locator(field)).to_be_focused()
    page.wait_for_timeout(200)
    assert page.url.endswith("/hotline/new/")
    assert not Call.objects.exists()


def test_a_draft_survives_a_reload_with_its_caller(house: House):
    a_client(house.cast)
    page = house.enter(to="/hotline/new/")
    page.fill("#id_caller", "1021")
    expect(page.locator("#who")).to_contain_text("陈月琴")
    page.fill("#id_content", CONTENT)
    page.keyboard.press("Alt+Digit6")
    page.keyboard.press("Alt+Digit2")
    expect(page.locator("[data-draft-mark]")).to_contain_text("已存草稿")
    page.wait_for_timeout(1200)
    page.reload()
    expect(page.locator("#id_content")).to_have_value(CONTENT)
    expect(page.locator("#preset-tomorrow")).to_be_checked()
    expect(page.locator("[name=kinds][value=appointment]")).to_be_checked()
    expect(page.locator("#who")).to_contain_text("陈月琴")
    page.get_by_role("button", name="丢弃").click()
    expect(page.locator("#id_content")).to_have_value("")
    assert not Draft.objects.exists()


def test_a_double_click_registers_one_call(house: House):
    page = house.enter(to="/hotline/new/")
    page.fill("#id_content", CONTENT)
    page.fill("#id_answer", "已说明")
    submit(page).dblclick()
    expect(page.locator("h1")).to_have_text("未登记来电人")
    assert Call.objects.count() == 1


def test_going_back_and_sending_the_form_again_makes_no_second_call(house: House):
    page = house.enter(to="/hotline/new/")
    page.fill("#id_content", CONTENT)
    page.fill("#id_answer", "已说明")
    submit(page).click()
    expect(page.locator("h1")).to_have_text("未登记来电人")
    first = page.url
    page.go_back()
    page.evaluate("() => document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent)")
    page.fill("#id_content", CONTENT)
    page.fill("#id_answer", "已说明")
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()
    assert Call.objects.count() == 1 or page.url != first


def test_a_promise_is_kept_from_the_desk_by_keyboard(house: House):
    promise = a_promise(house.cast, local("09-28 17:30"), client=a_client(house.cast))
    page = house.enter()
    expect(page.locator(".is-key")).to_contain_text("查清保单到期日")
    page.keyboard.press("Enter")
    page.get_by_label("告诉了客户什么").fill("保单10月31日到期")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("查清保单到期日")
    expect(page.locator(".owed .green")).to_have_text("按时")
    promise.refresh_from_db()
    assert promise.state == PromiseState.KEPT


def test_a_missed_call_is_entered_and_called_back(house: House):
    page = house.enter(to="/hotline/missed/")
    page.get_by_label("来电号码").fill("13800004417")
    page.get_by_label("来电时间").fill("2026-09-28T14:30")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".record-head .chip").first).to_have_text("待回拨")
    call = Call.objects.get()
    assert (call.rang_at, call.state) == (local("09-28 14:30"), CallState.CALL_BACK_OWED)
    page.get_by_role("link", name="回拨", exact=True).click()
    page.fill("#id_content", "问网点地址")
    page.fill("#id_answer", "已告知")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".record-head .chip").first).to_have_text("已结")
    expect(page.locator(".owed .green")).to_have_text("按时")


def test_without_a_script_the_form_works_all_the_same(house: House):
    client = a_client(house.cast)
    page = house.enter(to="/hotline/new/", java_script_enabled=False)
    page.fill("#id_caller", "13800001021")
    page.fill("#id_content", CONTENT)
    page.get_by_text("承诺再答复").click()
    page.get_by_text("3个工作日").click()
    submit(page).click()
    expect(page.locator("h1")).to_have_text("陈月琴")
    assert Call.objects.get().client == client
    assert Promise.objects.get().by == local("10-08 17:30")


def test_what_a_telephone_needs_is_within_reach_of_the_thumb(house: House):
    call = a_missed_call(house.cast, house.at - 5 * MINUTE)
    promise = a_promise(house.cast, local("09-30 17:30"), client=a_client(house.cast))
    page = house.enter(size=PHONE, has_touch=True, is_mobile=True)
    for place in (
        "/",
        "/hotline/",
        "/hotline/new/",
        "/hotline/duty/",
        "/hotline/promises/",
        call,
        promise,
        promise.call,
    ):
        house.go(page, place)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE[0], place
    for place in ("/", "/hotline/new/", call, promise):
        house.go(page, place)
        box = page.locator(".thumb .btn:visible").last.bounding_box()
        assert box is not None
        assert box["y"] > PHONE[1] / 2
        assert box["y"] + box["height"] <= PHONE[1]
        assert box["height"] >= 44
