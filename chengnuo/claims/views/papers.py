"""Documents and payments of a claim, one act each; the lists of documents by line, which the centre keeps (3.7.0)."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.models import Policy
from chengnuo.kit.act_pages import act_page, who
from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import may_guide, may_report, visible_papers, visible_payments
from ..forms import BecauseForm, PaperForm, PaperListForm
from ..models import ClaimPaper, Payment
from ..needed import ALL, needed
from .acts import BY_BRANCH, BY_CENTRE

LINES = [(ALL, _("各险种")), *Policy.Line.choices]


def _paper(request: Asked, pk: int) -> ClaimPaper:
    rows = visible_papers(request.user, request.now).select_related("claim__client", "claim__unit")
    return get_object_or_404(rows, pk=pk)


def _payment(request: Asked, pk: int) -> Payment:
    rows = visible_payments(request.user, request.now).select_related("claim__client", "claim__unit")
    return get_object_or_404(rows, pk=pk)


def _moving(verb: str) -> Callable[..., HttpResponse]:
    """What becomes of a document, by the verb of its move; what needs a reason asks for it."""
    label = next(one.label for one in ClaimPaper.MOVES if one.verb == verb)
    return act_page(
        _paper,
        lambda user, paper, now: may_report(user, paper.claim, now),
        BY_BRANCH,
        lambda data, _one, _request: PaperForm(data) if verb in actions.WITH_REASON else Form(data),
        lambda paper, data, by: actions.move_paper(paper, verb, **data, **by),
        verb=label,
        clause="3.7.0",
        intro=lambda paper: paper.claim.matter,
    )


receive, accept, refuse, waive, need = (_moving(verb) for verb in ("receive", "accept", "refuse", "waive", "need"))
void_payment = act_page(
    _payment,
    lambda user, payment, now: may_report(user, payment.claim, now),
    BY_BRANCH,
    lambda data, _one, _request: BecauseForm(data),
    lambda payment, data, by: actions.void_payment(payment, **data, **by),
    verb=_("作废"),
    clause="3.4.1",
    intro=lambda payment: payment.claim.matter,
)


@require_GET
def lists(request: Asked) -> HttpResponse:
    """Which documents claims need, by line of business."""
    rows = [(line, label, needed(line)) for line, label in LINES]
    return render(request, "claims/papers.html", {"lists": rows, "may_set": may_guide(request.user, request.now)})


@require_http_methods(["GET", "POST"])
@posted_once
def set_list(request: Asked, line: str) -> HttpResponse:
    """The centre says which documents claims of a line need; `all` are those of every claim."""
    if not may_guide(request.user, request.now):
        raise Forbidden(str(BY_CENTRE), clause="3.7.0")
    key = ALL if line == "all" else line
    if key not in dict(LINES):
        raise Http404
    form = PaperListForm(request.POST if request.method == "POST" else None, key)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_papers(key, form.cleaned_data["names"], **who(request))
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("claims:paper_lists")
    context: dict[str, Any] = {
        "form": form,
        "title": _("索赔资料清单"),
        "intro": dict(LINES)[key],
        "verb": _("存"),
        "clause_id": "3.7.0",
    }
    return render(request, "kit/form.html", context, status=form.status)
