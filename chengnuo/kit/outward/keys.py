"""Passwords of other servers: in files of the data folder that only we read, never in the database or its copies."""

import os
import re
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.db import transaction

NAME = re.compile(r"outward-[0-9a-f]{32}")


def keep(secret: str, instead_of: str = "") -> str:
    """Write a secret down and give the name of its file. What it replaces goes once the transaction has ended."""
    name = f"outward-{token_hex(16)}"
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(secret)
    if instead_of:
        drop(instead_of)
    return name


def drop(name: str) -> None:
    """Let a secret go, once the transaction has ended."""
    transaction.on_commit(lambda: _path(name).unlink(missing_ok=True))


def read(name: str) -> str:
    """The secret in a file; nothing when none was kept or the file is gone."""
    try:
        return _path(name).read_text(encoding="utf-8") if name else ""
    except FileNotFoundError:
        return ""


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("this names no secret")
    return Path(settings.DATA_DIR) / "keys" / name
