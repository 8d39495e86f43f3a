"""Addresses at which a calendar program reads a roster: one's own, made and made worthless (3.1.2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Status
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_feeds
from ..models import RosterFeed
from .asking import Code, branch

router = Router(tags=["hotline"])


class FeedIn(Schema):
    unit: Code | None = Field(None, description="Code of a branch; your own shifts unless named")


class FeedOut(Answer):
    id: int
    unit: str | None = Field(description="Code of the branch; None: your own shifts")
    made_at: datetime

    @classmethod
    def of(cls, feed: RosterFeed) -> "FeedOut":
        return cls(id=feed.pk, unit=feed.unit.code if feed.unit else None, made_at=feed.made_at)


class FeedMadeOut(FeedOut):
    address: str = Field(description="Shown this once; the address that was there for the same is worthless now")


class FeedPage(Page):
    feeds: list[FeedOut]


@router.get("/roster-feeds", response=replies({200: FeedPage}))
def list_roster_feeds(request: Asked, cursor: Cursor = "") -> Any:
    """Your own addresses that are good."""
    rows = visible_feeds(request.user, request.now).filter(revoked_at=None).select_related("unit")
    found, following = paged(rows, cursor)
    return {"feeds": [FeedOut.of(feed) for feed in found], "next": following}


@router.post("/roster-feeds", response=replies({201: FeedMadeOut}), openapi_extra=ANEW)
def make_roster_feed(request: Asked, payload: FeedIn) -> Any:
    """Make a secret address; every one is new, and nothing keeps its secret."""
    with transaction.atomic():
        unit = branch(payload.unit) if payload.unit else None
        feed, secret = actions.make_feed(by=request.user, now=request.now, unit=unit)
    address = request.build_absolute_uri(reverse("hotline:feed", args=[secret]))
    return Status(201, FeedMadeOut(**FeedOut.of(feed).model_dump(), address=address))


@router.post("/roster-feeds/{int:id}/revoke", response=replies({200: FeedOut}))
def revoke_roster_feed(request: Asked, id: int, payload: NothingIn) -> Any:
    """Make an address worthless."""

    def run() -> tuple[int, FeedOut]:
        rows = visible_feeds(request.user, request.now).select_related("staff", "unit")
        feed = get_object_or_404(rows, pk=id)
        actions.revoke_feed(feed, by=request.user, now=request.now)
        return 200, FeedOut.of(feed)

    return acts(request, payload, run)
