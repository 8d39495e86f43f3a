"""What the company's settings say of backups."""

import os
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from chengnuo.launch.backup.keeping import Keep, parse_keep
from chengnuo.launch.backup.keys import Key, key_from_file
from chengnuo.launch.backup.making import Wanted
from chengnuo.launch.backup.words import NotBackedUp

USUAL_TIME = "02:00"
SAID_TO_THE_SERVER = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")


@dataclass(frozen=True)
class Plan:
    """Where backups go every day, when, by which key, and how long they stay."""

    target: Path
    key: Path
    at: time
    keep: Keep

    def wanted(self, *, is_proved: bool = False) -> Wanted:
        """What to make now. Raises NotBackedUp where the key cannot be read."""
        return wanted(self.target, key_from_file(self.key), self.keep, is_proved=is_proved)


def plan() -> Plan | None:
    """What CHENGNUO_BACKUP_DIR, …_KEY, …_AT and …_KEEP say; None where folder or key are not set.

    Raises NotBackedUp where they say what cannot be.
    """
    target, key = os.environ.get("CHENGNUO_BACKUP_DIR"), os.environ.get("CHENGNUO_BACKUP_KEY")
    if not target or not key:
        return None
    text = os.environ.get("CHENGNUO_BACKUP_AT") or USUAL_TIME
    try:
        at = time.fromisoformat(text)
    except ValueError as error:
        raise NotBackedUp("at", f"CHENGNUO_BACKUP_AT is a time as in {USUAL_TIME}, not {text!r}.") from error
    keep = os.environ.get("CHENGNUO_BACKUP_KEEP")
    return Plan(Path(target).absolute(), Path(key), at.replace(tzinfo=None), parse_keep(keep) if keep else Keep())


def wanted(target: Path, key: Key, keep: Keep, *, is_proved: bool) -> Wanted:
    """A backup of the database that Django works on."""
    given = connection.get_connection_params()
    url = make_conninfo(**{name: given[name] for name in SAID_TO_THE_SERVER if given.get(name)})
    return Wanted(url, Path(settings.DATA_DIR), target, key, keep, is_proved)
