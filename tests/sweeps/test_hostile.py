"""Garbage in an address or a form is answered in words, never with a fault of ours."""

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from tests.sweeps.access_table import PAGES
from tests.sweeps.test_access import filled

NAMES = [
    "q",
    "page",
    "after",
    "before",
    "cursor",
    "unit",
    "kind",
    "state",
    "since",
    "until",
    "view",
    "tab",
    "sort",
    "kinds",
    "who",
    "caller",
    "pick",
    "phone",
    "about",
    "preset",
    "by",
    "keeper",
    "rang_at",
    "at",
    "content",
    "answer",
    "amount",
    "name",
    "values",
    "year",
    "pk",
    "id",
    "to",
    "staff",
    "next",
    "col",
    "density",
    "once",
    "version",
    "typed",
    "client",
    "contact",
    "starts_at",
    "ends_at",
    "reason",
    "text",
    "what",
    "decision",
    "step",
    "sha256",
    "value",
    "in_force_from",
    "days",
    "source",
    "open_cases",
    "reached",
    "only",
    "reply",
]
GARBAGE = [
    "9" * 40,
    "-1",
    "1e999",
    "NaN",
    "😀" * 500,
    "%00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "９９９",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-02-30",
    "1790000000.5-99999999999999999999",
    "inf-1",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "長" * 30_000,
]
GETS = [row for row in PAGES if row.method == "get"]


@pytest.fixture
def browser(world):
    one = Browser(raise_request_exception=False)
    one.force_login(world.people["manager"])
    return one


def mixtures():
    """Every field with another piece of garbage, and the pieces in turn; NUL apart, since it is refused first."""
    yield dict.fromkeys(NAMES, "\0")
    for turn in range(0, len(GARBAGE), 5):
        yield {name: GARBAGE[(number + turn) % len(GARBAGE)] for number, name in enumerate(NAMES)}


def faults(world, browser, rows, ask):
    found = []
    for row in rows:
        url = reverse(row.name, kwargs=filled(row.kwargs, world))
        for number, given in enumerate(mixtures()):
            with transaction.atomic():
                status = ask(browser, url, given | {"kinds": [given["kinds"]] * 3}).status_code
                transaction.set_rollback(True)
            if status >= 500 and row.name != "healthz":
                found.append(f"{row.name} mixture {number}: {status}")
    return found


@pytest.mark.slow
def test_no_page_falls_over_a_hostile_address(world, browser):
    def ask(browser, url, given):
        return browser.get(url, {name: text[:300] for name, text in given.items() if isinstance(text, str)})

    assert faults(world, browser, GETS, ask) == []


@pytest.mark.slow
def test_no_form_falls_over_hostile_fields(world, browser):
    rows = [row for row in PAGES if row.name != "people:sign_out"]
    assert faults(world, browser, rows, lambda browser, url, given: browser.post(url, given)) == []


@pytest.mark.parametrize(
    "path",
    [
        "/hotline/99999999999999999999999/",
        "/clients/9223372036854775808/",
        "/%00/",
        "/drafts/%ff/",
        "/lists/x/views/99999999999999999999/drop/",
        "/procedure/clauses/%F0%9F%98%80/",
        "/procedure/calendar/99999999999/",
    ],
)
def test_no_address_falls_over(world, browser, path):
    assert browser.get(path).status_code < 500
