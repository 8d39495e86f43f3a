"""Planning a visit by hand, and 《客户服务访问计划表》 (4.1.A)."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.basis import planned_for
from chengnuo.clients.cases import WORKS_ON
from chengnuo.clients.choosing import chosen
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import reach

from .. import actions
from ..access import may_plan, measurable_units
from ..actions.planning import KINDS
from ..distances import by_day
from ..forms import PeriodForm, PlanForm, colleagues
from ..planned import ahead

DAYS = 6


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """A visit planned by hand (4.1.A): first the client, then what for, when and by which plan item (3.2.4)."""
    user, now = request.user, request.now
    if not reach(user, now).is_a(*WORKS_ON):
        raise Forbidden(_("上门由客户服务人员安排"), clause="4.1.A")
    place: dict[str, Any] = {"clause": "4.1.A", "parent": _("4.1 上门服务"), "parent_url": reverse("visits:list")}
    forbidden = _("只有客户所属机构的人能安排上门")
    client = chosen(request, may_plan, title=_("安排上门"), forbidden=forbidden, **place)
    if isinstance(client, HttpResponse):
        return client
    offered = planned_for(client, KINDS, user, now)
    form = PlanForm(request.POST or None, client=client, offered=offered, initial=_initial(request, offered))
    if request.method == "POST" and form.is_valid():
        try:
            visit = actions.plan_visit(client, **form.cleaned_data, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(visit)
    context = {
        "form": form,
        "title": _("安排上门"),
        "verb": _("安排"),
        "clause_id": place["clause"],
        "intro": client.name,
        "parent": place["parent"],
        "parent_url": place["parent_url"],
        "cancel_url": client.get_absolute_url(),
    }
    return render(request, "kit/form.html", context, status=form.status)


def _initial(request: Asked, offered: list[Any]) -> dict[str, Any]:
    """What of the plan is soonest due is offered with what is to be prepared for it."""
    asked = request.GET.get("planned", "")
    chosen = next((one for one in offered if str(one.id) == asked), offered[0] if offered else None)
    initial = {"owner": request.user.pk}
    if chosen is None:
        return initial
    return {
        "owner": chosen.owner_id or request.user.pk,
        "purpose": chosen.title,
        "basis": "planned",
        "planned_id": chosen.id,
        "preparation": "\n".join(one.strip() for one in re.split("[、\n]", chosen.preparation)),
    }


class TableForm(PeriodForm):
    """Whose visits of which days."""

    unit = forms.ModelChoiceField(label=gettext_lazy("机构"), queryset=Unit.objects.none(), required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("谁去"), queryset=Staff.objects.none(), required=False, empty_label=gettext_lazy("全部")
    )
    field_order = ("unit", "owner", "since", "until")
    longest = 62

    def __init__(self, *args: Any, units: list[Unit], staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("pk")
        fields["unit"].empty_label = None if units else gettext_lazy("没有")
        fields["owner"].queryset = staff


def table_form(user: Staff, now: datetime, asked: QueryDict | dict[str, Any]) -> TableForm:
    """The form as the address asks; open, one's own week in one's own branch."""
    units = measurable_units(user, now)
    today = now.astimezone(ZONE).date()
    given = {
        "unit": next((str(one.pk) for one in units if one.pk == user.unit_id), str(units[0].pk) if units else ""),
        "since": today.isoformat(),
        "until": (today + timedelta(days=DAYS)).isoformat(),
    }
    if not asked and any(unit.pk == user.unit_id for unit in units):
        given["owner"] = str(user.pk) if reach(user, now).is_in(user.unit_id, "operator") else ""
    given |= {name: str(asked[name]) for name in ("unit", "owner", "since", "until") if asked.get(name)}
    unit = next((one for one in units if str(one.pk) == given["unit"]), None)
    staff = colleagues(unit.pk) if unit else Staff.objects.none()
    return TableForm(given, units=units, staff=staff)


def stops_of(user: Staff, now: datetime, form: TableForm) -> list[tuple[date | None, list[Any]]]:
    """The days of a valid form, each with its stops in order."""
    since, until = form.span
    given = form.cleaned_data
    return by_day(ahead(user, now, since=since, until=until, unit=given["unit"], owner=given["owner"]))


@require_GET
def plan(request: Asked) -> HttpResponse:
    """《客户服务访问计划表》: by time, urgency and distance, with a link that a telephone's map opens."""
    user, now = request.user, request.now
    form = table_form(user, now, request.GET)
    days = stops_of(user, now, form) if form.is_valid() else []
    context = {
        "form": form,
        "days": days,
        "count": sum(len(stops) for _day, stops in days),
        "may_plan": reach(user, now).is_a(*WORKS_ON),
        "valid": form.is_valid(),
    }
    return render(request, "visits/plan.html", context, status=form.status)
