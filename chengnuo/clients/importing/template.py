"""The workbooks that we write: the empty template, and the uploaded rows with what is wrong beside them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from chengnuo.kit.excel import cell, head, lay_out, text_cell
from chengnuo.kit.exports import saved
from chengnuo.people.models import Staff

from ..access import units_for_import
from . import sheets
from .checking import Checked
from .opening import MOST_ROWS
from .reading import Row
from .sheets import CHOICE, CLIENTS, DAY, LISTS, RULES, SAMPLE, SHEETS, SUMMARY, WRONG, YES, Field, Sheet

GREY, RED, AMBER = Font(italic=True, color="FF6B7280"), "FFFBD5D5", "FFFDECC8"
FORMATS = {DAY: "yyyy-mm-dd", sheets.MONEY: "#,##0.00", sheets.DEGREES: "0.000000"}


def template(user: Staff, now: datetime) -> bytes:
    """The empty workbook for somebody: its drop-down of branches has those that he may import for."""
    return _book(user, now, {})


def faults_book(checked: Checked, user: Staff, now: datetime) -> bytes:
    """The uploaded rows with a column of what is wrong, wrong cells coloured, to be corrected and uploaded again."""
    return _book(user, now, checked.book, checked)


def _book(user: Staff, now: datetime, rows: dict[str, list[Row]], checked: Checked | None = None) -> bytes:
    book = Workbook(write_only=True)
    if checked:
        _summarise(book.create_sheet(str(SUMMARY)), checked)
    lists = _lists(user, now)
    for sheet in SHEETS:
        _write(book.create_sheet(str(sheet.title)), sheet, rows.get(sheet.key), lists)
    _explain(book.create_sheet(str(RULES)))
    _list(book.create_sheet(str(LISTS)), lists)
    return saved(book)


def _lists(user: Staff, now: datetime) -> dict[tuple[str, str], list[str]]:
    """The labels of each drop-down, by sheet and column."""
    found = {
        (sheet.key, one.key): [str(label) for label in (one.choices or {}).values()]
        for sheet in SHEETS
        for one in sheet.fields
        if one.kind == CHOICE
    }
    found[CLIENTS.key, "unit"] = [unit.name for unit in units_for_import(user, now)]
    return found


def _write(out: Any, sheet: Sheet, rows: list[Row] | None, lists: dict[tuple[str, str], list[str]]) -> None:
    """One sheet: its head, and the rows given or, in the template, the example. `None` is the template."""
    lay_out(out, [one.width for one in sheet.fields] + ([60] if rows is not None else []))
    for nth, one in enumerate(sheet.fields, 1):
        out.column_dimensions[get_column_letter(nth)].number_format = FORMATS.get(one.kind, "@")
        if validation := _validation(sheet, one, lists):
            validation.add(f"{get_column_letter(nth)}2:{get_column_letter(nth)}{MOST_ROWS + 1}")
            out.data_validations.append(validation)
    titles = [f"{one.head}*" if one.is_needed else str(one.head) for one in sheet.fields]
    out.append(head(out, [*titles, str(WRONG)] if rows is not None else titles))
    if rows is None:
        out.append([_grey(text_cell(out, one.sample)) if one.sample else None for one in sheet.fields])
    for row in rows or []:
        out.append(_cells(out, row))


def _validation(sheet: Sheet, one: Field, lists: dict[tuple[str, str], list[str]]) -> DataValidation | None:
    if one.kind == YES:
        return DataValidation(type="list", formula1=f'"{_("是")},{_("否")}"', allow_blank=True)
    if one.kind != CHOICE:
        return None
    place = get_column_letter(list(lists).index((sheet.key, one.key)) + 1)
    last = max(len(lists[sheet.key, one.key]), 1) + 1
    return DataValidation(type="list", formula1=f"{LISTS}!${place}$2:${place}${last}", allow_blank=True)


def _grey(made: Any) -> Any:
    made.font = GREY
    return made


def _cells(out: Any, row: Row) -> list[Any]:
    """The row as it was uploaded, what is wrong coloured, and why in the last column."""
    cells = [_marked(out, row, one) for one in row.sheet.fields]
    return [*cells, text_cell(out, _reasons(row))]


def _reasons(row: Row) -> str:
    said = [_("%(column)s：%(words)s") % {"column": column, "words": words} for column, words in _faults(row)]
    return "；".join([*said, *row.notes])


def _faults(row: Row) -> list[tuple[str, str]]:
    """Head and words of each fault of a row, and of its likeness to another client."""
    heads = {one.key: str(one.head) for one in row.sheet.fields}
    found = [(heads[key], words) for key, words in row.faults.items()]
    return [*found, (heads["name"], row.similar)] if row.similar else found


def _marked(out: Any, row: Row, one: Field) -> Any:
    raw = row.raw.get(one.key)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    made = cell(out, raw)
    colour = RED if one.key in row.faults else AMBER if row.similar and one.key == "name" else ""
    if colour:
        made = made or text_cell(out, "")
        made.fill = PatternFill("solid", fgColor=colour)
    return made


def _summarise(out: Any, checked: Checked) -> None:
    lay_out(out, [12, 8, 18, 90])
    out.append(head(out, [_("页"), _("行"), _("列"), _("要改什么")]))
    for row in checked.rows:
        for column, words in _faults(row):
            out.append(
                [text_cell(out, str(row.sheet.title)), row.number, text_cell(out, column), text_cell(out, words)]
            )


def _explain(out: Any) -> None:
    """The rules in plain words, then every column."""
    lay_out(out, [14, 22, 8, 80])
    for words in _words():
        out.append([text_cell(out, words)])
    out.append([])
    out.append(head(out, [_("页"), _("列"), _("必填"), _("怎么填")]))
    for sheet in SHEETS:
        for one in sheet.fields:
            said = [str(sheet.title), str(one.head), _("是") if one.is_needed else "", _how(one)]
            out.append([text_cell(out, text) if text else None for text in said])


def _words() -> Iterable[str]:
    return (
        _("一行一条。列可以调换次序，表头和页名不要改；带*的列必填。第1行是表头。"),
        _("以“%(sample)s”开头的行是例子，留着也不导入。") % {"sample": SAMPLE},
        _("联系人、场所、委托协议、保单写明客户名称；有同名客户时再写证件号。"),
        _("全部核对完、没有错误才写入；有错时给出标好颜色的错误表，改好再传。"),
        _("号码列设为文本。公式、合并的单元格、隐藏的页不收。一页最多%(rows)s行。") % {"rows": f"{MOST_ROWS:,}"},
        _("原登记人、原登记日期记入客户的往来，写明是导入的。"),
    )


def _how(one: Field) -> str:
    kinds = {
        DAY: _("日期，如2026-09-28"),
        sheets.MONEY: _("金额，单位元，至多两位小数"),
        YES: _("是或否，不填就是否"),
        CHOICE: "、".join(str(label) for label in (one.choices or {}).values()),
    }
    return "；".join(filter(None, (kinds.get(one.kind, ""), str(one.note))))


def _list(out: Any, lists: dict[tuple[str, str], list[str]]) -> None:
    """What the drop-downs read, on a hidden sheet: a list in the cell itself ends at 255 characters."""
    out.sheet_state = "hidden"
    titled = {sheet.key: sheet for sheet in SHEETS}
    out.append(head(out, [f"{titled[key].title} {titled[key].field(name).head}" for key, name in lists]))
    for nth in range(max(len(labels) for labels in lists.values())):
        out.append([text_cell(out, labels[nth]) if nth < len(labels) else None for labels in lists.values()])
