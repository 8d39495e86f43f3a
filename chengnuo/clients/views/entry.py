"""Entering a client, changing him, and the centre's ticks."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.kit import drafts
from chengnuo.kit.clash import clash
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Forbidden, Refusal, Stale

from .. import actions, rules
from ..access import may_enter, may_tick, units_for_entry
from ..changes import NUMBERS
from ..duplicates import Similar
from ..forms import ClientForm, NewClientForm, TickForm
from ..models import TICKS, Client
from .asking import changing, seen, today, who

DRAFT = "client/new"


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    if not may_enter(user, now):
        raise Forbidden(_("登记客户由分公司和客服中心办理"))
    unit = units_for_entry(user, now).first()
    initial = {"since": today(request), "unit": unit, "kind": Client.Kind.COMPANY, **drafts.initial(user, DRAFT)}
    form = NewClientForm(request.POST or None, initial=initial, user=user, now=now)
    similar: list[Any] = []
    if form.is_valid():
        given = form.values()
        try:
            client = actions.enter_client(
                unit=given["unit"],
                values=given,
                contacts=form.people(),
                manager=given["manager"],
                although_similar=given["although_similar"],
                by=user,
                now=now,
            )
        except Similar as refusal:
            form.refused(refusal)
            similar = refusal.candidates
        except Refusal as refusal:
            form.refused(contact_fields(refusal))
        else:
            drafts.drop(user, DRAFT)
            _warn(request, given)
            return redirect("clients:page", client.pk)
    context = {"title": _("新建客户"), "form": form, "similar": similar, "verb": _("登记客户")}
    context |= {"cancel_url": reverse("clients:list"), **drafts.context(user, DRAFT)}
    return render(request, "clients/new.html", context, status=form.status)


def contact_fields(refusal: Refusal) -> Refusal:
    """The first contact's faults stand beside the fields of this form."""
    names = {"contacts.0.name": "contact", "contacts.0.title": "title", "contacts.0.phones": "phones"}
    refusal.fields = {names.get(name, name): message for name, message in refusal.fields.items()}
    return refusal


def _warn(request: HttpRequest, given: Mapping[str, Any]) -> None:
    _values, warnings = rules.client_values(given, today(request))
    for warning in warnings:
        messages.warning(request, warning)


@require_http_methods(["GET", "POST"])
@posted_once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    client = seen(request, pk)
    changing(request, client)
    initial = {name: getattr(client, name) for name in ("name", "kind", "credit_code", "since", "version")}
    form = ClientForm(
        request.POST or None, initial={**initial, "manager": client.manager_id}, user=user, now=now, client=client
    )
    if form.is_valid():
        given = form.values()
        try:
            actions.change_client(
                client,
                version=form.cleaned_data["version"],
                values=given,
                manager=given["manager"],
                by=user,
                now=now,
            )
        except Stale as stale:
            return clashed(request, form, stale)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            _warn(request, given)
            return redirect("clients:page", client.pk)
    return render(request, "kit/form.html", context_of(client, form, _("改客户资料")), status=form.status)


def context_of(client: Client, form: Any, title: str) -> dict[str, Any]:
    """What `kit/form.html` needs for a form about something of this client."""
    return {
        "title": title,
        "form": form,
        "verb": _("保存"),
        "parent": client.name,
        "parent_url": client.get_absolute_url(),
        "cancel_url": client.get_absolute_url(),
    }


def clashed(request: HttpRequest, form: Any, stale: Stale) -> HttpResponse:
    """Both texts, field by field, to choose from. A personal number is not laid open for it: what was typed holds."""
    names = {attname.removesuffix("_id"): attname for attname in stale.mine if attname not in NUMBERS}
    stored = {name: getattr(stale.theirs, attname) for name, attname in names.items() if name in form.fields}
    return clash(request, form, stored, version=stale.theirs.version)


@require_http_methods(["GET", "POST"])
@posted_once
def tick(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    user, now = who(request)
    client = seen(request, pk)
    if name not in TICKS:
        raise Http404
    if not may_tick(user, now):
        raise Forbidden(_("认定由客户服务中心办理"))
    is_set = getattr(client, name)
    form = TickForm(request.POST or None, initial={"on": today(request)})
    if form.is_valid():
        act = actions.untick if is_set else actions.tick
        try:
            act(client, name, reason=form.cleaned_data["reason"], on=form.cleaned_data["on"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("clients:page", client.pk)
    verb = _("取消认定") if is_set else _("认定")
    context = {**context_of(client, form, f"{verb} · {TICKS[name]}"), "verb": verb}
    return render(request, "kit/form.html", context, status=form.status)
