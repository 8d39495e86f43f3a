"""A report as a workbook, a sheet for each of its tables: counted when it is written, of what its person sees then."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n
from openpyxl import Workbook

from chengnuo.kit import blobs
from chengnuo.kit.excel import cell, filtered, head, lay_out, text_cell
from chengnuo.kit.exports import LONGEST_QUERY, saved
from chengnuo.kit.jobs import Outcome, Tell, start, work
from chengnuo.kit.models import Job
from chengnuo.kit.sniffing import XLSX
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .catalogue import REPORTS, Report
from .scope import Scope, scope_of
from .tables import Column, Line, Table, figure

KIND = "reports.export"


def export(report: Report, query: str, *, by: Staff, now: datetime) -> Job:
    """Ask for a report as a workbook. Raises Refusal 422 for a period or units that cannot be."""
    if len(query) > LONGEST_QUERY or not scope_of(QueryDict(query), by, now)[1].is_valid():
        raise Refusal("report_query", _("期间或机构不对，改好再导出"), status=422)
    args = {"report": report.key, "query": query}
    return start(KIND, _n("导出%(what)s"), title_args={"what": str(report.title)}, args=args, by=by, now=now)


@work(KIND)
def export_report(job: Job, tell: Tell) -> Outcome:
    report, now = REPORTS[job.args["report"]], clock.now()
    scope, form = scope_of(QueryDict(job.args["query"]), job.staff, now)
    if not form.is_valid():
        raise Refusal("report_query", _("期间或机构已不在本人范围内，重新导出"), status=422)
    book = Workbook(write_only=True)
    tables = report.tables(scope)
    for nth, table in enumerate(tables):
        tell(nth, len(tables), _n("写入"))
        _write(book.create_sheet(table.title[:31]), table)
    _tell_origin(book.create_sheet(_("说明")), report, tables, scope)
    data = {"report": report.key, "since": scope.period.since, "until": scope.period.until, "units": list(scope.units)}
    with acting(job) as fresh:
        record("report.exported", fresh, by=job.staff, now=now, data=data)
    name = f"{report.title}-{scope.period.since:%Y%m%d}-{scope.period.until:%Y%m%d}.xlsx"
    return Outcome(_n("导出%(tables)s张表"), {"tables": len(tables)}, files=[blobs.keep(saved(book), name, XLSX)])


def _write(sheet: Any, table: Table) -> None:
    lay_out(sheet, [30, *(12 for _column in table.columns)])
    sheet.append(head(sheet, [table.head, *(titled(column) for column in table.columns)]))
    for line in table.lines:
        sheet.append([text_cell(sheet, line.label), *(cell(sheet, value) for value in _values(table, line))])
    filtered(sheet, len(table.columns) + 1, len(table.lines))


def titled(column: Column) -> str:
    """A column's head with its unit, as a cell has a bare number."""
    unit = {"rate": _("%"), "span": _("秒")}.get(column.kind)
    return f"{column.label}（{unit}）" if unit else str(column.label)


def _values(table: Table, line: Line) -> list[object]:
    return [
        _("样本不足") if one.is_short else figure(column, one)
        for column, one in zip(table.columns, line.cells, strict=True)
    ]


def _tell_origin(sheet: Any, report: Report, tables: Any, scope: Scope) -> None:
    """Who took what out, when, of which days and units."""
    lay_out(sheet, [14, 80])
    lines = [
        (_("报表"), f"{report.clause} {report.title}"),
        (_("期间"), f"{scope.period.since} {scope.period.until}"),
        (_("机构"), _("、").join(scope.names[unit] for unit in scope.units)),
        (_("导出人"), f"{scope.user.name}（{scope.user.unit.name}）"),
        (_("导出时间"), scope.now.astimezone(ZONE)),
        *((table.title, table.note) for table in tables if table.note),
    ]
    for name, value in lines:
        sheet.append([text_cell(sheet, name), cell(sheet, value)])
