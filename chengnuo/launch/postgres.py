"""A PostgreSQL of our own: made on first use, on a socket in a folder closed to others, never on the network."""

import contextlib
import getpass
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from .binaries import NOBODY, Binaries, acting_user, find_binaries, reachable
from .words import Refused

OWNER = "postgres"
SOCKET_PATH_LIMIT = 90  # The kernel allows 107 bytes, the file's own name takes some of them.
START_SECONDS = 60
STOP_SECONDS = 30

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "timezone": "UTC",
    "max_connections": "100",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "logging_collector": "off"}


class Cluster:
    """One data folder of PostgreSQL and the server that runs on it, if any."""

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        self.home = home
        self.data = home / "postgresql"
        self.settings = SETTINGS | (THROWAWAY if throwaway else {})
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "chengnuo", user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    @property
    def socket_dir(self) -> Path:
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        return Path("/tmp") / f"chengnuo-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"  # noqa: S108

    def running_pid(self) -> int | None:
        """The pid of the server that works on this data folder, whoever started it; not a pid used again."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return pid if Path(os.readlink(f"/proc/{pid}/cwd")) == self.data.resolve() else None
        except (OSError, ValueError):
            return None

    def start(self) -> None:
        """Start the server, making its data folder first where there is none. A server left over by a killed launcher
        is stopped before. Raises Refused where folder, programs or server will not do."""
        self._make_home()
        binaries = find_binaries(self.home, self._made_by())
        if self._made_by() is None:
            self._initialise(binaries)
        self._clear_leftovers()
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        complaints = self.home / "postgresql.err"
        with complaints.open("wb") as out:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                [binaries["postgres"], "-D", str(self.data), f"-cunix_socket_directories={self.socket_dir}", *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                start_new_session=True,
                **acting_user(),
            )
        self._wait_until_ready(complaints)

    def keeps_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process is not None and self.keeps_running():
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)  # Immediate: it recovers from its log at the next start.
                self.process.wait()
        self.process = None

    def stop_leftover(self) -> None:
        """Stop the server that works on this data folder, whoever started it."""
        until = time.monotonic() + STOP_SECONDS
        while pid := self.running_pid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT if time.monotonic() < until else signal.SIGQUIT)
            time.sleep(0.2)

    def _make_home(self) -> None:
        for folder in (self.home, self.socket_dir):
            try:
                folder.mkdir(mode=0o711 if folder == self.home else 0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise Refused(
                    f"The data folder {folder} cannot be made: {error.strerror}. Set CHENGNUO_DATA."
                ) from error
        if not reachable(self.home):
            whom = f"uid {NOBODY}, as whom root runs PostgreSQL," if os.geteuid() == 0 else "this user"
            raise Refused(f"{whom} may not enter the data folder {self.home}. Set CHENGNUO_DATA to one it can reach.")
        if self.socket_dir.is_symlink() or self.socket_dir.stat().st_uid not in {os.geteuid(), _acting_uid()}:
            raise Refused(f"{self.socket_dir} belongs to somebody else. Remove it, or set a shorter CHENGNUO_DATA.")
        self.socket_dir.chmod(0o700)
        _hand_over(self.socket_dir)

    def _made_by(self) -> int | None:
        with contextlib.suppress(FileNotFoundError):
            return int((self.data / "PG_VERSION").read_text())
        return None

    def _initialise(self, binaries: Binaries) -> None:
        """Made beside and renamed, so that a kill half way leaves nothing that looks like data."""
        fresh = self.home / "postgresql.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _hand_over(fresh)
        # The order of letters must not change with the system's C library: indexes would silently go bad.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
        who = ["--username", OWNER, "--auth-local=peer", "--auth-host=reject"]
        no_sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        made = subprocess.run(  # type: ignore[call-overload]
            [binaries["initdb"], "-D", str(fresh), "--encoding=UTF8", "--locale=C", *provider, *who, *no_sync],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **acting_user(),
        )
        if made.returncode != 0:
            raise Refused(f"PostgreSQL could not make its data folder {fresh}:\n{made.stderr.strip()}")
        (fresh / "pg_hba.conf").write_text("local all all peer map=own\n")
        me = getpass.getuser() if os.geteuid() else "root"
        roles = (OWNER, "chengnuo_app")
        (fresh / "pg_ident.conf").write_text("".join(f'own "{me}" {role}\n' for role in roles))
        fresh.rename(self.data)

    def _clear_leftovers(self) -> None:
        self.stop_leftover()
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            # Its number now belongs to another program (a reboot, a new container): PostgreSQL alone could not tell.
            if Path(f"/proc/{int(lock.read_text().split(chr(10), 1)[0])}").exists():
                lock.unlink()

    def _wait_until_ready(self, complaints: Path) -> None:
        assert self.process is not None
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise Refused(f"PostgreSQL did not start:\n{complaints.read_text(errors='replace').strip()[-2000:]}")
            time.sleep(0.05)


@contextlib.contextmanager
def running(home: Path, *, throwaway: bool = False) -> Iterator[Cluster]:
    """The cluster of this folder, started for the block unless it runs already (beside `chengnuo run`)."""
    cluster = Cluster(home, throwaway=throwaway)
    if cluster.running_pid() and cluster.is_ready():
        yield cluster
        return
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _acting_uid() -> int:
    return NOBODY if os.geteuid() == 0 else os.geteuid()


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
