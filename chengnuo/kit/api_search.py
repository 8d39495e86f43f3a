"""Searching by the API: the same index, the same reach, the same masks as the page."""

from datetime import datetime
from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query as Asking
from ninja import Router
from pydantic import Field

from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_units

from .api import Answer, Instant, Schema, replies
from .requests import Asked
from .search import Group, Kind, Narrowed, Place, Query, kind_named, read, search
from .search.cursors import cursor, place_of
from .search.kinds import TIMELESS
from .search.showing import cut_around

router = Router(tags=["search"])
MOST = 50


class SearchIn(Schema):
    q: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Words; all must be found. No wildcards")
    kind: Annotated[str, Field(max_length=20)] = Field("", description="One kind alone, as `client`, `call`, `policy`")
    unit: Annotated[str, Field(max_length=6)] = Field("", description="Code of a branch")
    since: Instant | None = None
    until: Instant | None = Field(None, description="Before this instant")
    limit: Annotated[int, Field(ge=1, le=MOST)] = Field(10, description="Of each kind")
    after: Annotated[str, Field(max_length=40)] = Field("", description="`next` of the page before; with `kind` alone")


class HitOut(Answer):
    title: str
    subtitle: str
    number: str
    url: str = Field(description="The record's page")
    at: datetime | None
    snippet: str = Field(description="The place in its text where the words stand")
    marks: list[tuple[int, int]] = Field(description="Where in the snippet, as [start, end)")


class GroupOut(Answer):
    kind: str
    label: str
    hits: list[HitOut]
    next: str | None = Field(description="Cursor of what follows; null when this is all")


class SearchOut(Answer):
    groups: list[GroupOut]


@router.get(
    "/search", response=replies({200: SearchOut}), summary="Search everything visible", url_name="search_everything"
)
def search_everything(request: Asked, asked: Asking[SearchIn]) -> SearchOut:
    """What the token's person may see that matches, by kind, newest first."""
    query, kind = read(asked.q), _kind(asked)
    if not query.is_askable:
        raise Invalid("invalid", q=_("至少两个字母或一个汉字，最多20个词"))
    narrowed = _narrowed(request, asked)
    groups = search(query, request.user, request.now, kind=kind, narrowed=narrowed, limit=asked.limit)
    return SearchOut(groups=[_group(query, group) for group in groups])


def _kind(asked: SearchIn) -> Kind | Place | None:
    kind = kind_named(asked.kind)
    if asked.kind and kind is None:
        raise Invalid("invalid", kind=_("没有这一类"))
    if asked.after and kind is None:
        raise Invalid("invalid", after=_("翻页只在一类之内，写明kind"))
    return kind


def _narrowed(request: Asked, asked: SearchIn) -> Narrowed | None:
    unit = get_object_or_404(visible_units(request.user, request.now), code=asked.unit).pk if asked.unit else None
    narrowed = Narrowed(unit, asked.since, asked.until) if unit or asked.since or asked.until else None
    return place_of(asked.after, narrowed) if asked.after else narrowed


def _group(query: Query, group: Group) -> GroupOut:
    hits = []
    for found in group.found:
        hit = found.hit
        text, marks = next(filter(None, (cut_around(text, query.words) for text in hit.texts)), ("", []))
        hits.append(
            HitOut(
                title=hit.title,
                subtitle=hit.subtitle,
                number=hit.number,
                url=hit.url,
                at=found.at if found.at > TIMELESS else None,
                snippet=text,
                marks=marks,
            )
        )
    name = group.kind.name
    return GroupOut(kind=name, label=str(group.kind.label), hits=hits, next=cursor(group.next) if group.next else None)
