"""`chengnuo backup` and `chengnuo restore` on the terminal."""

import getpass
import os
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from chengnuo.settings.places import data_dir

from ..words import say
from .container import head_of
from .keys import Key, key_from_file, key_from_passphrase, new_key
from .restoring import restore
from .verifying import opened, verify
from .words import NotBackedUp, Tell, size

STAGES = {
    "snapshot": "reading and counting the database",
    "database": "writing the database",
    "files": "writing the files",
    "reading": "reading it back",
    "proving": "proving it: a restore into a throw-away database",
    "restoring": "restoring the database",
    "comparing": "comparing every table, file and seal",
    "migrating": "bringing the tables up to date",
    "checking": "checking the trail",
}
EVERY_SECONDS = 2.0


def add_key(parser: ArgumentParser) -> None:
    """How the key is named, the same for every command."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--key", type=Path, help="the key's file (CHENGNUO_BACKUP_KEY)")
    one.add_argument("--passphrase", action="store_true", help="ask for a passphrase (CHENGNUO_BACKUP_PASSPHRASE)")


def key_of(asked: Namespace, path: Path | None = None) -> Key:
    """The key that the arguments or the environment name; for a backup `path`, made as its head says.

    Raises NotBackedUp, also where none is named.
    """
    if asked.passphrase:
        given = os.environ.get("CHENGNUO_BACKUP_PASSPHRASE") or getpass.getpass("Passphrase of the backup: ")
        return key_from_passphrase(given, _made_from(path) if path else None)
    named = asked.key or os.environ.get("CHENGNUO_BACKUP_KEY")
    if not named:
        raise NotBackedUp(
            "key_unset",
            "No key: name it by --key FILE or CHENGNUO_BACKUP_KEY (chengnuo backup --new-key FILE makes one), "
            "or ask for a passphrase by --passphrase.",
        )
    return key_from_file(Path(named))


def _made_from(path: Path) -> dict[str, object] | None:
    with opened(path) as file:
        made_from: dict[str, object] = head_of(file)[0]["key"]
    if made_from.get("kind") != "passphrase":
        raise NotBackedUp("key_other", "This backup was made with a key file, not with a passphrase.")
    return made_from


def progress() -> Tell:
    """Says each stage once, and how far it is every two seconds."""
    stage, last = "", 0.0

    def tell(now: str, done: int, total: int) -> None:
        nonlocal stage, last
        if now == stage and time.monotonic() - last < EVERY_SECONDS:
            return
        far = "" if not done else f", {100 * done // total} %" if total else f", {_far(now, done)}"
        say(f"  {STAGES[now]}{far if now == stage else ''} …")
        stage, last = now, time.monotonic()

    return tell


def _far(stage: str, done: int) -> str:
    return f"{done:,} files" if stage == "files" else size(done)


def backup(arguments: list[str]) -> bool:
    """What needs no database: a new key, or reading a backup to its end. Returns whether it was that."""
    parser = ArgumentParser(prog="chengnuo backup", add_help=False)
    parser.add_argument("--new-key", type=Path)
    parser.add_argument("--verify", type=Path)
    add_key(parser)
    asked, _more = parser.parse_known_args(arguments)
    if asked.new_key:
        made = new_key(asked.new_key, outside=data_dir())
        say(f"A new key {made.id} is in {asked.new_key}.")
        say("WITHOUT IT NO BACKUP CAN BE RESTORED, BY NOBODY. Print it, or copy it to a safe, apart from the backups.")
    elif asked.verify:
        found = verify(asked.verify, key_of(asked, asked.verify), progress())
        say(f"Whole: {size(found.size)}, {found.files:,} files, made at {found.about['made_at']}.")
    return bool(asked.new_key or asked.verify)


def restoring(arguments: list[str]) -> int:
    """Restore, and say what came of it; status 1 where the trail is not whole."""
    parser = ArgumentParser(prog="chengnuo restore", description="Bring a company back into an empty place.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--into", type=Path, required=True, help="the new data folder")
    add_key(parser)
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        done = restore(asked.file, key_of(asked, asked.file), asked.into, progress())
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; nothing of it is left.\n")
        return 1
    about, tables = done.about, done.about["tables"]
    rows = sum(rows for rows, _sum in tables.values())
    say(f"Restored into {done.home} in {done.seconds:.1f} s: as it was at {about['made_at']}.")
    say(f"  {len(tables)} tables, {rows:,} rows, {about['files']:,} files, {len(about['seals'])} seals: all alike.")
    if lost := about["lost"]:
        say(f"  {len(lost)} files were lost or altered before the backup was made: {', '.join(lost[:5])}")
    if done.was_migrated:
        say("  It was of an older version; its tables were brought up to date.")
    say(f"  chengnuo check: {done.said}")
    if done.settings:
        say(f"  It ran with these settings, kept in settings-of-the-backup.json: {', '.join(done.settings)}")
    say("  Nothing leaves it and no mail is fetched until an administrator says so: 设置 → 备份 → 恢复收发.")
    say(f"Start it with CHENGNUO_DATA={done.home} chengnuo run")
    return 0 if done.is_whole else 1
