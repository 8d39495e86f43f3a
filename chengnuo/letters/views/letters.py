"""One letter: where it is, and the answer that came to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import sees
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.trail import looked
from chengnuo.people.reach import reach

from .. import actions
from ..access import may_handle, visible_letters, visible_replies
from ..forms import ReplyForm
from ..models import OUT, CampaignState, Letter, LetterState
from .acting import act, require, sent

JOINED = ("unit", "client", "client_unit", "text", "campaign__owner", "campaign__unit", "contact", "policy", "batch")


def _letter(request: Asked, pk: int) -> Letter:
    return get_object_or_404(visible_letters(request.user, request.now).select_related(*JOINED, "mail"), pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    letter = _letter(request, pk)
    looked(letter, by=user, now=now)
    may = may_handle(user, letter, now)
    is_open = letter.campaign.state in (CampaignState.DRAFT, CampaignState.FIXED)
    context = {
        "letter": letter,
        "mail": getattr(letter, "mail", None),
        "sees_round": letter.campaign.unit_id in reach(user, now).units,
        "full": sees(user, letter.client, now),
        "may": may,
        "may_exclude": may and is_open and letter.state == LetterState.CHOSEN,
        "may_include": may and is_open and letter.state == LetterState.EXCLUDED,
        "may_reply": may and letter.state in OUT,
        "is_under_way": letter.state in (LetterState.POSTED, LetterState.DELIVERED),
        "replies": list(visible_replies(user, now).filter(letter=letter).order_by("pk")),
        "timeline": timeline_of(request, letter),
    }
    return render(request, "letters/letter.html", context)


@require_POST
@posted_once
def include(request: Asked, pk: int) -> HttpResponse:
    letter = _letter(request, pk)
    require(request, letter)
    return redirect(actions.include_letter(letter, by=request.user, now=request.now))


@require_http_methods(["GET", "POST"])
@posted_once
def reply(request: Asked, pk: int) -> HttpResponse:
    letter = _letter(request, pk)
    require(request, letter, "4.2.C")

    def run(given: dict[str, Any]) -> Any:
        return actions.enter_reply(letter, **given, by=request.user, now=request.now)

    form = ReplyForm(sent(request), initial={"came_on": request.now.astimezone(ZONE).date()})
    intro = f"{letter.client.name} {letter.recipient}"
    return act(request, letter, form, run, verb=_("登记回信"), clause="4.2.C", intro=intro)
