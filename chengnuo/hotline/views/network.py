"""《全国值班电话》: the lines of all branches, registered and withdrawn (3.1.1)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Unit

from .. import actions
from ..access import may_roster, visible_lines
from ..duty_forms import LineForm
from ..models import DutyLine
from ..roster import directory


@require_GET
def lines(request: Asked) -> HttpResponse:
    """The national directory by region, for everybody of the company."""
    user, now = request.user, request.now
    q = request.GET.get("q", "")[:40]
    groups = directory(now, q)
    mine = {entry.unit.pk for _region, rows in groups for entry in rows if may_roster(user, entry.unit.pk, now)}
    lacking = sum(not entry.lines for _region, rows in groups for entry in rows)
    context = {"groups": groups, "q": q, "mine": mine, "lacking": lacking}
    return render(request, "hotline/lines.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def line_new(request: Asked, pk: int) -> HttpResponse:
    """Register a line of a branch."""
    return _register(request, get_object_or_404(Unit, pk=pk, kind=Unit.Kind.BRANCH), None)


@require_http_methods(["GET", "POST"])
@posted_once
def line_change(request: Asked, pk: int) -> HttpResponse:
    """Another number in place of one: withdrawn and registered in one step."""
    line = get_object_or_404(visible_lines(request.user, request.now).select_related("unit"), pk=pk)
    return _register(request, line.unit, line)


@require_POST
@posted_once
def line_withdraw(request: Asked, pk: int) -> HttpResponse:
    line = get_object_or_404(visible_lines(request.user, request.now).select_related("unit"), pk=pk)
    actions.withdraw_line(line, by=request.user, now=request.now)
    return redirect("hotline:lines")


def _register(request: Asked, unit: Unit, old: DutyLine | None) -> HttpResponse:
    user, now = request.user, request.now
    if not may_roster(user, unit.pk, now):
        raise Forbidden(_("值班电话由机构负责人或客户服务中心负责人报备"), clause="3.1.1")
    form = LineForm(request.POST or None)
    if form.is_valid():
        try:
            actions.register_line(unit=unit, number=form.cleaned_data["number"], instead_of=old, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("hotline:lines")
    context = {
        "title": _("更换%s的值班电话") % unit.name if old else _("报备%s的值班电话") % unit.name,
        "intro": _("现用号码%s同时停用") % old.number if old else "",
        "form": form,
        "verb": _("更换") if old else _("报备"),
        "clause_id": "3.1.1",
        "parent": _("全国值班电话"),
        "parent_url": reverse("hotline:lines"),
        "cancel_url": reverse("hotline:lines"),
    }
    return render(request, "kit/form.html", context, status=form.status)
