"""The reports in a browser: the panel beside the table, a chart drawn from its table, a click that opens the records."""

import pytest
from playwright.sync_api import expect

from chengnuo.hotline.models import Call
from tests.browser.conftest import House
from tests.hotline.world import DAY, a_call, a_missed_call, a_promise
from tests.site.reports.world import lived


@pytest.fixture
def house_with_calls(house: House) -> House:
    lived(house.cast)
    a_missed_call(house.cast, house.at - DAY)
    a_call(house.cast, house.at - DAY)
    a_promise(house.cast, house.at + DAY)
    return house


def test_a_clause_opens_beside_the_table_and_closes_again(house_with_calls: House):
    page = house_with_calls.enter("wanghaiyan", "/reports/compliance/")
    page.get_by_role("link", name="按承诺时间反馈").click()
    panel = page.locator("#drill")
    expect(panel).to_contain_text("全部")
    assert page.url.split("?")[0].endswith("/reports/compliance/3.1.5/")
    expect(page.locator("tr.is-key")).to_contain_text("3.1.5")
    panel.get_by_role("link", name="收起").click()
    expect(panel).to_have_count(0)
    page.go_back()
    expect(page.locator("#drill")).to_contain_text("3.1.5")


def test_without_scripts_the_panel_and_every_table_are_there(house_with_calls: House):
    signed = house_with_calls.enter("wanghaiyan")
    bare = house_with_calls.browser.new_context(java_script_enabled=False, storage_state=signed.context.storage_state())
    house_with_calls.contexts.append(bare)
    page = bare.new_page()
    page.goto(f"{house_with_calls.url}/reports/compliance/")
    page.get_by_role("link", name="按承诺时间反馈").click()
    expect(page.locator("#drill")).to_contain_text("3.1.5")
    page.goto(f"{house_with_calls.url}/reports/calls/")
    expect(page.locator("#table-heat")).to_be_visible()
    expect(page.locator("#table-hours")).to_be_visible()
    expect(page.locator("figure canvas")).to_have_count(0)


def test_a_click_on_a_bar_opens_the_records_that_it_stands_for(house_with_calls: House):
    page = house_with_calls.enter("wanghaiyan", "/reports/calls/")
    chart = page.locator("figure[data-table=table-kinds] canvas")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    # The first of five bars reaches the top of its drawing: it is the greatest but for one.
    page.mouse.click(box["x"] + box["width"] * 0.12, box["y"] + box["height"] * 0.8)
    page.wait_for_url("**/reports/calls/records/**")
    assert "what=enquiry" in page.url
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(Call.objects.filter(kinds__contains=["enquiry"]).count())


def test_a_chart_follows_the_dark_and_its_table_is_folded_behind_it(house_with_calls: House):
    page = house_with_calls.enter("wanghaiyan", "/reports/calls/", color_scheme="light")
    chart = page.locator("figure[data-table=table-kinds] canvas")
    expect(chart).to_be_visible()
    light = chart.evaluate("canvas => canvas.toDataURL()")
    page.emulate_media(color_scheme="dark")
    for _time in range(100):  # The browser's own waiting evaluates text, which the page's policy forbids.
        if chart.evaluate("canvas => canvas.toDataURL()") != light:
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail("the chart stayed light")
    expect(page.locator("#table-hours")).to_be_hidden()
    page.locator("details:has(#table-hours) summary").click()
    expect(page.locator("#table-hours")).to_be_visible()


def test_only_report_pages_load_the_drawing(house_with_calls: House):
    page = house_with_calls.enter("wanghaiyan", "/reports/compliance/")
    assert page.locator("script[src*=charts]").count() == 0
    house_with_calls.go(page, "/reports/promises/")
    assert page.locator("script[src*=charts]").count() == 1
