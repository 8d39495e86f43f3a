"""Asking the API as somebody, at the tests' instant."""

from typing import Any

from django.test import Client as Browser

from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from chengnuo.people.models import Staff
from tests.hotline.world import DAY, NOW, do


def secret_of(staff: Staff) -> str:
    """A token for everything, made once for each person of a test."""
    known: str | None = getattr(staff, "_secret", None)
    if known is None:
        known = do(make_token, staff, name="测试", expires_at=NOW + 300 * DAY, by=None, now=NOW)[1]
        staff._secret = known  # type: ignore[attr-defined]
    return known


def asking(staff: Staff, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    """The status and the content of an answer of /api/v1."""
    how: dict[str, Any] = {"content_type": "application/json", "data": body or {}} if method == "post" else {}
    headers = {"Authorization": f"Bearer {secret_of(staff)}", **headers}
    with moved_to(NOW, "test"):
        answer = getattr(Browser(), method)(f"/api/v1{path}", headers=headers, **how)
    return answer.status_code, answer.json() if answer["Content-Type"].startswith(
        "application/json"
    ) else answer.content
