"""The reports by API: the same tables as the pages, for the same person."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid

from .catalogue import REPORTS, Report
from .scope import ScopeForm, scope_of
from .tables import as_data

router = Router(tags=["reports"])


class ReportName(Answer):
    key: str
    title: str
    clause: str = Field(description="The clause of the procedure that wants it")


class FigureColumnOut(Answer):
    key: str
    label: str
    kind: Literal["count", "rate", "span"] = Field(description="A number of records, percent, or seconds")


class ReportLineOut(Answer):
    key: str
    label: str
    values: dict[str, float | None] = Field(
        description="By column; null where there is none, and where fewer than 20 records stand behind it"
    )


class ReportTableOut(Answer):
    key: str
    title: str
    columns: list[FigureColumnOut]
    lines: list[ReportLineOut]


class ReportOut(ReportName):
    since: date
    until: date = Field(description="The last local day, included")
    units: list[int]
    tables: list[ReportTableOut]


class ReportsOut(Answer):
    reports: list[ReportName]


@router.get("/reports", response=replies({200: ReportsOut}))
def list_reports(request: Asked) -> Any:
    """The reports there are, each with the clause that wants it."""
    return {"reports": [_name(report) for report in REPORTS.values()]}


@router.get("/reports/{key}", response=replies({200: ReportOut}))
def get_report(
    request: Asked,
    key: str,
    since: date | None = None,
    until: date | None = None,
    unit: Annotated[list[Id], Query(max_length=500)] = [],  # noqa: B006
) -> Any:
    """A report of local days (this month without them) and of some of the units that the person reaches."""
    report = REPORTS.get(key)
    if report is None:
        raise Http404
    scope, form = scope_of(request.GET, request.user, request.now)
    if not form.is_valid():
        raise Invalid("invalid", **_faults(form))
    days = {"since": scope.period.since, "until": scope.period.until, "units": list(scope.units)}
    return {**_name(report), **days, "tables": [as_data(table) for table in report.tables(scope)]}


def _name(report: Report) -> dict[str, str]:
    return {"key": report.key, "title": str(report.title), "clause": report.clause}


def _faults(form: ScopeForm) -> dict[str, str]:
    return {name: str(errors[0]) for name, errors in form.errors.items()}
