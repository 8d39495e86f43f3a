"""One request: what was asked, what the client said, and what was done about it."""

from typing import Any, cast

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.served import finishings
from chengnuo.kit.documents import qr
from chengnuo.kit.duties import duties_of
from chengnuo.kit.forms import Form
from chengnuo.kit.models import Channel, Outlet
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named, visible_refs
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models import Kept, Ref
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_handle, visible_ratings
from ..links import address_of
from ..mailing import base, until
from ..models import RatingRequest, RequestState


class FollowUpForm(Form):
    found = forms.CharField(label=gettext_lazy("查明的情况"), widget=forms.Textarea, max_length=5000)
    said = forms.CharField(label=gettext_lazy("对客户说了什么"), widget=forms.Textarea, max_length=5000)


class AskForm(Form):
    reason = forms.CharField(label=gettext_lazy("原因"), widget=forms.Textarea, max_length=500)


def _request(request: Asked, pk: int) -> RatingRequest:
    rows = visible_ratings(request.user, request.now)
    return get_object_or_404(rows.select_related("unit", "client", "keeper", "followed_up_by", "mail"), pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = _request(request, pk)
    looked(one, by=user, now=now)
    may = may_handle(user, one.unit_id, one.keeper_id, now)
    is_rated = one.state == RequestState.RATED
    context = {
        "one": one,
        "kind": finishings()[one.subject_type].label,
        "service": named(user, now, [one.subject]).get(one.subject),
        "mail": getattr(one, "mail", None),
        "duties": duties_of(one, user, now),
        "timeline": timeline_of(request, one),
        "is_open": one.is_open(now),
        "may": may,
        "may_follow_up": may and is_rated and one.followed_up_at is None,
        "may_ask": may and not is_rated and not one.is_open(now) and one.client_id is not None,
    }
    return render(request, "satisfaction/page.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def follow_up(request: Asked, pk: int) -> HttpResponse:
    one = _request(request, pk)
    if not may_handle(request.user, one.unit_id, one.keeper_id, request.now):
        raise Forbidden(_("这项服务不归你处理"), clause="2.2")
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.follow_up(one, by=request.user, now=request.now, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(one)
    intro = _("%(who)s评了%(mark)s分") % {"who": one.name or _("客户"), "mark": one.mark or "—"}
    words = f"{intro}：{one.words}" if one.words else intro
    return _form(request, form, one.get_absolute_url(), one.about, _("回访"), intro=words)


@never_cache
@require_POST
def link(request: Asked, pk: int) -> HttpResponse:
    """Show the link once, to be sent by whoever asked for it; every showing is an event."""
    one = _request(request, pk)
    token = actions.give_link(one, by=request.user, now=request.now)
    outlet = Outlet.objects.filter(channel=Channel.MAIL).first()
    address = address_of(token, base(outlet) or request.build_absolute_uri("/").rstrip("/"))
    context = {"one": one, "address": address, "until": until(one), "qr": SafeString(qr(address, scale=4))}
    return render(request, "satisfaction/link.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def ask(request: Asked, type: str, pk: int) -> HttpResponse:
    """Ask about a finished service by hand."""
    subject, url = _subject(request, type, pk)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.ask_again(subject, by=request.user, now=request.now, **form.cleaned_data)
        except Refusal as refusal:
            if isinstance(refusal, Forbidden):
                raise
            form.refused(refusal)
        else:
            messages.success(request, _("已请客户评价"))
            return redirect(one)
    return _form(request, form, url, str(getattr(subject, "number", "")), _("请客户评价"))


def _subject(request: Asked, type: str, pk: int) -> tuple[Kept, str]:
    """A record of a kind that can be asked about, that this person sees and handles."""
    where, user, now = Ref(type, pk), request.user, request.now
    if type not in finishings() or not visible_refs(user, now, [where]):
        raise Http404
    subject = cast(Any, apps.get_model(type))._default_manager.select_related("client").get(pk=pk)
    keeper = getattr(subject, "duty_owner_id", None)
    if not may_handle(user, subject.unit_id, keeper, now):
        raise Forbidden(_("这项服务不归你处理"), clause="2.2")
    return subject, subject.get_absolute_url()


def _form(request: Asked, form: Form, url: str, parent: str, verb: str, intro: str = "") -> HttpResponse:
    context = {
        "form": form,
        "title": f"{verb} {parent}",
        "intro": intro,
        "verb": verb,
        "clause_id": "2.2",
        "parent": parent,
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)
