"""年度计划 as a list, the call for them, and all of a year on one page."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.kit.clash import clash
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, dot, when, yuan
from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal, Stale
from chengnuo.ledger.models import Obligation, Occasion
from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import reach

from .. import actions
from ..access import may_call, visible_calls, visible_plans
from ..comparing import compared
from ..forms import CallForm
from ..models import AnnualPlan
from ..rules import YEAR


class PlanFilter(Form):
    year = forms.IntegerField(label=gettext_lazy("年度"), required=False, min_value=2000, max_value=2200)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"), choices=[("", gettext_lazy("全部")), *ProposalState.choices], required=False
    )


def _narrowed(rows: QuerySet[AnnualPlan], asked: dict[str, Any]) -> QuerySet[AnnualPlan]:
    return rows.filter(**{name: asked[name] for name in ("year", "unit", "state") if asked[name]})


def _seen(user: Staff, now: datetime) -> QuerySet[AnnualPlan]:
    return visible_plans(user, now).select_related("unit", "call")


def _is_late(plan: AnnualPlan) -> bool:
    return plan.first_submitted_at is not None and plan.first_submitted_at > plan.call.due_at


PLANS = Listing(
    "annual",
    [
        Column("number", gettext_lazy("编号"), lambda plan: plan.number, is_fixed=True),
        Column("state", gettext_lazy("状态"), lambda plan: chip(plan.get_state_display(), plan.shape)),
        Column("year", gettext_lazy("年度"), lambda plan: plan.year),
        Column("unit", gettext_lazy("机构"), lambda plan: plan.unit.name, shape="rest"),
        Column(
            "total",
            gettext_lazy("服务次数"),
            lambda plan: dot(plan.total),
            is_number=True,
            plain=lambda plan: plan.total,
        ),
        Column(
            "amount",
            gettext_lazy("预算（元）"),
            lambda plan: yuan(plan.amount or None),
            is_number=True,
            plain=lambda plan: plan.amount,
        ),
        Column(
            "granted",
            gettext_lazy("批准（元）"),
            lambda plan: yuan(plan.granted_amount),
            is_number=True,
            plain=lambda plan: plan.granted_amount,
        ),
        Column(
            "submitted",
            gettext_lazy("首次上报"),
            lambda plan: when(plan.first_submitted_at),
            plain=lambda plan: plan.first_submitted_at,
        ),
        Column("late", gettext_lazy("迟报"), lambda plan: _("迟报") if _is_late(plan) else ""),
    ],
    sort="-id",
    filter_form=PlanFilter,
    narrow=_narrowed,
    edge=lambda plan: "edge-red" if _is_late(plan) else "",
    title=gettext_lazy("年度计划"),
    rows=_seen,
)


@require_GET
def plans(request: Asked) -> HttpResponse:
    """Newest first, under what headquarters last required."""
    user, now = request.user, request.now
    call = visible_calls(user, now).select_related("called_by").first()
    context = {
        "list": PLANS.shown(request, _seen(user, now)),
        "call": call,
        "may_call": may_call(user, now),
        "next_year": now.astimezone(ZONE).year + 1,
    }
    return render(request, "annual/list.html", context)


@require_GET
def comparison(request: Asked) -> HttpResponse:
    """All plans of a year side by side: the next one, unless another is asked for."""
    user, now = request.user, request.now
    years = list(visible_calls(user, now).values_list("year", flat=True)[:20])
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else years[0] if years else 0
    context = {"told": compared(year, user, now), "years": years, "year": year}
    return render(request, "annual/compare.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def call(request: Asked) -> HttpResponse:
    """Call for the plans of a year."""
    user, now = request.user, request.now
    _require_caller(user, now)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else now.astimezone(ZONE).year + 1
    form = CallForm(request.POST or None, year=year)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.call_for_plans(given["year"], given["requirements"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(made)
    return _call_page(request, form, _("布置年度计划"), _("布置"))


@require_http_methods(["GET", "POST"])
@posted_once
def call_edit(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    found = get_object_or_404(visible_calls(user, now), pk=pk)
    _require_caller(user, now)
    form = CallForm(request.POST or None, found)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_call(found, given["requirements"], given["version"] or 0, by=user, now=now)
        except Stale as stale:
            return clash(request, form, {"requirements": stale.theirs.requirements}, version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(found)
    return _call_page(request, form, _("改%s年度的要求") % found.year, _("保存"))


@require_GET
def call_for(request: Asked, pk: int) -> HttpResponse:
    """Where the duty to call leads: the form for its year."""
    seen = visible_obligations(reach(request.user, request.now), request.now)
    owed = seen.filter(subject_type=Occasion._meta.label_lower, subject_pk=pk)
    occasion = get_object_or_404(Occasion, rule=YEAR, pk__in=_subjects(owed))
    return redirect(f"{reverse('annual:call')}?year={occasion.period}")


def _subjects(duties: QuerySet[Obligation]) -> list[int]:
    return list(duties.values_list("subject_pk", flat=True)[:10])


def _require_caller(user: Staff, now: datetime) -> None:
    if not may_call(user, now):
        raise Forbidden(_("年度计划由客户服务中心代总部布置"), clause="3.2.8")


def _call_page(request: Asked, form: CallForm, title: str, verb: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "clause_id": "3.2.8",
        "parent": _("年度计划"),
        "parent_url": reverse("annual:list"),
        "cancel_url": reverse("annual:list"),
    }
    return render(request, "kit/form.html", context, status=form.status)
