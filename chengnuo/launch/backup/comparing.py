"""Pouring a backup into an empty database and a folder, and comparing what is there then with what was there."""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from .. import processes
from . import snapshot
from .container import Opening
from .keys import Key
from .parts import ABOUT, DATABASE, SETTINGS, PartIn, reading
from .programs import restoring
from .verifying import opened, size_of
from .words import NotBackedUp, Tell

SETTINGS_FILE = "settings-of-the-backup.json"
MOST_SAID = 5


def refill(path: Path, key: Key, url: str, home: Path, tell: Tell) -> dict[str, Any]:
    """Write everything, then compare every table, the chains' ends, the sequences, the seals and the files. Returns
    what the backup says of itself.

    Raises NotBackedUp where anything differs. The database must be empty; what was written stays the caller's to clear.
    """
    about: dict[str, Any] = {}
    total = size_of(path)
    with psycopg.connect(url) as connection:
        version = snapshot.major(connection)
    with opened(path) as file:
        for part in reading(Opening(file, key)):
            tell("restoring", file.tell(), total)
            if part.name == ABOUT:
                about = part.json()
            elif part.name == DATABASE:
                _pour(part, url, version, file, total, tell)
            else:
                _keep(part, home)
    tell("comparing", 0, 0)
    if found := [*_differences(about, url), *_seals(about, home), *_files(about, home)]:
        more = f" and {len(found) - MOST_SAID} more" if len(found) > MOST_SAID else ""
        raise NotBackedUp("unlike", f"What was restored is not what was saved: {'; '.join(found[:MOST_SAID])}{more}.")
    return about


def _pour(part: PartIn, url: str, major: int, file: BinaryIO, total: int, tell: Tell) -> None:
    with restoring(url, major) as into:
        for piece in part.pieces():
            into.write(piece)
            tell("restoring", file.tell(), total)


def _keep(part: PartIn, home: Path) -> None:
    """A file of the folder."""
    path = _place(part.name, home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        for piece in part.pieces():
            out.write(piece)


def _place(name: str, home: Path) -> Path:
    kind, _, rest = name.partition("/")
    if name == SETTINGS:
        return home / SETTINGS_FILE
    if kind == "seals":
        return home / "seals" / f"{int(rest.removesuffix('.json')):012d}.json"
    return home / kind / rest[:2] / rest if kind == "blobs" else home / kind / rest


def _differences(about: dict[str, Any], url: str) -> list[str]:
    with snapshot.snapshot(url) as seen:
        tables, sequences = snapshot.tables(seen), snapshot.sequences(seen)
        found = [
            f"{name} has {tables.get(name, ['no'])[0]} rows, it had {about['tables'].get(name, ['none'])[0]}"
            if tables.get(name, [0])[0] != about["tables"].get(name, [0])[0]
            else f"rows of {name} differ"
            for name in sorted(tables.keys() | about["tables"].keys())
            if tables.get(name) != about["tables"].get(name)
        ]
        # A sequence is no part of a snapshot: it may have gone on until pg_dump read it, never back.
        found += [
            f"the sequence {name} stands at {sequences.get(name)}, it stood at {value}"
            for name, value in about["sequences"].items()
            if sequences.get(name, -1) < value
        ]
        if snapshot.trail(seen) != about["trail"]:
            found.append("the chains end otherwise")
        if {str(up_to): [*told] for up_to, told in snapshot.seals(seen).items()} != about["seals"]:
            found.append("the seals in the database differ")
        return found


def _seals(about: dict[str, Any], home: Path) -> list[str]:
    """The copies outside the database say what the database says."""
    found = []
    for up_to, (events, digest) in about["seals"].items():
        path = _place(f"seals/{up_to}.json", home)
        if up_to in about["unsealed"] and not path.exists():
            continue
        try:
            said = json.loads(path.read_bytes())
            is_same = (said["up_to"], said["events"], said["digest"]) == (int(up_to), events, digest)
        except (OSError, ValueError, KeyError, TypeError):
            is_same = False
        if not is_same:
            found.append(f"the seal up to event {up_to} outside the database differs")
    return found


def _files(about: dict[str, Any], home: Path) -> list[str]:
    """Every record's file is here and is what its name says, but for those that were lost before."""
    found, count = [], 0
    for path in home.glob("blobs/??/*"):
        with path.open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == path.name
        count += 1
        if not is_whole and path.name not in about["lost"]:
            found.append(f"the file {path.name} is not what it was")
    return found if count == about["files"] else [*found, f"{count} files, there were {about['files']}"]


def check(url: str, home: Path) -> tuple[str, bool]:
    """What `chengnuo check` says of it with the keys of its own, and whether all is whole."""
    done = run(url, home, processes.manage("check_ledger"))
    said = (done.stdout + done.stderr).strip()
    return said, done.returncode == 0


def run(url: str, home: Path, argv: list[str]) -> "subprocess.CompletedProcess[str]":
    """A program of the product on that database and that folder."""
    env = {name: value for name, value in os.environ.items() if name != "CHENGNUO_BACKUP_PASSPHRASE"}
    return subprocess.run(
        argv, env=env | {"CHENGNUO_DATA": str(home), "DATABASE_URL": url}, capture_output=True, text=True, check=False
    )
