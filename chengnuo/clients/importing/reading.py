"""The rows of a workbook by sheet and column. What is in no known place is refused: nothing is lost."""

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from chengnuo.ledger.errors import Invalid

from . import cells
from .opening import Scan, scans
from .sheets import CLIENTS, LISTS, RULES, SAMPLE, SHEETS, SUMMARY, WRONG, Sheet

Choices = Mapping[tuple[str, str], Mapping[str, str]]
"""By (sheet, column), the value of each label that may stand in it."""


@dataclass
class Row:
    """A row as it stands in the workbook (`raw`), as text for the rules (`values`), and what is wrong by column."""

    sheet: Sheet
    number: int
    raw: dict[str, Any]
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    similar: str = ""
    notes: list[str] = field(default_factory=list)

    def wrong(self, column: str, words: str) -> None:
        """Note a fault; the first one of a cell stays."""
        self.faults.setdefault(column, words)


Book = dict[str, list[Row]]


def read_book(content: bytes, choices: Choices) -> Book:
    """Every row by sheet. Raises Invalid (422) saying what is wrong with the workbook as a whole."""
    scanned = scans(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            wrong = _wrong_sheets(book)
            rows = {sheet.key: _rows(book, sheet, scanned, choices, wrong) for sheet in SHEETS}
    except CalamineError as fault:
        raise Invalid("no_workbook", _("这不是能读的.xlsx工作簿，下载模板填写")) from fault
    if not wrong and not rows[CLIENTS.key]:
        wrong.append(_("“%(sheet)s”页没有资料，一行填一个客户") % {"sheet": CLIENTS.title})
    if wrong:
        raise Invalid("wrong_sheets", "；".join(wrong[:20]))
    return rows


def _wrong_sheets(book: CalamineWorkbook) -> list[str]:
    known = {str(sheet.title) for sheet in SHEETS}
    own = {str(RULES), str(SUMMARY), str(LISTS)}
    wrong = []
    for about in book.sheets_metadata:
        if about.name in known and about.visible != SheetVisibleEnum.Visible:
            wrong.append(_("“%(sheet)s”页是隐藏的，取消隐藏并核对后再传") % {"sheet": about.name})
        if about.name not in known | own and _is_filled(book.get_sheet_by_name(about.name)):
            wrong.append(_("不认识“%(sheet)s”页，删去，或改成模板里的页名") % {"sheet": about.name[:40]})
    if str(CLIENTS.title) not in book.sheet_names:
        wrong.append(_("没有“%(sheet)s”页，用模板填写") % {"sheet": CLIENTS.title})
    return wrong


def _is_filled(sheet: CalamineSheet) -> bool:
    return any(cells.tidy(value) for row in sheet.to_python() for value in row)


def _rows(
    book: CalamineWorkbook, sheet: Sheet, scanned: Mapping[str, Scan], choices: Choices, wrong: list[str]
) -> list[Row]:
    title = str(sheet.title)
    if title not in book.sheet_names:
        return []
    found = book.get_sheet_by_name(title)
    lines = found.to_python(skip_empty_area=False)
    if found.merged_cell_ranges:
        (row, _column), _last = found.merged_cell_ranges[0]
        words = _("“%(sheet)s”页第%(row)s行有合并的单元格，取消合并，每格都填")
        wrong.append(words % {"sheet": title, "row": row + 1})
        return []
    columns = _columns(sheet, lines[0] if lines else [], wrong)
    _refuse_headless(sheet, lines, wrong)
    rows = [_row_of(sheet, nth, line, columns, choices) for nth, line in enumerate(lines[1:], 2)]
    kept = {row.number: row for row in rows if row is not None}
    wrong += _unread(scanned.get(title, Scan()), kept, {place: key for key, place in columns.items()}, title)
    return list(kept.values())


def _refuse_headless(sheet: Sheet, lines: list[list[Any]], wrong: list[str]) -> None:
    """Something written where no head stands would be lost."""
    bare = [place for place, head in enumerate(lines[0] if lines else []) if not head_of(head)]
    for place in bare:
        if any(cells.tidy(line[place]) for line in lines[1:]):
            words = {"sheet": sheet.title, "column": get_column_letter(place + 1)}
            wrong.append(_("“%(sheet)s”页%(column)s列没有表头，补上表头，或清空这一列") % words)


def head_of(text: object) -> str:
    """A head as it is compared: without marks of what must be filled, full-width as half-width."""
    return unicodedata.normalize("NFKC", cells.tidy(text)).strip("* ").replace(" ", "")


def _columns(sheet: Sheet, heads: list[Any], wrong: list[str]) -> dict[str, int]:
    """The place of each column by its key."""
    known = {head_of(str(one.head)): one.key for one in sheet.fields}
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = head_of(head)
        if not name or name == str(WRONG):
            continue
        words = {"sheet": sheet.title, "head": name[:40]}
        if name not in known:
            wrong.append(_("“%(sheet)s”页不认识“%(head)s”这一列，删去，或改成模板里的表头") % words)
        elif known[name] in places:
            wrong.append(_("“%(sheet)s”页有两列“%(head)s”，留一列") % words)
        else:
            places[known[name]] = place
    for one in sheet.fields:
        if one.is_needed and one.key not in places:
            words = {"sheet": sheet.title, "head": one.head}
            wrong.append(_("“%(sheet)s”页第1行没有“%(head)s”这个表头，照模板补上") % words)
    return places


def _row_of(sheet: Sheet, number: int, line: list[Any], columns: Mapping[str, int], choices: Choices) -> Row | None:
    """The row, or None for a blank one and for the template's example."""
    raw = {key: line[place] for key, place in columns.items()}
    texts = [cells.tidy(value) for value in raw.values()]
    if not any(texts) or cells.tidy(raw.get(sheet.fields[0].key)).startswith(SAMPLE):
        return None
    row = Row(sheet, number, raw)
    for one in sheet.fields:
        try:
            row.values[one.key] = cells.read(one, raw.get(one.key), choices.get((sheet.key, one.key)))
        except ValueError as fault:
            row.values[one.key] = ""
            row.wrong(one.key, str(fault))
    return row


def _unread(scan: Scan, rows: Mapping[int, Row], keys: Mapping[int, str], title: str) -> list[str]:
    """Formulas and error values are in nothing that was read: their cells say so, or the sheet."""
    wrong = []
    for places, words in (
        (scan.formulas, _("这里是公式；复制后“选择性粘贴”为数值")),
        (scan.errors, _("这里是错误值（如#N/A）；改成实际内容")),
    ):
        for line, place in places:
            row = rows.get(line + 1)
            if row is not None and place in keys:
                row.faults[keys[place]] = words
            elif row is None and line > 0 and place in keys:
                where = {"sheet": title, "cell": f"{get_column_letter(place + 1)}{line + 1}", "words": words}
                wrong.append(_("“%(sheet)s”页%(cell)s：%(words)s") % where)
    return wrong
