"""Claims and complaints as people work on them: what goes to the centre by itself, and what is refused until it
answered (3.4.3, 3.6.2, 3.6.6)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from chengnuo.claims.models import Claim
from chengnuo.clients.models import Client
from chengnuo.complaints.models import Complaint
from chengnuo.kit.models import Approval
from tests.browser.conftest import PHONE, House
from tests.claims.world import insured
from tests.complaints.world import LATE, a_complaint
from tests.hotline.world import DAY, HOUR, MINUTE, a_client

ALL_WAYS = ("review", "mediation", "arbitration", "court")


@pytest.fixture
def company(house: House) -> Client:
    return insured(house.cast, a_client(house.cast))


def fill(page: Page, **given: str | bool) -> None:
    """Fill the form by the names of its fields; a choice by its value."""
    for name, value in given.items():
        field = page.locator(f"main [name={name}]").first
        kind = field.evaluate("one => one.tagName + one.type")
        if isinstance(value, bool):
            field.set_checked(value)
        elif kind == "INPUTradio":
            page.locator(f"main [name={name}][value={value}]").check()
        elif kind == "SELECTselect-one":
            field.select_option(value)
        else:
            field.fill(value)


def offered(page: Page, label: str) -> Locator:
    """The way to an act on the open record: its button, or its entry under 更多."""
    return page.locator(".acts.record, #more-acts").get_by_text(label, exact=True)


def act(page: Page, label: str, **given: str | bool) -> None:
    """Carry out an act on the open record, and come back to it."""
    where = page.url
    way = offered(page, label)
    if not way.is_visible():
        page.get_by_role("button", name="更多").click()
    way.click()
    if page.url != where:
        fill(page, **given)
        page.locator("[data-main]").click()
    expect(page).to_have_url(where)


def refused(page: Page, label: str, words: str, **given: str | bool) -> None:
    """Try an act, read why it is refused, and go back."""
    where = page.url
    way = offered(page, label)
    if not way.is_visible():
        page.get_by_role("button", name="更多").click()
    way.click()
    fill(page, **given)
    page.locator("[data-main]").click()
    expect(page.locator("main")).to_contain_text(words)
    page.goto(where)


def noticed(house: House, company: Client, **given: str) -> tuple[Page, Claim]:
    """Zhou Min writes down a notice of loss at the form."""
    page = house.enter(to=f"/claims/new/?client={company.pk}")
    loss = {
        "account": "配电间起火，设备过水",
        "occurred_at": "2026-09-28T13:10",
        "place": "苏州木渎",
        "cause": "电气火灾",
    }
    fill(page, **{**loss, **given})
    page.locator("[data-main]").click()
    expect(page.locator("h1")).to_have_text(given.get("cause", "电气火灾"))
    return page, Claim.objects.get()


def to_the_insurer(house: House, page: Page) -> None:
    """Surveyed, the client told what is needed, everything gathered and handed in."""
    act(page, "登记查勘", surveyor="中正公估 秦岳", found="设备三台过水")
    act(page, "告知所需资料", names="损失清单")
    page.get_by_role("button", name="收到").first.click()
    page.get_by_role("button", name="合格").first.click()
    act(page, "交保险公司", to="屿安财险 马骏")


def test_a_loss_revised_over_the_amount_is_with_the_centre_at_once_guided_and_settled(house: House, company: Client):
    page, claim = noticed(house, company, estimate="190000")
    centre = house.enter("linxiaotang", to="/claims/?lens=with_centre")
    expect(centre.locator("main")).not_to_contain_text(claim.number)
    house.turn(house.at + HOUR)
    act(page, "追加估损", amount="210000", basis="公估初勘", said_by="中正公估 秦岳")
    expect(page.locator(".record-head")).to_contain_text("210,000")
    centre.reload()
    expect(centre.locator("tbody")).to_contain_text(claim.number)
    refused(page, "建议客户", "指导", text="接受定损", to_accept=True)
    house.turn(house.at + 12 * MINUTE)
    report = {"facts": "配电间起火", "measures": "已切断电源", "asks": "请指导预付"}
    act(page, "报客服中心", **report)
    expect(page.locator("main")).to_contain_text("隔12分")
    centre.get_by_role("link", name=claim.number).click()
    act(centre, "确认收到")
    act(centre, "给出指导", steps="先申请预付赔款")
    page.reload()
    page.get_by_role("link", name="登记办理").click()
    fill(page, how="已向保险公司申请")
    page.locator("[data-main]").click()
    to_the_insurer(house, page)
    house.turn(house.at + 8 * DAY)
    act(page, "登记核定结果", outcome="accepted", amount="205000")
    act(page, "客户同意赔付", who="陈月琴")
    act(page, "登记赔款", kind="final", amount="205000", paid_on="2026-10-06")
    act(page, "结案")
    act(page, "归档")
    expect(page.locator("[aria-current=step]")).to_contain_text("归档")
    expect(page.locator(".record-head")).to_contain_text("205,000")


def test_a_death_with_a_small_loss_is_with_the_centre_on_the_telephone_too(house: House, company: Client):
    page, claim = noticed(house, company, estimate="8000", cause="叉车倾翻")
    act(page, "登记伤亡", deaths="1", serious_injuries="0", source="医院来电")
    expect(page.locator("#escalation-1, [id^=escalation-]").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("重大人员伤亡")
    house.turn(house.at + 31 * MINUTE)
    page.reload()
    expect(page.locator(".cols aside")).to_contain_text("逾期")
    centre = house.enter("linxiaotang", to=f"/claims/{claim.pk}/", size=PHONE, has_touch=True, is_mobile=True)
    expect(centre.locator("main")).to_contain_text("死亡1人")
    assert centre.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_a_refused_claim_that_the_client_disputes_goes_to_the_centre_and_is_not_closed_before_its_word(
    house: House, company: Client
):
    page, claim = noticed(house, company, estimate="60000")
    to_the_insurer(house, page)
    house.turn(house.at + 8 * DAY)
    act(page, "登记核定结果", outcome="declined", because="除外责任")
    act(page, "客户有争议", who="陈月琴", because="条款没有说明")
    expect(page.locator("main")).to_contain_text("有争议")
    expect(offered(page, "结案")).to_have_count(0)
    assert Claim.objects.get(pk=claim.pk).escalations.get().causes == ["disputed"]


def complained(house: House, page: Page, client: str, **given: str) -> None:
    house.go(page, f"/complaints/new/?client={client}")
    said = {"account": LATE, "complainant": "李安", "category": "claims"}
    page.locator("details.more").evaluate("one => one.open = true")
    fill(page, **{**said, **given})


def test_another_contact_in_another_branch_repeats_it_and_that_branch_learns_only_that_there_is_one(
    house: House, company: Client
):
    first = a_complaint(house.cast, company, now=house.at)
    house.turn(house.at + DAY)
    page = house.enter("luyao")
    complained(house, page, "none", complainant_phone="13800001021", account="车险理赔款还没到账，催了几次没人答复")
    expect(page.locator("#near")).to_contain_text("另一机构已有同一事项的投诉")
    expect(page.locator("#near")).not_to_contain_text(first.number)
    page.locator("[name=unit]").select_option(label="杭州分公司")
    page.locator("[data-main]").click()
    expect(page.locator(".record-head")).to_contain_text("第2次投诉")
    expect(page.locator("main")).not_to_contain_text(first.number)
    centre = house.enter("linxiaotang", to=Complaint.objects.latest("pk").get_absolute_url())
    expect(centre.locator("main")).to_contain_text(first.number)
    expect(centre.locator("main")).to_contain_text("相同的词")
    centre.get_by_role("button", name="确认").first.click()
    act(centre, "并入同一事项", other=str(first.pk), because="同一笔赔款")
    expect(centre.locator("main")).to_contain_text(f"已并入 {first.number}")
    house.go(centre, first)
    expect(centre.locator(".record-head")).to_contain_text("第2次投诉")


def test_the_regulator_forwards_what_is_already_open_and_it_is_merged_with_the_regulators_clock(
    house: House, company: Client
):
    first = a_complaint(house.cast, company, now=house.at)
    house.turn(house.at + 2 * DAY)
    page = house.enter()
    forward = {"regulator": "苏州监管分局", "regulator_no": "苏金转〔2026〕118号", "regulator_due": "2026-10-10"}
    complained(house, page, str(company.pk), complainant="陈月琴", **forward)
    expect(page.locator("#near")).to_contain_text(first.number)
    page.locator("[data-main]").click()
    expect(page.locator(".record-head")).to_contain_text("监管转办")
    page.get_by_role("button", name="确认").first.click()
    act(page, "并入同一事项", other=str(first.pk), because="监管转来的是同一件")
    house.go(page, first)
    expect(page.locator(".record-head")).to_contain_text("监管转办")
    expect(page.locator(".cols aside")).to_contain_text("2026-10-10")


def test_an_extension_needs_its_approver_and_only_the_telling_of_it_moves_the_limit(house: House, company: Client):
    complaint = a_complaint(house.cast, company, now=house.at)
    page = house.enter(to=complaint.get_absolute_url())
    act(page, "评估", finding="要等鉴定", complex_because="须外部鉴定")
    refused(page, "告知延长", "批准", channel="letter", whom="陈月琴")
    act(page, "申请延长期限", because="鉴定要四十天")
    boss = house.enter(
        "chenlixing", to=f"/approvals/{Approval.objects.get().pk}/", size=PHONE, has_touch=True, is_mobile=True
    )
    boss.get_by_role("button", name="批准").first.click()
    expect(boss.locator("main")).to_contain_text("已批准")
    page.reload()
    expect(page.locator(".cols aside")).to_contain_text("延长已批准，告知投诉人后生效")
    before = Complaint.objects.get()
    house.turn(house.at + HOUR)
    act(page, "告知延长", channel="letter", whom="陈月琴")
    expect(page.locator(".cols aside")).to_contain_text("延长30日")
    after = Complaint.objects.get()
    assert (before.extended_at, after.extended_at is not None) == (None, True)
    assert house.at - after.extended_at < timedelta(minutes=2)


def test_a_major_complaint_goes_to_its_end_under_the_leaders_instruction(house: House, company: Client):
    page = house.enter()
    complained(house, page, str(company.pk), complainant="陈月琴", amount="100000.01")
    page.locator("[data-main]").click()
    expect(page.locator("main")).to_contain_text("金额超过重大标准")
    act(page, "报客服中心", facts="赔款迟付", measures="已催办", asks="请出面协调")
    centre = house.enter("linxiaotang", to=Complaint.objects.get().get_absolute_url())
    act(centre, "确认收到")
    boss = house.enter("chenlixing", to=Complaint.objects.get().get_absolute_url())
    act(boss, "作出指示", text="三日内查清并道歉")
    centre.reload()
    act(centre, "开始调查", plan="调阅付款记录")
    refused(
        centre,
        "作出决定",
        "后续途径",
        outcome="upheld",
        findings="晚付",
        basis="保险法23",
        reasons="资料已齐",
        remedy="致歉",
    )
    offered(centre, "作出决定").click()
    fill(
        centre, outcome="upheld", findings="晚付九天", basis="保险法第23条", reasons="资料已齐", remedy="当日付款并致歉"
    )
    for way in ALL_WAYS:
        centre.locator(f"[name=ways_on][value={way}]").check()
    centre.locator("[data-main]").click()
    act(centre, "告知客户", channel="phone")
    act(centre, "报董事长", summary="已付款并致歉")
    ending = {"root_cause": "没有跟催台账", "measure": "建台账"}
    refused(centre, "结案", "机构跟踪", **ending)
    page.reload()
    act(page, "跟踪", result="客户认可")
    act(centre, "结案", **ending)
    page.reload()
    act(page, "归档")
    expect(page.locator("[aria-current=step]")).to_contain_text("归档")
    expect(offered(page, "结案")).to_have_count(0)
