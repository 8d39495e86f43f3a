"""People who act through the API at stated times, as the stories tell it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import make_token
from chengnuo.people.models import Staff
from tests.cast import CAST_AT, Cast

LONG = timedelta(days=366)


@dataclass
class Person:
    """Somebody with a key to the API. `does` posts an act at an instant and gives (status, answer)."""

    staff: Staff
    token: str

    def does(self, at: datetime, path: str, key: str = "", /, **body: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        with moved_to(at, "story"):
            answer = Browser(headers=headers).post(
                f"/api/v1/{path}", json.dumps(body, default=datetime.isoformat), content_type="application/json"
            )
        return answer.status_code, answer.json()

    def manages(self, at: datetime, path: str, key: str = "", /, **body: Any) -> dict[str, Any]:
        """The same, of which the story knows that it succeeds."""
        status, answer = self.does(at, path, key, **body)
        assert status in {200, 201}, answer
        return answer


def given_a_key(staff: Staff) -> Person:
    return Person(staff, make_token(staff, name="story", expires_at=CAST_AT + LONG, by=None, now=CAST_AT)[1])


@pytest.fixture
def person(cast: Cast) -> Callable[[str], Person]:
    """One of the cast by username."""
    return lambda name: given_a_key(getattr(cast, name))
