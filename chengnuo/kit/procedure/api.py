"""The procedure by API: clauses, figures and their proposals, the calendar. Everybody may read it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Instant, Schema, acts, replies
from chengnuo.kit.approvals.api import ApprovalOut
from chengnuo.kit.operations import Day
from chengnuo.kit.requests import Asked
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import Clause, UnknownClause, clause, clauses
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.holidays import FIRST_YEAR, LAST_YEAR, NAME_LENGTH
from chengnuo.ledger.models import CalendarTable, ParameterVersion
from chengnuo.ledger.parameters_catalogue import ParameterKind, parameter_kinds

from .access import require_may_import, visible_duties
from .actions import REASON_LENGTH, import_calendar, propose_parameter
from .forms import MOST_LINES
from .questions import carried_versions, fates_of_clause, pending_proposals, versions_of

router = Router(tags=["procedure"])

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class ClauseOut(Answer):
    id: str
    title: str
    text: str
    chapter: str
    kinds: list[str]
    figures: list[str]
    in_force_from: date
    default: bool = Field(description="Partly a reading of ours, which the company may change")

    @classmethod
    def of(cls, one: Clause) -> "ClauseOut":
        return ClauseOut.model_validate(one, from_attributes=True)


class ClausesOut(Answer):
    clauses: list[ClauseOut]


class ClauseWithDuties(ClauseOut):
    duties: dict[str, int] = Field(description="Of those this person sees: live, overdue, met, late, withdrawn")


class VersionOut(Answer):
    number: int
    value: Decimal
    unit: str
    in_force_from: datetime
    reason: str
    proposed_by_id: int | None
    decided_by_id: int | None

    @classmethod
    def of(cls, version: ParameterVersion) -> "VersionOut":
        return cls.model_validate(version, from_attributes=True)


class ParameterOut(Answer):
    key: str
    title: str
    clause: str
    minimum: Decimal
    maximum: Decimal
    present: VersionOut
    proposal_id: int | None = Field(description="The approval that waits for it")


class ParametersOut(Answer):
    parameters: list[ParameterOut]


class ParameterWithVersions(ParameterOut):
    versions: list[VersionOut] = Field(description="Newest first")
    carried: dict[int, int] = Field(description="By version number, how many live duties carry it")


class ProposalIn(Schema):
    value: Annotated[Decimal, Field(max_digits=16, decimal_places=2)]
    in_force_from: Instant | None = Field(None, description="As soon as it is approved unless stated")
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class CalendarDayOut(Answer):
    date: date
    kind: str
    name: str


class TableOut(Answer):
    year: int
    number: int
    source: str
    imported_by_id: int | None
    imported_at: datetime

    @classmethod
    def of(cls, table: CalendarTable) -> "TableOut":
        return cls.model_validate(table, from_attributes=True)


class TablesOut(Answer):
    tables: list[TableOut] = Field(description="Every import, newest year and newest version first")


class YearOut(Answer):
    year: int
    is_provisional: bool = Field(description="No table was published for it, so only weekdays speak")
    working_days: int
    days: list[CalendarDayOut]


class TableDayIn(Schema):
    date: Day
    kind: Literal["holiday", "makeup"]
    name: Annotated[str, Field(max_length=NAME_LENGTH)] = ""


class TableIn(Schema):
    source: Annotated[str, Field(min_length=1, max_length=200)]
    days: Annotated[list[TableDayIn], Field(min_length=1, max_length=MOST_LINES)]


@router.get("/clauses", response=replies({200: ClausesOut}))
def list_clauses(request: Asked) -> Any:
    """Every clause, in the procedure's order."""
    return ClausesOut(clauses=[ClauseOut.of(one) for one in clauses().values()])


@router.get("/clauses/{id}", response=replies({200: ClauseWithDuties}))
def get_clause(request: Asked, id: str) -> Any:
    """One clause, and how the duties under it fared as far as this person sees them."""
    try:
        found = clause(id)
    except UnknownClause:
        raise Http404 from None
    fates = fates_of_clause(visible_duties(request.user, request.now), id)
    return ClauseWithDuties(**ClauseOut.of(found).model_dump(), duties=fates)


@router.get("/parameters", response=replies({200: ParametersOut}))
def list_parameters(request: Asked) -> Any:
    """Every figure of the procedure with its value in force and what is proposed."""
    pending, known = pending_proposals(), rulebook().parameters
    kinds = [kind for kind in parameter_kinds().values() if kind.key in known]
    return ParametersOut(parameters=[ParameterOut(**_parameter(kind, request.now, pending)) for kind in kinds])


@router.get("/parameters/{key}", response=replies({200: ParameterWithVersions}))
def get_parameter(request: Asked, key: str) -> Any:
    """One figure with all its versions."""
    kind = _kind(key)
    carried = carried_versions(visible_duties(request.user, request.now), key)
    versions = versions_of(key)
    return ParameterWithVersions(
        **_parameter(kind, request.now, pending_proposals()),
        versions=[VersionOut.of(one) for one in versions],
        carried={one.number: carried[one.pk] for one in versions if one.pk in carried},
    )


@router.post("/parameters/{key}/propose", response=replies({201: ApprovalOut}))
def propose(request: Asked, key: str, payload: ProposalIn) -> Any:
    """Propose another value; the executive in charge decides it as an approval (4.0)."""

    def run() -> tuple[int, ApprovalOut]:
        given = payload.model_dump()
        approval = propose_parameter(_kind(key).key, **given, by=request.user, now=request.now)
        return 201, ApprovalOut.of(approval)

    return acts(request, payload, run)


@router.get("/calendar", response=replies({200: TablesOut}))
def list_calendar(request: Asked) -> Any:
    """The tables of holidays that were imported."""
    return TablesOut(tables=[TableOut.of(one) for one in CalendarTable.objects.order_by("-year", "-number")])


@router.get("/calendar/{year}", response=replies({200: YearOut}))
def get_year(request: Asked, year: Year) -> Any:
    """Every day of a year: what it is, and whether it is worked."""
    calendar, first = rulebook().calendar, date(year, 1, 1)
    days = [calendar.day(date.fromordinal(at)) for at in range(first.toordinal(), date(year + 1, 1, 1).toordinal())]
    return YearOut(
        year=year,
        is_provisional=any(day.provisional for day in days),
        working_days=sum(day.is_working for day in days),
        days=[CalendarDayOut.model_validate(day, from_attributes=True) for day in days],
    )


@router.post("/calendar/{year}", response=replies({201: TableOut}))
def import_year(request: Asked, year: Year, payload: TableIn) -> Any:
    """Import a year's table: the days that are not what their weekday says. Open provisional duties are counted again;
    promises never move."""

    def run() -> tuple[int, TableOut]:
        require_may_import(request.user, request.now)
        days = {one.date: (one.kind, one.name) for one in payload.days}
        if len(days) < len(payload.days):
            raise Invalid("day_twice", days=_("同一天写了两次"))
        return 201, TableOut.of(import_calendar(year, days, payload.source, by=request.user, now=request.now))

    return acts(request, payload, run)


def _kind(key: str) -> ParameterKind:
    kind = parameter_kinds().get(key)
    if kind is None:
        raise Http404
    return kind


def _parameter(kind: ParameterKind, now: datetime, pending: dict[str, Any]) -> dict[str, Any]:
    proposal = pending.get(kind.key)
    return {
        "key": kind.key,
        "title": kind.title,
        "clause": kind.clause,
        "minimum": kind.minimum,
        "maximum": kind.maximum,
        "present": VersionOut.of(rulebook().parameter(kind.key, now)),
        "proposal_id": proposal.pk if proposal else None,
    }
