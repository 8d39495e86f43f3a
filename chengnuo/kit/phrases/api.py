"""Phrases by API: the same actions as their page."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Unit

from ..models import Phrase
from . import actions
from .access import visible_phrases
from .rules import clean_room

router = Router(tags=["phrases"])
Title = Annotated[str, Field(min_length=1, max_length=Phrase.TITLE)]
Text = Annotated[
    str,
    Field(min_length=1, max_length=Phrase.TEXT, description="Names in 【】 are filled in from the record of the form"),
]
Room = Annotated[str, Field(max_length=20, description="The room in whose forms it is offered; empty: in all")]
ScopeName = Literal["own", "unit", "company"]


class PhraseIn(Schema):
    title: Title
    text: Text
    room: Room = ""
    scope: ScopeName = "own"
    unit: Annotated[str | None, Field(max_length=6, description="Code of the unit, for scope `unit` alone")] = None


class PhraseChange(Schema):
    title: Title
    text: Text
    room: Room = ""
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="The version that was seen")] = None


class PhraseOut(Answer):
    id: int
    version: int
    title: str
    text: str
    room: str
    scope: ScopeName
    unit: str | None = Field(description="Code of the unit whose it is")
    added_at: datetime
    removed_at: datetime | None

    @classmethod
    def of(cls, phrase: Phrase) -> "PhraseOut":
        own = {name: getattr(phrase, name) for name in cls.model_fields if name not in {"scope", "unit"}}
        return cls(**own, scope=cast(ScopeName, phrase.scope.value), unit=phrase.unit.code if phrase.unit else None)


class PhrasePage(Page):
    phrases: list[PhraseOut]


def _one(request: Asked, id: int) -> Phrase:
    return get_object_or_404(visible_phrases(request.user, request.now).select_related("unit"), pk=id)


def _unit(code: str | None) -> Unit | None:
    found = Unit.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise Invalid("unknown_unit", unit=_("没有这个机构"))
    return found


@router.get("/phrases", response=replies({200: PhrasePage}))
def list_phrases(
    request: Asked,
    cursor: Annotated[str, Query(max_length=20, description="`next` of the part before")] = "",
    room: Annotated[str, Query(max_length=20, description="Those offered in the forms of this room")] = "",
) -> Any:
    """The phrases that the person may put into forms: his own, his units' and the company's; newest first."""
    rows = visible_phrases(request.user, request.now).select_related("unit")
    if clean_room(room):
        rows = rows.filter(room__in=("", room))
    found, following = paged(rows, cursor)
    return {"phrases": [PhraseOut.of(one) for one in found], "next": following}


@router.post("/phrases", response=replies({201: PhraseOut}))
def add_phrase(request: Asked, payload: PhraseIn) -> Any:
    """Keep a text: for oneself, as a unit's head for that unit, as the centre's head or administrator for everybody."""

    def run() -> tuple[int, PhraseOut]:
        given = {**payload.model_dump(), "unit": _unit(payload.unit)}
        return 201, PhraseOut.of(actions.add_phrase(**given, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/phrases/{id}", response=replies({200: PhraseOut}))
def change_phrase(request: Asked, id: Id, payload: PhraseChange) -> Any:
    """Write a phrase anew; whose it is stays."""
    found = _one(request, id)

    def run() -> tuple[int, PhraseOut]:
        return 200, PhraseOut.of(actions.change_phrase(found, **payload.model_dump(), by=request.user, now=request.now))

    return acts(request, payload, run)


@router.post("/phrases/{id}/remove", response=replies({200: PhraseOut}))
def remove_phrase(request: Asked, id: Id) -> Any:
    """Offer a phrase no longer. What was written with it stays."""
    found = _one(request, id)
    return acts(
        request, None, lambda: (200, PhraseOut.of(actions.remove_phrase(found, by=request.user, now=request.now)))
    )
