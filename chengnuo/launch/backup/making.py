"""Making a backup: beside its name, read back, and only then named. Nothing waits for it but a change of the tables.

Files are kept under their hash and only ever added, so the order is what makes it one instant: first the database's
snapshot, then the files that it knows.
"""

import contextlib
import errno
import fcntl
import hashlib
import hmac
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import psycopg

from . import keeping, programs, snapshot
from .container import CHUNK, Sealing
from .keeping import Keep
from .keys import Key
from .parts import ABOUT, DATABASE, SETTINGS, Writing
from .proving import prove
from .verifying import verify
from .words import NotBackedUp, Tell, size

UNSAID = frozenset({"CHENGNUO_BACKUP_PASSPHRASE", "CHENGNUO_DATA"})
"""Settings that are not kept: what opens the backup, and a place that is another one after the restore."""


@dataclass(frozen=True)
class Wanted:
    """What to back up, where to, and how it is kept."""

    url: str
    data: Path
    target: Path
    key: Key
    keep: Keep = field(default_factory=Keep)
    is_proved: bool = False


@dataclass(frozen=True)
class Made:
    """A backup that was read back whole."""

    path: Path
    made_at: datetime
    size: int
    seconds: float
    rows: int
    events: int
    files: int
    lost: list[str]
    """Files that the database knows and the disk has lost, or holds altered."""
    let_go: list[str]
    is_proved: bool


def make(wanted: Wanted, tell: Tell) -> Made:
    """Write, read back, with `is_proved` restore and compare, name, and let old ones go by the rule.

    Raises NotBackedUp; nothing is left of what failed, and no older backup is touched then.
    """
    began = time.monotonic()
    place = place_of(wanted.data)
    with _alone(wanted.data), _written_to(wanted.target, wanted.data):
        for left in wanted.target.glob(f"chengnuo-{place}-*.part"):
            left.unlink()  # Of one that was killed: there is no other, we are alone.
        at = datetime.now(UTC).replace(microsecond=0)
        path = wanted.target / keeping.name_of(place, at)
        part = path.with_suffix(".part")
        try:
            about = _write(part, wanted, at, tell)
            if verify(part, wanted.key, tell).about != about:
                raise NotBackedUp("unlike", "What was read back is not what was written.")
            if wanted.is_proved:
                prove(part, wanted.key, wanted.data, tell)
            part.rename(path)
            _sync_folder(wanted.target)
        finally:
            part.unlink(missing_ok=True)
        gone = keeping.let_go(wanted.target, place, wanted.keep, path)
    return Made(
        path=path,
        made_at=at,
        size=path.stat().st_size,
        seconds=time.monotonic() - began,
        rows=sum(rows for rows, _sum in about["tables"].values()),
        events=about["trail"]["events"],
        files=about["files"],
        lost=about["lost"],
        let_go=gone,
        is_proved=wanted.is_proved,
    )


def place_of(data: Path) -> str:
    """A short name of this company, so that two may share a folder. Raises NotBackedUp without the chain's key."""
    try:
        key = (data / "keys" / "trail").read_bytes()
    except OSError as error:
        raise NotBackedUp(
            "no_trail_key", f"The chain's key {data}/keys/trail cannot be read; without it a backup proves nothing."
        ) from error
    return hmac.new(key, b"the name of this company's backups", hashlib.sha256).hexdigest()[:8]


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One backup at a time; the kernel drops the lock with the process, however it ends."""
    with (data / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotBackedUp("busy", "Another backup is being made.") from None
        yield


@contextlib.contextmanager
def _written_to(target: Path, data: Path) -> Iterator[None]:
    """The folder exists, lies outside the data, and what the disk says becomes words."""
    if target.resolve().is_relative_to(data.resolve()):
        raise NotBackedUp("inside", f"{target} lies in the data folder {data}: a backup there is lost with it.")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            free = size(os.statvfs(target).f_bavail * os.statvfs(target).f_frsize)
            raise NotBackedUp("full", f"The disk of {target} is full ({free} left); nothing was kept.") from error
        raise NotBackedUp("unwritable", f"{target} cannot be written to: {error.strerror or error}.") from error


def _write(path: Path, wanted: Wanted, at: datetime, tell: Tell) -> dict[str, Any]:
    with (
        open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out,
        tempfile.TemporaryFile("w+", encoding="ascii") as names,
    ):
        sealing = Sealing(out, wanted.key)
        parts = Writing(sealing)
        with snapshot.snapshot(wanted.url) as seen:
            about = _seen(seen, at, tell)
            _dump(seen, wanted.url, parts, tell)
            names.writelines(f"{name}\n" for name in snapshot.blobs(seen))
        about |= _files(parts, wanted, names, about["seals"], tell)
        parts.json(ABOUT, about)
        parts.close()
        out.flush()
        os.fsync(out.fileno())
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # What is read back comes from the disk.
    return about


def _seen(seen: snapshot.Connection, at: datetime, tell: Tell) -> dict[str, Any]:
    """What the backup says of itself, as far as the database knows it."""
    tell("snapshot", 0, 0)
    return {
        "product": version("chengnuo"),
        "made_at": at.isoformat(),
        "postgresql": snapshot.major(seen),
        "migrations": snapshot.migrations(seen),
        "tables": snapshot.tables(seen),
        "sequences": snapshot.sequences(seen),
        "trail": snapshot.trail(seen),
        "seals": {str(up_to): [*told] for up_to, told in snapshot.seals(seen).items()},
    }


def _dump(seen: snapshot.Connection, url: str, parts: Writing, tell: Tell) -> None:
    name = snapshot.one(seen, "SELECT pg_export_snapshot()")
    with programs.dumping(url, name, snapshot.major(seen)) as dump, parts.part(DATABASE) as out:
        while piece := dump.read(CHUNK):
            out.write(piece)
            tell("database", out.size, 0)


def _files(parts: Writing, wanted: Wanted, names: IO[str], seals: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Keys, settings, the seals that the snapshot knows, and every file of a record; says what is lost."""
    settings = {
        name: value for name, value in os.environ.items() if name.startswith("CHENGNUO_") and name not in UNSAID
    }
    parts.json(SETTINGS, settings)
    for path in sorted((wanted.data / "keys").iterdir()):
        if path.is_file() and not path.name.startswith("."):
            _copy(parts, f"keys/{path.name}", path)
    unsealed = [up_to for up_to in seals if not _copy(parts, f"seals/{up_to}.json", _seal(wanted.data, up_to))]
    files, lost, gone = 0, list[str](), list[str]()
    names.seek(0)
    for name in map(str.strip, names):
        tell("files", files, 0)
        if _copy(parts, f"blobs/{name}", wanted.data / "blobs" / name[:2] / name):
            files += 1
            if parts.last.sha256 != name:
                lost.append(name)
        else:
            (lost if _is_known(wanted.url, name) else gone).append(name)
    return {"files": files, "lost": lost, "gone": gone, "unsealed": unsealed}


def _seal(data: Path, up_to: str) -> Path:
    return data / "seals" / f"{int(up_to):012d}.json"


def _copy(parts: Writing, name: str, path: Path) -> bool:
    """Whether the file was there."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return False
    with source, parts.part(name) as out:
        while piece := source.read(CHUNK):
            out.write(piece)
    return True


def _is_known(url: str, name: str) -> bool:
    """Is the file still some record's? Its record may have been let go since the snapshot, and the file with it."""
    with psycopg.connect(url) as connection:
        return snapshot.one(connection, "SELECT 1 FROM kit_blob WHERE sha256 = %s LIMIT 1", name) is not None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
