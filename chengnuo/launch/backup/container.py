"""The file: a readable head, then chunks, each encrypted and authenticated in its place (the STREAM construction).

    magic · u32 length of the head · head (JSON) · chunk · chunk · … · last chunk

Every file has a key of its own, derived by HKDF from the backup's key, a random salt and all that stands before the
first chunk. A chunk is 1 MiB under AES-256-GCM; its nonce is its number (11 bytes) and one byte that says whether it is
the last. So a changed byte, a missing, doubled, swapped or appended chunk, a cut at any place, or a changed head: each
makes a chunk that cannot be opened.
"""

import hashlib
import json
import os
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keys import Key
from .words import Damaged, NotBackedUp

MAGIC = b"chengnuo backup 1\n"
CHUNK = 1 << 20
TAG = 16
LONGEST_HEAD = 4096
SALT = 32


def _cipher(key: Key, salt: bytes, head: bytes) -> AESGCM:
    derive = HKDF(SHA256(), length=32, salt=salt, info=hashlib.sha256(MAGIC + head).digest())
    return AESGCM(derive.derive(key.secret))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Sealing:
    """What is written here goes into the file, encrypted. Without `close` the file has no end and is refused."""

    def __init__(self, out: BinaryIO, key: Key) -> None:
        salt = os.urandom(SALT)
        head = json.dumps({"key": key.made_from, "key_id": key.id, "salt": salt.hex()}, sort_keys=True).encode()
        self._out, self._cipher = out, _cipher(key, salt, head)
        self._waiting, self._number = bytearray(), 0
        out.write(MAGIC + len(head).to_bytes(4, "big") + head)

    def write(self, data: bytes | memoryview) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # Never the last full one: only `close` knows that it is the last.
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


def head_of(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The head, parsed and as it stands; the file is then at its first chunk. Raises Damaged."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Damaged("it does not begin as a backup of this format does")
    length = int.from_bytes(file.read(4), "big")
    raw = file.read(length) if 0 < length <= LONGEST_HEAD else b""
    try:
        head = json.loads(raw)
        salt, made_from, key_id = bytes.fromhex(head["salt"]), head["key"], head["key_id"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Damaged("its head cannot be read") from error
    if len(raw) != length or len(salt) != SALT or not isinstance(made_from, dict) or not isinstance(key_id, str):
        raise Damaged("its head cannot be read")
    return head, raw


class Opening:
    """Reads back what was sealed. Each chunk is authenticated before a byte of it is given out; only at the end is it
    known that nothing is missing, so whoever must not act on half of it reads to the end first."""

    def __init__(self, file: BinaryIO, key: Key) -> None:
        head, raw = head_of(file)
        if head["key_id"] != key.id:
            raise NotBackedUp(
                "key_other", f"This is another key ({key.id}); the backup asks for {head['key_id']!r:.20}."
            )
        self._file, self._cipher = file, _cipher(key, bytes.fromhex(head["salt"]), raw)
        self._number, self._is_over = 0, False
        self._ahead = file.read(CHUNK + TAG)
        self._clear, self._at = b"", 0

    def read(self, count: int) -> bytes:
        """Up to so many bytes; none at the end. Raises Damaged."""
        if self._at == len(self._clear):
            if self._is_over:
                return b""
            self._next()
        found = self._clear[self._at : self._at + count]
        self._at += len(found)
        return found

    def read_exactly(self, count: int) -> bytes:
        """Raises Damaged where fewer are left."""
        parts = []
        while count:
            part = self.read(count)
            if not part:
                raise Damaged("it ends too early")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _next(self) -> None:
        sealed, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
        self._is_over = not self._ahead
        try:
            clear = self._cipher.decrypt(_nonce(self._number, is_last=self._is_over), sealed, None)
        except (InvalidTag, ValueError) as error:
            where = "its end is missing, or its last chunk" if self._is_over else f"chunk {self._number + 1}"
            raise Damaged(f"{where} is not as it was written") from error
        self._clear, self._at = clear, 0
        self._number += 1
