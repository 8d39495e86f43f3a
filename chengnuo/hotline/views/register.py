"""Registering a call while it lasts: the form on the left, the caller on the right."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.running import running, running_one
from chengnuo.kit import drafts
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_register, visible_calls
from ..callers import Caller, callers, chosen
from ..forms import CUSTOM, CallForm, MissedForm, ReplyFields, SpokenForm
from ..models import Call, DutyShift, Kind
from ..rules import presets, warnings

DRAFT = "call"
LONGEST_STRIP = 14


def colleagues(user: Staff) -> Any:
    """Who may keep a promise of this person's line."""
    return Staff.objects.filter(unit_id=user.unit_id, is_active=True).order_by("name")


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: HttpRequest) -> HttpResponse:
    """《服务热线登记簿》, a new row (3.1.3)."""
    user, now = request.user, request.now
    if not may_register(user, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
    form = CallForm(request.POST or None, initial=_initial(request), **reply_choices(user, now))
    caller = _caller(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            call = _register(request, form, caller)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            drafts.drop(user, DRAFT)
            messages.success(request, _("%(number)s 已登记") % {"number": call.number})
            return redirect(call)
    context = {
        "form": form,
        "kinds": kind_choices(form),
        **drafts.context(user, DRAFT),
        **_side(request, form["caller"].value() or "", caller),
        **when_context(form, user, now),
    }
    return render(request, "hotline/new.html", context, status=form.status)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the form opens with: the address's number, else the draft, else nothing but the time and the keeper."""
    user, now = request.user, request.now
    initial = {
        "rang_at": now,
        "keeper": user.pk,
        "caller": request.GET.get("phone", "")[:30],
        "who": request.GET.get("who", "")[:60],
        "about": request.GET.get("about", "")[:80],
        "preset": "close",
        "open_cases": True,
        "reply": "answer",
    }
    return initial if initial["caller"] or initial["who"] else initial | drafts.initial(user, DRAFT)


def _caller(request: HttpRequest, form: CallForm) -> Caller | None:
    who = form["who"].value() or ""
    return chosen(request.user, who, request.now) if who else None


def _side(request: HttpRequest, typed: str, caller: Caller | None) -> dict[str, Any]:
    """The right side: the chosen caller, or those whose number or name was typed; the first of them is taken."""
    user, now = request.user, request.now
    found = callers(user, typed, now) if typed else []
    if caller is None and found:
        caller = found[0]
    side: dict[str, Any] = {"caller": caller, "found": found}
    if caller and caller.is_full:
        client = caller.client
        side |= {
            "client": client,
            "running": running(user, client, now),
            "past": visible_calls(user, now).filter(client=client).select_related("operator")[:5],
            "positions": client.positions.filter(is_active=True).select_related("contact")[:6],
            "policies": client.policies.filter(ends_on__gte=now.astimezone(ZONE).date()).order_by("ends_on")[:6],
            "times": visible_calls(user, now).filter(client=client)[:99].count(),
        }
    return side


@require_GET
def lookup(request: HttpRequest) -> HttpResponse:
    """The right side for what was typed as the caller, or chosen among several."""
    who = request.GET.get("who", "")[:60]
    caller = chosen(request.user, who, request.now) if request.GET.get("pick") and who else None
    return render(request, "hotline/_caller.html", _side(request, request.GET.get("caller", "")[:30], caller))


@require_GET
def when(request: HttpRequest) -> HttpResponse:
    """The promised time as chosen: its date, the days up to it, what speaks against it (3.1.5)."""
    choices = reply_choices(request.user, request.now)
    form = CallForm(request.GET, **choices)
    form.is_valid()
    return render(request, "hotline/_when.html", when_context(form, request.user, request.now))


def reply_choices(user: Staff, now: datetime) -> dict[str, Any]:
    return {"presets": presets(now, rulebook().calendar), "staff": colleagues(user)}


def kind_choices(form: SpokenForm) -> list[dict[str, Any]]:
    picked = form["kinds"].value() or []
    return [
        {"value": kind.value, "label": kind.label, "key": number, "picked": kind.value in picked}
        for number, kind in enumerate(Kind, start=1)
    ]


def when_context(form: ReplyFields, user: Staff, now: datetime) -> dict[str, Any]:
    """What the panel of the promised time shows."""
    calendar = rulebook().calendar
    preset = form["preset"].value() or "close"
    at = next((p.at for p in form.presets if p.key == preset), None)
    if at is None:
        at = _typed_time(form)
    said: dict[str, Any] = {"form": form, "presets": form.presets, "preset": preset, "custom": CUSTOM, "at": at}
    if at is None or at <= now:
        return said
    keeper = form["keeper"].value() or user.pk
    shifts = DutyShift.objects.filter(
        staff_id=keeper if str(keeper).isdecimal() else user.pk, is_cancelled=False, starts_at__lte=at, ends_at__gt=at
    ).values_list("starts_at", "ends_at")
    first, last = now.astimezone(ZONE).date(), at.astimezone(ZONE).date()
    days = (last - first).days
    walked = _walked(calendar, first, last) if days <= LONGEST_STRIP else []
    return said | {
        "days": walked,
        "day": last,
        "today": first,
        "in_days": days,
        "warnings": warnings(at, now, calendar, list(shifts)),
    }


def _typed_time(form: ReplyFields) -> datetime | None:
    field = form.fields["by"]
    try:
        return field.clean(form["by"].value() or None)
    except ValidationError:
        return None


def _walked(calendar: Any, first: date, last: date) -> list[dict[str, Any]]:
    days, count = [], 0
    for offset in range((last - first).days + 1):
        day = calendar.day(first + timedelta(days=offset))
        count += day.is_working and offset > 0
        days.append(
            {
                "date": day.date.isoformat(),
                "kind": day.kind,
                "name": day.name,
                "count": count if day.is_working and offset else None,
            }
        )
    return days


def _register(request: HttpRequest, form: CallForm, caller: Caller | None) -> Call:
    data = form.cleaned_data
    client = caller.client if caller else None
    return actions.register_call(
        by=request.user,
        now=request.now,
        unit=request.user.unit,
        rang_at=min(data["rang_at"], request.now),
        answered_at=min(data["rang_at"], request.now),
        hung_up_at=request.now,
        caller=data["caller"],
        caller_name=data["caller_name"],
        client=client,
        contact=caller.contact if caller else None,
        about=_about(request, data["about"], client),
        **spoken(form, only="only" in request.POST),
    )


def spoken(form: SpokenForm, *, only: bool = False) -> dict[str, Any]:
    """What the form says of the caller's wishes, as the actions take it. `only`: register without reply."""
    data = form.cleaned_data
    cases = []
    if data["open_cases"] and not data.get("about"):
        cases = [new_case(kind, data["content"], data["amount"]) for kind in data["kinds"] if kind != Kind.ENQUIRY]
    return {"kinds": data["kinds"], "content": data["content"], "cases": cases} | replied(form, only=only)


def replied(form: ReplyFields, *, only: bool = False) -> dict[str, Any]:
    """The answer, the promise or the reason for neither."""
    data = form.cleaned_data
    if data["no_reply_because"]:
        return {"answer": "", "promise": None, "no_reply_because": data["no_reply_because"]}
    if only:
        return {"answer": "", "promise": None, "no_reply_because": ""}
    if data["reply"] != "promise":
        return {"answer": data["answer"], "promise": None, "no_reply_because": ""}
    by = form.promised_time()
    assert by is not None
    promise = actions.NewPromise(data["what"] or form.default_what(), by, data["to_whom"], data["keeper"])
    return {"answer": "", "promise": promise, "no_reply_because": ""}


def new_case(kind: str, account: str, amount: Any, owner: Staff | None = None) -> actions.NewCase:
    fields: dict[str, Any] = {
        Kind.APPOINTMENT: {"purpose": account[:500]},
        Kind.COMPLAINT: {"account": account, "amount": amount},
        Kind.LOSS: {"account": account, "estimate": amount},
    }[Kind(kind)]
    return actions.NewCase(kind, fields, owner)


def _about(request: HttpRequest, key: str, client: Any) -> Kept | None:
    """The running matter that the call is about, if it is this client's and visible."""
    if not key or client is None:
        return None
    return running_one(request.user, client, key, request.now)


@require_http_methods(["GET", "POST"])
@posted_once
def missed(request: HttpRequest) -> HttpResponse:
    """A missed call entered by hand, with its original time (3.1.2)."""
    user, now = request.user, request.now
    if not may_register(user, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
    form = MissedForm(request.POST or None, initial={"rang_at": now})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = callers(user, data["caller"], now)
        one = found[0] if len(found) == 1 else None
        try:
            call = actions.enter_missed_call(
                by=user,
                now=now,
                unit=user.unit,
                rang_at=data["rang_at"],
                caller=data["caller"],
                content=data["content"],
                client=one.client if one else None,
                contact=one.contact if one else None,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("%(number)s 已登记，待回拨") % {"number": call.number})
            return redirect(call)
    return render(
        request,
        "kit/form.html",
        {
            "form": form,
            "title": _("登记未接来电"),
            "verb": _("登记"),
            "clause_id": "3.1.2",
            "parent": _("3.1 服务热线"),
            "parent_url": reverse("hotline:list"),
            "cancel_url": reverse("hotline:list"),
        },
        status=form.status,
    )
