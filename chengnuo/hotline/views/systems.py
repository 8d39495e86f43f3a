"""Telephone systems, for the administrator: connect one, say where it dials, revoke it; calls to unknown numbers."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.access import may_manage

from .. import actions
from ..models import PhoneEvent, PhoneSystem

FEW = 50


class DialForm(Form):
    dial_url = forms.CharField(
        label=gettext_lazy("拨号地址"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("https 地址，含 {extension} 和 {number}；不填就不能点击拨号"),
    )


class SystemForm(DialForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    field_order = ["name", "dial_url"]


def require_administrator(request: Asked) -> None:
    if not may_manage(request.user, request.now):
        raise Forbidden(_("电话系统由系统管理员接入"))


@require_GET
def systems(request: Asked) -> HttpResponse:
    require_administrator(request)
    context = {
        "systems": PhoneSystem.objects.order_by("revoked_at", "pk"),
        "lost": PhoneEvent.objects.filter(call=None, is_outgoing=False).select_related("system").order_by("-pk")[:FEW],
        "hook": request.build_absolute_uri(reverse("phone_hook")),
    }
    return render(request, "hotline/systems.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def system_new(request: Asked) -> HttpResponse:
    """Connect a system. The secret is on this one answer and nowhere else: no stored answer may hold it."""
    require_administrator(request)
    form = SystemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            system, secret = actions.make_system(**form.cleaned_data, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            context = {"system": system, "secret": secret, "hook": request.build_absolute_uri(reverse("phone_hook"))}
            return render(request, "hotline/system_secret.html", context)
    return _form(request, form, _("接入电话系统"), _("接入"))


@require_http_methods(["GET", "POST"])
@posted_once
def system_dial(request: Asked, pk: int) -> HttpResponse:
    require_administrator(request)
    system = get_object_or_404(PhoneSystem, pk=pk)
    form = DialForm(request.POST or None, initial={"dial_url": system.dial_url})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_system(system, **form.cleaned_data, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("phone:systems")
    return _form(request, form, _("改拨号地址"), _("保存"))


@require_POST
@posted_once
def system_revoke(request: Asked, pk: int) -> HttpResponse:
    require_administrator(request)
    actions.revoke_system(get_object_or_404(PhoneSystem, pk=pk), by=request.user, now=request.now)
    return redirect("phone:systems")


def _form(request: Asked, form: Form, title: str, verb: str) -> HttpResponse:
    url = reverse("phone:systems")
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "clause_id": "3.1.2",
        "parent": _("电话系统"),
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)
