"""One reply: what the client wrote, what is owed on it, how it was handled."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.access import sees
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.links import linked
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_handle, may_pass_to, visible_letters, visible_replies
from ..forms import HandleForm, PassForm, TellForm, WhereForm
from ..models import LetterReply
from .acting import act, require, sent

METHODS = ["GET", "POST"]
JOINED = ("unit", "client", "client_unit", "owner", "letter__campaign")


def _reply(request: Asked, pk: int) -> LetterReply:
    return get_object_or_404(visible_replies(request.user, request.now).select_related(*JOINED), pk=pk)


def _mine(request: Asked, pk: int) -> LetterReply:
    reply = _reply(request, pk)
    require(request, reply, "4.2.D")
    return reply


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    reply = _reply(request, pk)
    looked(reply, by=user, now=now)
    tied = linked(reply)
    names = named(user, now, [where for where, _why in tied])
    context = {
        "reply": reply,
        "full": sees(user, reply.client, now),
        "sees_letter": visible_letters(user, now).filter(pk=reply.letter_id).exists(),
        "may": may_handle(user, reply, now),
        "links": [names[where] for where, _why in tied if where in names],
        "duties": duties_of(reply, user, now),
        "timeline": timeline_of(request, reply),
        "files": files_of(reply, user, now),
    }
    return render(request, "letters/reply.html", context)


@require_http_methods(METHODS)
@posted_once
def handle(request: Asked, pk: int) -> HttpResponse:
    reply = _mine(request, pk)

    def run(given: dict[str, Any]) -> None:
        actions.handle_reply(reply, **given, by=request.user, now=request.now)

    form = HandleForm(sent(request), initial={"is_important": reply.is_important})
    return act(request, reply, form, run, verb=_("办结"), clause="4.2.D", intro=reply.content)


@require_http_methods(METHODS)
@posted_once
def tell(request: Asked, pk: int) -> HttpResponse:
    reply = _mine(request, pk)

    def run(given: dict[str, Any]) -> None:
        actions.tell_client(reply, **given, by=request.user, now=request.now)

    intro = _("告知客户后，下一次答复重新起算")
    return act(request, reply, TellForm(sent(request)), run, verb=_("告知进展"), clause="4.2.D", intro=intro)


@require_http_methods(METHODS)
@posted_once
def pass_on(request: Asked, pk: int) -> HttpResponse:
    reply = _mine(request, pk)

    def run(given: dict[str, Any]) -> None:
        actions.pass_on(reply, **given, by=request.user, now=request.now)

    people = may_pass_to(request.user, request.now).exclude(pk=reply.owner_id)
    form = PassForm(sent(request), people)
    return act(request, reply, form, run, verb=_("转有关部门"), clause="4.2.D", intro=reply.content)


@require_http_methods(METHODS)
@posted_once
def file(request: Asked, pk: int) -> HttpResponse:
    reply = _mine(request, pk)

    def run(given: dict[str, Any]) -> None:
        actions.file_reply(reply, **given, by=request.user, now=request.now)

    return act(request, reply, WhereForm(sent(request)), run, verb=_("归档"), clause="4.2.E")
