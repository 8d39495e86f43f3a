"""`chengnuo run` as a person meets it: it starts, outlives what dies, stops in order, and is found again after a kill."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from chengnuo.launch import family
from chengnuo.launch.postgres import Cluster

pytestmark = pytest.mark.slow


class Launched:
    """A data folder with a port, and the launcher that runs on it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        self.log = home / "run.log"
        self.env = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        self.env |= {
            "CHENGNUO_DATA": str(home),
            "CHENGNUO_PORT": str(self.port),
            "CHENGNUO_DEMO": "0",
            "CHENGNUO_TICK": "0.2",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "chengnuo.cli", *words]

    def start(self, seconds: float = 60) -> None:
        """Start and wait for its greeting."""
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(self.command("run"), env=self.env, stdout=out, stderr=out)
        greeting = "runs at http://localhost"
        assert waited_for(lambda: self.process.poll() is not None or greeting in self.log.read_text(), seconds)
        assert self.process.poll() is None, self.log.read_text()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)

    def health(self) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except OSError:
            return 0, {}
        finally:
            connection.close()

    def children(self) -> dict[str, int]:
        """Worker and web by pid, as the launcher wrote them down."""
        pids = [pid for pid, _ in json.loads((self.home / "processes.json").read_text())]
        return dict(zip(("worker", "web"), pids, strict=True))

    def database(self) -> int | None:
        return Cluster(self.home).running_pid()


@contextmanager
def in_a_folder() -> Iterator[Launched]:
    with tempfile.TemporaryDirectory(prefix="cn-") as folder:
        Path(folder).chmod(0o711)
        it = Launched(Path(folder))
        try:
            yield it
        finally:
            if it.process and it.process.poll() is None:
                it.stop(signal.SIGTERM)


@pytest.fixture
def launched() -> Iterator[Launched]:
    """On an empty data folder."""
    with in_a_folder() as it:
        yield it


@pytest.fixture(scope="session")
def empty_company() -> Iterator[Path]:
    """A data folder whose database is migrated and stopped: to be copied, for that takes a second, and migrating many."""
    with in_a_folder() as it:
        subprocess.run(it.command("migrate"), env=it.env, capture_output=True, check=True)
        yield it.home


@pytest.fixture
def settled(empty_company: Path) -> Iterator[Launched]:
    """On the data of a company that was started before."""
    with in_a_folder() as it:
        subprocess.run(["cp", "-a", f"{empty_company}/.", str(it.home)], check=True)
        yield it


def waited_for(what, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.1)
    return bool(what())


WELL = (200, {"database": "ok", "worker": "ok", "jobs": "ok", "last_backup": "never"})


def test_it_starts_stops_in_order_and_starts_again(launched):
    launched.start()
    assert launched.health() == WELL
    pids = [*launched.children().values(), launched.database()]
    assert launched.stop() == 0
    assert launched.log.read_text().split("\n\n")[-1].split() == [
        "Stopping",
        "…",
        "web",
        "worker",
        "database",
        "Stopped.",
    ]
    assert [family.born(pid) for pid in pids] == [0, 0, 0]
    launched.start()
    assert launched.health() == WELL


def test_what_is_killed_is_named_and_comes_back(settled):
    settled.start()
    os.kill(settled.database(), signal.SIGKILL)
    assert waited_for(lambda: settled.health()[0] == 503, 10)
    assert waited_for(lambda: settled.health() == WELL)
    for name in ("worker", "web"):
        old = settled.children()[name]
        os.kill(old, signal.SIGKILL)
        assert waited_for(lambda name=name, old=old: settled.children()[name] != old)
        assert waited_for(lambda: settled.health() == WELL)


def test_after_a_kill_of_the_launcher_the_next_one_takes_over(settled):
    settled.start()
    before = [*settled.children().values(), settled.database()]
    settled.stop(signal.SIGKILL)
    assert settled.health() == WELL
    settled.start()
    assert "Stopped 2 processes that a killed launcher left behind." in settled.log.read_text()
    assert [family.born(pid) for pid in before] == [0, 0, 0]
    assert settled.health() == WELL


def test_other_commands_work_beside_it_and_a_second_launcher_is_refused(settled):
    settled.start()
    checked = subprocess.run(settled.command("check"), env=settled.env, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    second = subprocess.run(settled.command("run"), env=settled.env, capture_output=True, text=True)
    assert (second.returncode, second.stderr) == (1, f"Chengnuo runs already on the data in {settled.home}.\n")
    assert settled.health() == WELL


def test_a_demo_that_was_cut_short_is_made_anew_and_one_with_something_beside_it_is_left_alone(launched):
    launched.env["CHENGNUO_DEMO"] = "small"
    with launched.log.open("wb") as out:
        launched.process = subprocess.Popen(launched.command("run"), env=launched.env, stdout=out, stderr=out)
    assert waited_for(lambda: " %" in launched.log.read_text(), 240), launched.log.read_text()
    launched.stop(signal.SIGKILL)
    launched.start(seconds=240)
    assert "its making was cut short; what is there of it is removed" in launched.log.read_text()
    assert "Sign in with the password" in launched.log.read_text()
    checked = subprocess.run(launched.command("check"), env=launched.env, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    made = subprocess.run(launched.command("token", "zhoumin"), env=launched.env, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    with psycopg.connect(Cluster(launched.home).url(), autocommit=True) as connection:
        connection.execute("INSERT INTO ledger_heartbeat VALUES ('demo.making', now())")
    launched.stop()
    again = subprocess.run(launched.command("run"), env=launched.env, capture_output=True, text=True, timeout=120)
    assert (again.returncode, "something else is in the database beside it" in again.stderr) == (1, True)


def test_what_a_restore_left_half_done_is_not_started_on(launched):
    half = launched.home.with_name(launched.home.name + ".restoring")
    half.mkdir()
    try:
        refused = subprocess.run(launched.command("run"), env=launched.env, capture_output=True, text=True)
    finally:
        half.rmdir()
    assert (refused.returncode, "was not finished" in refused.stderr) == (1, True)


def test_a_command_alone_starts_the_database_and_stops_it_again(launched):
    migrated = subprocess.run(launched.command("migrate"), env=launched.env, capture_output=True, text=True)
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert launched.database() is None
