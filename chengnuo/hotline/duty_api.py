"""The API of duty lines and roster: the same actions as the pages (3.1.1, 3.1.2)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff, Unit

from . import actions
from .access import visible_lines, visible_shifts, visible_swaps
from .duty_rules import horizon
from .models import DutyLine, DutyShift, ShiftSwap
from .roster import branches, directory, proofs

router = Router(tags=["roster"])
Code = Annotated[str, Field(min_length=1, max_length=6)]


class LineIn(Schema):
    unit: Code = Field(description="Code of the branch")
    number: Annotated[str, Field(max_length=30)]


class LineOut(Answer):
    id: int
    unit: str
    number: str
    digits: str
    registered_at: datetime
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, line: DutyLine) -> "LineOut":
        plain = {name: getattr(line, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=line.unit.code)


class EntryOut(Answer):
    unit: str
    name: str
    region: str
    province: str
    lines: list[LineOut]
    on_duty: str | None = Field(description="Who answers now")
    until: datetime | None


class DirectoryOut(Answer):
    branches: list[EntryOut]


class ShiftIn(Schema):
    unit: Code
    staff_id: Id
    starts_at: Instant
    ends_at: Instant
    role: Literal["primary", "backup"] = "primary"


class ShiftOut(Answer):
    id: int
    unit: str
    staff_id: int
    staff: str
    role: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool

    @classmethod
    def of(cls, shift: DutyShift) -> "ShiftOut":
        plain = {name: getattr(shift, name) for name in cls.model_fields if name not in {"unit", "staff"}}
        return cls(**plain, unit=shift.unit.code, staff=shift.staff.name)


class ShiftPage(Page):
    shifts: list[ShiftOut]


class SwapIn(Schema):
    of_id: Id = Field(description="The colleague who is asked")
    other_id: Id | None = Field(None, description="The shift of his that is taken in return")
    note: Annotated[str, Field(max_length=200)] = ""


class SwapOut(Answer):
    id: int
    shift_id: int
    other_id: int | None
    asked_by_id: int
    asked_of_id: int
    state: str


class NothingIn(Schema):
    pass


class GapOut(Answer):
    starts_at: datetime
    ends_at: datetime
    minutes: int


class ProofOut(Answer):
    unit: str
    gaps: list[GapOut] = Field(description="Empty: somebody is on duty at every minute of the horizon")


class CoverageOut(Answer):
    start: datetime
    end: datetime
    branches: list[ProofOut]


@router.get("/duty-lines", response=replies({200: DirectoryOut}))
def list_duty_lines(request: Asked, q: str = "") -> Any:
    """The national directory: every branch with its lines and who is on duty now."""
    found = [
        EntryOut(
            unit=entry.unit.code,
            name=entry.unit.name,
            region=region,
            province=entry.province,
            lines=[LineOut.of(line) for line in entry.lines],
            on_duty=entry.on_duty.staff.name if entry.on_duty else None,
            until=entry.until,
        )
        for region, entries in directory(request.now, q[:40])
        for entry in entries
    ]
    return {"branches": found}


@router.post("/duty-lines", response=replies({201: LineOut}))
def register_duty_line(request: Asked, payload: LineIn) -> Any:
    """Register a branch's duty phone with headquarters."""

    def run() -> tuple[int, LineOut]:
        unit = _branch(payload.unit)
        line = actions.register_line(unit=unit, number=payload.number, by=request.user, now=request.now)
        return 201, LineOut.of(line)

    return acts(request, payload, run)


