"""Emergency response plans on screen (3.2.7)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.blobs import files_of
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_plan_emergencies, visible_emergency_plans
from ..forms import DrillForm, EmergencyForm, OfUnit, ReviewForm
from ..models import EmergencyPlan, EmergencyState
from ..printing import emergency_form
from .asking import act_page, client_of, emergency_of, require

METHODS = ["GET", "POST"]
CLAUSE = "3.2.7"
SHAPES = {EmergencyState.DRAFT: "waiting", EmergencyState.IN_FORCE: "work", EmergencyState.REPLACED: "closed"}
NOT_HIS = gettext_lazy("应急预案由客户所属机构和客户服务中心编制")
JOINED = ("client", "unit", "site", "owner")
A_YEAR = timedelta(days=365)


def _state(plan: EmergencyPlan) -> str:
    return chip(plan.get_state_display(), SHAPES[EmergencyState(plan.state)])


EMERGENCY_PLANS = Listing(
    "emergencies",
    [
        Column("number", gettext_lazy("编号"), lambda plan: plan.number, is_fixed=True),
        Column("state", gettext_lazy("状态"), _state),
        Column("client", gettext_lazy("客户"), lambda plan: plan.client.name),
        Column("scenario", gettext_lazy("险情"), lambda plan: plan.scenario, shape="rest"),
        Column("site", gettext_lazy("场所"), lambda plan: plan.site.name if plan.site else "", shape="aside"),
        Column(
            "review_on", gettext_lazy("复审日"), lambda plan: str(plan.review_on), plain=lambda plan: plan.review_on
        ),
        Column("unit", gettext_lazy("机构"), lambda plan: plan.unit.name, shape="aside"),
    ],
    sort="-id",
    filter_form=OfUnit,
    narrow=lambda rows, asked: rows.filter(unit=asked["unit"]) if asked["unit"] else rows,
    title=gettext_lazy("应急预案"),
    rows=lambda user, now: visible_emergency_plans(user, now).select_related(*JOINED),
)


@require_GET
def emergency_list(request: Asked) -> HttpResponse:
    rows = visible_emergency_plans(request.user, request.now).select_related(*JOINED)
    return render(request, "plans/emergencies.html", {"list": EMERGENCY_PLANS.shown(request, rows)})


@require_GET
def emergency_page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    plan = emergency_of(request, pk)
    looked(plan, by=user, now=now)
    context = {
        "plan": plan,
        "shape": SHAPES[EmergencyState(plan.state)],
        "drills": plan.drills.all(),
        "may_act": may_plan_emergencies(user, plan.client, now),
        "is_draft": plan.state == EmergencyState.DRAFT,
        "is_in_force": plan.state == EmergencyState.IN_FORCE,
        "duties": duties_of(plan, user, now),
        "timeline": timeline_of(request, plan),
        "files": files_of(plan, user, now),
    }
    return render(request, "plans/emergency.html", context)


@require_http_methods(METHODS)
@posted_once
def emergency_new(request: Asked, pk: int) -> HttpResponse:
    client = client_of(request, pk)
    require(may_plan_emergencies(request.user, client, request.now), str(NOT_HIS), CLAUSE)
    form = EmergencyForm(client, None, request.POST if request.method == "POST" else None)
    form.initial.setdefault("review_on", request.now.astimezone(ZONE).date() + A_YEAR)
    return act_page(
        request,
        form,
        lambda given: actions.draft_emergency_plan(client, values=given, by=request.user, now=request.now),
        title=_("编制应急预案"),
        verb=_("拟稿"),
        clause=CLAUSE,
        back=client,
        intro=client.name,
    )


@require_http_methods(METHODS)
@posted_once
def emergency_edit(request: Asked, pk: int) -> HttpResponse:
    plan = emergency_of(request, pk)
    require(may_plan_emergencies(request.user, plan.client, request.now), str(NOT_HIS), CLAUSE)
    form = EmergencyForm(plan.client, plan, request.POST if request.method == "POST" else None)

    def run(given: dict[str, Any]) -> EmergencyPlan:
        values = {name: value for name, value in given.items() if name != "version"}
        return actions.change_emergency_plan(
            plan, version=given["version"], values=values, by=request.user, now=request.now
        )

    return act_page(
        request,
        form,
        run,
        title=_("改应急预案"),
        verb=_("存"),
        clause=CLAUSE,
        back=plan,
        stored=lambda theirs: {k: v for k, v in EmergencyForm(theirs.client, theirs).initial.items() if k != "version"},
    )


@require_POST
@posted_once
def emergency_force(request: Asked, pk: int) -> HttpResponse:
    plan = emergency_of(request, pk)
    actions.put_in_force(plan, by=request.user, now=request.now)
    return redirect(plan)


@require_http_methods(METHODS)
@posted_once
def emergency_drill(request: Asked, pk: int) -> HttpResponse:
    plan = emergency_of(request, pk)
    require(may_plan_emergencies(request.user, plan.client, request.now), str(NOT_HIS), CLAUSE)
    today = request.now.astimezone(ZONE).date()
    return act_page(
        request,
        DrillForm(request.POST if request.method == "POST" else None, initial={"held_on": today}),
        lambda given: actions.record_drill(plan, **given, by=request.user, now=request.now),
        title=_("登记演练"),
        verb=_("登记"),
        clause=CLAUSE,
        back=plan,
        intro=plan.scenario,
    )


@require_http_methods(METHODS)
@posted_once
def emergency_review(request: Asked, pk: int) -> HttpResponse:
    plan = emergency_of(request, pk)
    require(may_plan_emergencies(request.user, plan.client, request.now), str(NOT_HIS), CLAUSE)
    following = request.now.astimezone(ZONE).date() + A_YEAR
    return act_page(
        request,
        ReviewForm(request.POST if request.method == "POST" else None, initial={"next_on": following}),
        lambda given: actions.review_emergency_plan(plan, **given, by=request.user, now=request.now),
        title=_("复审应急预案"),
        verb=_("登记"),
        clause=CLAUSE,
        back=plan,
        intro=plan.scenario,
    )


@require_POST
def print_emergency(request: Asked, pk: int) -> HttpResponse:
    return emergency_printed(request, emergency_of(request, pk))


def emergency_printed(request: Asked, plan: EmergencyPlan) -> HttpResponse:
    """Made first, then its event, then shown."""
    content = typeset(emergency_form(plan, by=request.user, now=request.now, absolute=request.build_absolute_uri))
    actions.emergency_plan_printed(plan, by=request.user, now=request.now)
    return inline(content, plan.number)
