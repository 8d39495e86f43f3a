"""A visit on the telephone without network: the server is stopped, everything is filled in, and sent when it is back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chengnuo.ledger.check import check
from chengnuo.ledger.models import TrailEvent
from chengnuo.visits.models import Survey, Visit, Wish
from tests.browser.conftest import DESKTOP, PHONE, House
from tests.browser.test_axe import broken, skip_without_axe
from tests.hotline.world import HOUR, MINUTE, NOW, a_client
from tests.visits.world import a_site, a_visit, agreed, paid, surveyed

AT = NOW + 24 * MINUTE
"""15:00 of the day; the house stands at 14:36."""


@pytest.fixture
def visit(house: House) -> Visit:
    client = a_client(house.cast)
    site = a_site(house.cast, client, "太仓港北环", "31.45", "121.10")
    contact = client.positions.get().contact
    preparation = ["核对保单与联系人", "看消防设施，拍照6张", "讲续保安排"]
    planned = a_visit(house.cast, client, wanted_at=AT, site=site, contact=contact, preparation=preparation)
    return agreed(house.cast, planned, AT)


def at_the_door(house: House, who: str = "zhoumin") -> Page:
    """A telephone that has opened the page once, with its visits of today and its worker at work."""
    page = house.enter(who, "/visits/phone/", PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(
        """() => navigator.serviceWorker.controller !== null || new Promise((done) =>
          navigator.serviceWorker.addEventListener("controllerchange", () => done(true), { once: true }))"""
    )
    return page


def sign(page: Page) -> None:
    box = page.locator(".pad canvas")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 40)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(place["x"] + 60 + 20 * step, place["y"] + 40 + 25 * (step % 2))
    page.mouse.up()


def filled_in(page: Page, client: str = "锦穗") -> None:
    page.get_by_role("button", name=re.compile(client)).click()
    page.get_by_role("button", name="登记到达").click()
    expect(page.locator("[data-fate]")).to_have_text("准时")
    boxes = page.locator(".visit-items [type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.fill("[name=did]", "看了消防栓")
    page.fill("[name=opinions]", "对账单想按仓库分列")
    page.fill("[name=wishes]", "对账单按仓库分列\n10月做一次演练")
    page.locator("[name=overall][value='4']").check(force=True)
    sign(page)


def test_a_visit_filled_in_while_the_server_is_stopped_is_sent_once_when_it_is_back(house: House, visit: Visit):
    page = at_the_door(house)
    expect(page.get_by_role("button", name=re.compile("锦穗"))).to_be_visible()
    house.stop()
    page.goto(f"{house.url}/visits/phone/")  # Opened anew, from what the telephone keeps.
    expect(page.locator("[data-net]")).to_contain_text("离线")
    filled_in(page)
    page.get_by_role("button", name="结束拜访").click()
    expect(page.locator("[data-fault]")).to_have_text("没做的写原因（4.1.C）")
    page.locator(".visit-items [type=text]").nth(2).fill("客户要赶会")
    expect(page.locator("[data-fault]")).to_be_hidden()
    page.get_by_role("button", name="结束拜访").click()
    expect(page.locator("[data-waiting]")).to_have_text("待传2项")
    page.reload()
    expect(page.locator("[data-waiting]")).to_have_text("待传2项")
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at) == ("confirmed", None)
    house.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#net")).to_be_hidden()
    visit.refresh_from_db()
    survey = Survey.objects.get()
    assert (visit.state, survey.outcome, survey.signer, survey.overall) == ("survey_signed", "signed", "陈月琴", 4)
    assert [one["why"] for one in visit.preparation] == ["", "", "客户要赶会"]
    assert visit.arrived_at is not None
    assert abs(visit.arrived_at - NOW) < HOUR
    assert list(Wish.objects.values_list("text", flat=True)) == ["对账单按仓库分列", "10月做一次演练"]
    verbs = list(TrailEvent.objects.filter(subject_type="visits.visit").order_by("seq").values_list("verb", flat=True))
    assert [verbs.count(verb) for verb in ("visit.arrived", "visit.done", "visit.survey_signed")] == [1, 1, 1]
    assert check()[0] == []


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(house: House, visit: Visit):
    page = at_the_door(house)
    lost = []

    def lose(route):
        answer = route.fetch()
        lost.append(answer.status)
        route.abort() if len(lost) < 3 else route.fulfill(response=answer)

    page.context.route("**/visits/phone/send/", lose)
    filled_in(page)
    page.locator(".visit-items [type=checkbox]").nth(2).check()
    page.get_by_role("button", name="结束拜访").click()
    for _times in range(3):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(400)
    expect(page.locator("#net")).to_be_hidden()
    assert lost[:3] == [200, 200, 200]
    assert Survey.objects.count() == 1
    assert TrailEvent.objects.filter(verb="visit.arrived").count() == 1
    assert check()[0] == []


def test_of_two_telephones_the_second_sees_both_versions_and_nothing_is_doubled(house: House, visit: Visit):
    first, second = at_the_door(house), at_the_door(house)
    for page in (first, second):
        expect(page.get_by_role("button", name=re.compile("锦穗"))).to_be_visible()
    house.stop()
    for page, words in ((first, "第一份"), (second, "第二份")):
        filled_in(page)
        page.locator(".visit-items [type=checkbox]").nth(2).check()
        page.fill("[name=did]", words)
        page.get_by_role("button", name="结束拜访").click()
        expect(page.locator("[data-waiting]")).to_have_text("待传2项")
    house.start()
    first.evaluate("dispatchEvent(new Event('online'))")
    expect(first.locator("#net")).to_be_hidden()
    second.evaluate("dispatchEvent(new Event('online'))")
    stop = second.get_by_role("button", name=re.compile("与现在的不同"))
    stop.click()
    expect(second.locator("tr[data-row=did]")).to_contain_text("第二份")
    expect(second.locator("tr[data-row=did]")).to_contain_text("第一份")
    expect(second.get_by_role("button", name="改用我填的")).to_be_hidden()
    visit.refresh_from_db()
    assert visit.did == "第一份"
    second.get_by_role("button", name="留现在的").click()
    expect(second.locator(".visit-empty")).to_be_visible()
    assert (Survey.objects.count(), Wish.objects.count()) == (1, 2)
    assert check()[0] == []


def test_what_another_changed_meanwhile_is_laid_beside_ours_and_ours_may_be_taken(house: House, visit: Visit):
    from chengnuo.visits.actions import move_visit
    from tests.hotline.world import do

    page = at_the_door(house)
    expect(page.get_by_role("button", name=re.compile("锦穗"))).to_be_visible()
    house.stop()
    filled_in(page)
    page.get_by_role("button", name="暂存").click()
    do(move_visit, visit, agreed_at=AT + HOUR, agreed_with="陈月琴", by=house.cast.lize)
    house.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("button", name=re.compile("与现在的不同")).click()
    expect(page.locator("tr[data-row=agreed_at] td").first).to_have_text("15:00")
    expect(page.locator("tr[data-row=agreed_at] td").last).to_have_text("16:00")
    page.get_by_role("button", name="改用我填的").click()
    expect(page.locator("#net")).to_be_hidden()
    visit.refresh_from_db()
    assert visit.arrived_at is not None


def kept(page: Page) -> int:
    """How many visits lie in the telephone's store."""
    count: int = page.evaluate(
        """async () => {
        if (!(await indexedDB.databases()).some((one) => one.name === "chengnuo-visits")) return 0;
        const db = await new Promise((done) => (indexedDB.open("chengnuo-visits").onsuccess = (e) => done(e.target.result)));
        if (!db.objectStoreNames.contains("visits")) return 0;
        const count = await new Promise((done) => (db.transaction("visits").objectStore("visits").count().onsuccess = (e) => done(e.target.result)));
        db.close();
        return count; }"""
    )
    return count


