"""Every story ends with a look at the whole ledger: nothing may be found."""

from collections.abc import Iterator

import pytest

from chengnuo.clients.models import Client
from chengnuo.ledger import loop
from chengnuo.ledger.check import check
from chengnuo.visits.models import Visit
from tests.cast import Cast
from tests.hotline.world import a_client
from tests.visits.world import a_visit, agreed, paid


@pytest.fixture(autouse=True)
def occasions_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_filled", {})


@pytest.fixture
def cast(cast: Cast) -> Iterator[Cast]:
    yield cast
    assert [str(finding) for finding in check()[0]] == []


@pytest.fixture
def client_su(cast: Cast) -> Client:
    return a_client(cast)


@pytest.fixture
def planned(cast: Cast, client_su: Client) -> Visit:
    return a_visit(cast, client_su)


@pytest.fixture
def confirmed(cast: Cast, planned: Visit) -> Visit:
    return agreed(cast, planned)


@pytest.fixture
def done(cast: Cast, confirmed: Visit) -> Visit:
    return paid(cast, confirmed)
