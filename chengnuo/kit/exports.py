"""A list as a workbook: exactly what its page shows to this person, asked anew when it is written.

Somebody whose reach ended between asking and writing gets less, never more. What is exported, by whom and by which
filter is an event on the job, and its file goes after a week (`jobs.purge`).
"""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n
from openpyxl import Workbook

from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from . import blobs
from .excel import cell, filtered, head, lay_out, text_cell
from .forms import Form
from .jobs import Outcome, Tell, start, work
from .lists import Column, Listing, exported_list, picked
from .models import Job
from .sniffing import XLSX

MOST_ROWS = 200_000
CHUNK = 1000
KIND = "lists.export"
LONGEST_QUERY = 1000


def export(listing: Listing, query: str, *, by: Staff, now: datetime, columns: Sequence[str] | None = None) -> Job:
    """Ask for the list as a workbook, with these columns, else those that the person has chosen. Raises Refusal 422."""
    if len(query) > LONGEST_QUERY:
        raise Refusal("query_too_long", _("筛选条件太长，减少几项再导出"), status=422)
    chosen = listing.chosen(by) if columns is None else list(columns)
    args = {"list": listing.key, "query": query, "columns": chosen}
    return start(KIND, _n("导出%(what)s"), title_args={"what": str(listing.title)}, args=args, by=by, now=now)


@work(KIND)
def export_list(job: Job, tell: Tell) -> Outcome:
    listing, now = exported_list(job.args["list"]), clock.now()
    rows, form = listing.asked(job.staff, now, job.args["query"])
    total = rows[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise Refusal("too_many_rows", _("超过%(most)s行，缩小查询范围再导出") % {"most": f"{MOST_ROWS:,}"})
    known = {column.key: column for column in listing.columns}
    columns = [known[key] for key in job.args["columns"] if key in known]
    book = Workbook(write_only=True)
    written = _write_rows(book.create_sheet(_sheet_name(listing)), columns, rows, total, tell)
    filters = _picks_of(job.args["query"]) or words_of(form)
    _tell_origin(book.create_sheet(_("说明")), listing, filters, job.staff, now, written)
    with acting(job) as fresh:
        record(
            "list.exported",
            fresh,
            by=job.staff,
            now=now,
            data={"list": listing.key, "rows": written, "columns": [column.key for column in columns]},
            texts={"private.query": job.args["query"]},
        )
    name = f"{listing.title}-{now.astimezone(ZONE):%Y%m%d-%H%M}.xlsx"
    return Outcome(_n("导出%(rows)s行"), {"rows": f"{written:,}"}, files=[blobs.keep(saved(book), name, XLSX)])


def _sheet_name(listing: Listing) -> str:
    return str(listing.title)[:31] or listing.key


def _write_rows(sheet: Any, columns: list[Column], rows: QuerySet[Any], total: int, tell: Tell) -> int:
    lay_out(sheet, [_width(column) for column in columns])
    sheet.append(head(sheet, [str(column.label) for column in columns]))
    written = 0
    for one in _at_most(rows.iterator(chunk_size=CHUNK)):
        sheet.append([cell(sheet, column.value(one)) for column in columns])
        written += 1
        if written % 100 == 0:
            tell(written, max(total, written), _n("写入"))
    filtered(sheet, len(columns), written)
    return written


def _at_most(rows: Iterator[Any]) -> Iterator[Any]:
    """Rows that were added since they were counted stay out beyond the limit."""
    for nth, one in enumerate(rows):
        if nth == MOST_ROWS:
            return
        yield one


def _width(column: Column) -> float:
    return 60 if column.shape == "rest" else 12 if column.is_number else 20


def _tell_origin(
    sheet: Any, listing: Listing, filters: list[tuple[str, str]], by: Staff, now: datetime, rows: int
) -> None:
    """Who took what out, when, and by which filter."""
    lay_out(sheet, [14, 80])
    lines = [
        (_("列表"), str(listing.title)),
        (_("导出人"), f"{by.name}（{by.unit.name}）"),
        (_("导出时间"), now),
        (_("行数"), rows),
        *(filters or [(_("筛选"), _("无"))]),
    ]
    for name, value in lines:
        sheet.append([text_cell(sheet, name), cell(sheet, value)])


def _picks_of(query: str) -> list[tuple[str, str]]:
    picks = picked(QueryDict(query).getlist("pick"))
    return [(_("筛选"), _("所选%s条") % len(picks))] if picks else []


def words_of(form: Form | None) -> list[tuple[str, str]]:
    """A filter as people read it: name and value of each field that narrows."""
    if form is None:
        return []
    return [
        (_("筛选"), f"{bound.label}：{_shown(bound.field, form.cleaned_data[bound.name])}")
        for bound in form
        if form.cleaned_data.get(bound.name)
    ]


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return "、".join(map(str, value)) if isinstance(value, QuerySet) else str(value)


def saved(book: Workbook) -> bytes:
    """The workbook's file. Written through the disk: only the packed file is held in memory."""
    with tempfile.TemporaryFile() as out:
        book.save(out)
        out.seek(0)
        return out.read()
