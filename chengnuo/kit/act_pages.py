"""The page of one act on a record: its form, its action, and back to the record.

    finish = act_page(
        _round, may_call, _("…的人办"), lambda data, one, request: BecauseForm(data),
        lambda one, data, who: actions.finish_round(one, **data, **who), verb=_("结束"), clause="4.3.B",
    )

`find` gives the record that the person sees, else 404; `may` says whether he may act on it, else 403.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff

from .forms import Form
from .posts import posted_once
from .requests import Asked

Find = Callable[[Asked, int], Any]
May = Callable[[Staff, Any, datetime], bool]
Make = Callable[[Any, Any, Asked], Form]
Run = Callable[[Any, dict[str, Any], dict[str, Any]], Any]


def who(request: Asked) -> dict[str, Any]:
    """Who acts, and when: what every action is given."""
    return {"by": request.user, "now": request.now}


def may_or_403(may: May, request: Asked, record: Any, forbidden: Any, clause: str) -> None:
    if not may(request.user, record, request.now):
        raise Forbidden(str(forbidden), clause=clause)


def act_page(
    find: Find,
    may: May,
    forbidden: Any,
    make: Make,
    run: Run,
    *,
    verb: Any,
    clause: str,
    intro: Any = str,
    said: Callable[[Any, dict[str, Any]], str] | None = None,
) -> Callable[..., HttpResponse]:
    """The view; the module's docstring shows its use. Where the action made another record, that one opens. `said` is
    what the next page says about it."""

    @require_http_methods(["GET", "POST"])
    @posted_once
    def view(request: Asked, pk: int) -> HttpResponse:
        record = find(request, pk)
        may_or_403(may, request, record, forbidden, clause)
        form = make(request.POST if request.method == "POST" else None, record, request)
        if request.method == "POST" and form.is_valid():
            try:
                made = run(record, form.cleaned_data, who(request))
            except Forbidden:
                raise
            except Refusal as refusal:
                form.refused(refusal)
            else:
                if said is not None:
                    messages.success(request, said(record, form.cleaned_data))
                return redirect(made or record)
        number = str(getattr(record, "number", "") or record)
        url = record.get_absolute_url()
        context = {
            "form": form,
            "title": f"{verb} {number}",
            "intro": intro(record),
            "verb": verb,
            "clause_id": clause,
            "parent": number,
            "parent_url": url,
            "cancel_url": url,
        }
        return render(request, "kit/form.html", context, status=form.status)

    return view
