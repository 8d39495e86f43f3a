"""Fixtures that every room's tests share."""

from pathlib import Path

import pytest

from chengnuo.settings.base import GATE
from chengnuo.settings.places import HELD
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


@pytest.fixture
def held(settings, tmp_path) -> Path:
    """The mark of a restored company, from which nothing leaves while it lies there; in a data folder of its own."""
    (tmp_path / "keys").symlink_to(settings.DATA_DIR / "keys")
    settings.DATA_DIR = tmp_path
    (tmp_path / HELD).touch()
    return tmp_path / HELD
