"""The reports' pages, the lists behind their figures, and the ways out: paper and workbook."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.exports import words_of
from chengnuo.kit.lists import Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.kit.requests import Asked

from . import calls, claims, complaints, fairness, promises, response
from .cases import CaseReport
from .catalogue import REPORTS
from .compliance import compliance
from .drill import bars, drill
from .exporting import export
from .lists import (
    CALL_LIST,
    CLAIM_LIST,
    COMPLAINT_LIST,
    DUTIES,
    PROMISE_LIST,
    call_rows,
    claim_rows,
    complaint_rows,
    duty_rows,
    promise_rows,
)
from .printing import compliance_form, printed
from .response import METRICS
from .scope import Scope, scope_of
from .spark import spark
from .tables import Cell, Column, Table, tone, words

TABS: dict[str, str | Text] = {
    "promises": gettext_lazy("承诺"),
    "response_all": gettext_lazy("响应时间"),
    "calls": gettext_lazy("来电"),
    "claims": gettext_lazy("协赔"),
    "complaints": gettext_lazy("投诉"),
    "fairness": gettext_lazy("一视同仁"),
}


@require_safe
def compliance_page(request: Asked, clause: str = "") -> HttpResponse:
    """Every clause with what became of its duties (6.2), and one of them opened beside the table."""
    scope, form = scope_of(request.GET, request.user, request.now)
    found = compliance(scope)
    chosen = next((line for line in found.lines if line.clause.id == clause), None)
    if clause and chosen is None:
        raise Http404
    context = {
        **_frame(scope, form, "compliance"),
        "found": found,
        "links": {name: scope.link("duties", fate=name) for name in ("produced", "met", "late", "open", "overdue")},
        "chapters": [
            (number, title, [_clause_row(scope, line, found.target, clause) for line in lines])
            for number, title, lines in found.chapters
        ],
        "units": [] if chosen else bars(scope, found.by_unit()),
        "drill": drill(scope, chosen, found.by_unit(clause)) if chosen else None,
        "closed_url": scope.link("compliance"),
        "print_url": f"{reverse('reports:print')}?{scope.query()}",
    }
    return render(request, "reports/compliance.html", context, status=form.status)


def _clause_row(scope: Scope, line: Any, target: float, chosen: str) -> dict[str, Any]:
    id_ = line.clause.id
    return {
        "line": line,
        "url": scope.link("clause", None, id_),
        "is_chosen": id_ == chosen,
        "links": {
            name: scope.link("duties", clause=id_, fate=name) for name in ("produced", "met", "late", "open", "overdue")
        },
        "spark": spark([week.rate for week in line.weeks], target),
    }


@require_POST
def print_compliance(request: Asked) -> HttpResponse:
    """The page as an A4 form; every printing is an event."""
    scope, form = scope_of(request.GET, request.user, request.now)
    if not form.is_valid():
        return redirect("reports:compliance")
    document = compliance_form(scope, request.build_absolute_uri)
    content = typeset(document)
    printed(scope)
    return inline(content, document.number)


@require_safe
def promises_page(request: Asked) -> HttpResponse:
    scope, form = scope_of(request.GET, request.user, request.now)
    head = promises.head_figures(scope)
    return _report(request, scope, form, "promises", promises.tables(scope), head)


@require_safe
def response_page(request: Asked, metric: str = "answered") -> HttpResponse:
    """One kind of time, by hour, branch, person and client tier."""
    found = METRICS.get(metric)
    if found is None:
        raise Http404
    scope, form = scope_of(request.GET, request.user, request.now)
    metrics = [(one.label, scope.link("response", None, one.key), one.key == found.key) for one in METRICS.values()]
    head = list(zip(response.COLUMNS, response.total(scope, found), strict=True))
    more = {"metrics": metrics, "says": found.says}
    return _report(request, scope, form, "response_all", response.tables(scope, found), head, found.key, more)


@require_safe
def calls_page(request: Asked) -> HttpResponse:
    scope, form = scope_of(request.GET, request.user, request.now)
    head = list(zip([*calls.COUNTS, calls.SHARE], calls.total(scope), strict=True))
    return _report(request, scope, form, "calls", calls.tables(scope), head)


@require_safe
def claims_page(request: Asked) -> HttpResponse:
    """Claims by line, stage and age, and the insurer's speed (3.4)."""
    return _case_report(request, "claims", claims.REPORT)


