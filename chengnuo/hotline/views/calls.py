"""The register as a list, and one call with what can be done about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import sees
from chengnuo.clients.views.masks import shown
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.links import linked
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_handle, visible_calls, visible_mails, visible_promises
from ..callers import callers, chosen
from ..forms import CallBackForm, CaseForm, ReplyFields, VoidForm
from ..models import Call, CallState, Channel, Kind
from ..models.calls import VOIDABLE
from . import ringing
from .register import colleagues, kind_choices, new_case, replied, reply_choices, spoken, when_context


def _call(request: Asked, pk: int) -> Call:
    rows = visible_calls(request.user, request.now).select_related(
        "unit", "client", "client_unit", "contact", "operator"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    """A row of the register with all that followed from it."""
    user, now = request.user, request.now
    call = _call(request, pk)
    looked(call, by=user, now=now)
    promises = list(visible_promises(user, now).filter(call=call).select_related("keeper", "call").order_by("pk"))
    links = linked(call)
    names = named(user, now, [where for where, _why in links])
    duties = duties_of(call, user, now, promises)
    context = {
        "call": call,
        "promises": promises,
        "mails": list(visible_mails(user, now).filter(call=call)) if call.channel == Channel.MAIL else [],
        "links": [(names[where], why) for where, why in links if where in names],
        "duties": duties,
        "timeline": timeline_of(request, call),
        "files": files_of(call, user, now),
        "may": may_handle(user, call, now),
        "owes_call_back": call.was_missed and call.called_back_at is None and call.state != CallState.VOID,
        "owes_reply": call.state == CallState.REGISTERED,
        "may_open": call.state in (CallState.REGISTERED, CallState.CLOSED),
        "may_void": call.state in VOIDABLE,
        **ringing.beside(call, user, now),
        "full": call.client is not None and sees(user, call.client, now),
    }
    return render(request, "hotline/call.html", context)


def _open_to(request: Asked, pk: int, clause: str) -> Call:
    call = _call(request, pk)
    if not may_handle(request.user, call, request.now):
        raise Forbidden(_("这条来电不归你处理"), clause=clause)
    return call


@never_cache
@require_POST
def number(request: Asked, pk: int) -> HttpResponse:
    """The whole number that rang. Like every showing it is carried out anew on a repeated press."""
    call = _open_to(request, pk, "3.1.3")
    value = actions.show_number(call, by=request.user, now=request.now)
    return shown(request, value, parent=call.number, parent_url=call.get_absolute_url(), dials=True)


@require_http_methods(["GET", "POST"])
@posted_once
def call_back(request: Asked, pk: int) -> HttpResponse:
    """Call back who was missed, and register what he wanted (3.1.2)."""
    user, now = request.user, request.now
    call = _open_to(request, pk, "3.1.2")
    initial = {"at": now, "keeper": user.pk, "preset": "close", "reply": "answer", "reached": "1", "open_cases": True}
    form = CallBackForm(request.POST or None, initial=initial, **reply_choices(user, now))
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_back(
                call,
                by=user,
                now=now,
                at=min(form.cleaned_data["at"], now),
                reached=bool(form.cleaned_data["reached"]),
                **spoken(form, only="only" in request.POST),
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(call)
    context = {
        "form": form,
        "call": call,
        "title": _("回拨%(number)s") % {"number": call.number},
        "clause_id": "3.1.2",
        "may_dial": call.caller and ringing.dials(),
        "kinds": kind_choices(form),
        **when_context(form, user, now),
    }
    return render(request, "hotline/reply.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def reply(request: Asked, pk: int) -> HttpResponse:
    """Answer a registered call, or promise to (2.3)."""
    user, now = request.user, request.now
    call = _open_to(request, pk, "2.3")
    initial = {"keeper": user.pk, "preset": "close", "reply": "answer", "what": call.content[:200]}
    form = ReplyFields(request.POST or None, initial=initial, **reply_choices(user, now))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reply(call, by=user, now=now, **replied(form))
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(call)
    title = _("答复%(number)s") % {"number": call.number}
    context = {"form": form, "call": call, "title": title, "clause_id": "2.3", **when_context(form, user, now)}
    return render(request, "hotline/reply.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def open_case(request: Asked, pk: int) -> HttpResponse:
    """Open an appointment, a complaint or a notice of loss from a call (3.1.4)."""
    user, now = request.user, request.now
    call = _open_to(request, pk, "3.1.4")
    asked = request.GET.get("kind", "")
    kind = asked if asked in Kind.values else next((kind for kind in call.kinds if kind != Kind.ENQUIRY), "")
    initial = {"kind": kind, "account": call.content, "owner": user.pk}
    form = CaseForm(request.POST or None, initial=initial, staff=colleagues(call))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            case = actions.open_case(
                call, new_case(data["kind"], data["account"], data["amount"], data["owner"]), by=user, now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("%(number)s 已立案") % {"number": case.number})
            return redirect(case)
    return _form(request, call, form, _("从%(number)s立案") % {"number": call.number}, _("立案"), "3.1.4")


@require_http_methods(["GET", "POST"])
@posted_once
def know_caller(request: Asked, pk: int) -> HttpResponse:
    """Say afterwards who a caller was: look him up by number or name, and take one of those found (3.1.3)."""
    user, now = request.user, request.now
    call = _open_to(request, pk, "3.1.3")
    asked = request.GET.get("q", "")[:30]
    typed = asked or call.caller  # Looked up by it, never printed: to see it whole is an event of its own.
    if request.method == "POST":
        one = chosen(user, request.POST.get("who", "")[:60], now, typed)
        if one is None:
            raise Invalid("caller_unknown", _("选一位找到的客户"))
        actions.know_caller(call, client=one.client, contact=one.contact, by=user, now=now)
        return redirect(call)
    return render(request, "hotline/know.html", {"call": call, "q": asked, "found": callers(user, typed, now)})


@require_http_methods(["GET", "POST"])
@posted_once
def void(request: Asked, pk: int) -> HttpResponse:
    """Void a wrong entry; it keeps its number (3.1.3)."""
    call = _open_to(request, pk, "3.1.3")
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_call(call, by=request.user, now=request.now, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(call)
    return _form(request, call, form, _("作废%(number)s") % {"number": call.number}, _("作废"), "3.1.3")


def _form(request: Asked, call: Call, form: CaseForm | VoidForm, title: str, verb: str, clause: str) -> HttpResponse:
    url = call.get_absolute_url()
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "clause_id": clause,
        "parent": call.number,
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)
