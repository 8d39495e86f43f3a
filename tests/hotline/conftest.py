"""Every story of the hotline ends with a look at the whole ledger: nothing may be found."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from chengnuo.clients.models import Client
from chengnuo.hotline.models import Call
from chengnuo.ledger import loop
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from tests.cast import Cast
from tests.hotline.world import DAY, NOW, a_call, a_client, do


@pytest.fixture(autouse=True)
def occasions_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process looks for occasions once an hour; each test is a process of its own."""
    monkeypatch.setattr(loop, "_filled", {})


@pytest.fixture
def cast(cast: Cast) -> Iterator[Cast]:
    yield cast
    assert [str(finding) for finding in check()[0]] == []


@pytest.fixture
def client_su(cast: Cast) -> Client:
    return a_client(cast)


@pytest.fixture
def call(cast: Cast) -> Call:
    return a_call(cast)


@pytest.fixture
def api(db):
    """Asks as a person at an instant; gives (status, answer), a file as its bytes."""
    tokens: dict[str, str] = {}

    def ask(staff, method, path, body=None, now=NOW, **headers):
        if staff is not None and staff.username not in tokens:
            tokens[staff.username] = do(
                make_token, staff, name="测试", expires_at=NOW + 30 * DAY, by=staff, now=NOW - DAY
            )[1]
        if staff is not None:
            headers = {"Authorization": f"Bearer {tokens[staff.username]}", **headers}
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        with moved_to(now, "test"):
            answer = getattr(Browser(), method)(f"/api/v1{path}", headers=headers, **given)
        is_json = answer.headers["Content-Type"].startswith("application/json")
        return answer.status_code, answer.json() if is_json else answer.content

    return ask