@require_safe
def complaints_page(request: Asked) -> HttpResponse:
    """Complaints by category and cause, repeats, and what was settled in time (3.6)."""
    return _case_report(request, "complaints", complaints.REPORT)


def _case_report(request: Asked, tab: str, report: CaseReport) -> HttpResponse:
    scope, form = scope_of(request.GET, request.user, request.now)
    return _report(request, scope, form, tab, report.tables(scope), report.head(scope))


@require_safe
def fairness_page(request: Asked) -> HttpResponse:
    """All clients alike (2.1)."""
    scope, form = scope_of(request.GET, request.user, request.now)
    return _report(request, scope, form, "fairness", fairness.tables(scope), [])


def _report(
    request: Asked,
    scope: Scope,
    form: Any,
    tab: str,
    tables: list[Table],
    head: list[tuple[Column, Cell]],
    metric: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        **_frame(scope, form, f"response-{metric}" if metric else tab),
        "tabs": [(label, scope.link(key), key == tab) for key, label in TABS.items()],
        "tables": tables,
        "head": [(column, cell, words(column, cell), tone(column, cell)) for column, cell in head],
        **(more or {}),
    }
    return render(request, "reports/report.html", context, status=form.status)


def _frame(scope: Scope, form: Any, key: str) -> dict[str, Any]:
    """What stands at the head of every report."""
    report = REPORTS[key]
    return {
        "scope": scope,
        "form": form,
        "report": report,
        "scope_query": scope.query(),
        "chosen_units": set(scope.units),
    }


@require_safe
def duty_list(request: Asked) -> HttpResponse:
    """The duties behind a figure, newest first."""
    return _records(request, DUTIES, duty_rows(request.user, request.now), "compliance", _("规程执行"))


@require_safe
def duty(request: Asked, pk: int) -> HttpResponse:
    """The record that a duty is owed on; where it has no page of its own, why it is owed."""
    found = get_object_or_404(duty_rows(request.user, request.now), pk=pk)
    record = named(request.user, request.now, [found.subject]).get(found.subject)
    return redirect(record.url if record and record.url else reverse("procedure:why", args=[pk]))


@require_safe
def promise_list(request: Asked) -> HttpResponse:
    return _records(request, PROMISE_LIST, promise_rows(request.user, request.now), "promises", _("承诺"))


@require_safe
def call_list(request: Asked) -> HttpResponse:
    return _records(request, CALL_LIST, call_rows(request.user, request.now), "calls", _("来电"))


@require_safe
def claim_list(request: Asked) -> HttpResponse:
    return _records(request, CLAIM_LIST, claim_rows(request.user, request.now), "claims", _("协赔"))


@require_safe
def complaint_list(request: Asked) -> HttpResponse:
    return _records(request, COMPLAINT_LIST, complaint_rows(request.user, request.now), "complaints", _("投诉"))


def _records(request: Asked, listing: Listing, rows: Any, parent: str, title: str) -> HttpResponse:
    shown = listing.shown(request, rows)
    narrowed = words_of(shown.form) if shown.form and shown.form.is_valid() else []
    context = {
        "list": shown,
        "title": listing.title,
        "parent": title,
        "parent_url": reverse(f"reports:{parent}"),
        "narrowed": [said for _name, said in narrowed],
    }
    return render(request, "reports/records.html", context)


@require_POST
@posted_once
def export_report(request: Asked, key: str) -> HttpResponse:
    """Ask for a report as a workbook; the job's page shows how far it is."""
    report = REPORTS.get(key)
    if report is None:
        raise Http404
    return redirect(export(report, request.POST.get("query", ""), by=request.user, now=request.now))
