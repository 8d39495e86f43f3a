"""The index made of what was there before it: resumed, compared, beside living work."""

import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from chengnuo.hotline.models import Call
from chengnuo.kit.models import SearchBuild, SearchRow
from chengnuo.kit.search import building, read, rows, search
from chengnuo.kit.search.kinds import KINDS
from tests.cast import cast as made
from tests.hotline.world import NOW, a_call, a_client

CALLS = KINDS["hotline.call"]


@pytest.fixture(autouse=True)
def unbuilt(monkeypatch):
    monkeypatch.setattr(building, "_is_built", False)


@pytest.fixture
def calls(cast):
    client = a_client(cast)
    return [a_call(cast, client=client, content=f"电梯第{nth}次") for nth in range(7)]


def numbers(staff, typed="电梯"):
    return [one.hit.number for group in search(read(typed), staff, NOW) for one in group.found]


def test_what_was_there_before_the_index_is_found_after_it_is_made(cast, calls):
    SearchRow.objects.all().delete()
    assert numbers(cast.zhoumin) == []
    assert building.build()
    assert len(numbers(cast.zhoumin)) == 7
    assert building.is_built()
    assert all(building.compare(kind).is_whole for kind in KINDS.values())


def test_it_goes_from_the_newest_back_and_on_where_it_was_broken_off(cast, calls, monkeypatch):
    monkeypatch.setattr(building, "BATCH", 3)
    SearchRow.objects.all().delete()
    monkeypatch.setattr(building, "KINDS", {CALLS.type: CALLS})
    assert not building.build(0)
    progress = building._progress(CALLS)
    building._go_on(CALLS, progress)
    assert numbers(cast.zhoumin) == [call.number for call in calls[:3:-1]]
    assert building.is_unfinished()
    assert building.percent() < 100
    later = a_call(cast, content="电梯又坏")
    assert building.build()
    assert numbers(cast.zhoumin) == [later.number, *(call.number for call in reversed(calls))]


def test_a_comparison_counts_what_is_missing_old_and_left_over(cast, calls, capsys):
    call_command("reindex")
    assert "call" in capsys.readouterr().out
    call_command("reindex", check=True)
    SearchRow.objects.filter(subject_type=CALLS.type, subject_pk=calls[0].pk).delete()
    SearchRow.objects.filter(subject_type=CALLS.type, subject_pk=calls[1].pk).update(text="别的")
    SearchRow.objects.filter(subject_type=CALLS.type, subject_pk=calls[2].pk).update(unit_id=None)
    SearchRow.objects.filter(subject_type="hotline.dutyline").update(subject_type=CALLS.type, subject_pk=10**9)
    stray = SearchRow.objects.get(subject_type=CALLS.type, subject_pk=calls[3].pk)
    stray.subject_pk = 10**9
    stray.save(force_insert=True)
    found = building.compare(CALLS)
    assert (found.records, found.missing, found.stale, found.left_over) == (7, 1, 2, 1)
    with pytest.raises(CommandError, match="chengnuo reindex"):
        call_command("reindex", check=True)
    call_command("reindex")
    call_command("reindex", check=True)


def test_rows_of_another_version_are_made_anew(cast, calls, monkeypatch):
    building.build()
    SearchRow.objects.update(text="旧", mark="")
    SearchBuild.objects.update(version=0)
    assert not building.is_unfinished() or building.build()
    assert building.build()
    assert len(numbers(cast.zhoumin)) == 7


def test_an_upgrade_asks_the_worker_once_for_what_is_missing(db):
    for _time in range(2):
        building.build_where_missing()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'chengnuo.kit.search.build'")
        assert cursor.fetchone() == (1,)
    building.go_on_building()
    assert building.is_built()


def test_the_app_role_may_make_the_index(cast, calls, app_role):
    building.begin_again()
    assert building.build()
    assert len(numbers(cast.zhoumin)) == 7


def test_an_action_that_writes_while_the_index_is_made_has_the_last_word(committing_db):
    """The builder waits for the action at a record, and the action for the builder: neither writes older words."""
    cast = made()
    call = a_call(cast, content="电梯")
    SearchRow.objects.all().delete()
    took = threading.Event()

    def build() -> None:
        took.set()
        rows.remake(CALLS, [call.pk])
        connections.close_all()

    builder = threading.Thread(target=build)
    with transaction.atomic():
        fresh = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        builder.start()
        took.wait()
        fresh.content = "扶梯"
        fresh.save()
    builder.join()
    assert numbers(cast.zhoumin, "扶梯") == [call.number]
    assert numbers(cast.zhoumin, "电梯") == []
