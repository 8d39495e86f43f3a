"""Fixtures that every room's tests share."""

import pytest

from chengnuo.settings.base import GATE
from tests.cast import Cast
from tests.cast import cast as made


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast of people, at work since 2 January 2026."""
    return made()


@pytest.fixture
def gate(settings) -> None:
    """The second factor as it is demanded outside of tests, for clients made after this."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, GATE]
    settings.SECOND_FACTOR = {"administrator": "any", "chairman": "any", "executive": "any", "centre_head": "any"}
