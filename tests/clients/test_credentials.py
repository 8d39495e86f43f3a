"""Credit codes and resident ids at their boundaries."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from chengnuo.clients.credentials import credit_code, masked_id, resident_id

TODAY = date(2026, 9, 28)
DATA = Path(__file__).parents[1] / "data" / "clients.jsonl"


def an_id(area: str, born: str, order: str = "001") -> str:
    body = f"{area}{born}{order}"
    return body + ric.calc_check_digit(body + "0")


def test_every_credential_of_the_80_clients_is_right_and_without_warning():
    for line in DATA.read_text().splitlines():
        one = json.loads(line)
        if one.get("resident_id"):
            assert resident_id(one["resident_id"], TODAY) == (one["resident_id"], "")
        else:
            assert credit_code(one["credit_code"]) == (one["credit_code"], "")


@pytest.mark.parametrize(
    "typed",
    ["91999999mamhw8nr6d", " 91 999999 MAMHW8NR6 D", "９１９９９９９９ＭＡＭＨＷ８ＮＲ６Ｄ", "91999999-MAMHW8NR6-D"],
)
def test_a_code_is_taken_however_it_is_typed(typed):
    assert credit_code(typed) == ("91999999MAMHW8NR6D", "")


@pytest.mark.parametrize(
    "wrong",
    [
        "91999999MAMHW8NR6E",
        "91999999MAMHW8NR7D",
        "91999999MAMHW8NR6",
        "91999999MAMHW8NR6DD",
        "9I999999MAMHW8NR6D",
        "公司",
        "A" * 9999,
    ],
)
def test_a_wrong_code_is_an_error(wrong):
    with pytest.raises(ValueError, match="统一社会信用代码"):
        credit_code(wrong)


def test_an_id_ending_in_x_is_taken_in_small_letters():
    assert resident_id("99999919970905206x", TODAY) == ("99999919970905206X", "")


@pytest.mark.parametrize("born", ["19970230", "18991231", "20260929", "00000101"])
def test_a_birth_that_cannot_be_is_an_error(born):
    with pytest.raises(ValueError, match="出生日期"):
        resident_id(an_id("999999", born), TODAY)


def test_somebody_born_today_has_an_id():
    assert resident_id(an_id("320506", "20260928"), TODAY)[1] == ""


def test_an_unknown_county_is_only_a_warning():
    number = an_id("888888", "19970905")
    assert resident_id(number, TODAY) == (number, "行政区划代码888888不在表里，核对后可照存")


@pytest.mark.parametrize("wrong", ["", "9999991997090520", "999999199709052060", "99999919970905206Y", "\0" * 18])
def test_a_wrong_id_is_an_error(wrong):
    with pytest.raises(ValueError, match="身份证号"):
        resident_id(wrong, TODAY)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(1, 999), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(born, order, place, digit):
    number = an_id("999999", f"{born:%Y%m%d}", f"{order:03}")
    assert resident_id(number, TODAY)[0] == number
    changed = number[:place] + digit + number[place + 1 :]
    if changed != number:
        with pytest.raises(ValueError, match="身份证号"):
            resident_id(changed, TODAY)


def test_the_middle_of_an_id_is_masked():
    assert masked_id("110101199709052061") == "110***********2061"
