"""A call that rings: the bar on the screens of those whom it rings at, the form that fills its row, its recording."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import visible_positions
from chengnuo.clients.phones import masked
from chengnuo.kit import drafts
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_handle, may_register, may_take, visible_calls
from ..callers import Caller, callers
from ..forms import CallForm
from ..models import Call, CallState, PhoneSystem, Ring
from ..models.calls import RINGS, SPOKEN
from ..phone import pop
from . import register

AT_DUTY, OFF_DUTY = 700, 30_000


@never_cache
@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """What rings for whoever asks: 204 for nothing, 304 for what his screen shows already. One statement, whoever asks;
    neither the session nor the person is read beside it. `X-Again` says after how many milliseconds to ask again."""
    now = request.now  # type: ignore[attr-defined]
    found = pop.for_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")[:40], now)
    if found is None:
        return HttpResponse(status=401)
    if found.call_id is None:
        answer = HttpResponse(status=204)
    elif request.headers.get("If-None-Match") == found.mark:
        answer = HttpResponse(status=304)
    else:
        user = Staff.objects.select_related("unit").get(pk=found.staff_id)
        answer = HttpResponse(_bar(user, found, now))
    if found.mark:
        answer["ETag"] = found.mark
    answer["X-Again"] = str(AT_DUTY if found.is_on_duty else OFF_DUTY)
    return answer


poll.login_required = False  # type: ignore[attr-defined]


def bar(request: Asked) -> str:
    """The place of the bar on a page, with what rings already: it works without a script as well."""
    user, now = request.user, request.now
    if not may_register(user, now):
        return ""
    found = pop.for_staff(user, now)
    has_bar = found and found.call_id and request.path != reverse("hotline:take", args=[found.call_id])
    context = {
        "bar": mark_safe(_bar(user, found, now)) if found and has_bar else "",  # noqa: S308
        "every": AT_DUTY if found and found.is_on_duty else OFF_DUTY,
        "mark": found.mark if found else "",
    }
    return render_to_string("hotline/_ringing_place.html", context, request)


def _bar(user: Staff, found: pop.Popped, now: Any) -> str:
    assert found.call_id is not None
    call = Call.objects.select_related("unit", "client").get(pk=found.call_id)
    who = callers(user, call.caller, now) if call.caller else []
    caller: Caller | None = who[0] if len(who) == 1 else None
    past: list[Call] = []
    if caller and caller.is_full:
        calls = visible_calls(user, now).filter(client=caller.client, rang_at__lt=call.rang_at)
        past = list(calls.order_by("-rang_at")[: register.MOST_PAST])
    attempt = actions.ringing_now(call, now)
    context = {
        "call": call,
        "caller": caller,
        "several": len(who) if len(who) > 1 else 0,
        "masked": masked(call.caller) if call.caller else "",
        "nth": len(past) + 1 if caller and caller.is_full else 0,
        "last": past[0] if past else None,
        "talks": call.state in SPOKEN,
        "since": (call.answered_at if call.state in SPOKEN else call.rang_at),
        "rung": attempt.get_rung_display() if attempt else "",
        "elsewhere": call.unit_id != user.unit_id,
        "mark": found.mark.strip('"'),
    }
    return render_to_string("hotline/_ringing.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def take(request: Asked, pk: int) -> HttpResponse:
    """The register's form for a call that rang: it fills the row (3.1.3). Whoever opens it second sees who has it."""
    user, now = request.user, request.now
    call = rung(request, pk)
    if call.state == CallState.CALL_BACK_OWED and request.method == "GET":
        return redirect("hotline:call_back", pk)
    if call.state not in (*RINGS, *SPOKEN) and request.method == "GET":
        return redirect(call)
    initial = {
        "rang_at": call.rang_at,
        "keeper": user.pk,
        "caller": call.caller,
        "who": f"{call.client_id}:{call.contact_id or ''}" if call.client_id else "",
        "caller_name": "",
        "preset": "close",
        "open_cases": True,
        "reply": "answer",
    }
    key = f"ring-{pk}"
    form = CallForm(
        request.POST or None, initial=initial | drafts.initial(user, key), **register.reply_choices(user, now)
    )
    caller, found = register.caller_of(request, form)
    if caller is None and len(found) > 1 and request.method == "POST":
        form.add_error("caller", _("不止一位对得上，选出是谁"))
    if request.method == "POST" and form.is_valid():
        try:
            done = _registered(request, call, form, caller)
        except Refusal as refusal:
            if refusal.code == "registered_already":
                raise
            form.refused(refusal)
        else:
            drafts.drop(user, key)
            messages.success(request, _("%(number)s 已登记") % {"number": done.number})
            return redirect(done)
    other = actions.hold(call, by=user, now=now)
    context = {
        "form": form,
        "call": call,
        "held_by": other,
        "about": form["about"].value() or "",
        "typed": form["caller"].value() or "",
        "is_none": form["who"].value() == register.NOBODY,
        "kinds": register.kind_choices(form),
        **drafts.context(user, key),
        **register.side(request, caller or (found[0] if found else None), found, call),
        **register.when_context(form, user, now),
    }
    return render(request, "hotline/new.html", context, status=form.status)


