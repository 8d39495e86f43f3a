"""What is inside: even who has the key writes nothing outside the folder, and a part that is not the manifest's is refused."""

import io
import json

import pytest

from chengnuo.launch.backup.container import Opening, Sealing
from chengnuo.launch.backup.keys import Key
from chengnuo.launch.backup.parts import MANIFEST, Part, PartOut, Writing, reading
from chengnuo.launch.backup.words import Damaged

KEY = Key(bytes(32), {"kind": "file"})
BLOB = f"blobs/{'0a' * 32}"


def file_of(write) -> io.BytesIO:
    out = io.BytesIO()
    sealing = Sealing(out, KEY)
    write(sealing)
    return io.BytesIO(out.getvalue())


def read(file: io.BytesIO) -> dict[str, bytes]:
    return {part.name: b"".join(part.pieces()) for part in reading(Opening(file, KEY))}


def raw_part(sealing: Sealing, name: str, content: bytes) -> None:
    sealing.write(len(name).to_bytes(2, "big") + name.encode())
    PartOut(sealing).write(content)
    sealing.write(bytes(4))


def listed(*parts: Part) -> bytes:
    return b"".join(part.line for part in parts)


def test_parts_come_back_in_order_and_unread_ones_are_read_over():
    def write(sealing: Sealing) -> None:
        writing = Writing(sealing)
        writing.json("about.json", {"is": "问"})
        with writing.part(BLOB) as out:
            out.write(b"x" * 3_000_000)
        with writing.part("keys/trail"):
            pass
        writing.close()

    file = file_of(write)
    found = read(file)
    assert list(found) == ["about.json", BLOB, "keys/trail"]
    assert (json.loads(found["about.json"]), len(found[BLOB]), found["keys/trail"]) == ({"is": "问"}, 3_000_000, b"")
    file.seek(0)
    assert [part.name for part in reading(Opening(file, KEY))] == list(found)


@pytest.mark.parametrize(
    "name",
    ["../keys/trail", "/etc/passwd", "keys/../../x", "blobs/..", "keys/.hidden", "seals/1.json/x", "keys/a\nb", "x"],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name):
    def write(sealing: Sealing) -> None:
        raw_part(sealing, name, b"x")
        sealing.close()

    with pytest.raises(Damaged, match="there is no part"):
        read(file_of(write))


def spoilt(manifest: bytes, *, after: bytes = bytes(2)):
    def write(sealing: Sealing) -> None:
        raw_part(sealing, "keys/trail", b"secret")
        raw_part(sealing, MANIFEST, manifest)
        sealing.write(after)
        sealing.close()

    return file_of(write)


RIGHT = Part("keys/trail", 6, "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b")


def test_a_manifest_that_says_what_is_there_is_accepted():
    assert read(spoilt(listed(RIGHT))) == {"keys/trail": b"secret"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        listed(RIGHT, RIGHT),
        listed(Part(RIGHT.name, 7, RIGHT.sha256)),
        listed(Part(RIGHT.name, 6, "0" * 64)),
        listed(Part("keys/session", 6, RIGHT.sha256)),
    ],
)
def test_a_manifest_that_says_otherwise_is_refused(manifest):
    with pytest.raises(Damaged, match="not those of its manifest"):
        read(spoilt(manifest))


def test_something_behind_the_end_and_a_missing_end_are_refused():
    for after in (bytes(2) + b"more", b""):
        with pytest.raises(Damaged):
            read(spoilt(listed(RIGHT), after=after))
