"""A workbook before anything parses it: what would burst in memory is refused, what a reader would pass over is found.

The reader (calamine) holds a sheet as one block from its first to its last cell, gives a formula's last value for the
formula and nothing for an error: so sizes are measured, and formulas and errors noted, in the archive itself.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

MOST_ENTRIES = 500
MOST_UNPACKED = 120 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 20_000, 60
OLD = b"\xd0\xcf\x11\xe0"
CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*(<(?:\w+:)?f[\s/>])?")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
IS_ERROR = re.compile(rb"""\bt=["']e["']""")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TIES = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass
class Scan:
    """What stands in one sheet's file: its last cell, and the cells (row, column from 0) that are no plain values."""

    rows: int = 0
    columns: int = 0
    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


def scans(content: bytes) -> dict[str, Scan]:
    """Each sheet's scan by its title. Raises Invalid (422) in words for what is no workbook, or too large."""
    if content.startswith(OLD):
        raise Invalid("old_or_locked", _("这份文件带密码，或是旧格式.xls；去掉密码，另存为.xlsx再传"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive)
        return _by_title(parts)
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, NotImplementedError, EOFError) as fault:
        raise Invalid("no_workbook", _("这不是能读的.xlsx工作簿，下载模板填写")) from fault


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML of the archive. Every part is unpacked and counted: what a header says of its size is not believed."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_large()
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.flag_bits & 1:
            raise Invalid("old_or_locked", _("这份文件带密码，去掉密码再传"))
        if entry.filename in parts:
            raise zipfile.BadZipFile("a part stands twice")
        # The declared size bounds what is unpacked; a longer part fails its checksum.
        part = archive.read(entry)
        if entry.filename.endswith((".xml", ".rels")):
            if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                raise zipfile.BadZipFile("declarations or another encoding in a part")
            parts[entry.filename] = part
    return parts


def _too_large() -> Invalid:
    return Invalid(
        "too_large",
        _("工作簿展开后太大，一次最多%(rows)s行；分成几份，删去图片和多余的格式再传") % {"rows": f"{MOST_ROWS:,}"},
    )


def _by_title(parts: dict[str, bytes]) -> dict[str, Scan]:
    # Declarations were refused above, so there is no entity to expand.
    ties = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    targets = {tie.get("Id"): tie.get("Target", "") for tie in ties}
    book = ElementTree.fromstring(parts["xl/workbook.xml"])  # noqa: S314
    found = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = targets[sheet.get(f"{TIES}id")]
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        found[sheet.get("name", "")] = _scan(parts[path])
    return found


def _scan(part: bytes) -> Scan:
    scan = Scan()
    for found in CELL.finditer(part):
        attributes, formula = found.groups()
        if attributes.endswith(b"/"):
            continue  # Blank, only formatted.
        if (place := PLACE.search(attributes)) is None:
            continue
        row, column = int(place[2]) - 1, _column(place[1])
        scan.rows, scan.columns = max(scan.rows, row + 1), max(scan.columns, column + 1)
        if formula:
            scan.formulas.append((row, column))
        elif IS_ERROR.search(attributes):
            scan.errors.append((row, column))
    if scan.rows > MOST_ROWS + 1 or scan.columns > MOST_COLUMNS:
        raise Invalid(
            "too_large",
            _("一页最多%(rows)s行、%(columns)s列，分成几份再传") % {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS},
        )
    return scan


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
