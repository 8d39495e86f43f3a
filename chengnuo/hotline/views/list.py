"""《服务热线登记簿》 as a list (3.1.3)."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.people.access import visible_units
from chengnuo.people.models import Staff, Unit

from ..access import may_register, visible_calls, visible_promises
from ..lookup import matching
from ..models import Call, CallState, Kind, Promise, PromiseState

PAGE = 50
COUNTED = ("call_back", "open")
VIEWS = {
    "": (_("全部"), Q()),
    "call_back": (_("待回拨"), Q(state=CallState.CALL_BACK_OWED)),
    "open": (_("待答复"), Q(state=CallState.REGISTERED)),
    "missed": (_("未接"), Q(answered_at__isnull=True, channel="phone")),
}


class CallFilter(Form):
    q = forms.CharField(label=_("单号、来电人、电话"), max_length=60, required=False)
    unit = forms.ModelChoiceField(label=_("热线"), queryset=Unit.objects.none(), required=False, empty_label=_("全部"))
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *Kind.choices], required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), *((s.value, s.label) for s in CallState if s not in ("ringing", "overflow"))],
        required=False,
    )
    since = DayField(label=_("来电 从"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Call]) -> QuerySet[Call]:
        """The rows that the filter leaves. A field that makes no sense narrows nothing and says so beside itself."""
        data = self.cleaned_data
        if unit := data.get("unit"):
            rows = rows.filter(unit=unit)
        if kind := data.get("kind"):
            rows = rows.filter(kinds__contains=[kind])
        if state := data.get("state"):
            rows = rows.filter(state=state)
        if since := data.get("since"):
            rows = rows.filter(rang_at__gte=datetime.combine(since, time(), ZONE))
        if until := data.get("until"):
            rows = rows.filter(rang_at__lt=datetime.combine(until + timedelta(days=1), time(), ZONE))
        if q := (data.get("q") or "").strip():
            rows = matching(rows, q)
        return rows


@require_GET
def calls_list(request: Asked) -> HttpResponse:
    """The register as this person sees it, newest first, fifty a page by the time of the ring."""
    user, now = request.user, request.now
    form = CallFilter(request.GET, units=visible_units(user, now).filter(kind=Unit.Kind.BRANCH))
    form.is_valid()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    rows = form.narrow(visible_calls(user, now)).filter(VIEWS[view][1])
    if after := _cursor(request.GET.get("after", "")):
        rows = rows.filter(Q(rang_at__lt=after[0]) | Q(rang_at=after[0], pk__lt=after[1]))
    found = list(
        rows.select_related("unit", "client", "operator")
        .annotate(client_name=F("client__name"))
        .order_by("-rang_at", "-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    older = ""
    if len(found) > PAGE:
        older = _address(request.GET, after=f"{shown[-1].rang_at.timestamp()}-{shown[-1].pk}")
    context = {
        "calls": shown,
        "form": form,
        "views": [
            (label, _address(request.GET, view=key, after=""), key == view, _count(user, now, key))
            for key, (label, _q) in VIEWS.items()
        ],
        "view": view,
        "older": older,
        "newest": _address(request.GET, after="") if after else "",
        "may": may_register(user, now),
        "is_narrowed": any(form.cleaned_data.values()) or bool(view),
    }
    return render(request, "hotline/list.html", context)


def _count(user: Staff, now: datetime, view: str) -> int:
    """How many wait in a view of open work; beyond 99 nobody counts, and the whole register is never counted."""
    return visible_calls(user, now).filter(VIEWS[view][1])[:100].count() if view in COUNTED else 0


class PromiseFilter(Form):
    since = DayField(label=_("应答复 从"), required=False)
    until = DayField(label=_("到"), required=False)
    unit = forms.ModelChoiceField(label=_("热线"), queryset=Unit.objects.none(), required=False, empty_label=_("全部"))
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *PromiseState.choices], required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Promise]) -> QuerySet[Promise]:
        data = self.cleaned_data
        if since := data.get("since"):
            rows = rows.filter(first_by__gte=datetime.combine(since, time(), ZONE))
        if until := data.get("until"):
            rows = rows.filter(first_by__lt=datetime.combine(until + timedelta(days=1), time(), ZONE))
        if unit := data.get("unit"):
            rows = rows.filter(unit=unit)
        if state := data.get("state"):
            rows = rows.filter(state=state)
        return rows


@require_GET
def promises_list(request: Asked) -> HttpResponse:
    """The promises behind the desk's figures, by the first promised time, newest first (3.1.5)."""
    user, now = request.user, request.now
    form = PromiseFilter(request.GET, units=visible_units(user, now).filter(kind=Unit.Kind.BRANCH))
    form.is_valid()
    rows = form.narrow(visible_promises(user, now))
    if after := _cursor(request.GET.get("after", "")):
        rows = rows.filter(Q(first_by__lt=after[0]) | Q(first_by=after[0], pk__lt=after[1]))
    found = list(rows.select_related("call", "client", "keeper", "unit").order_by("-first_by", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    older = ""
    if len(found) > PAGE:
        older = _address(request.GET, after=f"{shown[-1].first_by.timestamp()}-{shown[-1].pk}")
    context = {
        "promises": shown,
        "form": form,
        "older": older,
        "newest": _address(request.GET, after="") if after else "",
    }
    return render(request, "hotline/promises.html", context)


def _cursor(given: str) -> tuple[datetime, int] | None:
    at, _dash, pk = given.partition("-")
    try:
        return datetime.fromtimestamp(float(at), ZONE), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _address(query: QueryDict, **changed: str) -> str:
    new = query.copy()
    for name, value in changed.items():
        new[name] = value
        if not value:
            del new[name]
    return "?" + new.urlencode()
