"""Fitting words for the telephone (4.3.1)."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_scripts
from ..models import CallScript
from ..views.scripts import script_of

router = Router(tags=["rounds"])
Words = Annotated[str, Field(max_length=10_000, description="How one speaks")]
Questions = Annotated[str, Field(max_length=2000, description="What is to be asked")]


class RevisionIn(Schema):
    words: Words
    questions: Questions = ""


class CallScriptIn(RevisionIn):
    name: Annotated[str, Field(max_length=60)] = Field(description="For which kind of call")


class CallScriptOut(Answer):
    id: int
    name: str
    edition: int
    words: str
    questions: str
    made_at: datetime
    made_by_id: int
    is_latest: bool

    @classmethod
    def of(cls, one: CallScript) -> "CallScriptOut":
        return cls.model_validate(one, from_attributes=True)


class CallScriptPage(Page):
    scripts: list[CallScriptOut]


@router.get("/call-scripts", response=replies({200: CallScriptPage}))
def list_call_scripts(
    request: Asked,
    cursor: Cursor = "",
    name: Annotated[str, Query(max_length=60, description="All editions of this script, not the latest of each")] = "",
) -> Any:
    """The latest edition of every script, or with `name` all editions of one; the newest first."""
    rows = visible_scripts(request.user, request.now)
    found, following = paged(rows.filter(name=name) if name else rows.filter(is_latest=True), cursor)
    return {"scripts": [CallScriptOut.of(one) for one in found], "next": following}


@router.post("/call-scripts", response=replies({201: CallScriptOut}))
def write_call_script(request: Asked, payload: CallScriptIn) -> Any:
    """Write the words for a kind of call (4.3.1)."""

    def run() -> tuple[int, CallScriptOut]:
        return 201, CallScriptOut.of(actions.write_script(**payload.dict(), by=request.user, now=request.now))

    return acts(request, payload, run)


@router.get("/call-scripts/{int:id}", response=replies({200: CallScriptOut}))
def get_call_script(request: Asked, id: int) -> Any:
    """One edition of a script."""
    return CallScriptOut.of(script_of(request, id))


@router.post("/call-scripts/{int:id}/revise", response=replies({201: CallScriptOut}))
def revise_call_script(request: Asked, id: int, payload: RevisionIn) -> Any:
    """The next edition of a script; rounds that began with an earlier one keep it."""

    def run() -> tuple[int, CallScriptOut]:
        who: dict[str, Any] = {"by": request.user, "now": request.now}
        return 201, CallScriptOut.of(actions.revise_script(script_of(request, id), **payload.dict(), **who))

    return acts(request, payload, run)
