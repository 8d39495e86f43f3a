"""Duty lines: the national directory, registered with headquarters, changed and withdrawn (3.1.1)."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Schema, acts, replies
from chengnuo.kit.operations import NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_lines
from ..models import DutyLine
from ..roster import directory
from .asking import Code, branch

router = Router(tags=["hotline"])
Number = Annotated[str, Field(max_length=30, description="As it is dialled from anywhere, e.g. `0512-65551234`")]


class LineIn(Schema):
    unit: Code
    number: Number


class NewNumberIn(Schema):
    number: Number


class LineOut(Answer):
    id: int
    unit: str = Field(description="Code of the branch")
    number: str
    digits: str = Field(description="As the exchange writes it")
    registered_at: datetime
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, line: DutyLine) -> "LineOut":
        plain = {name: getattr(line, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=line.unit.code)


class EntryOut(Answer):
    unit: str = Field(description="Code of the branch")
    name: str
    region: str
    province: str
    lines: list[LineOut]
    on_duty: str | None = Field(description="Who answers now")
    until: datetime | None = Field(description="Until when")


class DirectoryOut(Answer):
    branches: list[EntryOut]


@router.get("/duty-lines", response=replies({200: DirectoryOut}))
def list_duty_lines(
    request: Asked,
    q: Annotated[str, Query(max_length=40, description="Part of a name, code, province or number")] = "",
) -> Any:
    """The national directory: every branch with its lines and who is on duty now. As long as there are branches."""
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
        for region, entries in directory(request.now, q)
        for entry in entries
    ]
    return {"branches": found}


@router.post("/duty-lines", response=replies({201: LineOut}))
def register_duty_line(request: Asked, payload: LineIn) -> Any:
    """Register a branch's duty phone with headquarters."""

    def run() -> tuple[int, LineOut]:
        unit = branch(payload.unit)
        line = actions.register_line(unit=unit, number=payload.number, by=request.user, now=request.now)
        return 201, LineOut.of(line)

    return acts(request, payload, run)


@router.post("/duty-lines/{int:id}/change", response=replies({201: LineOut}))
def change_duty_line(request: Asked, id: int, payload: NewNumberIn) -> Any:
    """Another number in place of one: withdrawn and registered in one step; the answer is the new line."""

    def run() -> tuple[int, LineOut]:
        old = _line(request, id)
        line = actions.register_line(
            unit=old.unit, number=payload.number, instead_of=old, by=request.user, now=request.now
        )
        return 201, LineOut.of(line)

    return acts(request, payload, run)


@router.post("/duty-lines/{int:id}/withdraw", response=replies({200: LineOut}))
def withdraw_duty_line(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take a duty phone out of the network; with the last one the branch owes a new one."""

    def run() -> tuple[int, LineOut]:
        return 200, LineOut.of(actions.withdraw_line(_line(request, id), by=request.user, now=request.now))

    return acts(request, payload, run)


def _line(request: Asked, id: int) -> DutyLine:
    return get_object_or_404(visible_lines(request.user, request.now).select_related("unit"), pk=id)
