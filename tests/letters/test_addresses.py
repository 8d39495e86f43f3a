"""Which addresses an envelope can bear, and which two are one (4.2.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.letters.addresses import checked, place_of
from chengnuo.letters.fields import filled, missing, unknown, used


@pytest.mark.parametrize(
    ("typed", "address", "postcode", "excuse"),
    [
        ("苏州市吴中区木渎镇金塘路0号", "苏州市吴中区木渎镇金塘路0号", "", ""),
        ("215101 苏州市吴中区金塘路8号", "苏州市吴中区金塘路8号", "215101", ""),
        ("苏州市吴中区金塘路8号 215101", "苏州市吴中区金塘路8号", "215101", ""),
        ("苏州市吴中区金塘路8号，邮编：215101", "苏州市吴中区金塘路8号，", "215101", ""),
        ("苏州市吴中区金塘路8号 邮编 21510", "苏州市吴中区金塘路8号", "", "postcode"),
        ("2151011 苏州市吴中区金塘路8号", "苏州市吴中区金塘路8号", "", "postcode"),
        ("", "", "", "no_address"),
        ("  \n", "", "", "no_address"),
        ("苏州市金塘路8号", "苏州市金塘路8号", "", "short"),
        ("金塘路工业集中地厂房8号楼", "金塘路工业集中地厂房8号楼", "", "short"),
        ("苏州市吴中区木渎镇金塘路旁边", "苏州市吴中区木渎镇金塘路旁边", "", "short"),
        ("苏州市吴中区金塘路215101号", "苏州市吴中区金塘路215101号", "", ""),
    ],
)
def test_an_address_is_read_with_its_postcode_and_says_what_it_lacks(typed, address, postcode, excuse):
    assert checked(typed) == (address, postcode, excuse)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_and_a_postcode_has_six_digits_or_none(typed):
    found = checked(typed)
    assert len(found.postcode) in (0, 6)


def test_one_letter_box_is_one_however_people_write_it_and_of_two_people_two():
    one = place_of("苏州市吴中区 金塘路８号", "household")
    assert one == place_of("苏州市吴中区金塘路8号", "household")
    assert one != place_of("苏州市吴中区金塘路8号", "contact 3")
    assert one != place_of("苏州市吴中区金塘路9号", "household")


def test_fields_are_known_by_name_and_what_fills_them_is_never_looked_at_again(filling):
    assert used("{客户}和{联系人}、{客户}") == ["客户", "联系人"]
    assert unknown("{客户}{密码}") == ["密码"]
    assert filled("致{客户}：{险种}", filling(client="{联系人}公司")) == "致{联系人}公司：财产险"


def test_a_field_without_a_value_is_named(filling):
    assert missing("{险种}{到期日}{客户}", filling(policy=None)) == ["险种", "到期日"]
    assert missing("{称呼}{客户经理}", filling()) == ["客户经理"]
