"""Registering a call while it lasts: the form on the left, the caller on the right."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.models import Client
from chengnuo.clients.phones import digits, masked
from chengnuo.clients.running import Running, running, running_one
from chengnuo.kit import drafts
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.times import weekday
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_register, visible_calls
from ..callers import Caller, callers, chosen
from ..forms import CUSTOM, CallForm, MissedForm, ReplyFields, SpokenForm
from ..models import Call, DutyShift, Kind, Promise
from ..rules import presets, shown, warnings

DRAFT = "call"
LONGEST_STRIP = 14
LONGEST_KEY = 18
NOBODY = "-"
SHOWN = 4
MOST_PAST = 99


def colleagues(of: Staff | Call | Promise) -> Any:
    """Who may keep a promise or own a case of this line."""
    return Staff.objects.filter(unit_id=of.unit_id, is_active=True).order_by("name")


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """《服务热线登记簿》, a new row (3.1.3)."""
    user, now = request.user, request.now
    if not may_register(user, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
    form = CallForm(request.POST or None, initial=_initial(request), **reply_choices(user, now))
    caller, found = caller_of(request, form)
    if caller is None and found:
        if request.method == "POST":
            form.add_error("caller", _("不止一位对得上，选出是谁"))
        caller = found[0]
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
        "about": form["about"].value() or "",
        "typed": form["caller"].value() or "",
        "is_none": form["who"].value() == NOBODY,
        "kinds": kind_choices(form),
        **drafts.context(user, DRAFT),
        **side(request, caller, found),
        **when_context(form, user, now),
    }
    return render(request, "hotline/new.html", context, status=form.status)


def _initial(request: Asked) -> dict[str, Any]:
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


def caller_of(request: Asked, form: CallForm) -> tuple[Caller | None, list[Caller]]:
    """Who calls, and those among whom he was found. A form sent before the right side came has not chosen yet."""
    typed, who = str(form["caller"].value() or ""), str(form["who"].value() or "")
    return _found(request, typed[:30], who)


def _found(request: Asked, typed: str, who: str) -> tuple[Caller | None, list[Caller]]:
    user, now = request.user, request.now
    found = callers(user, typed, now) if typed else []
    if who:
        return (None, []) if who == NOBODY else (chosen(user, who, now, typed), found)
    return (found[0] if len(found) == 1 else None), found


def side(request: Asked, caller: Caller | None, found: list[Caller], this: Call | None = None) -> dict[str, Any]:
    """The right side: the caller's client with what runs for him, or those to choose among."""
    user, now = request.user, request.now
    side: dict[str, Any] = {"caller": caller, "found": found, "nobody": NOBODY}
    if caller and caller.is_full:
        client = caller.client
        runs = _urgent_first(running(user, client, now), now)
        past = visible_calls(user, now).filter(client=client)
        past = past.exclude(pk=this.pk) if this and this.pk else past
        side |= {
            "client": client,
            "running": runs[:SHOWN],
            "more": runs[SHOWN:],
            "past": list(past.select_related("operator")[:5]),
            "count": len(runs),
            "positions": _contacts(client),
            "policies": client.policies.filter(ends_on__gte=now.astimezone(ZONE).date()).order_by("ends_on")[:6],
            "nth": past[:MOST_PAST].count() + 1,
        }
    return side


@require_GET
def lookup(request: Asked) -> HttpResponse:
    """The right side for what was typed as the caller, or chosen among several."""
    typed = request.GET.get("caller", "")[:30]
    who = request.GET.get("who", "")[:60]
    caller, found = _found(request, typed, who)
    if caller is None and found and not who:
        caller = found[0]
    context = side(request, caller, found) | {"typed": typed, "is_none": who == NOBODY, "is_looked_up": True}
    return render(request, "hotline/_caller.html", context)


def _contacts(client: Client) -> list[dict[str, Any]]:
    """Those who speak for the client, with a number that tells them apart and no more."""
    rows = client.positions.filter(is_active=True).select_related("contact").prefetch_related("contact__phones")
    return [
        {
            "contact": row.contact,
            "title": row.title,
            "phone": next((masked(one.digits) for one in row.contact.phones.all() if one.is_active), ""),
        }
        for row in rows[:5]
    ]


def _urgent_first(runs: list[Running], now: datetime) -> list[Running]:
    """Cases as their rooms tell them, before them what is overdue: he will ask for it."""
    return sorted(runs, key=lambda one: not (one.due and one.due < now))


@require_GET
def when(request: Asked) -> HttpResponse:
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
    said: dict[str, Any] = {
        "form": form,
        "presets": [(one, _shortly(one.at, now)) for one in form.presets],
        "preset": preset,
        "custom": CUSTOM,
        "at": at,
        "has_passed": at is not None and at <= now,
    }
    if at is None or at <= now:
        return said
    shifts = DutyShift.objects.filter(
        staff_id=_typed_keeper(form) or user.pk, is_cancelled=False, starts_at__lte=at, ends_at__gt=at
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


def _shortly(at: datetime, now: datetime) -> str:
    """17:30 today, 周二 tomorrow, 10月8日 later: what a preset means, before it is chosen."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return _("周%(weekday)s") % {"weekday": weekday(local.date())}
    return shown(at)


def _typed_time(form: ReplyFields) -> datetime | None:
    typed = form["by"].value()
    try:
        return form.fields["by"].clean(typed if isinstance(typed, str) else None)
    except ValidationError:
        return None


def _typed_keeper(form: ReplyFields) -> int | None:
    typed = str(form["keeper"].value() or "")
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_KEY else None


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


def _register(request: Asked, form: CallForm, caller: Caller | None) -> Call:
    data = form.cleaned_data
    client = caller.client if caller else None
    return actions.register_call(
        by=request.user,
        now=request.now,
        unit=request.user.unit,
        rang_at=min(data["rang_at"], request.now),
        answered_at=min(data["rang_at"], request.now),
        hung_up_at=request.now,
        caller=(caller and caller.number) or data["caller"],
        caller_name=data["caller_name"],
        client=client,
        contact=caller.contact if caller else None,
        about=about_of(request, data["about"], client),
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


def about_of(request: Asked, key: str, client: Any) -> Kept | None:
    """The running matter that the call is about, if it is this client's and visible."""
    if not key or client is None:
        return None
    return running_one(request.user, client, key, request.now)


@require_http_methods(["GET", "POST"])
@posted_once
def missed(request: Asked) -> HttpResponse:
    """A missed call entered by hand, with its original time (3.1.2)."""
    user, now = request.user, request.now
    if not may_register(user, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
    form = MissedForm(request.POST or None, initial={"rang_at": now})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        # Nobody spoke: only the whole number says who rang, and only where it is one client's.
        found = [one for one in callers(user, data["caller"], now) if one.number == digits(data["caller"])]
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
