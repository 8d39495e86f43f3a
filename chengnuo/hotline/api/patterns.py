"""Repeating rosters: previewed, begun, stopped (3.1.2)."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, Cursor, Day, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_patterns
from ..models import RosterPattern
from ..patterns import PEOPLE_AT_MOST, SLOTS_AT_MOST, Line, Slot
from .asking import Code, OfBranch, any_branch, branch

router = Router(tags=["hotline"])
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time, `08:00`")]
People = Annotated[list[Id], Field(max_length=PEOPLE_AT_MOST)]


class SlotIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    starts: Clock
    ends: Clock = Field(description="At or before the start: on the next day")
    days: Literal["all", "working", "off"] = Field("all", description="On which days of the calendar")
    staff: People = Field(description="Who takes it, in the order of their turns", min_length=1)
    backups: People = Field([], description="Who stands behind, in turn")

    def slot(self) -> Slot:
        starts, ends = time.fromisoformat(self.starts), time.fromisoformat(self.ends)
        return Slot(self.name, starts, ends, tuple(self.staff), tuple(self.backups), self.days)


class PatternIn(Schema):
    unit: Code
    name: Annotated[str, Field(max_length=40)] = ""
    starts_on: Day
    ends_on: Day | None = Field(None, description="None: it goes on until it is stopped")
    rotates: Literal["day", "week"] = Field("day", description="Whether the turn changes daily or weekly")
    weeks: Annotated[int, Field(ge=3, le=26)] = Field(4, description="So many weeks are written ahead")
    slots: Annotated[list[SlotIn], Field(min_length=1, max_length=SLOTS_AT_MOST)]

    def terms(self) -> dict[str, Any]:
        """As the action takes them."""
        return {**self.model_dump(exclude={"unit", "slots"}), "slots": [slot.slot() for slot in self.slots]}


class SlotOut(Answer):
    name: str
    starts: str
    ends: str
    days: str
    staff: list[int]
    backups: list[int]


class PatternOut(Answer):
    id: int
    unit: str = Field(description="Code of the branch")
    name: str
    starts_on: date
    ends_on: date | None
    rotates: str
    weeks: int
    slots: list[SlotOut]
    written_to: date | None = Field(description="The last day that it has written shifts for")
    made_at: datetime
    stopped_at: datetime | None

    @classmethod
    def of(cls, pattern: RosterPattern) -> "PatternOut":
        plain = {name: getattr(pattern, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=pattern.unit.code)


class PatternPage(Page):
    patterns: list[PatternOut]


class PlanOut(Answer):
    """A shift as the pattern says it, and what becomes of it."""

    slot: int = Field(description="Place in `slots`, from 0")
    role: str
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    fate: str = Field(description="`new`, `kept` (written before), `taken` (entered by hand) or `clash`")
    words: str = Field(description="Why it cannot be written")

    @classmethod
    def of(cls, line: Line) -> "PlanOut":
        plan = line.plan
        return cls(
            slot=plan.slot,
            role=plan.role,
            staff_id=plan.staff,
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            fate=line.fate,
            words=line.words,
        )


class PreviewOut(Answer):
    plans: list[PlanOut]


class StartedOut(PreviewOut):
    pattern: PatternOut


class StoppedOut(Answer):
    pattern: PatternOut
    taken_off: int = Field(description="So many shifts that begin after today are off")


@router.get("/roster-patterns", response=replies({200: PatternPage}))
def list_roster_patterns(
    request: Asked,
    unit: OfBranch = None,
    standing: Annotated[bool, Query(description="Those alone that were not stopped")] = False,
    cursor: Cursor = "",
) -> Any:
    """Repeating rosters, newest first."""
    rows = visible_patterns(request.user, request.now).select_related("unit")
    if (narrowed := any_branch(unit)) is not None:
        rows = rows.filter(unit=narrowed)
    found, following = paged(rows.filter(stopped_at=None) if standing else rows, cursor)
    return {"patterns": [PatternOut.of(pattern) for pattern in found], "next": following}


@router.post("/roster-patterns/preview", response=replies({200: PreviewOut}), openapi_extra=ANEW)
def preview_roster_pattern(request: Asked, payload: PatternIn) -> Any:
    """What starting this pattern now would write, keep and leave, each with its reason. Writes nothing."""
    unit, now = branch(payload.unit), request.now
    actions.require_roster(request.user, unit.pk, now)
    plans = actions.preview(actions.drafted(unit, now=now, **payload.terms()), now)
    return {"plans": [PlanOut.of(line) for line in plans]}


@router.post("/roster-patterns", response=replies({201: StartedOut}))
def start_roster_pattern(request: Asked, payload: PatternIn) -> Any:
    """Begin a repeating roster: its shifts are written at once and week by week from then on."""

    def run() -> tuple[int, StartedOut]:
        unit = branch(payload.unit)
        pattern, lines = actions.start_pattern(unit=unit, by=request.user, now=request.now, **payload.terms())
        return 201, StartedOut(pattern=PatternOut.of(pattern), plans=[PlanOut.of(line) for line in lines])

    return acts(request, payload, run)


@router.post("/roster-patterns/{int:id}/stop", response=replies({200: StoppedOut}))
def stop_roster_pattern(request: Asked, id: int, payload: NothingIn) -> Any:
    """Stop a repeating roster: its shifts that begin after today are off, and what nobody has then is a gap."""

    def run() -> tuple[int, StoppedOut]:
        rows = visible_patterns(request.user, request.now).select_related("unit")
        off = actions.stop_pattern(get_object_or_404(rows, pk=id), by=request.user, now=request.now)
        return 200, StoppedOut(pattern=PatternOut.of(rows.get(pk=id)), taken_off=off)

    return acts(request, payload, run)
