"""Every story ends with a look at the whole ledger: nothing may be found. Files lie in a folder of the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chengnuo.clients.models import Client, Contact, Policy
from chengnuo.ledger import loop
from chengnuo.ledger.check import check
from chengnuo.letters.fields import Filling
from tests.cast import Cast


@pytest.fixture(autouse=True)
def a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(loop, "_filled", {})
    settings.BLOB_DIR = tmp_path


@pytest.fixture
def cast(cast: Cast) -> Iterator[Cast]:
    yield cast
    assert [str(finding) for finding in check()[0]] == []


@pytest.fixture
def filling() -> Callable[..., Filling]:
    """What a letter is filled from, without a database."""

    def make(client: str = "锦穗公司", policy: Any = ...) -> Filling:
        cover = Policy(line="property", no="P1", insurer="屿安") if policy is ... else policy
        return Filling(Client(name=client), Contact(name="陈月琴"), "行政主管", cover, "陈月琴", "周敏", "苏州分公司")

    return make
