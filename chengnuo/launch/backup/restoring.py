"""Bringing a company back into an empty place. Nothing is written before the backup was read to its end, and what is
written stands beside the place until all of it was compared.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from chengnuo.settings.places import HELD

from .. import processes, roles
from ..database import given_url
from ..postgres import Cluster
from ..words import warn
from . import snapshot
from .comparing import SETTINGS_FILE, check, refill, run
from .keys import Key
from .verifying import verify
from .words import NotBackedUp, Tell

BESIDE = ".restoring"
NOTE = "restored.json"
PACKAGE = Path(__file__).parents[2]
# What belongs to an extension is not ours and is no company.
OBJECTS = """
SELECT format('%s %s', kind, name) FROM (
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END
    AS kind, c.oid::regclass::text AS name, c.oid, c.relnamespace AS space, 1 AS turn
  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  UNION ALL
  SELECT 'ROUTINE', p.oid::regprocedure::text, p.oid, p.pronamespace, 2 FROM pg_proc p
  UNION ALL
  SELECT 'TYPE', t.oid::regtype::text, t.oid, t.typnamespace, 3 FROM pg_type t
  WHERE t.typtype IN ('e', 'd', 'r') OR (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'
) o
WHERE space = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')
ORDER BY turn, name"""


@dataclass
class Restored:
    """A company that is back, and what was found on the way."""

    home: Path
    about: dict[str, Any]
    seconds: float
    said: str
    """What `chengnuo check` said."""
    is_whole: bool
    was_migrated: bool
    settings: list[str] = field(default_factory=list)
    """The names of the settings that the company ran with."""


def restore(path: Path, key: Key, into: Path, tell: Tell) -> Restored:
    """Bring back a backup into a folder that is empty or not there, and into the empty database that DATABASE_URL
    names, else into one of our own in that folder.

    Raises NotBackedUp, or Refused; then nothing is left of it.
    """
    began = time.monotonic()
    into = into.expanduser().absolute()
    url = given_url()
    _require_empty(into)
    if url:
        _require_empty_database(url)
    _refuse_newer(verify(path, key, tell).about)
    with _beside(into) as home:
        with _server(home, url) as owner_url:
            done = _bring_back(path, key, home, owner_url, tell)
        _note(home, path, done)
        os.sync()
        home.rename(into)
    done.home, done.seconds = into, time.monotonic() - began
    return done


def _bring_back(path: Path, key: Key, home: Path, owner_url: str, tell: Tell) -> Restored:
    about = refill(path, key, owner_url, home, tell)
    was_migrated = _is_older(about)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        _role(connection)
    if was_migrated:
        tell("migrating", 0, 0)
        done = run(owner_url, home, processes.prepare())
        if done.returncode:
            raise NotBackedUp("migration", f"Its tables could not be brought up to date: {done.stderr.strip()[-2000:]}")
        with psycopg.connect(owner_url, autocommit=True) as connection:
            roles.grant(connection)
    tell("checking", 0, 0)
    said, is_whole = check(owner_url, home)
    settings = sorted(json.loads((home / SETTINGS_FILE).read_bytes()))
    return Restored(home, about, 0, said, is_whole, was_migrated, settings)


def _require_empty(into: Path) -> None:
    """Never over data, whatever it is."""
    if into.is_symlink() or into.is_mount():
        raise NotBackedUp("place", f"{into} is a link or a mount; name a folder inside it, which is made then.")
    if not into.exists():
        return
    if not into.is_dir():
        raise NotBackedUp("place", f"{into} is no folder.")
    found = sorted(path.name for path in into.iterdir())
    if "postgresql" in found:
        runs = ", and its server runs" if Cluster(into).running_pid() else ""
        raise NotBackedUp(
            "company", f"A company lives in {into}{runs}. Nothing is ever restored over one: name a new folder."
        )
    if found:
        raise NotBackedUp("place", f"{into} is not empty ({', '.join(found[:5])}): name a new folder.")


def _require_empty_database(url: str) -> None:
    try:
        roles.ensure_database(url)
        with psycopg.connect(url) as connection:
            found = connection.execute(OBJECTS).fetchall()
    except psycopg.OperationalError as error:
        raise NotBackedUp("unreachable", f"The database cannot be reached: {error}") from error
    if found:
        raise NotBackedUp(
            "company",
            f"The database of DATABASE_URL is not empty ({len(found)} tables and more). Nothing is ever restored over "
            "a company: name a new database.",
        )


def _refuse_newer(about: dict[str, Any]) -> None:
    """A backup of a product newer than this one, by its number or by changes of tables that are not here."""
    ours, theirs = _numbers(version("chengnuo")), _numbers(about["product"])
    unknown = [f"{app}.{name}" for app, name in about["migrations"] if _is_unknown(app, name)]
    if theirs > ours or (theirs == ours and unknown):
        what = f"{about['product']} (it knows {unknown[0]})" if unknown else about["product"]
        raise NotBackedUp(
            "newer", f"This backup is of Chengnuo {what}, newer than {version('chengnuo')} here: install it."
        )


def _is_unknown(app: str, name: str) -> bool:
    folder = PACKAGE / app / "migrations"
    return folder.is_dir() and not (folder / f"{name}.py").exists()


def _is_older(about: dict[str, Any]) -> bool:
    """Are there changes of tables that it has not seen?"""
    seen = {(app, name) for app, name in about["migrations"]}
    here = {(path.parents[1].name, path.stem) for path in PACKAGE.glob("*/migrations/[0-9]*.py")}
    return bool(here - seen) or about["product"] != version("chengnuo")


def _numbers(text: object) -> tuple[int, ...]:
    return tuple(int(word) for word in str(text).split(".") if word.isdigit())


@contextlib.contextmanager
def _beside(into: Path) -> Iterator[Path]:
    """The folder that becomes the place; gone again unless it does."""
    home = into.with_name(into.name + BESIDE)
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (home / "run.lock").open("a")
    except OSError as error:
        raise NotBackedUp("place", f"{home} cannot be written to: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotBackedUp("busy", f"Another restore into {into} is running.") from None
        _empty(home)
        try:
            yield home
        except BaseException:
            _empty(home)
            (home / "run.lock").unlink()
            home.rmdir()
            raise


def _empty(home: Path) -> None:
    """Remove what a killed restore left, its server first; the lock stays."""
    Cluster(home).stop_leftover()
    for path in home.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "run.lock":
            path.unlink()


@contextlib.contextmanager
def _server(home: Path, url: str | None) -> Iterator[str]:
    """The owner's address of the empty database; one that was given is empty again where the restore fails."""
    if url:
        try:
            yield url
        except BaseException:
            _clear(url)
            raise
        return
    cluster = Cluster(home)
    cluster.start()
    try:
        roles.ensure_database(cluster.url())
        yield cluster.url()
    finally:
        cluster.stop()


def _clear(url: str) -> None:
    """It was empty when we began: all that is in it is ours."""
    with psycopg.connect(url, autocommit=True) as connection:
        for (what,) in connection.execute(OBJECTS).fetchall():
            kind, _, name = what.partition(" ")
            connection.execute(f"DROP {kind} IF EXISTS {name} CASCADE")  # type: ignore[call-overload]


def _role(connection: snapshot.Connection) -> None:
    """The rights of web and worker are made anew, not taken from the backup."""
    try:
        roles.ensure_role(connection)
        roles.grant(connection)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject) as error:
        warn(f"nothing granted to {roles.APP}: {error}")


def _note(home: Path, path: Path, done: Restored) -> None:
    note = {
        "from": path.name,
        "made_at": done.about["made_at"],
        "restored_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "check": done.said,
    }
    (home / HELD).touch()
    (home / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1))
