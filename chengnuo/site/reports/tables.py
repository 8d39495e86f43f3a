"""A report's figures as one shape, from which page, chart, workbook, paper and API are made: they cannot differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _

from chengnuo.kit.times import span

LEAST = 20
"""Below so many records no median and no rate is told: one person's bad day would look like a rule."""
LOW = 90
"""A rate below this many percent is red, as docs/decisions and the drawings have it."""

MANY = 60

Kind = Literal["count", "rate", "span"]


@dataclass(frozen=True)
class Column:
    """`count` is a number of records, `rate` percent, `span` seconds. `tone` colours what is not zero. `chart` has its
    values drawn, where the table has a chart."""

    key: str
    label: str | Text
    kind: Kind = "count"
    tone: str = ""
    chart: bool = False
    series: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure. `url` opens exactly the records that a count counts. `is_short`: too few for a rate or a median."""

    value: float | None
    url: str = ""
    is_short: bool = False


@dataclass(frozen=True)
class Line:
    key: str
    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """`head` names the first column; `chart` is `stack`, `bars`, `heat` or nothing; `note` stands below."""

    key: str
    title: str
    head: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    chart: str = ""
    note: str = ""

    @property
    def rows(self) -> list[tuple[Line, list[tuple[Column, Cell, str, str]]]]:
        """Each line with its cells as a page prints them: column, cell, words, tone."""
        return [
            (
                line,
                [
                    (column, cell, words(column, cell), tone(column, cell))
                    for column, cell in zip(self.columns, line.cells, strict=True)
                ],
            )
            for line in self.lines
        ]

    @property
    def is_drawn(self) -> bool:
        """Whether a chart would show anything."""
        values = (
            c.value for line in self.lines for column, c in zip(self.columns, line.cells, strict=True) if column.chart
        )
        return bool(self.chart) and any(values)

    @property
    def is_folded(self) -> bool:
        """Whether the numbers stand back behind the drawing: where they are many, and it tells them better."""
        return self.is_drawn and len(self.lines) * len(self.columns) > MANY


def rate(part: int, whole: int) -> float | None:
    """Percent, or nothing of nothing."""
    return 100 * part / whole if whole else None


def rate_cell(part: int, whole: int, *, least: int = 1) -> Cell:
    """A rate in percent, hidden while fewer than `least` records stand behind it."""
    return Cell(None if whole < least else rate(part, whole), is_short=0 < whole < least)


def words(column: Column, cell: Cell) -> str:
    """`1,609`, `94.9`, `3分12秒`; a dot for zero and nothing, 样本不足 for too few."""
    if cell.is_short:
        return _("样本不足")
    if cell.value is None:
        return "·"
    if column.kind == "rate":
        return f"{cell.value:.1f}"
    if column.kind == "span":
        return duration(cell.value)
    return f"{int(cell.value):,}" if cell.value else "·"


def tone(column: Column, cell: Cell) -> str:
    """Red for what is overdue and for a rate that is low; nothing else has a colour."""
    if column.kind == "rate":
        return "red" if cell.value is not None and column.tone and round(cell.value, 1) < LOW else ""
    return column.tone if cell.value else ""


def duration(seconds: float) -> str:
    """`12秒`, `3分12秒`, from an hour as everywhere: `2时05分`, `1天3时`."""
    whole = round(seconds)
    if whole >= 3600:
        return span(timedelta(seconds=whole))
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return _("%s秒") % rest
    return _("%s分") % minutes + (_("%s秒") % f"{rest:02}" if rest else "")


def as_data(table: Table) -> dict[str, Any]:
    """The table as the API tells it: counts whole, rates to a tenth, spans in whole seconds, hidden ones null."""
    return {
        "key": table.key,
        "title": str(table.title),
        "columns": [{"key": one.key, "label": str(one.label), "kind": one.kind} for one in table.columns],
        "lines": [
            {
                "key": line.key,
                "label": str(line.label),
                "values": {
                    column.key: figure(column, cell) for column, cell in zip(table.columns, line.cells, strict=True)
                },
            }
            for line in table.lines
        ],
    }


def figure(column: Column, cell: Cell) -> float | int | None:
    if cell.value is None:
        return None
    return round(cell.value, 1) if column.kind == "rate" else round(cell.value)
