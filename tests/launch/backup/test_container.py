"""The file: whatever is changed in it, wherever it is cut, it is refused; and without the key it says nothing."""

import io
import random

import pytest

from chengnuo.launch.backup import container
from chengnuo.launch.backup.container import Opening, Sealing, head_of
from chengnuo.launch.backup.keys import Key, key_from_passphrase
from chengnuo.launch.backup.words import Damaged, NotBackedUp

KEY = Key(bytes(range(32)), {"kind": "file"})
SMALL = 64


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """So that a short text is many chunks."""
    monkeypatch.setattr(container, "CHUNK", SMALL)


def sealed(clear: bytes, key: Key = KEY, step: int = 50) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, key)
    for at in range(0, len(clear), step):
        sealing.write(clear[at : at + step])
    sealing.close()
    return out.getvalue()


def unsealed(file: bytes, key: Key = KEY) -> bytes:
    opening = Opening(io.BytesIO(file), key)
    return b"".join(iter(lambda: opening.read(37), b""))


def chunks(file: bytes) -> tuple[bytes, list[bytes]]:
    """What stands before the first chunk, and the chunks."""
    reader = io.BytesIO(file)
    head_of(reader)
    start = reader.tell()
    step = SMALL + container.TAG
    return file[:start], [file[at : at + step] for at in range(start, len(file), step)]


@pytest.mark.parametrize("length", [0, 1, SMALL - 1, SMALL, SMALL + 1, 10 * SMALL, 1000])
@pytest.mark.parametrize("step", [1, 50, SMALL, 5000])
def test_what_was_written_is_read_back(length, step):
    clear = random.Random(length).randbytes(length)
    assert unsealed(sealed(clear, step=step)) == clear


CLEAR = "江苏恒远精密机械有限公司 ".encode() * 40


def test_nothing_of_the_text_stands_in_the_file_and_the_same_text_is_another_file_each_time():
    first, second = sealed(CLEAR), sealed(CLEAR)
    assert "恒远".encode() not in first
    assert KEY.secret not in first
    assert chunks(first)[1][0] != chunks(second)[1][0]


def test_a_changed_byte_anywhere_is_refused():
    file = sealed(CLEAR)
    for at in range(len(file)):
        changed = bytearray(file)
        changed[at] ^= 1 << random.Random(at).randrange(8)
        with pytest.raises(NotBackedUp):
            unsealed(bytes(changed))


def test_a_file_cut_anywhere_is_refused():
    file = sealed(CLEAR)
    for length in range(len(file)):
        with pytest.raises(Damaged):
            unsealed(file[:length])


@pytest.mark.parametrize("more", [b"\0", b"x" * 15, b"x" * (SMALL + 16)])
def test_something_appended_is_refused(more):
    with pytest.raises(Damaged):
        unsealed(sealed(CLEAR) + more)


def test_chunks_swapped_doubled_dropped_or_of_another_file_are_refused():
    head, parts = chunks(sealed(CLEAR))
    other = chunks(sealed(CLEAR))[1]
    last = len(parts) - 1
    spoilt = [[*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]] for at in range(last)]
    spoilt += [parts[: at + 1] + parts[at:] for at in range(last + 1)]
    spoilt += [parts[:at] + parts[at + 1 :] for at in range(last + 1)]
    spoilt += [[*parts[:at], other[at], *parts[at + 1 :]] for at in range(last + 1)]
    for them in spoilt:
        with pytest.raises(Damaged):
            unsealed(head + b"".join(them))


def test_a_file_without_its_end_is_refused_at_the_end_and_no_altered_chunk_is_given_out():
    head, parts = chunks(sealed(CLEAR))
    opening = Opening(io.BytesIO(head + b"".join(parts[:-1])), KEY)
    read: list[bytes] = []
    with pytest.raises(Damaged, match="its end is missing"):
        read.extend(iter(lambda: opening.read(SMALL), b""))
    assert CLEAR.startswith(b"".join(read))
    assert len(read) == len(parts) - 2


def test_another_key_is_told_from_damage():
    with pytest.raises(NotBackedUp, match="another key") as caught:
        unsealed(sealed(CLEAR), Key(bytes(32), {"kind": "file"}))
    assert caught.value.code == "key_other"


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 no backup at all", container.MAGIC, container.MAGIC + b"\xff" * 40])
def test_what_is_no_backup_is_refused_in_words(file):
    with pytest.raises(Damaged, match="This backup is damaged"):
        unsealed(file)


@pytest.mark.parametrize(
    "head", [b"[]", b"{}", b'{"salt": 3}', b'{"salt": "00", "key": {}, "key_id": "x"}', b"[" * 4000]
)
def test_a_head_of_nonsense_is_refused_in_words(head):
    with pytest.raises(Damaged, match="head"):
        unsealed(container.MAGIC + len(head).to_bytes(4, "big") + head + b"x" * 100)


def test_a_passphrase_opens_what_it_sealed_by_what_the_head_says():
    file = sealed(CLEAR, key_from_passphrase("一句很长很长的口令 for tests"))
    made_from = head_of(io.BytesIO(file))[0]["key"]
    assert unsealed(file, key_from_passphrase("一句很长很长的口令 for tests", made_from)) == CLEAR
    with pytest.raises(NotBackedUp, match="another key"):
        unsealed(file, key_from_passphrase("另一句很长很长的口令 for tests", made_from))


@pytest.mark.parametrize(
    "figures", [{"n": 2**40}, {"n": 3}, {"r": 10**6}, {"p": 0}, {"salt": "zz"}, {"n": "many"}, {"n": None}]
)
def test_a_head_that_asks_for_a_costly_key_is_refused_before_any_is_made(figures):
    usual = {"kind": "passphrase", "salt": "00" * 16, "n": 2**16, "r": 8, "p": 1}
    with pytest.raises(Damaged):
        key_from_passphrase("a passphrase long enough", usual | figures)
