"""The roster: shifts, the proof of coverage, gaps filled and explained (3.1.2)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Occasion
from chengnuo.people.models import Unit

from .. import actions
from ..access import visible_days, visible_shifts
from ..coverage import uncovered
from ..duty_rules import DAY, horizon
from ..models import DutyShift
from ..roster import branches, proofs
from .asking import Code, OfBranch, any_branch, branch, person, shift_of

router = Router(tags=["hotline"])


class ShiftIn(Schema):
    unit: Code
    staff_id: Id
    starts_at: Instant
    ends_at: Instant = Field(description="At most 24 hours later")
    role: Literal["primary", "backup"] = Field("primary", description="`primary` answers, `backup` stands behind him")


class ReassignIn(Schema):
    to_id: Id = Field(description="Who takes it")
    other_id: Id | None = Field(None, description="A shift of his that goes the other way")


class GapFillIn(Schema):
    unit: Code
    staff_id: Id
    starts_at: Instant
    ends_at: Instant


class ExplainIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="Why nobody was on duty then")


class ShiftOut(Answer):
    id: int
    unit: str = Field(description="Code of the branch")
    staff_id: int
    staff: str
    role: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    pattern_id: int | None = Field(description="The repeating roster that wrote it")

    @classmethod
    def of(cls, shift: DutyShift) -> "ShiftOut":
        plain = {name: getattr(shift, name) for name in cls.model_fields if name not in {"unit", "staff"}}
        return cls(**plain, unit=shift.unit.code, staff=shift.staff.name)


class ShiftPage(Page):
    shifts: list[ShiftOut]


class GapOut(Answer):
    starts_at: datetime
    ends_at: datetime
    minutes: int


class ProofOut(Answer):
    unit: str = Field(description="Code of the branch")
    gaps: list[GapOut] = Field(description="Empty: somebody is on duty at every minute of the horizon")


class CoverageOut(Answer):
    start: datetime
    end: datetime
    branches: list[ProofOut]


class DutyDayOut(Answer):
    """A day of a branch that has come; what of it nobody has is owed."""

    id: int
    unit: str = Field(description="Code of the branch")
    day: date
    explained_until: datetime | None = Field(description="Gaps before it are explained; they stay on record")

    @classmethod
    def of(cls, day: Occasion, code: str) -> "DutyDayOut":
        local = day.starts_at.astimezone(ZONE).date()
        return cls(id=day.pk, unit=code, day=local, explained_until=day.done_at)


class DutyDayPage(Page):
    days: list[DutyDayOut]


class DutyDayWholeOut(DutyDayOut):
    gaps: list[GapOut] = Field(description="The minutes of the day that nobody has, or had")


@router.get("/shifts", response=replies({200: ShiftPage}))
def list_shifts(
    request: Asked,
    unit: OfBranch = None,
    since: Annotated[Instant | None, Query(description="Those that end later")] = None,
    until: Annotated[Instant | None, Query(description="Those that begin before")] = None,
    cursor: Cursor = "",
) -> Any:
    """The shifts on the roster, newest entry first; cancelled ones say so."""
    rows = visible_shifts(request.user, request.now).select_related("unit", "staff")
    if unit is not None:
        rows = rows.filter(unit=branch(unit))
    if since is not None:
        rows = rows.filter(ends_at__gt=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    found, following = paged(rows, cursor)
    return {"shifts": [ShiftOut.of(shift) for shift in found], "next": following}


@router.post("/shifts", response=replies({201: ShiftOut}))
def enter_shift(request: Asked, payload: ShiftIn) -> Any:
    """Put somebody on duty, or behind who is."""

    def run() -> tuple[int, ShiftOut]:
        given = payload.model_dump(exclude={"unit", "staff_id"})
        unit, staff = branch(payload.unit), person(payload.staff_id, "staff_id")
        shift = actions.enter_shift(unit=unit, staff=staff, by=request.user, now=request.now, **given)
        return 201, ShiftOut.of(shift)

    return acts(request, payload, run)


@router.post("/shifts/{int:id}/cancel", response=replies({200: ShiftOut}))
def cancel_shift(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take a shift that has not begun off the roster; its minutes are a gap at once."""

    def run() -> tuple[int, ShiftOut]:
        actions.cancel_shift(shift_of(request, id), by=request.user, now=request.now)
        return 200, ShiftOut.of(shift_of(request, id))

    return acts(request, payload, run)


