"""Numbers as people write them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.clients.phones import digits, is_plausible, masked, shown

DATA = Path(__file__).parents[1] / "data"
WRITTEN = [
    ("138 0000 1021", "13800001021"),
    ("138-0000-1021", "13800001021"),
    ("+86 138 0000 1021", "13800001021"),
    ("+8613800001021", "13800001021"),
    ("008613800001021", "13800001021"),
    ("8613800001021", "13800001021"),
    ("013800001021", "13800001021"),
    ("１３８ ００００ １０２１", "13800001021"),
    ("＋８６１３８００００１０２１", "13800001021"),
    ("0512-0000 6620", "051200006620"),
    ("（0512）00006620", "051200006620"),
    ("(0512) 0000-6620", "051200006620"),
    ("+86 512 0000 6620", "051200006620"),
    ("+86 10 0000 2245", "01000002245"),
    ("+86 0512 0000 6620", "051200006620"),
    ("0512-00006620转801", "051200006620"),
    ("0512-00006620 ext. 801", "051200006620"),
    ("021-0000 3308", "02100003308"),
    ("0532-000 4478", "05320004478"),
    ("400-000-3312", "4000003312"),
    ("+86 400 000 3312", "4000003312"),
    ("800 000 3312", "8000003312"),
    ("12378", "12378"),
    ("95518", "95518"),
    ("+8695518", "95518"),
    ("95511000", "95511000"),
    ("96100", "96100"),
    ("110", "110"),
    ("0000 6620", "00006620"),
    ("+852 2888 0000", "0085228880000"),
    ("0085228880000", "0085228880000"),
]


@pytest.mark.parametrize("written, form", WRITTEN)
def test_every_way_of_writing_a_number_has_one_form_and_can_be_dialled(written, form):
    assert (digits(written), is_plausible(written)) == (form, True)


@pytest.mark.parametrize(
    "written",
    ["", "  ", "没有", "138 0000 102", "138 0000 10211", "问前台", "1", "13800001021\0", "٠١٢٣٤٥٦٧٨٩٠", "a" * 9999],
)
def test_what_cannot_be_dialled_is_not_plausible(written):
    assert is_plausible(written) is False


def test_every_number_of_the_three_days_can_be_dialled_and_is_shown_as_written():
    clients = [json.loads(line) for line in (DATA / "clients.jsonl").read_text().splitlines()]
    written = [phone for one in clients for contact in one["contacts"] for phone in contact["phones"]]
    assert all(is_plausible(phone) for phone in written)
    assert [shown(phone) for phone in written] == written


def test_every_caller_of_the_three_days_has_the_form_of_a_stored_number():
    calls = [json.loads(line) for line in (DATA / "calls.jsonl").read_text().splitlines()]
    callers = [call["caller"] for call in calls if call["caller"]]
    assert [digits(caller) for caller in callers] == [caller.removeprefix("+86") for caller in callers]


@pytest.mark.parametrize(
    "number, form",
    [
        ("138 0000 1021", "138****1021"),
        ("0512-0000 6620", "0512****6620"),
        ("010-0000 2245", "010****2245"),
        ("00006620", "****6620"),
        ("400-000-3312", "400-000-3312"),
        ("12378", "12378"),
        ("", "****"),
    ],
)
def test_the_middle_of_a_persons_number_is_masked(number, form):
    assert masked(number) == form


@given(st.text(max_size=60))
def test_any_text_has_a_form_of_at_most_20_digits_that_is_its_own_form(text):
    form = digits(text)
    assert len(form) <= 20
    assert form == "" or form.isdecimal()
    assert not is_plausible(text) or digits(form) == form


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.lists(st.integers(1, 10), max_size=4),
    st.sampled_from([" ", "-", "\u3000", "–"]),
)
def test_marks_between_the_digits_of_a_mobile_change_nothing(number, places, mark):
    written = number
    for place in places:
        written = written[:place] + mark + written[place:]
    assert digits(written) == number
    assert digits(f"+86{written}") == number
    assert number[3:7] not in masked(written) or number[3:7] in number[:3] + "****" + number[7:]
