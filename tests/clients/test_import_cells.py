"""What a cell of a workbook says: read right, or refused in words that say what to do."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.clients.importing import cells, sheets
from chengnuo.clients.importing.sheets import Field

DAYS = Field("x", "x", sheets.DAY)
CODES = Field("x", "x", sheets.CODE)
MONEY = Field("x", "x", sheets.MONEY)
CHOICE = Field("x", "x", sheets.CHOICE)
YES = Field("x", "x", sheets.YES)
TEXT = Field("x", "x")
LABELS = {"企业": "company", "个人": "person"}


@pytest.mark.parametrize(
    "field, raw, expected",
    [
        *((DAYS, raw, "2026-09-28") for raw in ("2026-09-28", "2026/9/28", "2026.9.28", "2026年9月28日", "20260928")),
        *((DAYS, raw, "2026-09-28") for raw in ("２０２６－０９－２８", " 2026-9-28\xa0", "2026-09-28 00:00:00", 46293.0, 20260928.0)),
        (DAYS, date(2026, 9, 28), "2026-09-28"),
        (DAYS, datetime(2026, 9, 28, 14, 36), "2026-09-28"),  # noqa: DTZ001 — a workbook knows no zone.
        (DAYS, "", ""),
        (CODES, 13800001021.0, "13800001021"),
        (CODES, "１３８００００１０２１", "13800001021"),
        (CODES, "\u200b91999999MAMHW8NR6D \xa0\u3000", "91999999MAMHW8NR6D"),
        (CODES, "2026E10", "2026E10"),
        (MONEY, "¥12,800,000.00元", "12800000.00"),
        (MONEY, 20930.1, "20930.1"),
        (MONEY, 0.1 + 0.2, "0.3"),
        (CHOICE, " 企业 ", "company"),
        (YES, "是", "1"),
        (YES, True, "1"),
        (YES, "否", ""),
        (YES, None, ""),
        (TEXT, "𬱖\r\n二", "𬱖\n二"),
        (TEXT, "=1+1", "=1+1"),
        (TEXT, 12.0, "12"),
    ],
)  # fmt: skip
def test_a_cell_is_read_whatever_form_it_has(field, raw, expected):
    assert cells.read(field, raw, LABELS) == expected


@pytest.mark.parametrize(
    "field, raw, words",
    [
        (DAYS, "2026-02-30", "没有这一天"),
        (DAYS, "9/28/26", "日期写成2026-09-28"),
        (DAYS, "2026-09-28 14:36", "日期写成2026-09-28"),
        (DAYS, 7.0, "日期写成2026-09-28"),
        (CODES, 3.205010119900307e17, "15位以后已丢"),
        (CODES, "1.38E+10", "科学计数法"),
        (CODES, "9.2E+17", "科学计数法"),
        (CODES, date(2026, 9, 28), "当日期"),
        (MONEY, time(3, 4), "要填数字"),
        (MONEY, True, "要填数字"),
        (CHOICE, "公司", "没有这个选项，从这些里选：企业、个人"),
        (YES, "也许", "填是或否"),
    ],
)
def test_what_cannot_be_read_right_is_refused_in_words(field, raw, words):
    with pytest.raises(ValueError, match=words):
        cells.read(field, raw, LABELS)


RAW = st.one_of(
    st.text(max_size=60), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(), st.dates(), st.times(),
    st.datetimes(),
)  # fmt: skip


@given(st.sampled_from([DAYS, CODES, MONEY, CHOICE, YES, TEXT]), RAW)
def test_any_cell_is_read_or_refused(field, raw):
    try:
        assert isinstance(cells.read(field, raw, LABELS), str)
    except ValueError as fault:
        assert str(fault)  # noqa: PT017 — either way is right.


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_reads_the_same_in_all_its_forms(day):
    forms = [day, day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    serial = float((day - cells.EPOCH).days)
    assert {cells.read(DAYS, form) for form in [*forms, f"{day:%Y%m%d}", serial]} == {day.isoformat()}


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_number_that_excel_kept_whole_keeps_every_digit(number):
    assert cells.read(CODES, float(number)) == str(number)
