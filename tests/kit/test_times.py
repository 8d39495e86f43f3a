"""How instants, spans and the fate of a duty are written."""

from datetime import date, datetime, timedelta

import pytest

from chengnuo.kit.times import fate, in_column, in_sentence, last_day, span
from chengnuo.ledger.clock import ZONE


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


NOW = at(9, 28, 14, 36)


@pytest.mark.parametrize(
    "moment,words",
    [
        (at(9, 28, 12), "今天 12:00"),
        (at(9, 29, 17, 30), "明天 17:30"),
        (at(9, 27, 9, 52), "09-27 09:52"),
        (at(10, 8, 17, 30), "10-08 17:30"),
        (at(2, 14, 9, year=2027), "2027-02-14 09:00"),
        (at(9, 28), "今天 00:00"),
    ],
)
def test_a_moment_in_a_column_says_today_tomorrow_or_the_date(moment, words):
    assert in_column(moment, now=NOW) == words


@pytest.mark.parametrize(
    "due,words",
    [
        (at(9, 28), "09-27 24:00"),
        (at(9, 29), "今天 24:00"),
        (at(9, 30), "明天 24:00"),
        (at(1, 1, year=2027), "12-31 24:00"),
        (at(9, 29, 0, 1), "明天 00:01"),
    ],
)
def test_a_deadline_at_midnight_reads_24_of_the_day_it_ends(due, words):
    assert in_column(due, is_deadline=True, now=NOW) == words


def test_a_sentence_names_month_day_and_weekday():
    assert in_sentence(at(10, 8, 17, 30), now=NOW) == "10月8日 周四 17:30"
    assert in_sentence(date(2026, 9, 28), now=NOW) == "9月28日 周一"
    assert in_sentence(date(2027, 2, 14), now=NOW) == "2027年2月14日 周日"


@pytest.mark.parametrize(
    "minutes,words",
    [
        (0, "不到1分"),
        (1, "1分"),
        (44, "44分"),
        (60, "1时"),
        (125, "2时05分"),
        (156, "2时36分"),
        (6 * 60 - 1, "5时59分"),
        (6 * 60 + 1, "6时"),
        (14 * 60 + 36, "14时"),
        (24 * 60, "1天"),
        (26 * 60 + 54, "1天2时"),
        (72 * 60, "3天"),
        (10 * 1440 + 174, "10天"),
    ],
)
def test_a_span_keeps_the_parts_that_matter(minutes, words):
    assert span(timedelta(minutes=minutes)) == words
    assert span(-timedelta(minutes=minutes)) == words


def test_the_last_day_of_a_deadline_at_midnight_is_the_day_before():
    assert last_day(at(9, 28)) == date(2026, 9, 27)
    assert last_day(at(9, 28, 0, 1)) == date(2026, 9, 28)


@pytest.mark.parametrize(
    "due,met_at,tone,words",
    [
        (at(9, 28, 12), None, "red", "逾期2时36分"),
        (at(9, 28, 15, 20), None, "amber", "剩44分"),
        (at(9, 29), None, "amber", "剩9时"),
        (at(9, 29, 17, 30), None, "", "剩1天2时"),
        (NOW, None, "amber", "剩不到1分"),
        (at(9, 24, 16, 40), at(9, 24, 16, 58), "red", "迟18分"),
        (at(9, 24, 16, 40), at(9, 24, 16, 40), "green", "按时"),
    ],
)
def test_the_colour_says_a_dutys_fate_and_the_words_say_it_too(due, met_at, tone, words):
    told = fate(due, met_at=met_at, now=NOW)
    assert (told.tone, told.words) == (tone, words)
