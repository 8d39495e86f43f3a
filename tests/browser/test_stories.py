"""What else a new user meets: a client entered, two who edit at once, a promise that lapses, a figure that changes."""

import re

from playwright.sync_api import expect

from chengnuo.clients.models import Client
from chengnuo.hotline.models import Promise
from chengnuo.kit.models import Approval
from chengnuo.ledger.models import Obligation
from tests.browser.conftest import PHONE, House
from tests.hotline.world import COMPANY, HOUR, MINUTE, a_call, a_client, a_missed_call, a_promise, at


def test_a_client_is_entered_by_form_and_recognised_at_his_next_call(house: House):
    page = house.enter(to="/clients/new/")
    page.get_by_label("名称").fill(COMPANY["name"])
    page.get_by_label("信用代码").fill(COMPANY["credit_code"])
    page.locator("[name=since]").fill("2019-03-01")
    page.get_by_label("联系人").fill("陈月琴")
    page.get_by_label("电话", exact=True).fill("138 0000 1021")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(COMPANY["name"])
    house.go(page, "/hotline/new/")
    page.fill("#id_caller", "13800001021")
    expect(page.locator("#who")).to_contain_text("陈月琴")


def test_two_who_edit_one_client_see_both_texts_and_choose(house: House):
    client = a_client(house.cast)
    address = f"/clients/{client.pk}/edit/"
    first, second = house.enter(to=address), house.enter("lize", to=address)
    first.locator("[name=name]").fill("苏州锦穗精密制造有限公司")
    first.keyboard.press("Control+Enter")
    expect(first.locator("h1")).to_have_text("苏州锦穗精密制造有限公司")
    second.locator("[name=name]").fill("苏州锦穗精密集团有限公司")
    second.keyboard.press("Control+Enter")
    expect(second.locator("h1")).to_have_text("两人同时改了")
    expect(second.locator("main")).to_contain_text("苏州锦穗精密制造有限公司")
    expect(second.locator("main")).to_contain_text("苏州锦穗精密集团有限公司")
    second.get_by_label("我的").check()
    second.keyboard.press("Control+Enter")
    expect(second.locator("h1")).to_have_text("苏州锦穗精密集团有限公司")
    assert Client.objects.get().name == "苏州锦穗精密集团有限公司"


def test_a_promise_that_lapses_climbs_the_rungs_and_the_manager_is_told(house: House):
    a_promise(house.cast, at("09-28 15:00"), client=a_client(house.cast))
    manager = house.enter("xuning", to="/?tab=told")
    expect(manager.locator("main")).to_contain_text("这里还是空的")
    house.turn(at("09-28 15:01"))
    manager.reload()
    expect(manager.locator(".rows.duties")).to_contain_text("查清保单到期日")
    expect(manager.locator(".rows.duties .left")).to_have_text(re.compile("逾期"))
    page = house.enter()
    expect(page.locator(".group.red")).to_contain_text("逾期")
    house.turn(at("09-30 17:00"))
    page.reload()
    page.locator(".duties .what a").first.click()
    page.locator(".owed .why-link").first.click()
    why = page.locator("details.why")
    expect(why).to_contain_text("为什么是")
    expect(why).to_contain_text("3.1.5")
    expect(why).to_contain_text("许宁")


def test_why_opens_in_place_and_closes_again(house: House):
    call = a_call(house.cast)
    page = house.enter(to=call.get_absolute_url())
    page.locator(".owed .why-link").first.click()
    why = page.locator("details.why")
    expect(why).to_contain_text("参数")
    expect(why.locator("table.walk, .facts").first).to_be_visible()
    why.get_by_text("收起").click()
    expect(why.locator(".facts").first).to_be_hidden()
    assert page.url.endswith(call.get_absolute_url())


def test_a_figure_is_proposed_by_the_centre_and_decided_by_the_executive(house: House):
    a_missed_call(house.cast, house.at - 5 * MINUTE)
    centre = house.enter("wanghaiyan", to="/procedure/parameters/call_back.due/")
    centre.locator("[name=value]").fill("20")
    centre.locator("[name=reason]").fill("来电高峰打不完")
    centre.keyboard.press("Control+Enter")
    centre.wait_for_url("**/approvals/*/")
    approval = Approval.objects.get()
    boss = house.enter("chenlixing", to=f"/approvals/{approval.pk}/", size=PHONE, has_touch=True, is_mobile=True)
    assert boss.evaluate("() => document.documentElement.scrollWidth") <= PHONE[0]
    boss.get_by_role("button", name="签字批准").click()
    expect(boss.locator("main")).to_contain_text("已批准")
    house.at += HOUR
    a_missed_call(house.cast, house.at - MINUTE, caller="139 0000 2206")
    house.go(centre, "/procedure/parameters/call_back.due/")
    versions = centre.locator("table").first.locator("tbody tr")
    expect(versions).to_have_count(2)
    duties = centre.locator("table").nth(1).locator("tbody tr")
    expect(duties).to_have_count(2)
    expect(duties.filter(has_text="第2版")).to_have_count(1)
    expect(duties.filter(has_text="第1版")).to_have_count(1)
    assert Obligation.objects.filter(rule__contains="call_back", parameter__number=2).count() == 1


def test_two_calls_of_one_client_at_once_are_both_registered(house: House):
    a_client(house.cast)
    windows = [house.enter(name, to="/hotline/new/") for name in ("zhoumin", "lize")]
    for page in windows:
        page.fill("#id_caller", "1021")
        page.fill("#id_content", "问理赔进度")
        page.keyboard.press("Alt+Digit6")
    for page in windows:
        page.locator("#call [data-main]").click(no_wait_after=True)
    for page in windows:
        expect(page.locator("h1")).to_have_text("陈月琴")
    assert Promise.objects.count() == 2
