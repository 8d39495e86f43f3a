"""A page of one act: its form, its action, and back to the record."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal, Stale

from ..access import may_handle


def require(request: Asked, record: Any, clause: str = "4.2") -> None:
    """Raises Forbidden (403) for who sees the record and may not act on it."""
    if not may_handle(request.user, record, request.now):
        raise Forbidden(_("这不归你办"), clause=clause)


def act(
    request: Asked,
    record: Any,
    form: Form,
    run: Callable[[dict[str, Any]], Any],
    *,
    verb: str,
    clause: str,
    intro: str = "",
    said: str = "",
    title: str = "",
) -> HttpResponse:
    """The form, until `run` carries out what it says; it gives where to go, or nothing for the record's page."""
    if request.method == "POST" and form.is_valid():
        try:
            done = run(form.cleaned_data)
        except Stale:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            if said:
                messages.success(request, said)
            return redirect(done if hasattr(done, "get_absolute_url") else record)
    url = record.get_absolute_url()
    context = {
        "form": form,
        "title": title or f"{verb} {record}",
        "intro": intro,
        "verb": verb,
        "clause_id": clause,
        "parent": str(record),
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)


def sent(request: Asked) -> Any:
    """What a form is bound to: what was posted, or nothing yet."""
    return request.POST if request.method == "POST" else None
