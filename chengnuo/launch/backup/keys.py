"""The key of backups: 32 random bytes in a file of their own, or what scrypt makes of a passphrase.

The file is text, so that it can be printed and kept in a safe.
"""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .words import Damaged, NotBackedUp

FORM = re.compile(r"^chengnuo-backup-key-1((?:-[0-9a-f]{8}){8})$", re.MULTILINE)
SCRYPT = {"n": 2**16, "r": 8, "p": 1}
MOST_SCRYPT = {"n": 2**20, "r": 16, "p": 4}
"""A header is read before it is known to be ours: it must not make us use up the machine's memory."""
SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True)
class Key:
    """The secret, and what a backup's header says of where it comes from."""

    secret: bytes
    made_from: dict[str, Any]

    @property
    def id(self) -> str:
        """Tells one key from another and says nothing of the key."""
        return hmac.new(self.secret, b"chengnuo backup key id", hashlib.sha256).hexdigest()[:12]


def new_key(path: Path, *, outside: Path) -> Key:
    """Write a new key file, for its owner alone. Raises NotBackedUp where a file is there already, where it would lie
    in the data folder `outside`, and where it cannot be written."""
    path = path.expanduser().absolute()
    if path.resolve().is_relative_to(outside.resolve()):
        raise NotBackedUp("key_inside", f"The key must not lie in the data folder {outside}: it would be lost with it.")
    secret = os.urandom(32)
    groups = "-".join(secret.hex()[at : at + 8] for at in range(0, 64, 8))
    text = (
        "# The key of this company's backups. Without it no backup can be restored, by nobody.\n"
        "# Keep a copy on paper or in a safe, apart from the backups and from the machine.\n"
        f"chengnuo-backup-key-1-{groups}\n"
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise NotBackedUp("key_there", f"{path} is there already; a key is never written over.") from None
    except OSError as error:
        raise NotBackedUp("key_unwritable", f"The key {path} cannot be written: {error.strerror}.") from error
    return Key(secret, {"kind": "file"})


def key_from_file(path: Path) -> Key:
    """The key in a file. Raises NotBackedUp where it is missing, unreadable or no key of ours."""
    try:
        text = path.expanduser().read_text("ascii", errors="replace")[:4096]
    except OSError as error:
        raise NotBackedUp("key_missing", f"The key {path} cannot be read: {error.strerror}.") from error
    found = FORM.search(text)
    if found is None:
        raise NotBackedUp("key_wrong", f"{path} is no key of a backup (chengnuo backup --new-key FILE makes one).")
    return Key(bytes.fromhex(found[1].replace("-", "")), {"kind": "file"})


def key_from_passphrase(passphrase: str, made_from: dict[str, Any] | None = None) -> Key:
    """The key that scrypt makes of a passphrase; `made_from` is the header's, None for a new backup.

    Raises NotBackedUp for a passphrase of fewer than 12 characters, Damaged for figures that are not ours.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise NotBackedUp("passphrase_short", f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    given = made_from or {"kind": "passphrase", "salt": os.urandom(16).hex(), **SCRYPT}
    try:
        figures = {name: int(given[name]) for name in SCRYPT}
        salt = bytes.fromhex(given["salt"])
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged("its head says nothing of how the key is made") from error
    n = figures["n"]
    if n < 2 or n & (n - 1) or any(not 0 < figures[name] <= most for name, most in MOST_SCRYPT.items()):
        raise Damaged("its head asks for a key that is never made so")
    return Key(Scrypt(salt=salt, length=32, **figures).derive(passphrase.encode()), given)
