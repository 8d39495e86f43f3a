"""The records of an operation, as far as the person sees them, and acts on them."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404

from chengnuo.kit.api import Schema, acts
from chengnuo.kit.requests import Asked

from ..access import visible_campaigns, visible_letters, visible_replies
from ..models import Campaign, Letter, LetterReply
from .schemas import CampaignOut, LetterOut, LetterReplyOut


def the_campaign(request: Asked, id: int) -> Campaign:
    return get_object_or_404(visible_campaigns(request.user, request.now).select_related("unit", "owner"), pk=id)


def the_letter(request: Asked, id: int) -> Letter:
    rows = visible_letters(request.user, request.now)
    return get_object_or_404(rows.select_related("unit", "text", "client", "campaign__unit", "campaign__owner"), pk=id)


def the_reply(request: Asked, id: int) -> LetterReply:
    rows = visible_replies(request.user, request.now)
    return get_object_or_404(rows.select_related("unit", "client", "owner"), pk=id)


def on_campaign(request: Asked, id: int, payload: Schema, act: Callable[[Campaign], Any]) -> Any:
    """Carry out an act on a round that the person sees, once; the answer is the round as it stands then."""

    def run() -> tuple[int, CampaignOut]:
        act(the_campaign(request, id))
        return 200, CampaignOut.of(Campaign.objects.select_related("unit").get(pk=id))

    return acts(request, payload, run)


def on_letter(request: Asked, id: int, payload: Schema, act: Callable[[Letter], Any]) -> Any:
    def run() -> tuple[int, LetterOut]:
        act(the_letter(request, id))
        return 200, LetterOut.of(Letter.objects.select_related("unit", "text").get(pk=id))

    return acts(request, payload, run)


def on_reply(request: Asked, id: int, payload: Schema, act: Callable[[LetterReply], Any]) -> Any:
    def run() -> tuple[int, LetterReplyOut]:
        act(the_reply(request, id))
        return 200, LetterReplyOut.of(LetterReply.objects.select_related("unit").get(pk=id))

    return acts(request, payload, run)
