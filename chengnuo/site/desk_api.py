"""The desk's API: what is owed, by whom and why; chasing it."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, acts, paged, replies
from chengnuo.kit.duties import Duty
from chengnuo.kit.operations import Day
from chengnuo.kit.requests import Asked
from chengnuo.kit.urging import urge
from chengnuo.kit.why import Why, explain
from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.models import LIVE, Obligation
from chengnuo.people.reach import reach

from .board import counts_of
from .desk import duties_by_tab

router = Router(tags=["desk"])

Heap = Literal["owed", "asked", "done", "told", "seen"]
TAB_OF_HEAP = {"owed": "", "asked": "mine", "done": "done", "told": "told"}


class DutyOut(Answer):
    id: int
    clause: str
    text: str
    state: str
    fate: str = Field(description="How it stands, in words: left, late, kept")
    number: str = Field(description="Of its record")
    subject_type: str
    subject_pk: int
    unit_id: int | None
    client_id: int | None
    owner_id: int | None
    since: datetime
    due: datetime | None
    provisional: bool = Field(description="Due on a calendar that is not yet published")
    breached_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Obligation, now: datetime) -> "DutyOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "fate"}
        return cls(**plain, fate=Duty(row, now).fate.words)


class DutyPage(Page):
    duties: list[DutyOut]


class FigureOut(Answer):
    key: str
    title: str
    words: str
    number: int = Field(description="The version that was in force")


class RungOut(Answer):
    name: str
    at: datetime
    fired: bool
    people: str


class WhyOut(Answer):
    """Everything that a person asks of a deadline."""

    duty: DutyOut
    clause: str
    clause_title: str
    clause_text: str
    figures: list[FigureOut]
    started: datetime | None
    event: str = Field(description="What began it, in words")
    event_by: str
    backdated_seconds: int | None = Field(description="How much later than it happened it was entered, if too late")
    calendar: dict[str, int | None] = Field(description="By year walked, the version of its table, null for none")
    days: list[dict[str, Any]] = Field(description="The days that the term passed over")
    inputs: dict[str, str]
    rungs: list[RungOut]

    @classmethod
    def of(cls, why: Why, now: datetime) -> "WhyOut":
        return cls(
            duty=DutyOut.of(why.duty, now),
            clause=why.duty.clause,
            clause_title=why.clause.title if why.clause else "",
            clause_text=why.clause.text if why.clause else "",
            figures=[FigureOut.model_validate(one, from_attributes=True) for one in why.figures],
            started=why.started,
            event=why.event_words,
            event_by=why.event.by.name if why.event and why.event.by else "",
            backdated_seconds=int(why.backdated.total_seconds()) if why.backdated else None,
            calendar=dict(why.versions),
            days=why.days,
            inputs=dict(why.inputs),
            rungs=[RungOut.model_validate(one, from_attributes=True) for one in why.rungs],
        )


@router.get("/duties", response=replies({200: DutyPage}))
def list_duties(
    request: Asked,
    heap: Heap = "owed",
    clause: Annotated[str, Field(max_length=10)] = "",
    client_id: Id | None = None,
    late: bool | None = None,
    day: Day | None = None,
    cursor: str | None = None,
) -> Any:
    """Duties, newest first: `owed` by oneself, `asked` by oneself of others, `done`, `told` as a copy, or all live ones
    that are `seen`. `late` are those past their time, `day` those due on it."""
    rows = _heap(request, heap)
    if clause:
        rows = rows.filter(clause=clause)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    if late is not None:
        rows = rows.filter(due__lt=request.now) if late else rows.exclude(due__lt=request.now)
    if day is not None:
        rows = rows.filter(due__gt=midnight(day), due__lte=midnight(day + timedelta(days=1)))
    found, following = paged(rows, cursor)
    return {"duties": [DutyOut.of(row, request.now) for row in found], "next": following}


@router.get("/duties/{id}", response=replies({200: DutyOut}))
def get_duty(request: Asked, id: int) -> Any:
    """One duty: what is owed, by whom, until when, and where it stands."""
    return DutyOut.of(_duty(request, id), request.now)


@router.get("/duties/{id}/why", response=replies({200: WhyOut}))
def why_duty(request: Asked, id: int) -> Any:
    """Why a duty is what it is: clause, figures and their versions, calendar day by day, whom it told."""
    return WhyOut.of(explain(_duty(request, id)), request.now)


@router.post("/duties/{id}/urge", response=replies({200: DutyOut}))
def urge_duty(request: Asked, id: int) -> Any:
    """Chase the owner of a live duty, on record."""

    def run() -> tuple[int, DutyOut]:
        duty = _duty(request, id)
        urge(duty, by=request.user, now=request.now)
        return 200, DutyOut.of(duty, request.now)

    return acts(request, None, run)


def _seen(request: Asked) -> QuerySet[Obligation]:
    return visible_obligations(reach(request.user, request.now), request.now)


def _heap(request: Asked, heap: Heap) -> QuerySet[Obligation]:
    if heap == "seen":
        return _seen(request).filter(state__in=LIVE)
    return duties_by_tab(request.user, request.now)[TAB_OF_HEAP[heap]]


def _duty(request: Asked, id: int) -> Obligation:
    return get_object_or_404(_seen(request), pk=id)


class BoardCell(Answer):
    room: str = Field(description="claims, complaints")
    age: str = Field(description="Days since its entry: 1, 3, 7, 15, 30, 60 at most, or more")
    clock: str = Field(description="Of its next due time: overdue, today, soon (three days), later, none")
    count: int


class BoardOut(Answer):
    lens: str = Field(description="with_centre, or open: the same filter of the lists opens the cases of a figure")
    cells: list[BoardCell] = Field(description="Those that are not zero")


@router.get("/board", response=replies({200: BoardOut}))
def get_board(
    request: Asked,
    everything: Annotated[bool, Query(description="Of who oversees all: not the centre's alone")] = False,
) -> Any:
    """What is open in claims and complaints, by age and by the next due time."""
    lens, counts = counts_of(request.user, request.now, everything=everything)
    return {
        "lens": lens,
        "cells": [
            BoardCell(room=room, age=age, clock=clock, count=count)
            for room, found in counts.items()
            for (age, clock), count in sorted(found.items())
        ],
    }
