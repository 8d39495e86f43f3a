import pytest

from chengnuo.clients.models import Client
from tests.cast import Cast
from tests.claims.world import insured
from tests.hotline.world import a_client


@pytest.fixture
def client_su(cast: Cast) -> Client:
    return insured(cast, a_client(cast))
