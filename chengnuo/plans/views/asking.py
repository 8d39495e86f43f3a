"""What every page of this room asks first, and the page of one act."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from chengnuo.clients.access import visible_clients
from chengnuo.clients.models import Client
from chengnuo.kit.clash import clash
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal, Stale

from ..access import visible_emergency_plans, visible_plans
from ..models import EmergencyPlan, ServicePlan


def plan_of(request: Asked, pk: int) -> ServicePlan:
    """A plan that the person sees; else 404."""
    rows = visible_plans(request.user, request.now)
    return get_object_or_404(rows.select_related("client", "client_unit", "unit", "owner", "agreement"), pk=pk)


def client_of(request: Asked, pk: int) -> Client:
    return get_object_or_404(visible_clients(request.user, request.now).select_related("unit", "manager"), pk=pk)


def emergency_of(request: Asked, pk: int) -> EmergencyPlan:
    rows = visible_emergency_plans(request.user, request.now)
    return get_object_or_404(rows.select_related("client__unit", "unit", "owner", "site"), pk=pk)


def require(allowed: bool, words: str, clause: str) -> None:
    """Raises Forbidden with the words unless it is allowed."""
    if not allowed:
        raise Forbidden(words, clause=clause)


def act_page(
    request: Asked,
    form: Form,
    run: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    verb: str,
    clause: str,
    back: Any,
    template: str = "kit/form.html",
    stored: Callable[[Any], dict[str, Any]] = lambda _record: {},
    intro: str = "",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The form, until `run` carries out what it says; then the record that it gives, or `back`. `stored` gives a
    record's values as the form names them, for two people who changed it at once."""
    if form.is_valid():
        try:
            done = run(form.cleaned_data)
        except Stale as stale:
            return clash(request, form, stored(stale.theirs), version=stale.theirs.version)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.refused(refusal)
        else:
            return redirect(done if hasattr(done, "get_absolute_url") else back)
    url = back.get_absolute_url()
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "clause_id": clause,
        "intro": intro,
        "parent": str(back),
        "parent_url": url,
        "cancel_url": url,
        **(more or {}),
    }
    return render(request, template, context, status=form.status)
