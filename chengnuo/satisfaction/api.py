"""The API of ratings: what clients said, asking once more, following a low mark up. The same actions as the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.apps import apps
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from chengnuo.clients.served import finishings
from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.records import visible_refs
from chengnuo.kit.requests import Asked
from chengnuo.ledger.models import Kept, Ref

from . import actions
from .access import visible_ratings
from .models import RatingRequest

router = Router(tags=["satisfaction"])
StateName = Literal["asked", "rated", "skipped", "withdrawn"]
Text = Annotated[str, Field(min_length=1, max_length=5000)]


class RatingOut(Answer):
    id: int
    state: StateName
    skipped_because: str = Field(description="Why the client was not asked: open, quiet, unknown; else empty")
    subject_type: str
    subject_id: int
    number: str = Field(description="The number of the service that is judged")
    unit: str
    client_id: int | None
    contact_id: int | None
    name: str
    keeper_id: int | None
    asked_at: datetime
    expires_at: datetime | None
    channel: str
    mark: int | None = Field(description="1 to 5, the best last")
    words: str
    used_at: datetime | None
    followed_up_at: datetime | None
    found: str
    said: str

    @classmethod
    def of(cls, one: RatingRequest) -> "RatingOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in {"unit", "subject_id"}}
        return cls(**plain, unit=one.unit.code, subject_id=one.subject_pk)


class RatingPage(Page):
    ratings: list[RatingOut]


class AskIn(Schema):
    subject_type: Annotated[str, Field(max_length=40)] = Field(description="As `hotline.promise` or `hotline.call`")
    subject_id: Id
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class FollowUpIn(Schema):
    found: Text = Field(description="What was found")
    said: Text = Field(description="What the client was told")


@router.get("/ratings", response=replies({200: RatingPage}))
def list_ratings(request: Asked, cursor: str | None = None, state: StateName = "rated") -> Any:
    """What clients said, newest first; with another `state` those asked, skipped or taken back."""
    rows = visible_ratings(request.user, request.now).filter(state=state).select_related("unit")
    found, following = paged(rows, cursor)
    return {"ratings": [RatingOut.of(one) for one in found], "next": following}


@router.post("/ratings/requests", response=replies({201: RatingOut}))
def ask_for_rating(request: Asked, payload: AskIn) -> Any:
    """Ask about a finished service by hand, with the reason. An open link of the same contact is taken back."""

    def run() -> tuple[int, RatingOut]:
        subject = _subject(request, Ref(payload.subject_type, payload.subject_id))
        return 201, RatingOut.of(actions.ask_again(subject, reason=payload.reason, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.get("/ratings/{id}", response=replies({200: RatingOut}))
def get_rating(request: Asked, id: int) -> Any:
    """One request for a rating and what the client said."""
    return RatingOut.of(_rating(request, id))


@router.post("/ratings/{id}/follow-up", response=replies({200: RatingOut}))
def follow_up_rating(request: Asked, id: int, payload: FollowUpIn) -> Any:
    """Say what was found behind a low mark and what the client was told."""

    def run() -> tuple[int, RatingOut]:
        words = {"found": payload.found, "said": payload.said}
        one = actions.follow_up(_rating(request, id), by=request.user, now=request.now, **words)
        return 200, RatingOut.of(one)

    return acts(request, payload, run)


def _rating(request: Asked, id: int) -> RatingRequest:
    return get_object_or_404(visible_ratings(request.user, request.now).select_related("unit", "client"), pk=id)


def _subject(request: Asked, where: Ref) -> Kept:
    """A record of a kind that can be asked about, as far as this person sees it."""
    if where.type not in finishings() or not visible_refs(request.user, request.now, [where]):
        raise Http404
    record: Kept = apps.get_model(where.type)._default_manager.select_related("client").get(pk=where.pk)
    return record
