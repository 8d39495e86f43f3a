"""What is inside: named parts one after the other, of lengths that need not be known before; at last the manifest.

u16 length of the name · name · (u32 length · bytes)… · u32 0        a part
u16 0                                                                 the end
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .container import CHUNK, Opening, Sealing
from .words import Damaged

ABOUT, DATABASE, SETTINGS, MANIFEST = "about.json", "database.dump", "settings.json", "manifest.jsonl"
NAMES = re.compile(
    r"about\.json|database\.dump|settings\.json|manifest\.jsonl|keys/[A-Za-z0-9][\w.-]{0,99}|seals/[0-9]{1,20}\.json"
    r"|blobs/[0-9a-f]{64}",
    re.ASCII,
)
"""Nothing else is written on restoring: a name never leads out of the folder."""
MOST_JSON = 64 << 20


@dataclass(frozen=True)
class Part:
    """A part as the manifest has it."""

    name: str
    size: int
    sha256: str

    @property
    def line(self) -> bytes:
        return json.dumps([self.name, self.size, self.sha256]).encode() + b"\n"


class Writing:
    """The parts on their way into a container; `last` is the one written last. The manifest waits on the disk: there
    may be a million files."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing
        self._manifest = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the end.
        self.last = Part("", 0, "")

    @contextmanager
    def part(self, name: str) -> "Iterator[PartOut]":
        assert NAMES.fullmatch(name), name
        self._sealing.write(len(name).to_bytes(2, "big") + name.encode("ascii"))
        out = PartOut(self._sealing)
        yield out
        self._sealing.write(bytes(4))
        self.last = Part(name, out.size, out.digest.hexdigest())
        self._manifest.write(self.last.line)

    def json(self, name: str, value: object) -> None:
        with self.part(name) as out:
            out.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())

    def close(self) -> None:
        """Write the manifest and the end."""
        with self._manifest as manifest:
            manifest.seek(0)
            self._sealing.write(len(MANIFEST).to_bytes(2, "big") + MANIFEST.encode())
            out = PartOut(self._sealing)
            while piece := manifest.read(CHUNK):
                out.write(piece)
        self._sealing.write(bytes(4) + bytes(2))
        self._sealing.close()


class PartOut:
    def __init__(self, sealing: Sealing) -> None:
        self._sealing, self.size, self.digest = sealing, 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            piece = data[at : at + CHUNK]
            self._sealing.write(len(piece).to_bytes(4, "big"))
            self._sealing.write(piece)
            self.digest.update(piece)
            self.size += len(piece)


class PartIn:
    """One part being read; once `pieces` is at its end, `whole` is its size and hash."""

    def __init__(self, name: str, opening: Opening) -> None:
        self.name, self._opening, self.size, self._digest = name, opening, 0, hashlib.sha256()
        self._is_over = False

    def pieces(self) -> Iterator[bytes]:
        """What is left of it."""
        while not self._is_over:
            length = int.from_bytes(self._opening.read_exactly(4), "big")
            if not length:
                self._is_over = True
                return
            if length > CHUNK:
                raise Damaged(f"{self.name} is not laid out as a part is")
            piece = self._opening.read_exactly(length)
            self.size += length
            self._digest.update(piece)
            yield piece

    def json(self) -> Any:
        read = bytearray()
        for piece in self.pieces():
            read += piece
            if len(read) > MOST_JSON:
                raise Damaged(f"{self.name} is too long")
        try:
            return json.loads(read)
        except ValueError as error:
            raise Damaged(f"{self.name} is no JSON") from error

    @property
    def whole(self) -> Part:
        return Part(self.name, self.size, self._digest.hexdigest())


def reading(opening: Opening) -> Iterator[PartIn]:
    """The parts in order, then the manifest is compared. What a caller leaves unread is read over.

    Raises Damaged where a part, or the end, is not as the manifest says.
    """
    seen, listed = hashlib.sha256(), ""
    while length := int.from_bytes(opening.read_exactly(2), "big"):
        name = opening.read_exactly(length).decode("ascii", errors="replace")
        if not NAMES.fullmatch(name) or listed:
            raise Damaged(f"there is no part {name!r:.80} in a backup")
        part = PartIn(name, opening)
        if name != MANIFEST:
            yield part
        for _piece in part.pieces():
            pass
        if name == MANIFEST:
            listed = part.whole.sha256
        else:
            seen.update(part.whole.line)
    if opening.read(1):
        raise Damaged("something stands behind its end")
    if listed != seen.hexdigest():
        raise Damaged("its parts are not those of its manifest")
