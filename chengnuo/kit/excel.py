"""Workbooks that we write: typed cells, and text that stays text whatever it begins with."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from chengnuo.ledger.clock import ZONE

from .characters import without_forbidden

LONGEST = 32_767
"""Characters that a cell can hold; Excel calls a workbook with more of them damaged."""
MOST_DIGITS = 15
"""Digits that Excel keeps of a number; a longer one is written as text."""
INSTANT, DAY, TEXT = "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "@"
HEAD_FONT, HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="FFE9EDF3")
FORMULA = ("=", "+", "-", "@", "\t")
CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def text_of(value: str) -> str:
    """Text as a cell keeps it: no control characters, no carriage returns, `_x0041_` not taken for a code, cut at
    what a cell can hold."""
    plain = without_forbidden(value).replace("\r\n", "\n").replace("\r", "\n")
    return CODED.sub("_x005F_", plain[:LONGEST])[:LONGEST]


def cell(sheet: Any, value: object) -> Any:
    """A cell of a write-only sheet. Dates and instants (in Asia/Shanghai) and numbers keep their type; everything else
    is text, and text that a spreadsheet might carry out is marked as text for good (Excel's own quote prefix)."""
    match value:
        case None | "":
            return None
        case bool():
            return WriteOnlyCell(sheet, _("是") if value else _("否"))
        case datetime():
            return _formatted(sheet, value.astimezone(ZONE).replace(tzinfo=None) if value.tzinfo else value, INSTANT)
        case date():
            return _formatted(sheet, value, DAY)
        case int() | Decimal() | float() if len(str(value).strip("-").replace(".", "")) <= MOST_DIGITS:
            return _formatted(sheet, value, "#,##0.00" if isinstance(value, Decimal) else "General")
    return text_cell(sheet, str(value))


def text_cell(sheet: Any, value: str) -> Any:
    """A cell that is text and nothing else."""
    kept = text_of(value)
    made = WriteOnlyCell(sheet, kept)
    made.data_type = "s"
    if kept.startswith(FORMULA):
        made.quotePrefix = True
    if "\n" in kept:
        made.alignment = Alignment(wrap_text=True, vertical="top")
    return made


def _formatted(sheet: Any, value: Any, number_format: str) -> Any:
    made = WriteOnlyCell(sheet, value)
    made.number_format = number_format
    return made


def head(sheet: Any, titles: Iterable[str]) -> list[Any]:
    """The cells of a head row."""
    cells = []
    for title in titles:
        made = text_cell(sheet, title)
        made.font, made.fill = HEAD_FONT, HEAD_FILL
        cells.append(made)
    return cells


def lay_out(sheet: Any, widths: Sequence[float]) -> None:
    """Frozen head and column widths: before the first row of a write-only sheet."""
    sheet.freeze_panes = "A2"
    for nth, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(nth)].width = width


def filtered(sheet: Any, columns: int, rows: int) -> None:
    """The head's filter, over `rows` rows beneath it."""
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(columns, 1))}{rows + 1}"
