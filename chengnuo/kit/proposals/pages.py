"""The pages of a proposal's acts: one form each, its action, and back to the paper."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Refusal

from ..models import Approval
from .models import Proposal

P = TypeVar("P", bound=Proposal)
Rows = Callable[[Asked], "QuerySet[Any]"]
Require = Callable[[Any, Any, Any], None]


def act_page(
    rows: Rows,
    require: Require,
    make: Callable[[Any, Any], Form],
    run: Callable[..., Any],
    *,
    verb: Any,
    template: str = "kit/form.html",
    more: Callable[[Asked, Any], dict[str, Any]] = lambda _request, _one: {},
) -> Callable[..., HttpResponse]:
    """The page of one act: `require` says no (403) to whom it is not, `make` gives the form, `run` carries it out with
    the form's values."""

    @require_http_methods(["GET", "POST"])
    @posted_once
    def view(request: Asked, pk: int) -> HttpResponse:
        user, now = request.user, request.now
        one = get_object_or_404(rows(request), pk=pk)
        require(one, user, now)
        form = make(request.POST if request.method == "POST" else None, one)
        if request.method == "POST" and form.is_valid():
            try:
                run(one, **form.cleaned_data, by=user, now=now)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect(one)
        url = one.get_absolute_url()
        context = {
            "form": form,
            "one": one,
            "title": f"{verb} {one.number}",
            "verb": verb,
            "clause_id": one.clause,
            "parent": one.number,
            "parent_url": url,
            "cancel_url": url,
            **more(request, one),
        }
        return render(request, template, context, status=form.status)

    return view


def press(rows: Rows, run: Callable[..., Any], done: Any) -> Callable[..., HttpResponse]:
    """An act that needs no words: a button on the paper's page. What it refuses stands above that page."""

    @require_POST
    @posted_once
    def view(request: Asked, pk: int) -> HttpResponse:
        one = get_object_or_404(rows(request), pk=pk)
        run(one, by=request.user, now=request.now)
        messages.success(request, done)
        return redirect(one)

    return view


def approvals_of(request: Asked, one: Proposal) -> list[Approval]:
    """What was asked about this paper, newest first, as far as this person sees it."""
    from ..approvals.access import visible_approvals

    rows = visible_approvals(request.user, request.now)
    return list(rows.filter(subject_type=one._meta.label_lower, subject_pk=one.pk).order_by("-pk")[:10])
