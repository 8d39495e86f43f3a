"""What claims and complaints have alike as reports: figures counted by a condition each, told apart in several ways."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE

from .periods import Period, months_up_to
from .scope import Scope
from .tables import LEAST, Cell, Column, Line, Table, rate_cell

MONTHS = 12
Which = Callable[[str], Q]
"""Which records a figure of this name counts."""


@dataclass(frozen=True)
class Share:
    """A rate column: what of what, each an aggregate by its name in `sums`, or a count by its column."""

    part: str
    whole: str


@dataclass(frozen=True)
class CaseReport:
    """`rows` are the visible records of a scope, `at` the instant that places one in a period, `ways` tell them apart:
    key, title, head, column, and the words of its values. `list_name` opens the records of a figure."""

    rows: Callable[[Scope], QuerySet[Any]]
    at: str
    list_name: str
    columns: Sequence[Column]
    which: Which
    shares: Mapping[str, Share]
    ways: Sequence[tuple[str, str | Text, str | Text, str, Mapping[str, Any]]]
    sums: Mapping[str, Aggregate]
    note: str | Text

    def tables(self, scope: Scope) -> list[Table]:
        """The whole report; a query for each way of telling apart."""
        rows = scope.within(self.rows(scope), self.at)
        return [
            self._by_month(scope),
            self._table(scope, rows, "units", _("按机构"), _("机构"), "unit", scope.names),
            *(
                self._table(scope, rows, key, str(title), str(head), column, words)
                for key, title, head, column, words in self.ways
            ),
        ]

    def head(self, scope: Scope) -> list[tuple[Column, Cell]]:
        """The period's own figures."""
        found = scope.within(self.rows(scope), self.at).aggregate(**self._counts())
        return list(zip(self.columns, self._cells(scope, found), strict=True))

    def _counts(self) -> dict[str, Any]:
        counts = {one.key: Count("pk", filter=self.which(one.key)) for one in self.columns if one.kind == "count"}
        return {**counts, **self.sums}

    def _by_month(self, scope: Scope) -> Table:
        months = months_up_to(scope.period.until, MONTHS)
        rows = self.rows(scope).filter(**{f"{self.at}__gte": months[0].start, f"{self.at}__lt": months[-1].end})
        named = rows.order_by().annotate(part=TruncMonth(self.at, tzinfo=ZONE)).values("part")
        counted = {row["part"]: row for row in named.annotate(**self._counts())}
        lines = [
            Line(
                f"{month.since:%Y-%m}",
                f"{month.since:%Y-%m}",
                self._cells(scope, counted.get(midnight(month.since), {}), month),
            )
            for month in months
        ]
        return Table("months", _("按月"), _("月份"), self.columns, lines, chart="stack", note=str(self.note))

    def _table(
        self, scope: Scope, rows: QuerySet[Any], key: str, title: str, head: str, column: str, words: Mapping[Any, Any]
    ) -> Table:
        counted = {row[column]: row for row in rows.order_by().values(column).annotate(**self._counts())}
        lines = [
            Line(str(part), str(words.get(part, part) or _("未定")), self._cells(scope, row, None, **{column: part}))
            for part, row in counted.items()
        ]
        lines.sort(key=lambda line: -(line.cells[0].value or 0))
        return Table(key, title, head, self.columns, lines)

    def _cells(self, scope: Scope, row: Mapping[str, Any], period: Period | None = None, **more: object) -> list[Cell]:
        return [self._cell(one, scope, row, period, more) for one in self.columns]

    def _cell(
        self, column: Column, scope: Scope, row: Mapping[str, Any], period: Period | None, more: dict[str, object]
    ) -> Cell:
        if column.kind == "count":
            return scope.figure(row.get(column.key, 0), self.list_name, period, what=column.key, **more)
        share = self.shares[column.key]
        return rate_cell(int(row.get(share.part) or 0), int(row.get(share.whole) or 0), least=LEAST)
