"""Who a number or a name leads to, and how much of him whoever answers may see."""

from datetime import date

import pytest

from chengnuo.clients.actions import enter_client
from chengnuo.hotline.callers import callers, chosen
from tests.hotline.world import NOW


@pytest.fixture
def of_hangzhou(cast):
    values = {"kind": "company", "name": "杭州远山印染有限公司", "since": date(2020, 1, 1)}
    contacts = [{"name": "裘国富", "title": "厂长", "phones": ["138 0000 3501"]}]
    return enter_client(unit=cast.hz, values=values, contacts=contacts, by=cast.luyao, now=NOW)


def test_the_whole_number_of_another_branchs_contact_tells_who_calls(cast, of_hangzhou):
    (found,) = callers(cast.zhoumin, "138 0000 3501", NOW)

    assert (found.client.name, found.contact.name, found.is_full) == ("杭州远山印染有限公司", "裘国富", False)


@pytest.mark.parametrize("typed", ["3501", "远山", "杭州远山印染"])
def test_part_of_a_number_or_a_name_gives_only_the_card_of_another_branchs_client(cast, of_hangzhou, typed):
    (found,) = callers(cast.zhoumin, typed, NOW)

    assert (found.client.name, found.contact, found.title) == ("杭州远山印染有限公司", None, "")


def test_a_contact_of_another_branch_is_not_found_by_his_key_alone(cast, of_hangzhou):
    contact = of_hangzhou.positions.get().contact_id

    assert chosen(cast.zhoumin, f"{of_hangzhou.pk}:{contact}", NOW).contact is None
    assert chosen(cast.luyao, f"{of_hangzhou.pk}:{contact}", NOW).contact.name == "裘国富"


def test_the_branch_itself_sees_its_contact_by_the_last_four_digits(cast, of_hangzhou):
    (found,) = callers(cast.luyao, "3501", NOW)

    assert (found.contact.name, found.is_full) == ("裘国富", True)


@pytest.mark.parametrize("key", ["", "x", "1:x", ":", f"{9**30}:", "0:0", "1;drop"])
def test_a_key_that_is_none_names_nobody(cast, of_hangzhou, key):
    assert chosen(cast.zhoumin, key, NOW) is None
