"""Which backups stay."""

from datetime import datetime, timedelta

import pytest

from chengnuo.launch.backup.keeping import ZONE, Keep, kept, known, let_go, name_of, parse_keep
from chengnuo.launch.backup.words import NotBackedUp

LAST = datetime(2026, 9, 28, 2, tzinfo=ZONE)
DAY = timedelta(days=1)


def test_of_a_year_of_days_seven_days_four_weeks_and_twelve_months_stay():
    stay = sorted(kept([LAST - n * DAY for n in range(400)], Keep()), reverse=True)
    days = [(at.month, at.day) for at in stay]
    assert days[:7] == [(9, 28), (9, 27), (9, 26), (9, 25), (9, 24), (9, 23), (9, 22)]
    # Of the weeks the Sundays, of the months their last days.
    assert days[7:] == [
        (9, 20), (9, 13), (8, 31), (7, 31), (6, 30), (5, 31), (4, 30), (3, 31), (2, 28), (1, 31), (12, 31), (11, 30), (10, 31),
    ]  # fmt: skip


def test_periods_without_a_backup_do_not_count():
    made = [LAST, LAST - 40 * DAY, LAST - 300 * DAY]
    assert kept(made, Keep(1, 1, 12)) == set(made)
    assert kept(made, Keep(2, 0, 0)) == set(made[:2])


def test_all_of_the_last_day_stay_so_that_a_bad_one_does_not_drive_out_the_good_one():
    made = [LAST - timedelta(hours=n) for n in range(30)]
    assert kept(made, Keep(1, 0, 0)) == set(made[:24])


def test_the_newest_stays_under_any_rule():
    for keep in (Keep(1, 0, 0), Keep(0, 1, 0), Keep(0, 0, 1)):
        assert LAST in kept([LAST, LAST - 400 * DAY], keep)
    assert kept([], Keep()) == set()


def test_only_files_of_this_company_go_and_never_the_one_just_made(tmp_path):
    def put(place: str, at: datetime):
        path = tmp_path / name_of(place, at)
        path.write_bytes(b"")
        return path

    ahead, made, old = put("aaaaaaaa", LAST + 900 * DAY), put("aaaaaaaa", LAST), put("aaaaaaaa", LAST - 9 * DAY)
    other = put("bbbbbbbb", LAST - 9 * DAY)
    strange = tmp_path / "chengnuo-aaaaaaaa-minutes of a meeting.cnb"
    strange.write_bytes(b"")
    assert sorted(known(tmp_path, "aaaaaaaa").values()) == sorted([ahead, made, old])
    assert let_go(tmp_path, "aaaaaaaa", Keep(1, 0, 0), made) == [old.name]
    assert sorted(tmp_path.iterdir()) == sorted([ahead, made, other, strange])


def test_the_rule_is_read_from_three_figures():
    assert parse_keep("7,4,12") == Keep()


@pytest.mark.parametrize("text", ["", "7", "7,4", "0,0,0", "-1,4,12", "7,4,12,1", "a,b,c", "9999,1,1"])
def test_a_rule_that_keeps_nothing_or_is_none_is_refused(text):
    with pytest.raises(NotBackedUp, match="as in 7,4,12"):
        parse_keep(text)