@router.post("/duty-lines/{id}/withdraw", response=replies({200: LineOut}))
def withdraw_duty_line(request: Asked, id: int, payload: NothingIn) -> Any:
    def run() -> tuple[int, LineOut]:
        line = get_object_or_404(visible_lines(request.user, request.now).select_related("unit"), pk=id)
        return 200, LineOut.of(actions.withdraw_line(line, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.get("/shifts", response=replies({200: ShiftPage}))
def list_shifts(request: Asked, unit: str | None = None, cursor: str | None = None) -> Any:
    """The shifts on the roster, newest entry first; cancelled ones say so."""
    rows = visible_shifts(request.user, request.now).select_related("unit", "staff")
    if unit is not None:
        rows = rows.filter(unit=_branch(unit))
    found, following = paged(rows, cursor)
    return {"shifts": [ShiftOut.of(shift) for shift in found], "next": following}


@router.post("/shifts", response=replies({201: ShiftOut}))
def enter_shift(request: Asked, payload: ShiftIn) -> Any:
    def run() -> tuple[int, ShiftOut]:
        given = payload.model_dump(exclude={"unit", "staff_id"})
        unit, staff = _branch(payload.unit), _person(payload.staff_id, "staff_id")
        shift = actions.enter_shift(unit=unit, staff=staff, by=request.user, now=request.now, **given)
        return 201, ShiftOut.of(shift)

    return acts(request, payload, run)


@router.post("/shifts/{id}/cancel", response=replies({200: ShiftOut}))
def cancel_shift(request: Asked, id: int, payload: NothingIn) -> Any:
    def run() -> tuple[int, ShiftOut]:
        actions.cancel_shift(_shift(request, id), by=request.user, now=request.now)
        return 200, ShiftOut.of(_shift(request, id))

    return acts(request, payload, run)


@router.post("/shifts/{id}/swaps", response=replies({201: SwapOut}))
def ask_swap(request: Asked, id: int, payload: SwapIn) -> Any:
    """Ask a colleague to take one's own shift."""

    def run() -> tuple[int, SwapOut]:
        other = _shift(request, payload.other_id) if payload.other_id else None
        of = _person(payload.of_id, "of_id")
        shift = _shift(request, id)
        swap = actions.ask_swap(shift, of=of, other=other, by=request.user, now=request.now, note=payload.note)
        return 201, SwapOut.model_validate(swap, from_attributes=True)

    return acts(request, payload, run)


@router.post("/swaps/{id}/{answer}", response=replies({200: SwapOut}))
def answer_swap(request: Asked, id: int, answer: Literal["agree", "decline", "call-off"], payload: NothingIn) -> Any:
    """The colleague agrees or declines; who asked takes it back."""
    action = {"agree": actions.agree_swap, "decline": actions.decline_swap, "call-off": actions.call_off_swap}[answer]

    def run() -> tuple[int, SwapOut]:
        swap: ShiftSwap = get_object_or_404(visible_swaps(request.user, request.now), pk=id)
        answered = action(swap, by=request.user, now=request.now)
        return 200, SwapOut.model_validate(answered, from_attributes=True)

    return acts(request, payload, run)


@router.get("/coverage", response=replies({200: CoverageOut}))
def get_coverage(request: Asked, unit: str | None = None) -> Any:
    """The proof of the next 14 days for every branch, or one: no gap, or each gap to the minute."""
    now = request.now
    end = midnight(now.astimezone(ZONE).date()) + horizon(now)
    units = [_branch(unit)] if unit is not None else branches()
    found = [
        ProofOut(unit=proof.unit.code, gaps=[GapOut.model_validate(gap, from_attributes=True) for gap in proof.gaps])
        for proof in proofs(units, now, end)
    ]
    return {"start": now, "end": end, "branches": found}


def _branch(code: str) -> Unit:
    unit = Unit.objects.filter(code=code, kind=Unit.Kind.BRANCH, closed_on=None).first()
    if unit is None:
        raise Invalid("unit_unknown", unit=_("没有这个机构"))
    return unit


def _person(id: int, field: str) -> Staff:
    staff = Staff.objects.filter(pk=id, is_active=True).first()
    if staff is None:
        raise Invalid("staff_unknown", **{field: _("没有这个人")})
    return staff


def _shift(request: Asked, id: int) -> DutyShift:
    return get_object_or_404(visible_shifts(request.user, request.now).select_related("unit", "staff"), pk=id)
