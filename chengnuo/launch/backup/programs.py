"""pg_dump and pg_restore, the wheel's or the system's, through pipes; a password is never on a command line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ..binaries import from_wheel
from .words import NotBackedUp

LOCK_WAIT_SECONDS = 60


def program(name: str, major: int) -> str:
    """The path of one of PostgreSQL's programs that is not older than the server. Raises NotBackedUp."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which(name)
    folders = [*(it.folder for it in from_wheel()), *debian, *([Path(on_path).parent] if on_path else [])]
    found = [(folder / name, _major(folder / name)) for folder in folders if (folder / name).exists()]
    for path, of in found:
        if of >= major:
            return str(path)
    have = ", ".join(f"{of} in {path.parent}" for path, of in found) or "none"
    raise NotBackedUp("no_program", f"No {name} of PostgreSQL {major} or newer is here (found: {have}).")


def _major(path: Path) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _apart(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and an environment that has it: everybody on the machine sees arguments."""
    words = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = words.pop("password", "")
    env = {**os.environ, "PGOPTIONS": "-c synchronous_commit=off"}
    return make_conninfo(**words), env | ({"PGPASSWORD": password} if password else {})


@contextmanager
def dumping(url: str, snapshot: str, major: int) -> "Iterator[IO[bytes]]":
    """What pg_dump says of a snapshot, as a stream. Raises NotBackedUp at the end where it failed.

    It locks tables against being dropped or altered, not against writers.
    """
    where, env = _apart(url)
    words = ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    argv = [program("pg_dump", major), f"--dbname={where}", f"--lock-wait-timeout={LOCK_WAIT_SECONDS}s", *words]
    with _ended_with(argv, env, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        yield child.stdout


@contextmanager
def restoring(url: str, major: int) -> "Iterator[IO[bytes]]":
    """Where a dump is written to; all of it is there after the block, or nothing. Raises NotBackedUp."""
    where, env = _apart(url)
    words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    argv = [program("pg_restore", major), f"--dbname={where}", *words]
    with _ended_with(argv, env, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        try:
            yield child.stdin
            child.stdin.close()
        except BrokenPipeError:
            pass  # Its own words say why it ended.


@contextmanager
def _ended_with(argv: list[str], env: dict[str, str], **pipes: int) -> "Iterator[subprocess.Popen[bytes]]":
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(argv, env=env, stderr=complaints, **pipes)  # type: ignore[call-overload]
        try:
            yield child
        except BaseException:
            child.kill()
            raise
        finally:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None and not pipe.closed:
                    _close(pipe)
            child.wait()
        if child.returncode:
            complaints.seek(0)
            said = complaints.read(2000).decode(errors="replace").strip()
            raise NotBackedUp("program", f"{Path(argv[0]).name} failed: {said}")


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
