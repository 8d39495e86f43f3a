"""The address at which one's calendar program reads one's visits (4.1.A)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Status
from pydantic import Field

from chengnuo.kit.api import Answer, Page, acts, paged, replies
from chengnuo.kit.operations import ANEW, Cursor, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_feeds

router = Router(tags=["visits"])


class VisitFeedOut(Answer):
    id: int
    made_at: datetime


class VisitFeedMadeOut(VisitFeedOut):
    address: str = Field(description="Shown this once; the address before is worthless now")


class VisitFeedPage(Page):
    feeds: list[VisitFeedOut]


@router.get("/visit-feeds", response=replies({200: VisitFeedPage}))
def list_visit_feeds(request: Asked, cursor: Cursor = "") -> Any:
    """Your own address that is good."""
    found, following = paged(visible_feeds(request.user, request.now).filter(revoked_at=None), cursor)
    return {"feeds": [VisitFeedOut(id=feed.pk, made_at=feed.made_at) for feed in found], "next": following}


@router.post("/visit-feeds", response=replies({201: VisitFeedMadeOut}), openapi_extra=ANEW)
def make_visit_feed(request: Asked, payload: NothingIn) -> Any:
    """Make a secret address; every one is new, and nothing keeps its secret."""
    with transaction.atomic():
        feed, secret = actions.make_feed(by=request.user, now=request.now)
    address = request.build_absolute_uri(reverse("visits:feed", args=[secret]))
    return Status(201, VisitFeedMadeOut(id=feed.pk, made_at=feed.made_at, address=address))


@router.post("/visit-feeds/{int:id}/revoke", response=replies({200: VisitFeedOut}))
def revoke_visit_feed(request: Asked, id: int, payload: NothingIn) -> Any:
    """Make an address worthless."""

    def run() -> tuple[int, VisitFeedOut]:
        feed = get_object_or_404(visible_feeds(request.user, request.now).select_related("staff"), pk=id)
        actions.revoke_feed(feed, by=request.user, now=request.now)
        return 200, VisitFeedOut(id=feed.pk, made_at=feed.made_at)

    return acts(request, payload, run)