def test_what_the_telephone_keeps_goes_with_the_sign_out_and_after_a_day(house: House, visit: Visit):
    page = at_the_door(house)
    expect(page.get_by_role("button", name=re.compile("锦穗"))).to_be_visible()
    assert kept(page) == 1
    house.go(page, "/")
    assert kept(page) == 1
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("/sign-in/"))
    assert kept(page) == 0

    page = at_the_door(house)
    expect(page.get_by_role("button", name=re.compile("锦穗"))).to_be_visible()
    house.stop()
    page.clock.install()
    page.clock.fast_forward("24:01:00")
    page.goto(f"{house.url}/visits/phone/")
    expect(page.locator(".visit-empty")).to_have_text("存了24小时，已从本机删去")
    assert kept(page) == 0


def test_who_signs_out_with_something_unsent_is_asked_first(house: House, visit: Visit):
    page = at_the_door(house)
    page.context.route("**/visits/phone/send/", lambda route: route.abort())
    page.get_by_role("button", name=re.compile("锦穗")).click()
    page.get_by_role("button", name="登记到达").click()
    expect(page.locator("[data-waiting]")).to_have_text("待传1项")
    house.go(page, "/")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_timeout(500)
    assert asked == ["还有1项拜访没传出，退出就从本机删去。仍要退出？"]
    assert (page.url, kept(page)) == (f"{house.url}/", 1)


