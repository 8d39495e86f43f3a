"""Roles, absences and substitutes of a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import (
    may_give_role,
    may_report_absence,
    visible_absences,
    visible_roles,
    visible_staff,
    visible_substitutes,
)
from ..forms import AbsenceForm, RoleForm, SubstituteForm, end_of
from .asking import administrator, who
from .staff import above


@require_http_methods(["GET", "POST"])
@posted_once
def role_new(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    member = get_object_or_404(visible_staff(user, now), pk=pk)
    if not may_give_role(user, member, now):
        raise Forbidden(_("不能给自己授予角色，请另一位管理员办理"))
    form = RoleForm(request.POST or None, initial={"unit": member.unit_id, "starts_at": now.astimezone(ZONE).date()})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.give_role(
                member,
                unit=given["unit"],
                kind=given["kind"],
                starts_at=midnight(given["starts_at"]),
                ends_at=end_of(given["ends_at"]),
                by=user,
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", pk)
    context = {"title": _("授予角色"), "form": form, "verb": _("授予角色"), **above(member)}
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    role = get_object_or_404(visible_roles(user, now), pk=pk)
    actions.end_role(role, by=user, now=now)
    return redirect("people:staff_member", role.staff_id)


@require_http_methods(["GET", "POST"])
@posted_once
def absence_new(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    member = get_object_or_404(visible_staff(user, now), pk=pk)
    if not may_report_absence(user, member, now):
        raise Forbidden(_("不在岗由本人、机构负责人或系统管理员报"))
    form = AbsenceForm(request.POST or None, initial={"starts_at": now})
    if form.is_valid():
        try:
            actions.report_absence(member, **form.cleaned_data, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", pk)
    context = {"title": _("报不在岗"), "form": form, "verb": _("报不在岗"), **above(member)}
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever sees an absence may also end it: the same people report it."""
    user, now = who(request)
    absence = get_object_or_404(visible_absences(user, now), pk=pk)
    actions.end_absence(absence, by=user, now=now)
    return redirect("people:staff_member", absence.staff_id)


@require_GET
def substitutes(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    rows = list(visible_substitutes(user, now).select_related("principal", "staff").order_by("-starts_at", "-pk")[:100])
    context = {
        "mine": [row for row in rows if row.principal_id == user.pk],
        "for_others": [row for row in rows if row.staff_id == user.pk],
        "now": now,
    }
    return render(request, "people/substitutes.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def substitute_new(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    initial = {"starts_at": now.astimezone(ZONE).date()}
    form = SubstituteForm(request.POST or None, user=user, now=now, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        is_today = given["starts_at"] == now.astimezone(ZONE).date()
        try:
            actions.name_substitute(
                user,
                staff=given["staff"],
                starts_at=now if is_today else midnight(given["starts_at"]),
                ends_at=end_of(given["ends_at"]) or now,
                reason=given["reason"],
                by=user,
                now=now,
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:substitutes")
    url = resolve_url("people:substitutes")
    context = {
        "title": _("指定替代人"),
        "form": form,
        "verb": _("指定替代人"),
        "intro": _("替代人在这段时间里能办您能办的事，您不在岗时他也收到您的提醒。办过的事记在他的名下。"),
        "parent": _("替代设置"),
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def substitute_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    row = get_object_or_404(visible_substitutes(user, now), pk=pk)
    actions.revoke_substitute(row, by=user, now=now)
    return redirect("people:substitutes")
