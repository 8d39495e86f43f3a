"""One branch's plan of a year: its paper, its timetable, what was found; writing, arranging, printing it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.blobs import files_of
from chengnuo.kit.clash import clash
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.duties import duties_of
from chengnuo.kit.posts import posted_once
from chengnuo.kit.proposals.forms import AnalysisForm, CarriedOutForm, ReasonForm, ResultForm
from chengnuo.kit.proposals.models import GRANTED, ProposalState
from chengnuo.kit.proposals.pages import act_page, approvals_of, press
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Refusal, Stale
from chengnuo.ledger.trail import looked

from .. import actions, printing
from ..access import may_analyse, may_write, visible_plans
from ..forms import ArrangeForm, PlanForm
from ..models import AnnualPlan, Segment
from ..timetable import timetable

S = ProposalState
PAPER = actions.ANNUAL


def rows(request: Asked) -> QuerySet[AnnualPlan]:
    """The plans that this person sees, with what their pages need."""
    seen = visible_plans(request.user, request.now)
    return seen.select_related("unit", "owner", "call", "analysed_by", "decided_by")


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    plan = get_object_or_404(rows(request), pk=pk)
    looked(plan, by=user, now=now)
    writes = may_write(user, plan.unit_id, now)
    first = plan.first_submitted_at
    context = {
        "one": plan,
        "may": {
            "edit": writes and plan.state == S.DRAFT,
            "take_back": writes and plan.state == S.SUBMITTED,
            "analyse": plan.state == S.SUBMITTED and may_analyse(user, now),
            "excuse": plan.state == S.DRAFT and not plan.excused_because and may_analyse(user, now),
            "arrange": writes and plan.state in GRANTED,
            "carry_out": writes and plan.state in GRANTED,
            "report": writes and plan.state == S.CARRIED_OUT,
        },
        "missing": list(PAPER.missing(plan).values()) if plan.state == S.DRAFT else [],
        "is_late": (first or now) > plan.call.due_at,
        "subplans": timetable(plan, now),
        "lines": [(ServiceKind(line["kind"]).label, Segment(line["segment"]).label, line) for line in plan.lines],
        "last": [(ServiceKind(one["kind"]).label, one, one["done"] - one["planned"]) for one in plan.last],
        "approvals": approvals_of(request, plan),
        "duties": duties_of(plan, user, now),
        "timeline": timeline_of(request, plan),
        "files": files_of(plan, user, now),
        "months": range(1, 13),
    }
    return render(request, "annual/page.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def edit(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    plan = get_object_or_404(rows(request), pk=pk)
    PAPER.require_branch(plan, user, now)
    form = PlanForm(request.POST or None, plan)
    if form.is_valid():
        try:
            actions.write(plan, form.values(), form.cleaned_data["version"] or 0, by=user, now=now)
        except Stale as stale:
            # Of the tables the last writer's hold.
            theirs = {name: getattr(stale.theirs, name) for name in ("overall", "scheme", "opinion")}
            return clash(request, form, theirs, version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(plan)
    context = {"form": form, "title": f"{plan.unit.name} {plan.title}", "one": plan}
    return render(request, "annual/form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def arrange(request: Asked, pk: int) -> HttpResponse:
    """Move the numbers of an approved plan within their quarters."""
    user, now = request.user, request.now
    plan = get_object_or_404(rows(request), pk=pk)
    PAPER.require_branch(plan, user, now)
    form = ArrangeForm(request.POST if request.method == "POST" else None, plan)
    if request.method == "POST" and form.is_valid():
        try:
            actions.arrange(plan, form.months(), by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(plan)
    context = {"form": form, "title": _("排%s时间表") % plan.number, "one": plan, "months": range(1, 13)}
    return render(request, "annual/arrange.html", context, status=form.status)


@require_POST
def print_(request: Asked, pk: int) -> HttpResponse:
    return printed(request, pk)


def printed(request: Asked, pk: int) -> HttpResponse:
    """The branch's annual plan with its timetable (3.2.8)."""
    plan = get_object_or_404(rows(request), pk=pk)
    document = printing.annual_plan(plan, by=request.user, now=request.now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.plan_printed(plan, by=request.user, now=request.now)
    return inline(content, plan.number)


submit = press(rows, actions.submit, gettext_lazy("已报总部"))
take_back = press(rows, actions.take_back, gettext_lazy("已收回，改好再报"))
send_back = act_page(
    rows, PAPER.require_centre, lambda data, _one: ReasonForm(data), actions.send_back, verb=gettext_lazy("退回修改")
)
excuse = act_page(
    rows, PAPER.require_centre, lambda data, _one: ReasonForm(data), actions.excuse, verb=gettext_lazy("免报")
)
analyse = act_page(rows, PAPER.require_centre, AnalysisForm, actions.analyse, verb=gettext_lazy("分析报批"))
carry_out = act_page(
    rows,
    PAPER.require_branch,
    lambda data, _one: CarriedOutForm(data),
    actions.carry_out,
    verb=gettext_lazy("登记实施"),
)
report = act_page(
    rows, PAPER.require_branch, lambda data, _one: ResultForm(data), actions.report_back, verb=gettext_lazy("反馈结果")
)
