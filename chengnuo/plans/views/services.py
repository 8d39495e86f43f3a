"""What plans promise, dated: the timetable of 3.3.0, giving one, and plan against done (3.2.4, 3.2.5)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.basis import room_of
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip
from chengnuo.ledger import clock
from chengnuo.ledger.clock import ZONE

from .. import actions
from ..access import may_carry_out, may_drop, may_write, visible_planned_services
from ..figures import against, outside
from ..forms import GiveForm, ReasonForm, ServiceFilter, YearForm
from ..models import PlannedService, ServiceState
from ..yearly import YEARS_AHEAD, start_year
from .asking import act_page, require

METHODS = ["GET", "POST"]
SHAPES = {ServiceState.PLANNED: "waiting", ServiceState.DONE: "closed", ServiceState.DROPPED: "paused"}
JOINED = ("plan", "client", "unit", "owner")


def _narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["since"]:
        rows = rows.filter(due_on__gte=asked["since"])
    return rows.filter(due_on__lte=asked["until"]) if asked["until"] else rows


def _state(one: PlannedService) -> str:
    return chip(one.get_state_display(), SHAPES[ServiceState(one.state)])


def _day(key: str, label: Any, **more: Any) -> Column:
    def value(one: PlannedService) -> Any:
        return getattr(one, key)

    return Column(key, label, lambda one: str(value(one) or ""), plain=value, **more)


SERVICES = Listing(
    "planned_services",
    [
        Column("title", gettext_lazy("服务"), lambda one: one.title, is_fixed=True, shape="rest"),
        Column("state", gettext_lazy("状态"), _state),
        _day("due_on", gettext_lazy("期限"), sort="due_on"),
        _day("opens_on", gettext_lazy("自"), shape="aside"),
        Column("client", gettext_lazy("客户"), lambda one: one.client.name),
        Column("kind", gettext_lazy("类别"), lambda one: one.get_kind_display(), shape="aside"),
        Column("owner", gettext_lazy("负责人"), lambda one: one.owner.name),
        Column("unit", gettext_lazy("机构"), lambda one: one.unit.name, shape="aside"),
        Column("number", gettext_lazy("方案"), lambda one: one.plan.number, shape="aside"),
        _day("done_on", gettext_lazy("办理日"), is_default=False),
    ],
    sort="due_on",
    filter_form=ServiceFilter,
    narrow=_narrowed,
    title=gettext_lazy("方案项目"),
    rows=lambda user, now: visible_planned_services(user, now).select_related(*JOINED),
    edge=lambda one: "edge-red" if one.is_late(clock.now().astimezone(clock.ZONE).date()) else "",
)


@require_GET
def service_list(request: Asked) -> HttpResponse:
    rows = visible_planned_services(request.user, request.now).select_related(*JOINED)
    if request.GET.get("mine"):
        rows = rows.filter(owner=request.user)
    context = {
        "list": SERVICES.shown(request, rows),
        "may_write": may_write(request.user, request.now),
        "years": [request.now.astimezone(ZONE).year + ahead for ahead in range(YEARS_AHEAD + 1)],
    }
    return render(request, "plans/services.html", context)


def _service(request: Asked, pk: int) -> PlannedService:
    rows = visible_planned_services(request.user, request.now)
    return get_object_or_404(rows.select_related("plan", "client", "item", "unit"), pk=pk)


@require_http_methods(METHODS)
@posted_once
def give(request: Asked, pk: int) -> HttpResponse:
    """Write down that a planned service was given (3.2.5)."""
    service = _service(request, pk)
    require(may_carry_out(request.user, service, request.now), _("只有服务该客户的机构能办方案项目"), "3.2.5")
    today = request.now.astimezone(ZONE).date()
    form = GiveForm(request.POST if request.method == "POST" else None, initial={"done_on": today})
    room = room_of(service.kind)
    return act_page(
        request,
        form,
        lambda given: actions.carry_out(service.pk, **given, by=request.user, now=request.now),
        title=_("登记办理"),
        verb=_("登记"),
        clause="3.2.5",
        back=service.plan,
        intro=f"{service.client.name} {service.title}（{service.opens_on} — {service.due_on}）",
        template="plans/give.html",
        more={"room": room, "room_url": room.new_url(service.client_id, service.pk)} if room else {},
    )


@require_http_methods(METHODS)
@posted_once
def drop(request: Asked, pk: int) -> HttpResponse:
    """An emergency takes its place (3.2.4)."""
    service = _service(request, pk)
    require(may_drop(request.user, service, request.now), _("机构负责人或客户服务中心才能因突发事件免办"), "3.2.4")
    return act_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda given: actions.drop_for_emergency(service, **given, by=request.user, now=request.now),
        title=_("因突发事件不再办"),
        verb=_("不再办"),
        clause="3.2.4",
        back=service.plan,
        intro=f"{service.client.name} {service.title}（{service.opens_on} — {service.due_on}）",
    )


@require_POST
@posted_once
def break_down(request: Asked) -> HttpResponse:
    """Have the worker break a year down into daily items (3.3.0)."""
    year = request.POST.get("year", "")
    job = start_year(int(year) if year.isdecimal() and len(year) == 4 else 0, by=request.user, now=request.now)
    return redirect(job)


@require_GET
def plan_against_done(request: Asked) -> HttpResponse:
    """By branch and kind: promised, done in time, late, dropped, overdue; and what was done outside plans (3.2.4)."""
    user, now = request.user, request.now
    form = YearForm(request.GET or None, now.astimezone(ZONE))
    asked = form.cleaned_data if form.is_valid() else {}
    year = asked.get("year") or now.astimezone(ZONE).year
    unit = asked.get("unit")
    context = {
        "form": form,
        "year": year,
        "by_unit": against(user, now, year, "unit", unit),
        "by_kind": against(user, now, year, "kind", unit),
        "outside": outside(user, now, year, unit),
        "list_url": reverse("plans:services"),
    }
    return render(request, "plans/against.html", context)