@router.post("/shifts/{int:id}/reassign", response=replies({200: ShiftOut}))
def reassign_shift(request: Asked, id: int, payload: ReassignIn) -> Any:
    """The manager gives a shift to somebody else at once; both hear of it. Colleagues ask each other by a swap."""

    def run() -> tuple[int, ShiftOut]:
        other = shift_of(request, payload.other_id) if payload.other_id else None
        to = person(payload.to_id, "to_id")
        actions.reassign_shift(shift_of(request, id), to=to, other=other, by=request.user, now=request.now)
        return 200, ShiftOut.of(shift_of(request, id))

    return acts(request, payload, run)


@router.get("/coverage", response=replies({200: CoverageOut}))
def get_coverage(request: Asked, unit: OfBranch = None) -> Any:
    """The proof of the next 14 days for every branch, or one: no gap, or each gap to the minute."""
    now = request.now
    end = midnight(now.astimezone(ZONE).date()) + horizon(now)
    units = [branch(unit)] if unit is not None else branches()
    found = [ProofOut(unit=proof.unit.code, gaps=_gaps(proof.gaps)) for proof in proofs(units, now, end)]
    return {"start": now, "end": end, "branches": found}


@router.post("/coverage/fill", response=replies({201: ShiftOut}))
def fill_gap(request: Asked, payload: GapFillIn) -> Any:
    """Put somebody on duty for what is left of a gap: the manager anybody of the branch, a backup of then himself."""

    def run() -> tuple[int, ShiftOut]:
        unit, staff = branch(payload.unit), person(payload.staff_id, "staff_id")
        span = {"starts_at": payload.starts_at, "ends_at": payload.ends_at}
        shift = actions.fill_gap(unit=unit, staff=staff, by=request.user, now=request.now, **span)
        return 201, ShiftOut.of(shift)

    return acts(request, payload, run)


@router.get("/duty-days", response=replies({200: DutyDayPage}))
def list_duty_days(request: Asked, unit: OfBranch = None, cursor: Cursor = "") -> Any:
    """The days whose coverage is owed, of the branches that you reach, the latest first."""
    rows = visible_days(request.user, request.now)
    if (narrowed := any_branch(unit)) is not None:
        rows = rows.filter(unit_id=narrowed.pk)
    found, following = paged(rows, cursor)
    codes = dict(Unit.objects.filter(pk__in={day.unit_id for day in found}).values_list("pk", "code"))
    return {"days": [DutyDayOut.of(day, codes[day.unit_id]) for day in found], "next": following}


@router.get("/duty-days/{int:id}", response=replies({200: DutyDayWholeOut}))
def get_duty_day(request: Asked, id: int) -> Any:
    """A day with its gaps: what lies ahead is filled, what has passed is explained."""
    return _whole(get_object_or_404(visible_days(request.user, request.now), pk=id))


@router.post("/duty-days/{int:id}/explain", response=replies({200: DutyDayWholeOut}))
def explain_duty_day(request: Asked, id: int, payload: ExplainIn) -> Any:
    """Say why nobody was on duty in a part of a day that has passed; the breach stays on record for ever."""

    def run() -> tuple[int, DutyDayWholeOut]:
        day = get_object_or_404(visible_days(request.user, request.now), pk=id)
        return 200, _whole(actions.explain_day(day, reason=payload.reason, by=request.user, now=request.now))

    return acts(request, payload, run)


def _whole(day: Occasion) -> DutyDayWholeOut:
    gaps = uncovered([day.unit_id], day.starts_at, day.starts_at + DAY)[day.unit_id]
    plain = DutyDayOut.of(day, Unit.objects.get(pk=day.unit_id).code)
    return DutyDayWholeOut(**plain.model_dump(), gaps=_gaps(gaps))


def _gaps(gaps: Any) -> list[GapOut]:
    return [GapOut.model_validate(gap, from_attributes=True) for gap in gaps]