def rung(request: Asked, pk: int) -> Call:
    """A call that he may write down, also one that is not his line's but rang at him."""
    user, now = request.user, request.now
    call = get_object_or_404(Call.objects.select_related("unit", "client", "contact", "operator"), pk=pk)
    if may_take(user, call, now):
        return call
    if visible_calls(user, now).filter(pk=pk).exists():
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.3")
    raise Http404


def _registered(request: Asked, call: Call, form: CallForm, caller: Caller | None) -> Call:
    data = form.cleaned_data
    client = caller.client if caller else None
    return actions.register_ring(
        call,
        by=request.user,
        now=request.now,
        client=client,
        contact=caller.contact if caller else None,
        caller=data["caller"],
        caller_name=data["caller_name"],
        about=register.about_of(request, data["about"], client),
        **register.spoken(form, only="only" in request.POST),
    )


def beside(call: Call, user: Staff, now: Any) -> dict[str, Any]:
    """What the page of a call shows of its ring: the attempts, the recording, who has its form open."""
    ring = Ring.objects.select_related("held_by").filter(call=call).first()
    may = may_take(user, call, now)
    return {
        "ring": ring,
        "attempts": list(call.attempts.filter(at__lte=now).select_related("unit", "staff")) if ring else [],
        "owes_entry": call.state in SPOKEN and may,
        "may_dial": call.caller and may_handle(user, call, now) and dials(),
    }


def dials_for(request: Asked) -> bool:
    """Whether numbers on a page have a button that dials: an exchange takes orders, and he has an extension."""
    return bool(request.user.extension) and dials()


def dials() -> bool:
    """Whether an exchange takes orders to dial."""
    return PhoneSystem.objects.filter(revoked_at=None).exclude(dial_url="").exists()


@never_cache
@require_GET
def recording(request: Asked, pk: int) -> HttpResponse:
    """Go to a call's recording; who opened it is on record, each time anew. A link and no form: what a form leads to
    must be ours (the policy of `kit.edge`)."""
    user, now = request.user, request.now
    call = get_object_or_404(visible_calls(user, now), pk=pk)
    answer = redirect(actions.open_recording(call, by=user, now=now))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
@posted_once
def dial(request: Asked, pk: int) -> HttpResponse:
    """Let the exchange dial the caller, from the telephone of whoever presses."""
    call = get_object_or_404(visible_calls(request.user, request.now), pk=pk)
    actions.dial(call, by=request.user, now=request.now)
    messages.success(request, _("分机%(extension)s在拨号") % {"extension": request.user.extension})
    return redirect(call)


@require_POST
@posted_once
def dial_contact(request: Asked, pk: int, phone_pk: int) -> HttpResponse:
    """Let the exchange dial a contact of a client."""
    user, now = request.user, request.now
    position = get_object_or_404(visible_positions(user, now).select_related("client", "contact"), pk=pk)
    phone = get_object_or_404(position.contact.phones, pk=phone_pk)
    actions.dial_contact(position, phone, by=user, now=now)
    messages.success(request, _("分机%(extension)s在拨号") % {"extension": user.extension})
    return redirect(position.client)
