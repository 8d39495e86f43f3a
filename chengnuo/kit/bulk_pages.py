"""The page of one act on several records of a list: which of them, its form once, all of it or nothing.

    urge = bulk_page(
        "claims:list", lambda request: visible_claims(request.user, request.now), may_urge,
        lambda data, claims, request: Form(data), lambda claim, data, who: urge_case(claim, **who),
        verb=_("催办"), clause="3.4",
    )

The list's bar leads here with `?pick=…` for each chosen row (`Bulk` in kit.lists). What the person may not act on
stands there with the reason and stays as it is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff

from .act_pages import who
from .forms import Form
from .lists import picked
from .posts import posted_once
from .requests import Asked

Why = Callable[[Staff, Any, datetime], str]
Make = Callable[[Any, Sequence[Any], Asked], Form]
Run = Callable[[Any, dict[str, Any], dict[str, Any]], Any]


def back_to(given: str, otherwise: str) -> str:
    """The page to go back to, as the form names it, if it is one of ours."""
    # Without a slash in front `redirect` would take it for the name of a view.
    return given if given.startswith("/") and url_has_allowed_host_and_scheme(given, None) else otherwise


def bulk_page(
    list_url: str,
    rows: Callable[[Asked], QuerySet[Any]],
    why_not: Why,
    make: Make,
    run: Run,
    *,
    verb: Any,
    clause: str,
    intro: Callable[[Any], str] = str,
) -> Callable[..., HttpResponse]:
    """The view; the module's docstring shows its use. `why_not` says why a person can not act on a record, else "".
    `intro` tells what a record is about beside its number. The records come in the order of their locks: by client,
    then by key."""

    @require_http_methods(["GET", "POST"])
    @posted_once
    def view(request: Asked) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        back = back_to(asked.get("next", ""), reverse(list_url))
        found = list(rows(request).filter(pk__in=picked(asked.getlist("pick"))).order_by("client_id", "pk"))
        told = [(record, why_not(request.user, record, request.now)) for record in found]
        ready = [record for record, why in told if not why]
        form = make(request.POST if request.method == "POST" and ready else None, ready, request)
        if form.is_bound and len(ready) < len(found):
            form.add_error(None, _("有的已经不能办，核对后再提交"))
        if form.is_bound and form.is_valid() and _carried_out(ready, form, run, request):
            messages.success(request, _("%(verb)s：%(count)s件") % {"verb": verb, "count": len(ready)})
            return redirect(back)
        context = {
            "form": form,
            "title": verb,
            "verb": verb,
            "clause_id": clause,
            "records": [(record, intro(record), why) for record, why in told],
            "is_ready": bool(ready),
            "back": back,
        }
        return render(request, "kit/bulk.html", context, status=form.status)

    return view


def _carried_out(records: Sequence[Any], form: Form, run: Run, request: Asked) -> bool:
    """Whether the act was done on each; where one refuses, none is, and the form says which and why."""
    for record in records:
        try:
            run(record, form.cleaned_data, who(request))
        except Refusal as refusal:
            form.refused(refusal)
            form.add_error(None, _("%s 没有办成，都没有办") % record.number)
            return False
    return True
