"""Every URL × every role, against the table kept by hand."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chengnuo.people.actions import leave, make_token
from tests.hotline.world import DAY, NOW, do
from tests.sweeps.access_table import API, PAGES, PUBLIC, Row
from tests.sweeps.rows import NO_TOKEN
from tests.sweeps.world import ROLES, World


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}:{pattern.name}" if space else str(pattern.name)
        else:
            yield from names(pattern, pattern.namespace or space)


def test_every_url_has_its_row_and_every_row_its_url():
    assert {row.name for row in (*PAGES, *API)} == set(names(get_resolver()))


def filled(value: Any, world: World) -> Any:
    """The value with `@name` replaced by the world's id of that name."""
    if isinstance(value, dict):
        return {name: filled(inner, world) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, world) for inner in value]
    return world.ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def asked(browser: Browser, row: Row, world: World, **how: Any) -> int:
    """The status of one request; whatever it did is taken back."""
    url = reverse(row.name, kwargs=filled(row.kwargs, world)) + re.sub(
        r"@(\w+)", lambda one: str(world.ids[one[1]]), row.query
    )
    with transaction.atomic():
        status = getattr(browser, row.method)(url, **how).status_code
        transaction.set_rollback(True)
    return status


def signed_in(staff: Any) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(staff)
    return browser


def differences(rows: list[Row], world: World, role: str, ask: Any) -> list[str]:
    place = ROLES.index(role)
    found = []
    for row in rows:
        said, expected = ask(row), int(row.statuses.split()[place])
        if said != expected:
            found.append(f"{row.name}: {said}, and the table says {expected}")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_pages_answer_each_role_as_the_table_says(world, role):
    def ask(row: Row) -> int:
        return asked(signed_in(world.people[role]), row, world, data=filled(row.post, world))

    assert differences(PAGES, world, role, ask) == []


@pytest.mark.parametrize("role", ROLES)
def test_the_api_answers_each_role_as_the_table_says(world, role):
    staff = world.people[role]
    _token, secret = do(make_token, staff, name="x", expires_at=NOW + DAY, by=staff)

    def ask(row: Row) -> int:
        body = {"data": json.dumps(filled(row.post, world)), "content_type": "application/json"}
        how = body if row.method == "post" else {}
        return asked(Browser(), row, world, headers={"Authorization": f"Bearer {secret}"}, **how)

    assert differences(API, world, role, ask) == []


def test_a_session_is_no_token(world):
    row_by_name = {row.name: row for row in API if row.name != "api:api-root"}
    browser = signed_in(world.people["operator"])
    statuses = {name: asked(browser, row, world, content_type="application/json") for name, row in row_by_name.items()}
    assert set(statuses.values()) == {int(NO_TOKEN.split()[0])}, statuses


@pytest.mark.parametrize("who", ["nobody", "somebody who left"])
def test_who_is_not_signed_in_is_sent_to_sign_in_from_everywhere_else(world, who):
    browser = Browser(raise_request_exception=False)
    if who != "nobody":
        browser.force_login(world.cast.mengchuan)
        do(leave, world.cast.mengchuan, by=world.cast.admin)
    open_to_all = set()
    for row in PAGES:
        url = reverse(row.name, kwargs=filled(row.kwargs, world))
        with transaction.atomic():
            answer = getattr(browser, row.method)(url)
            transaction.set_rollback(True)
        if answer.status_code != 302 or not answer.headers["Location"].startswith(reverse("people:sign_in")):
            open_to_all.add(row.name)
    assert open_to_all == PUBLIC
