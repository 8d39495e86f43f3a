"""Reading a backup to its end: every chunk opened, every part hashed, the manifest compared."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .container import Opening
from .keys import Key
from .parts import ABOUT, DATABASE, PartIn, reading
from .words import Damaged, NotBackedUp, Tell


@dataclass
class Verified:
    """What a whole backup says of itself, and what is in it."""

    about: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    parts: int = 0
    files: int = 0


def verify(path: Path, key: Key, tell: Tell) -> Verified:
    """Read all of it and write nothing. Raises Damaged; NotBackedUp for another key, or a file that cannot be read."""
    found = Verified(size=size_of(path))
    with opened(path) as file:
        has_database = False
        for part in reading(Opening(file, key)):
            if part.name == ABOUT:
                found.about = _about(part)
            for nth, _piece in enumerate(part.pieces()):
                if nth % 16 == 0:
                    tell("reading", file.tell(), found.size)
            has_database |= part.name == DATABASE
            found.files += part.name.startswith("blobs/")
            found.parts += 1
    if not found.about or not has_database:
        raise Damaged("its database is missing")
    return found


def _about(part: PartIn) -> dict[str, Any]:
    about = part.json()
    if not isinstance(about, dict) or not about.keys() >= {"product", "migrations", "tables", "trail", "seals"}:
        raise Damaged("it does not say what is in it")
    return about


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise NotBackedUp("unreadable", f"{path} cannot be read: {error.strerror}.") from error


def opened(path: Path) -> Any:
    """The file, for reading; raises NotBackedUp."""
    try:
        return path.open("rb")
    except OSError as error:
        raise NotBackedUp("unreadable", f"{path} cannot be read: {error.strerror}.") from error
