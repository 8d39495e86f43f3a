"""Every figure of every report opens exactly the records that it counts, for whoever reads it."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.urls import resolve

from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff
from chengnuo.site.reports.catalogue import REPORTS
from chengnuo.site.reports.compliance import compliance
from chengnuo.site.reports.drill import bars, drill
from chengnuo.site.reports.lists import CALL_LIST, CLAIM_LIST, COMPLAINT_LIST, DUTIES, PROMISE_LIST
from chengnuo.site.reports.promises import head_figures
from tests.hotline.world import NOW
from tests.site.reports.world import asked, lived

LISTS = {
    "duties": DUTIES,
    "promise_list": PROMISE_LIST,
    "call_list": CALL_LIST,
    "claim_list": CLAIM_LIST,
    "complaint_list": COMPLAINT_LIST,
}
PEOPLE = ("wanghaiyan", "chenlixing", "xuning", "zhoumin", "luyao", "mengchuan", "admin")
QUERIES = ("", "since=2026-09-08&until=2026-09-12", "unit={su}", "since=2026-01-01&until=2026-12-31")


def rows_behind(user: Staff, url: str) -> int:
    """How many records the page of this address lists to this person."""
    parts = urlsplit(url)
    listing = LISTS[resolve(parts.path).url_name]
    with moved_to(NOW, "test"):
        rows, _form = listing.asked(Staff.objects.get(pk=user.pk), NOW, parts.query)
        return rows.count()


@pytest.fixture
def a_month(cast):
    lived(cast)
    return cast


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("query", QUERIES)
def test_each_count_is_the_number_of_rows_that_its_link_lists(a_month, name, query):
    user = getattr(a_month, name)
    try:
        scope = asked(user, query.format(su=a_month.su.pk))
    except AssertionError:
        assert name in ("luyao", "mengchuan", "admin")  # Suzhou is not theirs to ask for.
        return
    wrong, counted = [], 0
    for key, report in REPORTS.items():
        for table in report.tables(scope):
            for line in table.lines:
                for column, cell in zip(table.columns, line.cells, strict=True):
                    assert bool(cell.url) == (column.kind == "count" and bool(cell.value)), (key, table.key, column.key)
                    if cell.url:
                        counted += 1
                        if (rows := rows_behind(user, cell.url)) != cell.value:
                            wrong.append((key, table.key, line.key, column.key, cell.value, rows, cell.url))
    assert wrong == []
    if name not in ("mengchuan", "admin"):
        assert counted > 20


@pytest.mark.parametrize("name", ["wanghaiyan", "xuning", "luyao"])
def test_the_panel_of_a_clause_and_its_bars_open_what_they_count(a_month, name):
    user = getattr(a_month, name)
    scope = asked(user)
    found = compliance(scope)
    for line in found.lines:
        panel = drill(scope, line, found.by_unit(line.clause.id))
        assert rows_behind(user, panel.url) == line.fates.produced
        assert rows_behind(user, panel.untimely_url) == line.fates.untimely
        for bar in (*panel.bars, *bars(scope, found.by_unit())):
            assert (rows_behind(user, bar.url), rows_behind(user, bar.bad_url)) == (bar.fates.produced, bar.fates.bad)


def test_the_figures_at_the_head_of_the_promises_open_theirs(a_month):
    for column, cell in head_figures(asked(a_month.wanghaiyan)):
        if cell.url:
            assert rows_behind(a_month.wanghaiyan, cell.url) == cell.value, column.key


PAGES = (
    "compliance/", "compliance/3.1.5/", "compliance/3.1.2/", "promises/", "response/answered/", "response/called_back/",
    "response/kept/", "response/acknowledged/", "calls/", "claims/", "complaints/", "fairness/",
)  # fmt: skip
LINK = re.compile(r'<a[^>]*href="(/reports/[^"]*(?:duties|records)/\?[^"]*)"[^>]*>([\d,]+)</a>')


@pytest.mark.parametrize("name", ["wanghaiyan", "xuning", "zhoumin"])
def test_every_number_that_a_page_prints_as_a_link_is_the_number_behind_it(a_month, name):
    user = getattr(a_month, name)
    browser = Browser()
    browser.force_login(user)
    found = 0
    with moved_to(NOW, "test"):
        for page in PAGES:
            text = browser.get(f"/reports/{page}").text
            for url, number in LINK.findall(text):
                found += 1
                assert rows_behind(user, unescape(url)) == int(number.replace(",", "")), (page, url)
                assert browser.get(unescape(url)).status_code == 200
    assert found > 60


def test_a_link_to_a_measure_of_other_records_lists_nothing(a_month):
    for path in ("duties/?measure=answered", "calls/records/?measure=kept", "promises/records/?measure=called_back"):
        assert rows_behind(a_month.wanghaiyan, f"/reports/{path}") == 0
