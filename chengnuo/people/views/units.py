from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.clash import clash
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..access import may_manage, visible_units
from ..forms import NewUnitForm, UnitChangeForm
from ..models import Unit
from .asking import administrator, who


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    at_work = Count("staff", filter=Q(staff__is_active=True))
    rows = visible_units(user, now).annotate(at_work=at_work).order_by("closed_on", "pk")
    return render(request, "people/units.html", {"rows": rows, "may_manage": may_manage(user, now)})


@require_http_methods(["GET", "POST"])
@posted_once
def unit_new(request: HttpRequest) -> HttpResponse:
    user, now = administrator(request)
    form = NewUnitForm(request.POST or None)
    if form.is_valid():
        try:
            actions.open_unit(**form.cleaned_data, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:units")
    context = {"title": _("新设机构"), "form": form, "verb": _("新设机构"), **_above()}
    return render(request, "kit/form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    unit = get_object_or_404(visible_units(user, now), pk=pk)
    form = UnitChangeForm(request.POST or None, initial={**_stored(unit), "version": unit.version})
    if form.is_valid():
        try:
            actions.change_unit(unit, **form.cleaned_data, by=user, now=now)
        except actions.Stale as stale:
            return clash(request, form, _stored(stale.theirs), version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:units")
    context = {"title": unit.name, "form": form, "verb": _("保存"), "unit": unit, **_above()}
    return render(request, "people/unit_edit.html", context, status=form.status)


def _stored(unit: Unit) -> dict[str, str]:
    return {"name": unit.name, "division_code": unit.division_code, "phone": unit.phone}


@require_POST
@posted_once
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = administrator(request)
    actions.close_unit(get_object_or_404(visible_units(user, now), pk=pk), by=user, now=now)
    return redirect("people:units")


def _above() -> dict[str, str]:
    units_url = resolve_url("people:units")
    return {"parent": _("机构"), "parent_url": units_url, "cancel_url": units_url}
