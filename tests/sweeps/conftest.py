"""The world that the sweeps walk through, at an instant that every request of theirs has too."""

from collections.abc import Iterator

import pytest

from chengnuo.ledger.clock import moved_to
from tests.cast import Cast
from tests.hotline.world import NOW
from tests.sweeps.world import World, everything


@pytest.fixture
def world(cast: Cast, settings, tmp_path) -> Iterator[World]:
    settings.BLOB_DIR = settings.MEDIA_ROOT = tmp_path
    with moved_to(NOW, "test"):
        yield everything(cast, NOW)
