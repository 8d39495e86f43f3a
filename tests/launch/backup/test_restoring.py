"""The way back: into an empty place alone, all of it or nothing, and everything is as it was."""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from chengnuo.kit.models import Blob
from chengnuo.launch import postgres
from chengnuo.launch.backup import restoring
from chengnuo.launch.backup.keys import Key, new_key
from chengnuo.launch.backup.making import make
from chengnuo.launch.backup.restoring import Restored, restore
from chengnuo.launch.backup.snapshot import TABLES
from chengnuo.launch.backup.words import Damaged, NotBackedUp
from chengnuo.ledger.models import TrailEvent
from tests.hotline.world import a_call
from tests.launch.backup.conftest import Company, Place, silent


@pytest.fixture
def own_server(monkeypatch) -> None:
    """Restores go into a PostgreSQL of our own, not into the tests'."""
    monkeypatch.delenv("DATABASE_URL")


def restored(place: Place, path: Path, name: str = "second", key: Key | None = None) -> Restored:
    return restore(path, key or place.key, place.home / name, silent)


def nothing_is_left(place: Place) -> bool:
    return {path.name for path in place.home.iterdir()} <= {"data", "target", "safe"}


def rows(of: psycopg.Connection) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    return {
        f"{schema}.{name}": [
            row
            for (row,) in of.execute(
                sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(schema, name))
            )
        ]
        for schema, name in of.execute(TABLES).fetchall()
    }


def next_values(of: psycopg.Connection) -> list[str]:
    """The columns whose next value would not be above what is there."""
    columns = of.execute(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ).fetchall()
    wrong = []
    for table, column, sequence in columns:
        if sequence:
            largest = sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            given, there = of.execute("SELECT nextval(%s)", [sequence]).fetchone(), of.execute(largest).fetchone()
            if given <= there:
                wrong.append(f"{table}.{column}")
    return wrong


@contextmanager
def beside(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, options="-c TimeZone=UTC") as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield other


@pytest.mark.slow
def test_a_company_at_work_is_brought_back_as_it_was_at_one_instant(company: Company, own_server):
    """The drill: row by row against the very snapshot, while somebody goes on writing."""
    place, cast = company.place, company.cast
    wanted = place.wanted()
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(a_call(cast, by=cast.lize).pk)
        connection.close()

    with beside(wanted.url) as same:
        told = []

        def tell(stage: str, done: int, total: int) -> None:
            if stage == "database" and not told:
                # Another's transaction that sees what the backup sees, by the name that it exported.
                names = [name for (name,) in psycopg.connect(wanted.url).execute("SELECT pg_ls_dir('pg_snapshots')")]
                same.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(*names)))
                told.append(len(written))

        writer = threading.Thread(target=write)
        writer.start()
        made = make(wanted, tell)
        stop.set()
        writer.join()
        before = rows(same)
    assert len(written) > told[0]
    assert TrailEvent.objects.count() > len(before["public.ledger_trail_event"]) == made.events

    done = restored(place, made.path)
    assert (done.is_whole, done.was_migrated) == (True, False)
    with postgres.running(done.home) as cluster, beside(cluster.url()) as again:
        assert rows(again) == before
        assert next_values(again) == []
        rights = "SELECT has_table_privilege('chengnuo_app', 'ledger_trail_event', p) FROM unnest(ARRAY['INSERT', 'UPDATE']) p"
        assert again.execute(rights).fetchall() == [(True,), (False,)]
    for folder in ("blobs", "seals", "keys"):
        assert files(done.home / folder) == files(place.data / folder)
    assert len(files(done.home / "blobs")) == Blob.objects.count() > 1


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_backup_that_is_cut_altered_or_of_another_key_is_refused_before_anything_is_written(
    company: Company, own_server
):
    place, made = company.place, company.place.made()
    whole, spoilt, chance = made.path.read_bytes(), place.home / "target" / "spoilt.cnb", random.Random(4)
    for _nth in range(20):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        spoilt.write_bytes(changed)
        with pytest.raises(NotBackedUp):
            restored(place, spoilt)
    for length in (0, 10, len(whole) - 1, *(chance.randrange(len(whole)) for _nth in range(10))):
        spoilt.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            restored(place, spoilt)
    spoilt.write_bytes(whole + b"\0")
    with pytest.raises(Damaged):
        restored(place, spoilt)
    with pytest.raises(NotBackedUp, match="another key"):
        restored(place, made.path, key=new_key(place.home / "safe" / "other", outside=place.data))
    with pytest.raises(NotBackedUp, match="cannot be read"):
        restored(place, place.home / "target" / "nothing.cnb")
    assert nothing_is_left(place)


