"""How punctual visits are (4.1.1), and filed ones drawn for a check of their quality (4.1.F)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Unit

from ..access import may_inspect, measurable_staff, measurable_units, visible_visits
from ..figures import drawn, folded, of_period, punctuality
from ..forms import PeriodForm


class InspectionForm(PeriodForm):
    unit = forms.ModelChoiceField(
        label=gettext_lazy("机构"), queryset=Unit.objects.none(), required=False, empty_label=gettext_lazy("全部")
    )
    count = forms.IntegerField(label=gettext_lazy("抽几份"), min_value=1, max_value=100)
    field_order = ("unit", "since", "until", "count")

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]


def month(today: date) -> dict[str, str]:
    return {"since": today.replace(day=1).isoformat(), "until": today.isoformat()}


def quarter(today: date) -> dict[str, str]:
    """The quarter that ended last: inspection is quarterly, of what is filed."""
    first = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    last = first - timedelta(days=1)
    return {"since": last.replace(month=last.month - 2, day=1).isoformat(), "until": last.isoformat()}


@require_GET
def figures(request: Asked) -> HttpResponse:
    """Punctuality by branch and by person; every figure opens its visits."""
    user, now = request.user, request.now
    today = now.astimezone(ZONE).date()
    form = PeriodForm(
        {**month(today), **{name: request.GET[name] for name in ("since", "until") if name in request.GET}}
    )
    units: list[tuple[Any, Any]] = []
    people: list[tuple[Any, Any]] = []
    if form.is_valid():
        rows = of_period(visible_visits(user, now), *form.span)
        of_unit = punctuality(rows, "unit")
        units = [(unit, of_unit[unit.pk]) for unit in measurable_units(user, now) if unit.pk in of_unit]
        of_person = punctuality(rows, "owner")
        staff = measurable_staff(user, now).filter(pk__in=of_person).select_related("unit").order_by("name", "pk")
        people = [(one, of_person[one.pk]) for one in staff]
    context = {
        "form": form,
        "whole": folded({unit.pk: one for unit, one in units}),
        "tables": [(_("机构"), units, ""), (_("人员"), people, reverse("visits:list") + "?owner=")],
    }
    return render(request, "visits/figures.html", context, status=form.status)


@require_GET
def inspection(request: Asked) -> HttpResponse:
    """A lot of the filed visits of a period, the same whoever draws it."""
    user, now = request.user, request.now
    if not may_inspect(user, now):
        raise Forbidden(_("品质抽查由客户服务中心和机构负责人抽取"), clause="4.1.F")
    today = now.astimezone(ZONE).date()
    asked = {name: request.GET[name] for name in ("unit", "since", "until", "count") if request.GET.get(name)}
    form = InspectionForm({**quarter(today), "count": "10", **asked}, units=measurable_units(user, now))
    visits = []
    if form.is_valid():
        rows = visible_visits(user, now)
        if form.cleaned_data["unit"]:
            rows = rows.filter(unit=form.cleaned_data["unit"])
        visits = drawn(rows, *form.span, form.cleaned_data["count"])
    return render(request, "visits/inspection.html", {"form": form, "visits": visits}, status=form.status)