def test_the_survey_is_signed_at_the_desk_and_an_empty_pad_is_refused(house: House, visit: Visit):
    house.turn(AT + HOUR)
    paid(house.cast, visit, AT, prepared=[(True, "")] * 3)
    page = house.enter(to=f"{visit.get_absolute_url()}survey/")
    page.locator("[name=overall][value='5']").check(force=True)
    page.get_by_role("button", name="存调查表").click()
    expect(page.get_by_text("签字是空的")).to_be_visible()
    sign(page)
    page.get_by_role("button", name="存调查表").click()
    expect(page.locator("img.hand")).to_be_visible()
    page.locator("img.hand").evaluate("image => image.decode()")  # Fails for a picture that cannot be shown.
    assert Survey.objects.get().overall == 5


def test_axe_finds_nothing_and_the_telephone_scrolls_one_way(house: House, visit: Visit):
    skip_without_axe()
    page = at_the_door(house)
    found = broken(page)
    page.get_by_role("button", name=re.compile("锦穗")).click()
    found += broken(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    buttons = [box["height"] for one in page.locator(".visit-acts button").all() if (box := one.bounding_box())]
    assert min(buttons) >= 44
    house.turn(AT + HOUR)
    paid(house.cast, visit, AT, prepared=[(True, "")] * 3)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    addresses = [
        "/visits/",
        "/visits/new/",
        f"/visits/new/?client={visit.client_id}",
        "/visits/plan/",
        "/visits/figures/",
        "/visits/feeds/",
        f"{visit.get_absolute_url()}survey/",
    ]
    for address in addresses:
        house.go(page, address)
        found += broken(page)
    surveyed(house.cast, visit, now=AT + HOUR, wishes=["对账单按仓库分列"])
    for address in (visit.get_absolute_url(), f"/visits/wishes/{Wish.objects.get().pk}/"):
        house.go(page, address)
        found += broken(page)
    page = house.enter("xuning", "/visits/inspection/")
    assert found + broken(page) == []


def test_the_worker_reaches_the_telephones_page_alone(house: House, visit: Visit):
    page = at_the_door(house)
    scope = page.evaluate("navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)")
    assert scope == "/visits/phone/"
    names = page.evaluate(
        "caches.open('chengnuo-visits').then((one) => one.keys()).then((all) => all.map((r) => r.url))"
    )
    assert all("/static/build/" in name or name.endswith("/visits/phone/") for name in names), names
    assert "锦穗" not in page.evaluate(
        "caches.open('chengnuo-visits').then((one) => one.match('/visits/phone/')).then((one) => one.text())"
    )
    assert Path("chengnuo/static/build/visits-worker.js").stat().st_size < 4000
