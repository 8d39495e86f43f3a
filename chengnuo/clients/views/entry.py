"""Entering a client, changing him, and the centre's ticks."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions, rules
from ..access import may_enter, may_tick, units_for_entry
from ..changes import Stale
from ..credentials import masked_id
from ..duplicates import Similar
from ..forms import ClientForm, NewClientForm, TickForm
from ..models import TICKS, Client
from .asking import changing, seen, today, who


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    if not may_enter(user, now):
        raise Forbidden(_("登记客户由分公司和客服中心办理"))
    unit = units_for_entry(user, now).first()
    initial = {"since": today(request), "unit": unit, "kind": Client.Kind.COMPANY}
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
            _warn(request, given)
            return redirect("clients:page", client.pk)
    context = {"title": _("新建客户"), "form": form, "similar": similar, "verb": _("登记客户")}
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
    clash: list[tuple[str, str, str]] = []
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
            form.refused(stale)
            clash = both(form, stale)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            _warn(request, given)
            return redirect("clients:page", client.pk)
    return render(request, "clients/form.html", context_of(client, form, _("改客户资料"), clash), status=form.status)


def context_of(client: Client, form: Any, title: str, clash: list[tuple[str, str, str]]) -> dict[str, Any]:
    """What `clients/form.html` needs: a form about something of this client, and both texts when two people wrote."""
    return {
        "title": title,
        "form": form,
        "verb": _("存我的") if clash else _("保存"),
        "clash": clash,
        "parent": client.name,
        "parent_url": client.get_absolute_url(),
        "cancel_url": client.get_absolute_url(),
    }


def both(form: Any, stale: Stale) -> list[tuple[str, str, str]]:
    """(label, as stored now, as typed) where they differ; the form, sent again, replaces the stored one."""
    form.read_again(stale.theirs.version)
    rows = []
    for name, mine in stale.mine.items():
        theirs = getattr(stale.theirs, name)
        if theirs != mine:
            field = form.fields.get(name.removesuffix("_id"))
            label = str(field.label) if field else name
            rows.append((label, _plain(stale.theirs, name, theirs), _plain(stale.theirs, name, mine)))
    return rows


def _plain(record: Any, name: str, value: Any) -> str:
    if name == "resident_id":
        return masked_id(value)
    if name == "manager_id":
        staff = record._meta.get_field("manager").remote_field.model
        return str(staff.objects.filter(pk=value).first() or "")
    choices = dict(record._meta.get_field(name).flatchoices or [])
    return str(choices.get(value, "" if value is None else value))


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
    context = {**context_of(client, form, f"{verb} · {TICKS[name]}", []), "verb": verb}
    return render(request, "kit/form.html", context, status=form.status)
