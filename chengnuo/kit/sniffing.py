"""What a file is, by its content; what its name may be."""

import io
import zipfile
from dataclasses import dataclass

from .characters import FORBIDDEN, plain

LONGEST_NAME = 100
MOST_ENTRIES = 5000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200
OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Type:
    """A kind of file that is taken, with the endings its name may have; the first is the usual one."""

    mime: str
    endings: tuple[str, ...]


PDF = Type("application/pdf", (".pdf",))
PNG = Type("image/png", (".png",))
JPEG = Type("image/jpeg", (".jpg", ".jpeg"))
WEBP = Type("image/webp", (".webp",))
DOCX = Type(f"{OFFICE}wordprocessingml.document", (".docx",))
XLSX = Type(f"{OFFICE}spreadsheetml.sheet", (".xlsx",))
TEXT = Type("text/plain", (".txt", ".csv", ".log", ".md"))


def sniff(content: bytes) -> Type | None:
    """The type of a file, or None for one that is not taken: pages, drawings with scripts, programs, archives."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return TEXT if _is_text(content) else None


def _office(content: bytes) -> Type | None:
    """Word or Excel, read from the archive's list alone: nothing is unpacked, and what would explode is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        return None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content):
        return None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        start = text.lstrip()[:2]
        return not FORBIDDEN.search(text) and not start.startswith(("<", "#!", "MZ"))
    return False


def name_for(given: str, type_: Type) -> str:
    """A file's name without folders, control and direction marks, at most 100 long, ending as its content demands."""
    name = plain(given.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    if dot and f".{ending.lower()}" in type_.endings:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[: LONGEST_NAME - len(type_.endings[0])] + type_.endings[0]