@pytest.mark.parametrize("there", ["postgresql/PG_VERSION", "notes.txt", ".hidden"])
def test_nothing_is_restored_over_anything(place: Place, own_server, there):
    path = place.home / "second" / there
    path.parent.mkdir(parents=True)
    path.write_text("18")
    with pytest.raises(NotBackedUp, match=r"A company lives in|is not empty"):
        restored(place, place.home / "no.cnb")
    assert path.read_text() == "18"


def test_a_link_or_a_file_in_the_place_is_refused(place: Place, own_server):
    (place.home / "second").symlink_to(place.home / "elsewhere")
    (place.home / "third").write_text("")
    for name, words in (("second", "is a link"), ("third", "is no folder")):
        with pytest.raises(NotBackedUp, match=words):
            restored(place, place.home / "no.cnb", name)


@pytest.mark.parametrize(
    "change", [{"product": "0.2.0"}, {"product": "10.0"}, {"migrations": [["hotline", "9999_later"]]}]
)
def test_a_backup_of_a_newer_version_is_refused_in_words(change):
    about = {"product": "0.1.0", "migrations": [["hotline", "0001_initial"], ["procrastinate", "0001_initial"]]}
    restoring._refuse_newer(about)
    with pytest.raises(NotBackedUp, match=r"newer than 0\.1\.0"):
        restoring._refuse_newer(about | change)


def test_a_backup_of_an_older_version_may_know_what_is_here_no_more():
    restoring._refuse_newer({"product": "0.0.9", "migrations": [["hotline", "0001_squashed_since"]]})


@pytest.mark.slow
def test_a_restore_that_fails_half_way_leaves_nothing_and_what_a_killed_one_left_is_cleared(
    company: Company, own_server, monkeypatch
):
    place, made = company.place, company.place.made()
    killed = place.home / "second.restoring"
    (killed / "postgresql").mkdir(parents=True)
    (killed / "keys").mkdir()
    with monkeypatch.context() as broken:
        broken.setattr(restoring, "check", lambda url, home: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restored(place, made.path)
    assert nothing_is_left(place)
    (killed / "postgresql").mkdir(parents=True)
    assert restored(place, made.path).is_whole
    assert not killed.exists()


@pytest.mark.slow
def test_a_trail_that_was_not_whole_is_brought_back_and_said_so(company: Company, own_server):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clients_client SET name = 'changed by hand' WHERE id = %s", [company.world.ids["client"]]
        )
    done = restored(company.place, company.place.made().path)
    assert (done.is_whole, "row_changed" in done.said) == (False, True)


@pytest.mark.slow
def test_an_older_backups_tables_are_brought_up_to_date(company: Company, own_server):
    """As the company was before the table of backups came."""
    call_command("migrate", "site", "zero", verbosity=0)
    made = company.place.made()
    connection.close()
    done = restored(company.place, made.path)
    assert (done.was_migrated, done.is_whole) == (True, True)
    with postgres.running(done.home) as cluster, beside(cluster.url()) as again:
        assert again.execute("SELECT count(*) FROM site_backup").fetchone() == (0,)
        assert again.execute("SELECT has_table_privilege('chengnuo_app', 'site_backup', 'INSERT')").fetchone() == (
            True,
        )


# A server of somebody else


@pytest.fixture
def given(monkeypatch, company: Company) -> Iterator[str]:
    """An empty database on the tests' server, which DATABASE_URL names."""
    name = f"{settings.DATABASES['default']['NAME']}_given"
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def tables(url: str) -> int:
    with psycopg.connect(url) as one:
        return len(one.execute(restoring.OBJECTS).fetchall())


@pytest.mark.slow
def test_a_given_server_gets_the_company_once_and_is_empty_again_where_it_fails(company: Company, given, monkeypatch):
    place, made = company.place, company.place.made()
    with monkeypatch.context() as broken:
        broken.setattr(restoring, "check", lambda url, home: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restored(place, made.path)
    assert (tables(given), nothing_is_left(place)) == (0, True)

    done = restored(place, made.path)
    assert done.is_whole
    assert not (done.home / "postgresql").exists()
    with beside(place.wanted().url) as source, beside(given) as again:
        assert rows(again) == rows(source)

    with pytest.raises(NotBackedUp, match="ever restored over a company"):
        restored(place, made.path, "third")
    assert not (place.home / "third").exists()
