"""`chengnuo run`: the database, the worker and the web server under one command.

They stop in the other order, so that no request meets a database that is gone.
"""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from chengnuo.settings.places import data_dir

from . import codes, family, processes
from .backup.restoring import BESIDE
from .codes import SIGN_INS
from .database import Database, given_url
from .family import Child
from .postgres import Cluster
from .words import Refused, say, warn

READY_SECONDS = 60
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DEMO = {"1": ("demo",), "small": ("demo", "--small")}


def run() -> int:
    """Start everything and keep it running until Ctrl-C or SIGTERM; returns the exit status."""
    home, port = data_dir(), processes.port()
    for number in ENDINGS:
        signal.signal(number, signal.default_int_handler)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_sole(home))
            _start(stack, home, port)
        except KeyboardInterrupt:
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            say("\nStopping …")
    say("Stopped.")
    return 0


def _start(stack: contextlib.ExitStack, home: Path, port: int) -> None:
    began = time.monotonic()
    record = home / "processes.json"
    if orphans := family.stop_orphans(record):
        say(f"Stopped {orphans} processes that a killed launcher left behind.")
    _require_free(port)
    cluster, database = _database(stack, home)
    url = _prepare(home, database)
    env = os.environ | {"DATABASE_URL": url}
    children = [Child("worker", processes.worker(), env), Child("web", processes.web(), env)]
    for child in children:
        stack.callback(_stop, child.name, child)
        child.start()
    stack.callback(record.unlink, missing_ok=True)
    family.remember(record, children)
    _await_health(port, children, record)
    _greet(home, port, time.monotonic() - began)
    while True:
        _tend(children, record)
        _tend_database(cluster)
        time.sleep(0.5)


@contextlib.contextmanager
def _sole(home: Path) -> Iterator[None]:
    """One launcher per data folder; the kernel drops the lock with the process, however it ends."""
    if (half := home.with_name(home.name + BESIDE)).exists():
        raise Refused(
            f"A restore into {home} was not finished: {half} is what there is of it. Restore once more, which clears "
            "it, or remove it."
        )
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (home / "run.lock").open("a")
    except OSError as error:
        raise Refused(f"The data folder {home} cannot be used: {error.strerror}. Set CHENGNUO_DATA.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Chengnuo runs already on the data in {home}.") from None
        yield


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(f"Port {port} cannot be used: {error.strerror}. Set CHENGNUO_PORT to another.") from error


def _database(stack: contextlib.ExitStack, home: Path) -> tuple[Cluster | None, Database]:
    if url := given_url():
        say("Database: DATABASE_URL's server")
        return None, Database(url, is_own=False)
    cluster = Cluster(home)
    say(f"Database: its own PostgreSQL, data in {home}")
    stack.callback(_stop, "database", cluster)
    cluster.start()
    return cluster, Database(cluster.url(), is_own=True)


def _prepare(home: Path, database: Database) -> str:
    """Database, tables, static files, and at the first start the demo company; returns the URL to work with."""
    database.ensure()
    say("Tables: bringing them up to date …")
    _step(database.owner_url, processes.prepare())
    database.grant()
    url = database.app_url()
    _collect_static(home, url)
    if database.has_half_a_demo():
        _clear_demo(home, database)
    if not database.has_staff() and (demo := DEMO.get(os.environ.get("CHENGNUO_DEMO") or "1")):
        say("Demo company: made at the first start, by acting it out …")
        _write_sign_ins(home, _step(url, processes.manage(*demo), keep_output=True))
    return url


def _clear_demo(home: Path, database: Database) -> None:
    """A demo company whose making was cut short goes, where nothing but it is there, and is made anew."""
    if not (database.is_own and database.has_only_a_demo()):
        raise Refused(
            "The demo company's making was cut short, and something else is in the database beside it, or the database "
            "is DATABASE_URL's. Empty it yourself: drop the database, or set another CHENGNUO_DATA."
        )
    say("Demo company: its making was cut short; what is there of it is removed.")
    database.make_anew()
    shutil.rmtree(home / "blobs", ignore_errors=True)
    shutil.rmtree(home / "seals", ignore_errors=True)
    _step(database.owner_url, processes.prepare())
    database.grant()


def _collect_static(home: Path, url: str) -> None:
    """Gather and compress the static files, unless nothing that they come from has changed: it takes a second."""
    stamp, now = home / "static.stamp", processes.fingerprint()
    if not (stamp.exists() and stamp.read_text() == now):
        _step(url, processes.manage("collectstatic", "--noinput", "--verbosity", "0"))
        stamp.write_text(now)


def _step(url: str, argv: list[str], *, keep_output: bool = False) -> str:
    """Run a program on the database to its end; returns what it printed, where that is to be kept."""
    child = subprocess.Popen(
        argv,
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if keep_output else None,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = child.communicate()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    if child.returncode:
        raise Refused(f"`{' '.join(argv[1:])}` failed with status {child.returncode}; nothing was started.")
    return output or ""


def _write_sign_ins(home: Path, text: str) -> None:
    """Kept beside the data, for this user only, so that later starts can print them again."""
    with open(os.open(home / SIGN_INS, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
        out.write(text)


def _stop(name: str, part: Child | Cluster) -> None:
    say(f"  {name}")
    part.stop()


def _await_health(port: int, children: list[Child], record: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while (trouble := _trouble(port)) and time.monotonic() < until:
        _tend(children, record)
        time.sleep(0.1)
    if trouble:
        warn(f"not healthy after {READY_SECONDS} s: {trouble}")


def _trouble(port: int) -> str:
    """What /healthz says is wrong; empty when all is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 200:
            return ""
        return ", ".join(f"{part}: {state}" for part, state in json.loads(body).items() if state in {"down", "unknown"})
    except (ValueError, AttributeError):
        return f"web: status {answer.status}"
    except (OSError, http.client.HTTPException) as error:
        return f"web: {error}"
    finally:
        connection.close()


def _greet(home: Path, port: int, seconds: float) -> None:
    say(f"\nChengnuo 承诺 runs at http://localhost:{port} (after {seconds:.1f} s). Ctrl-C stops it.")
    with contextlib.suppress(OSError):
        say((home / SIGN_INS).read_text())
        if now := codes.at(home, time.time()):
            say("Now: " + ", ".join(f"{name} {code}" for name, code in now.items()))


def _tend(children: list[Child], record: Path) -> None:
    if [child for child in children if child.keep_alive()]:
        family.remember(record, children)


def _tend_database(cluster: Cluster | None) -> None:
    if cluster is not None and not cluster.keeps_running():
        warn("the database ended; it starts again")
        with contextlib.suppress(Refused):
            cluster.start()
