"""Fixtures that every room's tests share."""

import pytest

from tests.cast import Cast
from tests.cast import cast as made


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast of people, at work since 2 January 2026."""
    return made()
