"""Fitting words for the telephone (4.3.1): the list, one script, a new one, the next edition."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.kit.act_pages import act_page, who
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import when
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import may_write_scripts, visible_scripts
from ..forms import RevisionForm, ScriptForm
from ..models import CallScript

NOT_YOURS = gettext_lazy("电话用语由客户服务中心拟定")
SCRIPTS = Listing(
    "scripts",
    [
        Column("name", gettext_lazy("名称"), lambda one: one.name, is_fixed=True),
        Column("edition", gettext_lazy("版次"), lambda one: one.edition, is_number=True),
        Column("made_by", gettext_lazy("拟定"), lambda one: one.made_by.name),
        Column("made_at", gettext_lazy("时间"), lambda one: when(one.made_at), plain=lambda one: one.made_at),
    ],
    sort="-id",
)


@require_GET
def scripts(request: Asked) -> HttpResponse:
    """The latest edition of every script."""
    user, now = request.user, request.now
    rows = visible_scripts(user, now).filter(is_latest=True).select_related("made_by")
    return render(
        request,
        "rounds/scripts.html",
        {"list": SCRIPTS.shown(request, rows), "may_write": may_write_scripts(user, now)},
    )


def script_of(request: Asked, pk: int) -> CallScript:
    return get_object_or_404(visible_scripts(request.user, request.now).select_related("made_by"), pk=pk)


@require_GET
def script(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = script_of(request, pk)
    context = {
        "one": one,
        "editions": visible_scripts(user, now).filter(name=one.name).order_by("-edition")[:20],
        "may_write": may_write_scripts(user, now),
        "timeline": timeline_of(request, one),
    }
    return render(request, "rounds/script.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    if not may_write_scripts(request.user, request.now):
        raise Forbidden(str(NOT_YOURS), clause="4.3.1")
    form = ScriptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.write_script(**form.cleaned_data, **who(request)))
        except Refusal as refusal:
            form.refused(refusal)
    url = reverse("rounds:scripts")
    context: dict[str, Any] = {
        "form": form,
        "title": _("写用语"),
        "verb": _("存用语"),
        "clause_id": "4.3.1",
        "parent": _("电话用语"),
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)


revise = act_page(
    script_of,
    lambda user, _script, now: may_write_scripts(user, now),
    NOT_YOURS,
    lambda data, one, _request: RevisionForm(data, initial={"words": one.words, "questions": one.questions}),
    lambda one, data, by: actions.revise_script(one, **data, **by),
    verb=gettext_lazy("改版"),
    clause="4.3.1",
    intro=lambda one: "",
)
