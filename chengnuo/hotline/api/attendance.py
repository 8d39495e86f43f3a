"""Minutes rostered and yet missed (3.1.2)."""

from typing import Any

from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, replies
from chengnuo.kit.operations import Day
from chengnuo.kit.requests import Asked

from ..attendance import missed_by_branch, period_of
from .asking import Since, Until

router = Router(tags=["hotline"])


class PersonsMissedOut(Answer):
    staff_id: int
    staff: str
    minutes: int = Field(description="So many was he on duty")
    missed: list[int] = Field(description="Calls that rang then and nobody answered, by id")


class BranchMissedOut(Answer):
    unit: str = Field(description="Code of the branch")
    people: list[PersonsMissedOut]
    nobody: list[int] = Field(description="Calls missed while nobody was on duty, by id")


class AttendanceOut(Answer):
    since: Day
    until: Day
    branches: list[BranchMissedOut]


@router.get("/attendance", response=replies({200: AttendanceOut}))
def get_attendance(request: Asked, since: Since = None, until: Until = None) -> Any:
    """Of the branches that you reach: who was on duty how long, and what rang then and nobody answered. The last 31
    days unless stated, 92 at most."""
    first, last = period_of(since, until, request.now)
    found = [
        BranchMissedOut(
            unit=unit.code,
            people=[
                PersonsMissedOut(
                    staff_id=one.pk, staff=one.name, minutes=row.minutes, missed=[call.pk for call in row.missed]
                )
                for one, row in people
            ],
            nobody=[call.pk for call in nobodys],
        )
        for unit, people, nobodys in missed_by_branch(request.user, request.now, first, last)
    ]
    return {"since": first, "until": last, "branches": found}
