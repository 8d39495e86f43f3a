"""Plans as a list and one by one, and the acts on them (3.2.1–3.2.4)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import visible_agreements
from chengnuo.clients.basis import room_of
from chengnuo.kit.approvals.access import visible_approvals
from chengnuo.kit.blobs import files_of
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, yuan
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import ref
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_carry_out, may_deliver, may_drop, may_write, visible_planned_services, visible_plans
from ..forms import CauseForm, DeliverForm, ItemForm, NewPlan, PlanFilter, PlanForm, ReasonForm
from ..models import IN_FORCE, PlannedService, PlanState, ServicePlan, Situation
from ..printing import plan_form
from ..rules import require_complete
from ..snapshot import items_of
from .asking import act_page, client_of, plan_of, require

S = PlanState
METHODS = ["GET", "POST"]
SHAPES = {
    S.DRAFT: "waiting",
    S.SUBMITTED: "paused",
    S.APPROVED: "work",
    S.DELIVERED: "work",
    S.ACTIVE: "work",
    S.CLOSED: "closed",
}
BY_CENTRE = gettext_lazy("服务方案由客户服务中心制订")


def edition_of(plan: ServicePlan) -> str:
    return _("第%s版") % plan.edition


def _narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    if asked["unit"]:
        rows = rows.filter(client_unit=asked["unit"])
    return rows.filter(state=asked["state"]) if asked["state"] else rows


PLANS = Listing(
    "plans",
    [
        Column("number", gettext_lazy("编号"), lambda plan: plan.number, is_fixed=True),
        Column("edition", gettext_lazy("版次"), lambda plan: edition_of(plan)),
        Column("state", gettext_lazy("状态"), lambda plan: chip(plan.get_state_display(), SHAPES[S(plan.state)])),
        Column("client", gettext_lazy("客户"), lambda plan: plan.client.name, shape="rest"),
        Column(
            "period",
            gettext_lazy("方案期"),
            lambda plan: f"{plan.starts_on} — {plan.ends_on}",
            shape="aside",
        ),
        Column(
            "budget",
            gettext_lazy("费用"),
            lambda plan: yuan(plan.budget),
            is_number=True,
            plain=lambda plan: plan.budget,
        ),
        Column("owner", gettext_lazy("拟订"), lambda plan: plan.owner.name, shape="aside"),
        Column("unit", gettext_lazy("机构"), lambda plan: plan.client_unit.name, shape="aside"),
    ],
    sort="-id",
    filter_form=PlanFilter,
    narrow=_narrowed,
    title=gettext_lazy("服务方案"),
    rows=lambda user, now: visible_plans(user, now).select_related("client", "client_unit", "owner"),
)


@require_GET
def plan_list(request: Asked) -> HttpResponse:
    rows = visible_plans(request.user, request.now).select_related("client", "client_unit", "owner")
    return render(request, "plans/list.html", {"list": PLANS.shown(request, rows)})


@require_GET
def plan_page(request: Asked, pk: int) -> HttpResponse:
    """One edition: what it is fitted to, what it promises, what was done of it, and the one next act."""
    user, now = request.user, request.now
    plan = plan_of(request, pk)
    looked(plan, by=user, now=now)
    where = ref(plan)
    services = visible_planned_services(user, now).filter(plan=plan).select_related("owner", "item")
    context = {
        "plan": plan,
        "shape": SHAPES[S(plan.state)],
        "five": [(Situation(one["key"]).label, one) for one in plan.situation],
        "items": items_of_page(plan),
        "services": [_shown(request, one) for one in services],
        "editions": visible_plans(user, now).filter(number=plan.number).order_by("-edition"),
        "approvals": visible_approvals(user, now).filter(subject_type=where.type, subject_pk=where.pk).order_by("-pk"),
        "returned": _returned(plan),
        "may_write": may_write(user, now),
        "may_deliver": may_deliver(user, plan, now),
        "is_draft": plan.state == S.DRAFT,
        "is_approved": plan.state == S.APPROVED,
        "is_in_force": plan.state in IN_FORCE,
        "is_latest": not ServicePlan.objects.filter(number=plan.number, edition__gt=plan.edition).exists(),
        "duties": duties_of(plan, user, now),
        "timeline": timeline_of(request, plan),
        "files": files_of(plan, user, now),
    }
    return render(request, "plans/page.html", context)


def items_of_page(plan: ServicePlan) -> list[Any]:
    return [one for one in plan.items.select_related("owner", "site") if not one.is_removed]


def _shown(request: Asked, service: PlannedService) -> dict[str, Any]:
    is_open = service.state == "planned"
    room = room_of(service.kind)
    return {
        "row": service,
        "may_give": is_open and may_carry_out(request.user, service, request.now),
        "url": room.new_url(service.client_id, service.pk) if room else reverse("plans:give", args=[service.pk]),
        "may_drop": is_open and may_drop(request.user, service, request.now),
    }


def _returned(plan: ServicePlan) -> Any:
    """Why the draft came back, as its approval's last step says."""
    approval = actions.has_returned(plan)
    if approval is None:
        return None
    return approval.steps.exclude(opinion="").exclude(decision="").order_by("-order").first()


