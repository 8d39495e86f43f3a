from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.clash import clash
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..access import (
    may_give_role,
    may_manage,
    may_report_absence,
    open_sessions,
    visible_absences,
    visible_staff,
    visible_units,
)
from ..factors import factors_of
from ..forms import FactorResetForm, NewPasswordForm, NewStaffForm, StaffChangeForm, StaffFilter
from ..models import Role, Staff
from .asking import administrator, who
from .proving import fresh_second_factor

PAGE = 100


@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    form = StaffFilter(request.GET)
    form.fields["unit"].queryset = visible_units(user, now)  # type: ignore[attr-defined]
    rows = visible_staff(user, now).select_related("unit").order_by("-is_active", "unit_id", "pk")
    rows = rows.prefetch_related(Prefetch("roles", Role.objects.filter(Role.at(now)), "held_now"))
    if form.is_valid():
        if q := form.cleaned_data["q"]:
            rows = rows.filter(Q(name__icontains=q) | Q(username__icontains=q))
        if unit := form.cleaned_data["unit"]:
            rows = rows.filter(unit=unit)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "may_manage": may_manage(user, now), **_pages(request, page)}
    return render(request, "people/staff.html", context)


def _pages(request: HttpRequest, page: "Page[Any]") -> dict[str, str]:
    def url(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "newer": url(page.previous_page_number()) if page.has_previous() else "",
        "older": url(page.next_page_number()) if page.has_next() else "",
    }


@require_GET
def staff_member(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    member = get_object_or_404(visible_staff(user, now).select_related("unit"), pk=pk)
    context = {
        "member": member,
        "now": now,
        "roles": member.roles.select_related("unit").order_by("-starts_at", "-pk"),
        "absences": visible_absences(user, now).filter(staff=member).order_by("-starts_at", "-pk"),
        "may_manage": may_manage(user, now),
        "may_give_role": may_give_role(user, member, now),
        "may_report_absence": may_report_absence(user, member, now),
    }
    if context["may_manage"] or member.pk == user.pk:
        context["sessions"] = open_sessions(member, now)
        context["factors"] = factors_of(member)
    return render(request, "people/staff_member.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@posted_once
def staff_new(request: HttpRequest) -> HttpResponse:
    user, now = administrator(request)
    form = NewStaffForm(request.POST or None)
    if form.is_valid():
        try:
            member = actions.hire(**form.cleaned_data, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", member.pk)
    staff_url = resolve_url("people:staff")
    context = {
        "title": _("新增人员"),
        "form": form,
        "verb": _("新增人员"),
        "parent": _("人员"),
        "parent_url": staff_url,
        "cancel_url": staff_url,
    }
    return render(request, "kit/form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    member = get_object_or_404(visible_staff(user, now), pk=pk)
    form = StaffChangeForm(request.POST or None, initial={**_stored(member), "version": member.version})
    if form.is_valid():
        try:
            actions.change_staff(member, **form.cleaned_data, by=user, now=now)
        except actions.Stale as stale:
            return clash(request, form, _stored(stale.theirs), version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", pk)
    context = {"title": _("改资料"), "form": form, "verb": _("保存"), **above(member)}
    return render(request, "kit/form.html", context, status=form.status)


def _stored(member: Staff) -> dict[str, object]:
    return {"name": member.name, "unit": member.unit_id, "phone": member.phone, "extension": member.extension}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@posted_once
def staff_password(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    member = get_object_or_404(visible_staff(user, now).exclude(pk=user.pk), pk=pk)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            actions.set_password(member, form.cleaned_data["password"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", pk)
    context = {"title": _("重设密码"), "form": form, "verb": _("重设密码"), **above(member)}
    return render(request, "kit/form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@fresh_second_factor()
@posted_once
def staff_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    member = get_object_or_404(visible_staff(user, now).exclude(pk=user.pk), pk=pk)
    form = FactorResetForm(request.POST or None)
    if form.is_valid():
        try:
            actions.reset_second_factor(member, reason=form.cleaned_data["reason"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:staff_member", pk)
    intro = _("他的验证器、通行密钥和恢复码都作废，会话随即结束；他本人和所有系统管理员会收到提醒。")
    context = {"title": _("重设第二因素"), "form": form, "verb": _("重设"), "intro": intro, **above(member)}
    return render(request, "kit/form.html", context, status=form.status)


@require_POST
@posted_once
def staff_leave(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    actions.leave(get_object_or_404(visible_staff(user, now), pk=pk), by=user, now=now)
    return redirect("people:staff_member", pk)


@require_POST
@posted_once
def staff_end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    actions.end_sessions(get_object_or_404(visible_staff(user, now), pk=pk), by=user, now=now)
    return redirect("people:staff_member", pk)


def above(member: Staff) -> dict[str, str]:
    """Where the form of a person's page leads back to."""
    url = resolve_url("people:staff_member", member.pk)
    return {"parent": member.name, "parent_url": url, "cancel_url": url}
