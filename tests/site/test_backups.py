"""Backups on the screen and in the worker: every day, on demand, and told of when they fail."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.kit import jobs
from chengnuo.kit.models import Job, JobState, Notice
from chengnuo.kit.outward import hold
from chengnuo.launch.backup.keys import new_key
from chengnuo.launch.backup.making import Made
from chengnuo.launch.backup.words import NotBackedUp
from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Heartbeat, TrailEvent
from chengnuo.site.backups import making
from chengnuo.site.backups.actions import note_failed, note_made
from chengnuo.site.backups.rules import is_due, last_moment, tone
from chengnuo.site.models import Backup
from tests.cast import cast as everybody
from tests.cast import refused
from tests.launch.backup.conftest import Place, place  # noqa: F401

TWO = time(2)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


# When


def test_the_days_moment_is_the_last_two_oclock_in_shanghai():
    assert last_moment(at("09-28 02:00"), TWO) == at("09-28 02:00")
    assert last_moment(at("09-28 01:59"), TWO) == at("09-27 02:00")
    assert last_moment(at("09-28 07:00").astimezone(UTC), TWO) == at("09-28 02:00")


@pytest.mark.parametrize(
    "now, good, tried, owed",
    [
        ("09-28 02:00", None, None, True),
        ("09-28 01:59", "09-27 02:01", None, False),
        ("09-28 02:00", "09-27 02:01", None, True),
        ("09-28 09:00", "09-25 02:00", None, True),  # Two days were missed: one is owed.
        ("09-28 09:00", "09-28 02:00", None, False),
        ("09-28 02:59", "09-27 02:00", "09-28 02:00", False),
        ("09-28 03:00", "09-27 02:00", "09-28 02:00", True),
        ("09-28 03:00", "12-31 02:00", None, True),  # Of a clock that was wrong.
        ("09-28 03:00", "09-27 02:00", "12-31 02:00", True),
    ],
)
def test_a_backup_is_owed_once_a_day_caught_up_and_tried_again_after_an_hour(now, good, tried, owed):
    given = [one and at(one) for one in (good, tried)]
    assert is_due(at(now), TWO, *given) is owed


def test_its_age_is_green_for_26_hours_then_amber_and_red_after_50():
    now = at("09-28 14:36")
    ages = [25.9, 26, 50, 50.1]
    assert [tone(now, now - age * HOUR) for age in ages] == ["green", "amber", "amber", "red"]
    assert tone(now, None) == "red"


# What is written down


def made(name: str = "chengnuo-0a0a0a0a-2026-09-28-020000.cnb", made_at: datetime | None = None, **more) -> Made:
    given = {"size": 5_800_000, "seconds": 12.34, "rows": 1000, "events": 100, "files": 7, "lost": [], "let_go": []}
    return Made(path=Path(name), made_at=made_at or clock.now(), **{**given, "is_proved": False, **more})


def good(**more) -> Backup:
    return note_made(made(**more), "abc", how="daily", by=None, now=clock.now())


def failed(code: str = "full", ago: timedelta = timedelta()) -> Backup:
    return note_failed(NotBackedUp(code, "the disk is full"), how="daily", by=None, now=clock.now() - ago)


def test_a_good_one_has_its_event_and_its_beat_and_what_it_drove_out_is_marked(cast):
    old = good(name="old")
    new = good(name="new", let_go=["old", "one that no row knows"])
    old.refresh_from_db()
    assert (old.gone_at is not None, new.gone_at) == (True, None)
    verbs = TrailEvent.objects.filter(subject_type="site.backup").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["backup.made", "backup.made", "backup.let_go"]
    assert Heartbeat.objects.get(name="backup").at == new.made_at
    assert check()[0] == []


def test_a_failure_is_told_to_the_administrators_once_a_day_and_again_after_a_good_one(cast):
    for _nth in range(3):
        failed()
    failed("unwritable")
    told = [(one.staff, one.text, one.moment) for one in Notice.objects.order_by("pk")]
    assert told == [
        (cast.admin, "备份未成：目标盘已满，清出空间再备份", "backup.failed"),
        (cast.admin, "备份未成：目标文件夹写不进去，检查权限和磁盘", "backup.failed"),
    ]
    good()
    failed()
    assert Notice.objects.count() == 3
    assert check()[0] == []


def test_what_nobody_foresaw_is_said_without_its_english(cast):
    assert failed("program").error == "出了故障，详情在日志里"


# The worker


@pytest.fixture
def set_up(place: Place, monkeypatch) -> Place:  # noqa: F811
    monkeypatch.setenv("CHENGNUO_BACKUP_DIR", str(place.target))
    monkeypatch.setenv("CHENGNUO_BACKUP_KEY", str(place.key_file))
    return place


def asked() -> int:
    return making.ask_for_backup(clock.now())


def test_the_worker_makes_what_is_owed_once_and_asks_for_it_once(committing_db, set_up):
    assert (asked(), asked()) == (1, 0)
    making.back_up_today()
    making.back_up_today()
    one = Backup.objects.get()
    assert (one.state, one.how, one.is_proved, len(one.key_id)) == ("good", "daily", False, 12)
    assert [path.name for path in set_up.target.iterdir()] == [one.file]
    assert asked() == 0


def test_without_a_folder_nothing_is_owed_and_a_round_reads_nothing(db, place, django_assert_num_queries):  # noqa: F811
    with django_assert_num_queries(0):
        assert asked() == 0
    making.back_up_today()
    assert Backup.objects.count() == 0


def test_a_round_with_nothing_owed_reads_the_index_twice(cast, set_up, django_assert_num_queries):
    good()
    with django_assert_num_queries(2):
        assert asked() == 0


@pytest.mark.parametrize(
    "name, value, words", [("KEY", "nowhere", "读不到密钥文件"), ("DIR", "data/x", "数据文件夹里面")]
)
def test_a_setting_that_will_not_do_is_written_down_and_told(committing_db, set_up, monkeypatch, name, value, words):
    everybody()
    monkeypatch.setenv(f"CHENGNUO_BACKUP_{name}", str(set_up.home / value))
    making.back_up_today()
    one = Backup.objects.get()
    assert (one.state, words in one.error) == ("failed", True)
    assert words in Notice.objects.get().text
    making.back_up_today()
    assert Backup.objects.count() == 1  # An hour has to pass.


def test_a_time_or_a_rule_that_cannot_be_is_told_once_an_hour(cast, set_up, monkeypatch):
    monkeypatch.setenv("CHENGNUO_BACKUP_AT", "noon")
    for _nth in range(3):
        assert asked() == 0
    assert [one.code for one in Backup.objects.all()] == ["at"]


# The pages


@pytest.fixture
def admin(cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.admin)
    return browser


def test_the_administrators_first_page_tells_the_age_of_the_last_good_one(admin):
    assert "还没有备份" in admin.get("/").text
    good(made_at=clock.now() - 3 * HOUR - MINUTE)
    page = admin.get("/").text
    assert '<b class="figure plain green">3时01分</b>' in page
    for told in ("5.8 MB · 用时12.3秒", "已读回", "还没有试还原过"):
        assert told in page
    good(made_at=clock.now() - 2 * HOUR - MINUTE, is_proved=True, lost=["a", "b"])
    failed()
    page = admin.get("/").text
    assert ("已试还原" in page, "缺2个文件" in page, "目标盘已满" in page) == (True, True, True)


def test_nobody_else_sees_the_card_and_his_first_page_asks_no_more(cast, client):
    client.force_login(cast.zhoumin)
    assert reverse("site:backups") not in client.get("/").text


def test_the_page_lists_good_ones_and_failures(admin):
    good()
    failed()
    page = admin.get(reverse("site:backups")).text
    for told in ("完好", "未成", "5.8 MB", "12.3秒", "每日", "目标盘已满", "CHENGNUO_BACKUP_DIR"):
        assert told in page
    assert "立即备份" not in page


def test_page_and_card_ask_no_oftener_for_thirty_rows_than_for_one(admin, cast):
    counts = []
    for rows in (1, 29):
        for _nth in range(rows):
            failed()
            note_made(made(), "abc", how="person", by=cast.admin, now=clock.now())
        asked = []
        for url in ("/", reverse("site:backups")):
            admin.get(url)
            with CaptureQueriesContext(connection) as captured:
                admin.get(url)
            asked.append(len(captured))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_an_administrator_lets_a_restored_company_go_once(admin, cast, client, held):
    assert "收发已停" in admin.get("/").text
    url = reverse("site:let_out")
    assert url in admin.get(reverse("site:backups")).text
    client.force_login(cast.xuning)
    assert (client.post(url).status_code, held.exists()) == (403, True)
    assert (admin.post(url).status_code, held.exists()) == (302, True)  # Until the transaction is through.


def test_what_was_let_go_is_on_record_and_is_not_let_go_again(committing_db, held):
    people = everybody()
    hold.release(by=people.admin, now=clock.now())
    assert not held.exists()
    with refused("not_held"):
        hold.release(by=people.admin, now=clock.now())
    assert TrailEvent.objects.filter(verb="outward.released").count() == 1


def test_without_settings_the_button_is_refused(admin, place):  # noqa: F811
    answer = admin.post(reverse("site:backup_new"))
    assert (answer.status_code, "还没有设置备份文件夹和密钥" in answer.text, Job.objects.count()) == (409, True, 0)


def test_the_button_asks_the_worker_who_makes_one_and_tells_the_person(committing_db, set_up):
    people = everybody()
    browser = Browser()
    browser.force_login(people.admin)
    assert "立即备份" in browser.get(reverse("site:backups")).text
    answer = browser.post(reverse("site:backup_new"))
    job = Job.objects.get()
    assert answer.headers["Location"] == job.get_absolute_url()
    jobs.run_job(job.pk)
    job.refresh_from_db()
    one = Backup.objects.get()
    assert (job.state, one.how, one.asked_by) == (JobState.DONE, "person", people.admin)
    assert job.words.startswith(one.file)
    assert Notice.objects.get().text.startswith(f"备份：{one.file}")


def test_a_button_that_fails_says_why_to_the_person(committing_db, set_up, monkeypatch):
    people = everybody()
    (set_up.data / "keys" / "trail").unlink()
    job = jobs.start(making.KIND, making.TITLE, args={}, by=people.admin, now=clock.now())
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.words) == (JobState.REFUSED, "数据文件夹里读不到事件链密钥")


# The command


def test_the_command_makes_one_and_writes_it_down(committing_db, set_up, capsys):
    call_command("backup", str(set_up.home / "elsewhere"), key=set_up.key_file)
    one = Backup.objects.get()
    assert (one.how, (set_up.home / "elsewhere" / one.file).exists()) == ("command", True)
    assert f"{one.file}: " in capsys.readouterr().out


def test_the_command_takes_a_passphrase(committing_db, set_up, monkeypatch):
    monkeypatch.setenv("CHENGNUO_BACKUP_PASSPHRASE", "a passphrase that is long enough")
    call_command("backup", str(set_up.target), passphrase=True)
    assert Backup.objects.get().state == "good"


@pytest.mark.parametrize(
    "given, words", [({}, "Where to"), ({"folder": "x"}, "No key"), ({"folder": "x", "keep": "7"}, "7,4,12")]
)
def test_the_command_refuses_in_words(db, place, given, words):  # noqa: F811
    with pytest.raises(CommandError, match=words):
        call_command("backup", **given)


def test_a_key_of_the_command_that_is_none_is_refused_in_words(db, place, tmp_path):  # noqa: F811
    new_key(tmp_path / "key", outside=place.data)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("backup", "x", key=tmp_path / "no")