@require_http_methods(METHODS)
@posted_once
def new(request: Asked, pk: int) -> HttpResponse:
    """Draft a plan for this client, for one of his agreements."""
    client = client_of(request, pk)
    require(may_write(request.user, request.now), str(BY_CENTRE), "3.2.1")
    asked = request.GET.get("agreement", "")
    form = NewPlan(client, request.POST if request.method == "POST" else None, asked)
    return act_page(
        request,
        form,
        lambda given: actions.draft_plan(client, **given, by=request.user, now=request.now),
        title=_("制订服务方案"),
        verb=_("拟稿"),
        clause="3.2.1",
        back=client,
        intro=_("按%s的保单、场所、风险等级、出险和服务记录拟出初稿，再改") % client.name,
    )


@require_GET
def new_for(request: Asked, pk: int) -> HttpResponse:
    """From an agreement's duty to the draft of its plan, or to the one that there is."""
    agreement = get_object_or_404(visible_agreements(request.user, request.now), pk=pk)
    plan = visible_plans(request.user, request.now).filter(agreement=agreement).order_by("-pk").first()
    if plan is not None:
        return redirect(plan)
    return redirect(f"{reverse('plans:new', args=[agreement.client_id])}?agreement={agreement.pk}")


@require_http_methods(METHODS)
@posted_once
def edit(request: Asked, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    require(may_write(request.user, request.now), str(BY_CENTRE), "3.2.2")
    form = PlanForm(plan, request.POST if request.method == "POST" else None)
    if request.method == "GET" and "missing" in request.GET:
        try:
            require_complete(plan)
        except Refusal as refusal:
            form = PlanForm(plan, form.initial)
            form.refused(refusal)

    def run(given: dict[str, Any]) -> ServicePlan:
        values = {name: value for name, value in given.items() if name != "version"}
        version = given["version"]
        return actions.change_plan(plan, version=version, values=values, by=request.user, now=request.now)

    return act_page(
        request,
        form,
        run,
        title=_("改方案"),
        verb=_("存"),
        clause="3.2.2",
        back=plan,
        template="plans/edit.html",
        stored=lambda theirs: dict(PlanForm(theirs).initial),
    )


@require_http_methods(METHODS)
@posted_once
def item(request: Asked, pk: int, line: int | None = None) -> HttpResponse:
    """Add a line, or change this one."""
    plan = plan_of(request, pk)
    require(may_write(request.user, request.now), str(BY_CENTRE), "3.2.2")
    found = next((one for one in items_of(plan) if one.line == line), None) if line else None
    if line and found is None:
        raise Refusal("no_such_line", _("没有这一项，刷新后看"), status=404)
    form = ItemForm(plan, found, request.POST if request.method == "POST" else None)
    return act_page(
        request,
        form,
        lambda given: actions.set_item(plan, line, values=given, by=request.user, now=request.now) and plan,
        title=_("改项目") if line else _("加项目"),
        verb=_("存"),
        clause="3.2.2",
        back=plan,
    )


@require_POST
@posted_once
def remove_item(request: Asked, pk: int, line: int) -> HttpResponse:
    plan = plan_of(request, pk)
    actions.remove_item(plan, line, by=request.user, now=request.now)
    return redirect(plan)


@require_POST
@posted_once
def submit(request: Asked, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.submit_plan(plan, version=int(version) if version.isdigit() else None, by=request.user, now=request.now)
    except Refusal as refusal:
        if refusal.code != "incomplete":
            raise
        return redirect(f"{reverse('plans:edit', args=[plan.pk])}?missing=1")
    return redirect(plan)


@require_http_methods(METHODS)
@posted_once
def deliver(request: Asked, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    require(may_deliver(request.user, plan, request.now), _("方案由客户所属机构或客户服务中心交付"), "3.2.3")
    return act_page(
        request,
        DeliverForm(request.POST if request.method == "POST" else None),
        lambda given: actions.deliver_plan(plan, **given, by=request.user, now=request.now),
        title=_("交付方案"),
        verb=_("登记交付"),
        clause="3.2.3",
        back=plan,
        intro=_("交付的是批准的那一份，指纹%s") % plan.approved_sha256[:12] if plan.approved_sha256 else "",
    )


@require_http_methods(METHODS)
@posted_once
def next_edition(request: Asked, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    require(may_write(request.user, request.now), str(BY_CENTRE), "3.2.4")
    return act_page(
        request,
        CauseForm(request.POST if request.method == "POST" else None),
        lambda given: actions.next_edition(plan, **given, by=request.user, now=request.now),
        title=_("出新版"),
        verb=_("拟新版"),
        clause="3.2.4",
        back=plan,
        intro=_("第%s版继续执行，直到新版批准并交付") % plan.edition,
    )


@require_http_methods(METHODS)
@posted_once
def close(request: Asked, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    require(may_write(request.user, request.now), str(BY_CENTRE), "3.2.4")
    return act_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda given: actions.close_plan(plan, **given, by=request.user, now=request.now),
        title=_("结束方案"),
        verb=_("结束"),
        clause="3.2.4",
        back=plan,
    )


@require_POST
def print_plan(request: Asked, pk: int) -> HttpResponse:
    """The plan as a form; what was not approved is printed as a draft, across every page."""
    return plan_printed(request, plan_of(request, pk))


def plan_printed(request: Asked, plan: ServicePlan) -> HttpResponse:
    """Made first, then its event, then shown."""
    document = plan_form(plan, by=request.user, now=request.now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.plan_printed(plan, by=request.user, now=request.now)
    return inline(content, f"{plan.number}-{plan.edition}")
