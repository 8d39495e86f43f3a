"""Pages of the administrator for webhooks: the list, one with its log, its forms, one delivery."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.ledger.errors import Refusal, Stale

from ..clash import clash
from ..lists import Column, Listing
from ..models import SendingState, Webhook, WebhookDelivery
from ..posts import posted_once
from ..requests import Asked
from ..templatetags.kit import chip, when
from ..timeline import verbs
from . import actions
from .access import require_may_set_up, visible_webhook_deliveries, visible_webhooks
from .choices import groups
from .forms import LogFilter, SecretForm, WebhookForm

S = SendingState
SHAPES = {S.WAITING: "waiting", S.SENDING: "work", S.SENT: "closed", S.FAILED: "paused"}


def _one(request: Asked, pk: int) -> Webhook:
    require_may_set_up(request.user, request.now)
    return get_object_or_404(visible_webhooks(request.user, request.now).select_related("unit", "owner"), pk=pk)


@require_GET
def hooks(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    rows = visible_webhooks(request.user, request.now).select_related("unit").order_by("-is_on", "pk")
    undone = visible_webhook_deliveries(request.user, request.now).filter(state__in=(S.WAITING, S.SENDING, S.FAILED))
    counted = (
        undone.order_by()
        .values("hook")
        .annotate(waiting=Count("pk", filter=~Q(state=S.FAILED)), failed=Count("pk", filter=Q(state=S.FAILED)))
    )
    counts = {one["hook"]: (one["waiting"], one["failed"]) for one in counted}
    context = {"rows": [(one, *counts.get(one.pk, (0, 0))) for one in rows], "may_manage": True}
    return render(request, "webhooks/hooks.html", context)


LOG = Listing(
    "webhook_log",
    [
        Column("made_at", gettext_lazy("时间"), lambda one: when(one.made_at), is_fixed=True),
        Column(
            "state", gettext_lazy("状态"), lambda one: chip(one.get_state_display(), SHAPES[SendingState(one.state)])
        ),
        Column("verb", gettext_lazy("事件"), lambda one: _label(one.verb)),
        Column("number", gettext_lazy("单号"), lambda one: one.number, shape="aside"),
        Column("attempts", gettext_lazy("次数"), lambda one: one.attempts, is_number=True, shape="aside"),
        Column("status", gettext_lazy("回答"), lambda one: one.status or "", is_number=True, shape="aside"),
        Column("sent_at", gettext_lazy("收下"), lambda one: when(one.sent_at) if one.sent_at else "", is_default=False),
        Column("error", gettext_lazy("原因"), lambda one: one.error, shape="rest"),
    ],
    sort="-id",
    filter_form=LogFilter,
    narrow=lambda rows, asked: rows.filter(state=asked["state"]) if asked["state"] else rows,
    edge=lambda one: "edge-red" if one.state == S.FAILED else "",
)


def _label(verb: str) -> str:
    known = verbs().get(verb)
    return str(known.label) if known else verb


@require_GET
def hook(request: Asked, pk: int) -> HttpResponse:
    found = _one(request, pk)
    rows = visible_webhook_deliveries(request.user, request.now).filter(hook=found)
    shown = LOG.shown(request, rows)
    context = {
        "hook": found,
        "labels": [_label(verb) for verb in found.verbs],
        "list": shown,
        "failed": [row.record.pk for row in shown.rows if row.record.state == S.FAILED],
        "has_old_secret": found.old_until is not None and found.old_until > request.now,
    }
    return render(request, "webhooks/hook.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hook_new(request: Asked) -> HttpResponse:
    """The secret is on this one answer and nowhere else: no stored answer may hold it."""
    require_may_set_up(request.user, request.now)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.register_webhook(**_given(form), by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return render(request, "webhooks/secret.html", {"hook": made, "secret": secret})
    return _form(request, form, _("新增外发接口"), reverse("webhooks:hooks"))


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def hook_edit(request: Asked, pk: int) -> HttpResponse:
    found = _one(request, pk)
    form = WebhookForm(request.POST or None, initial={**_stored(found), "version": found.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_webhook(found, **_given(form), by=request.user, now=request.now, version=version)
        except Stale as stale:
            return clash(request, form, _stored(stale.theirs), version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(found)
    return _form(request, form, _("改外发接口"), found.get_absolute_url())


def _given(form: WebhookForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "url", "verbs", "unit")}


def _stored(hook: Webhook) -> dict[str, object]:
    return {"name": hook.name, "url": hook.url, "unit": hook.unit_id, "verbs": hook.verbs}


def _form(request: Asked, form: WebhookForm, title: str, back: str) -> HttpResponse:
    chosen = form.chosen
    shown = [(group, sum(one.name in chosen for one in group.verbs)) for group in groups()]
    context = {"form": form, "title": title, "groups": shown, "chosen": chosen, "cancel_url": back}
    return render(request, "webhooks/form.html", context, status=form.status)


@require_POST
@posted_once
def hook_switch(request: Asked, pk: int) -> HttpResponse:
    found = _one(request, pk)
    actions.switch_webhook(found, on=request.POST.get("on") == "1", by=request.user, now=request.now)
    return redirect(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hook_secret(request: Asked, pk: int) -> HttpResponse:
    """Another secret; like the first it is on one answer alone."""
    found = _one(request, pk)
    form = SecretForm(request.POST) if request.method == "POST" else SecretForm()
    if request.method == "POST" and form.is_valid():
        fresh, secret = actions.replace_secret(found, **form.cleaned_data, by=request.user, now=request.now)
        return render(request, "webhooks/secret.html", {"hook": fresh, "secret": secret, "is_another": True})
    url = found.get_absolute_url()
    above = {"parent": found.name, "parent_url": url, "cancel_url": url}
    intro = _("换后显示一次新密钥。接收方先认新旧两个签名中的任一个，再去掉旧的。")
    context = {"form": form, "title": _("换密钥"), "verb": _("换密钥"), "intro": intro, **above}
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def hook_try(request: Asked, pk: int) -> HttpResponse:
    row = actions.try_out(_one(request, pk), by=request.user, now=request.now)
    return redirect(row)


@require_POST
@posted_once
def hook_again(request: Asked, pk: int) -> HttpResponse:
    """Let the ticked ones go once more, or with `all` every one that failed."""
    found = _one(request, pk)
    given = [one for one in request.POST.getlist("pick") if one.isascii() and one.isdecimal() and len(one) < 19]
    picked = None if "all" in request.POST else [int(one) for one in given]
    count = actions.send_again(found, picked, by=request.user, now=request.now)
    messages.success(request, _("%(count)s条排队重发") % {"count": count})
    return redirect(found)


@require_GET
def delivery(request: Asked, pk: int) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    rows = visible_webhook_deliveries(request.user, request.now).select_related("hook")
    found: WebhookDelivery = get_object_or_404(rows, pk=pk)
    is_done = found.state in (S.SENT, S.FAILED)
    context = {
        "one": found,
        "label": _label(found.verb),
        "shape": SHAPES[SendingState(found.state)],
        "body": json.dumps(json.loads(found.body), ensure_ascii=False, indent=2),
        "is_done": is_done,
        "may_send_again": is_done and found.hook.is_on,
    }
    return render(request, "webhooks/delivery.html", context)
