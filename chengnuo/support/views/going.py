"""The acts on a request, one page each."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chengnuo.kit.posts import posted_once
from chengnuo.kit.proposals.forms import AnalysisForm, CarriedOutForm, ReasonForm, ResultForm
from chengnuo.kit.proposals.pages import act_page, press
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..access import visible_spendings
from ..forms import SpendForm
from .paper import business, rows

PAPER = actions.SUPPORT


def _left(one: Any) -> Any:
    return (one.granted_amount or 0) - one.spent


submit = press(rows, actions.submit, _("已报总部"))
take_back = press(rows, actions.take_back, _("已收回，改好再报"))
send_back = act_page(
    rows, PAPER.require_centre, lambda data, _one: ReasonForm(data), actions.send_back, verb=_("退回修改")
)
analyse = act_page(
    rows,
    PAPER.require_centre,
    AnalysisForm,
    actions.analyse,
    verb=_("分析报批"),
    template="support/analyse.html",
    more=business,
)
carry_out = act_page(
    rows, PAPER.require_branch, lambda data, _one: CarriedOutForm(data), actions.carry_out, verb=_("登记实施")
)
report = act_page(
    rows, PAPER.require_branch, lambda data, _one: ResultForm(data), actions.report_back, verb=_("反馈结果")
)
spend = act_page(
    rows,
    PAPER.require_branch,
    lambda data, one: SpendForm(data, _left(one)),
    actions.spend,
    verb=_("登记支出"),
)


@require_http_methods(["GET", "POST"])
@posted_once
def void(request: Asked, pk: int) -> HttpResponse:
    """Void a wrong entry of what was spent."""
    spending = get_object_or_404(visible_spendings(request.user, request.now).select_related("request__unit"), pk=pk)
    one = spending.request
    PAPER.require_branch(one, request.user, request.now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_spending(spending, **form.cleaned_data, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(one)
    context = {
        "form": form,
        "title": f"{_('作废支出')} {spending.what}",
        "intro": f"{spending.spent_on} {spending.amount:,.2f}",
        "verb": _("作废"),
        "clause_id": one.clause,
        "parent": one.number,
        "parent_url": one.get_absolute_url(),
        "cancel_url": one.get_absolute_url(),
    }
    return render(request, "kit/form.html", context, status=form.status)
