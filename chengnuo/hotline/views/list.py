"""《服务热线登记簿》 as a list (3.1.3), and the promises behind the desk's figures (3.1.5)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, countdown, due, when
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from ..access import may_register, visible_calls, visible_promises
from ..figures import missed
from ..lookup import matching
from ..models import Call, CallState, Kind, Promise, PromiseState

COUNTED = ("call_back", "open")
VIEWS = {
    "": (_("全部"), Q()),
    "call_back": (_("待回拨"), Q(state=CallState.CALL_BACK_OWED)),
    "open": (_("待答复"), Q(state=CallState.REGISTERED)),
    "missed": (_("未接"), missed()),
}
SHAPES = {CallState.CLOSED: "closed", CallState.VOID: "closed", CallState.REGISTERED: "work"}
UNSHOWN = (CallState.MISSED,)


class OfLine(Form):
    """A branch's line. The lines are the national directory (3.1.1): their names are nobody's secret."""

    unit = forms.ModelChoiceField(
        label=_("热线"), queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH), required=False, empty_label=_("全部")
    )
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)


class CallFilter(OfLine):
    q = forms.CharField(label=_("单号、来电人、电话"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *Kind.choices], required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), *((state.value, state.label) for state in CallState if state not in UNSHOWN)],
        required=False,
    )
    view = forms.ChoiceField(
        label=_("视图"),
        choices=[(key, label) for key, (label, _q) in VIEWS.items()],
        widget=forms.HiddenInput,
        required=False,
    )
    field_order = ("q", "unit", "kind", "state", "since", "until")


class PromiseFilter(OfLine):
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *PromiseState.choices], required=False)


def _between(rows: QuerySet[Any], column: str, since: date | None, until: date | None) -> QuerySet[Any]:
    """The rows of these local days, the last one included."""
    if since:
        rows = rows.filter(**{f"{column}__gte": datetime.combine(since, time(), ZONE)})
    if until:
        rows = rows.filter(**{f"{column}__lt": datetime.combine(until + timedelta(days=1), time(), ZONE)})
    return rows


def _calls(rows: QuerySet[Call], asked: dict[str, Any]) -> QuerySet[Call]:
    rows = _between(rows.filter(VIEWS[asked["view"]][1]), "rang_at", asked["since"], asked["until"])
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    if asked["kind"]:
        rows = rows.filter(kinds__contains=[asked["kind"]])
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    return matching(rows, asked["q"].strip()) if asked["q"].strip() else rows


def _promises(rows: QuerySet[Promise], asked: dict[str, Any]) -> QuerySet[Promise]:
    rows = _between(rows, "first_by", asked["since"], asked["until"])
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    return rows.filter(state=asked["state"]) if asked["state"] else rows


CALLS = Listing(
    "calls",
    [
        Column("number", _("单号"), lambda call: call.number, is_fixed=True),
        Column(
            "state",
            _("状态"),
            lambda call: chip(call.get_state_display(), SHAPES.get(CallState(call.state), "waiting")),
        ),
        Column("rang_at", _("来电"), lambda call: when(call.rang_at), sort="rang_at", plain=lambda call: call.rang_at),
        Column("channel", _("渠道"), lambda call: call.get_channel_display(), is_default=False),
        Column("caller", _("来电人"), lambda call: call.caller_name or call.masked_caller or "—"),
        Column("client", _("客户"), lambda call: call.client.name if call.client else ""),
        Column("kinds", _("类别"), lambda call: " ".join(call.kind_labels)),
        Column(
            "content",
            _("内容"),
            lambda call: Truncator(call.content).chars(80),
            shape="rest",
            plain=lambda call: call.content,
        ),
        Column("unit", _("热线"), lambda call: call.unit.name, shape="aside"),
        Column("operator", _("接听"), lambda call: call.operator.name if call.operator else "", shape="aside"),
        Column("duration", _("通话"), lambda call: call.duration, is_default=False),
        Column(
            "entered_at",
            _("登记"),
            lambda call: when(call.entered_at),
            is_default=False,
            plain=lambda call: call.entered_at,
        ),
    ],
    sort="-rang_at",
    filter_form=CallFilter,
    narrow=_calls,
    title=_("来电"),
    rows=lambda user, now: visible_calls(user, now).select_related("unit", "client", "operator"),
)
PROMISES = Listing(
    "promises",
    [
        Column("number", _("单号"), lambda one: one.number, is_fixed=True),
        Column(
            "state",
            _("状态"),
            lambda one: chip(one.get_state_display(), "work" if one.is_running else "closed"),
        ),
        Column(
            "first_by", _("首次承诺"), lambda one: due(one.first_by), sort="first_by", plain=lambda one: one.first_by
        ),
        Column(
            "fate",
            _("时限"),
            lambda one: "" if one.state == PromiseState.WITHDRAWN else countdown(one.first_by, None, one.answered_at),
        ),
        Column("to_whom", _("答复谁"), lambda one: one.to_whom),
        Column("what", _("事项"), lambda one: Truncator(one.what).chars(80), shape="rest", plain=lambda one: one.what),
        Column("client", _("客户"), lambda one: one.client.name if one.client else ""),
        Column("keeper", _("承办"), lambda one: one.keeper.name),
        Column("unit", _("热线"), lambda one: one.unit.name, shape="aside"),
    ],
    sort="-first_by",
    filter_form=PromiseFilter,
    narrow=_promises,
    title=_("承诺"),
    rows=lambda user, now: visible_promises(user, now).select_related("call", "client", "keeper", "unit"),
)


@require_GET
def calls_list(request: Asked) -> HttpResponse:
    """The register as this person sees it, newest first."""
    user, now = request.user, request.now
    rows = visible_calls(user, now).select_related("unit", "client", "operator")
    view = request.GET.get("view", "")
    context = {
        "list": CALLS.shown(request, rows),
        "views": [
            (label, _address(request.GET, key), key == view, _count(user, now, key))
            for key, (label, _q) in VIEWS.items()
        ],
        "may": may_register(user, now),
    }
    return render(request, "hotline/list.html", context)


def _count(user: Staff, now: datetime, view: str) -> int:
    """How many wait in a view of open work; beyond 99 nobody counts, and the whole register is never counted."""
    return visible_calls(user, now).filter(VIEWS[view][1])[:100].count() if view in COUNTED else 0


@require_GET
def promises_list(request: Asked) -> HttpResponse:
    """The promises that this person sees, by the first promised time."""
    rows = visible_promises(request.user, request.now).select_related("call", "client", "keeper", "unit")
    return render(request, "hotline/promises.html", {"list": PROMISES.shown(request, rows)})


def _address(query: QueryDict, view: str) -> str:
    """The same filter in another view, from its first page."""
    new = query.copy()
    for name in ("view", "after", "before"):
        new.pop(name, None)
    if view:
        new["view"] = view
    return "?" + new.urlencode()
