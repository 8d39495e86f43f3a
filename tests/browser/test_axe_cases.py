"""axe finds nothing on claims and complaints in the middle of their way, wide and narrow, light and dark."""

import pytest

from chengnuo.clients.models import Client
from tests.browser.conftest import House
from tests.browser.test_axe import broken, skip_without_axe
from tests.claims.world import a_loss, decided, estimated, guided, insured, with_insurer
from tests.complaints.world import DAY, HOUR, NOW, a_complaint, at, at_centre, settled
from tests.hotline.world import a_client


@pytest.fixture
def busy(house: House) -> tuple[House, dict[str, str]]:
    """Claims with the centre, declined and new; complaints under the leader's instruction, settled, repeated."""
    cast, client = house.cast, insured(house.cast, a_client(house.cast))
    large = a_loss(cast, client)
    estimated(large, "210000", by=cast.zhoumin, now=NOW + HOUR)
    guided(cast, large, NOW + 2 * HOUR)
    declined = decided(cast, with_insurer(cast, client), "declined", None, at("10-08 10:00"))
    major = at_centre(cast, client)
    done = settled(cast, client, account="保单寄错了地址", category="policy")
    again = a_complaint(cast, client, now=NOW + DAY, account="九月的车险理赔款还没到账，催了几次没人答复")
    house.turn(at("10-08 11:00"))
    names = {"large": large, "declined": declined, "major": major, "done": done, "again": again}
    return house, {name: one.get_absolute_url() for name, one in names.items()}


def found_on(house: House, who: str, addresses: list[str]) -> list[str]:
    page = house.enter(who)
    found = []
    for address in addresses:
        house.go(page, address)
        found += broken(page)
    return found


def test_axe_finds_nothing_on_claims(busy: tuple[House, dict[str, str]]):
    skip_without_axe()
    house, at_ = busy
    acts = [f"{at_['declined']}{act}/" for act in ("dispute", "remind", "refusal", "estimate", "speak", "state")]
    several = "/claims/hand-on/?pick=1&pick=2", "/claims/remind/?pick=1&pick=2"
    pages = ["/claims/", "/claims/?lens=open", at_["large"], at_["declined"], *acts, *several, "/claims/lists/"]
    client = Client.objects.get().pk
    assert found_on(house, "zhoumin", [*pages, f"/claims/new/?client={client}"]) == []


def test_axe_finds_nothing_on_complaints(busy: tuple[House, dict[str, str]]):
    skip_without_axe()
    house, at_ = busy
    acts = [f"{at_['major']}{act}/" for act in ("decide", "pause", "declare", "merge", "recuse", "state", "note")]
    pages = ["/complaints/", at_["major"], at_["done"], at_["again"], *acts, "/complaints/urge/?pick=1&pick=2"]
    assert found_on(house, "linxiaotang", pages) == []


def test_axe_finds_nothing_on_the_board_and_the_reports_of_cases(busy: tuple[House, dict[str, str]]):
    skip_without_axe()
    house, _at = busy
    pages = ["/board/", "/board/?all", "/reports/claims/", "/reports/complaints/"]
    assert found_on(house, "linxiaotang", pages) == []
