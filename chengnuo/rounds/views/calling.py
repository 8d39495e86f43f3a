"""One call on one screen: the words, the client's card, what was said before, and the form of what came of it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import may_unmask, sees
from chengnuo.clients.basis import planned_for
from chengnuo.clients.models import TICKS, Client, Contact
from chengnuo.clients.panels import dialler_for
from chengnuo.clients.running import running
from chengnuo.clients.views.page import contacts_of
from chengnuo.kit.act_pages import act_page, may_or_403, who
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline, timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .. import actions
from ..access import may_call, visible_demands, visible_round_calls
from ..actions.calls import PLANNED
from ..forms import CallForm, FileForm
from ..models import RoundCall, RoundClient, RoundState, Stand
from ..progress import progress_of
from .rounds import NOT_YOURS, row_of, to_next

FEW = 5
PAST = 12


@require_http_methods(["GET", "POST"])
@posted_once
def call(request: Asked, pk: int) -> HttpResponse:
    """The client on the screen. With `next` in the form the next one follows at once."""
    row = row_of(request, pk)
    may_or_403(may_call, request, row, NOT_YOURS, "4.3.B")
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_call(row, actions.NewCall(**form.values(request.now)), **who(request))
        except Forbidden:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(to_next(request, row.round) if "next" in request.POST else made)
    return render(request, "rounds/call.html", _context(request, row, form), status=form.status)


@require_POST
@posted_once
def take(request: Asked, pk: int) -> HttpResponse:
    """Take a client on the screen before his turn."""
    row = row_of(request, pk)
    may_or_403(may_call, request, row, NOT_YOURS, "4.3.B")
    return redirect(actions.claim(row, **who(request)))


def _form(request: Asked, row: RoundClient) -> CallForm:
    user, now = request.user, request.now
    contacts = Contact.objects.filter(positions__client=row.client_id, positions__is_active=True).order_by("pk")
    offered = planned_for(row.client, PLANNED, user, now)
    today = now.astimezone(ZONE).date()
    due = next((one for one in offered if one.opens_on <= today), None)
    initial = {
        "at": now,
        "outcome": "reached",
        "contact": contacts.values_list("pk", flat=True).first(),
        "planned_id": due.id if due else None,
    }
    data = request.POST if request.method == "POST" else None
    return CallForm(data, contacts=contacts, offered=offered, initial=initial)


def _context(request: Asked, row: RoundClient, form: CallForm) -> dict[str, Any]:
    user, now, client = request.user, request.now, row.client
    held = row.held_until is not None and row.held_until > now
    full = sees(user, client, now)
    return {
        "row": row,
        "one": row.round,
        "client": client,
        "form": form,
        "progress": progress_of([row.round_id])[row.round_id],
        "is_callable": row.state == Stand.WAITING and row.round.state == RoundState.RUNNING,
        "is_mine": held and row.held_by_id == user.pk,
        "colleague": row.held_by if held and row.held_by_id != user.pk else None,
        "calls": row.calls.select_related("owner").order_by("pk"),
        "may": may_call(user, row, now),
        **(_card(request, client, user, now) if full else {}),
    }


def _card(request: Asked, client: Client, user: Staff, now: datetime) -> dict[str, Any]:
    """What a caller sees of a client: contacts, what runs, what passed before."""
    looked(client, by=user, now=now)
    return {
        "full": True,
        "ticks": [TICKS[name] for name in client.ticks],
        "contacts": contacts_of(client),
        "dialler": dialler_for(request),
        "may_unmask": may_unmask(user, client, now),
        "running": running(user, client, now),
        "past": timeline(client, user, now, kind="contact", limit=PAST),
        "before": visible_round_calls(user, now)
        .filter(client=client)
        .exclude(dialogue="")
        .select_related("owner")
        .order_by("-pk")[:FEW],
    }


def call_of(request: Asked, pk: int) -> RoundCall:
    """A call that was made, if the person sees it; else 404."""
    rows = visible_round_calls(request.user, request.now)
    return get_object_or_404(rows.select_related("on_list__round", "client", "unit", "owner", "contact"), pk=pk)


@require_GET
def spoken(request: Asked, pk: int) -> HttpResponse:
    """A call that was made, with what was said and asked for."""
    user, now = request.user, request.now
    made = call_of(request, pk)
    looked(made, by=user, now=now)
    context = {
        "made": made,
        "demands": visible_demands(user, now).filter(call=made).select_related("owner").order_by("pk"),
        "may": may_call(user, made, now),
        "full": sees(user, made.client, now),
        "sees_round": made.unit_id in reach(user, now).units,
        "files": files_of(made, user, now),
        "duties": duties_of(made, user, now),
        "timeline": timeline_of(request, made),
    }
    return render(request, "rounds/spoken.html", context)


file = act_page(
    call_of,
    may_call,
    gettext_lazy("由本机构和客户服务中心的人归档"),
    lambda data, _call, _request: FileForm(data),
    lambda made, data, by: actions.file_call(made, **data, **by),
    verb=gettext_lazy("归档"),
    clause="4.3.D",
    intro=lambda made: made.client.name,
)
