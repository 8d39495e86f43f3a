"""The first page of whatever is entered for a client: which client it is for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Staff

from .access import visible_clients
from .lookup import matching
from .models import Client

FEW = 20


def chosen(
    request: Asked,
    may: Callable[[Staff, Client, datetime], bool],
    *,
    title: Any,
    clause: str,
    parent: Any,
    parent_url: str,
    forbidden: Any,
    without: Any = "",
) -> Client | HttpResponse:
    """The client that the address names (`?client=`), or the page on which one is looked for among those that `may`
    allows. `without` is the word of the link that goes on with nobody, where there may be nobody.

    Raises Http404 for a client that he does not see, Forbidden for one for whom he may not.
    """
    user, now = request.user, request.now
    clients = visible_clients(user, now).select_related("unit")
    asked = request.GET.get("client", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        client = get_object_or_404(clients, pk=int(asked))
        if not may(user, client, now):
            raise Forbidden(str(forbidden), clause=clause)
        return client
    q = request.GET.get("q", "").strip()
    found = [client for client in matching(clients, q)[:FEW] if may(user, client, now)] if q else []
    context = {
        "q": q,
        "clients": found,
        "title": title,
        "clause_id": clause,
        "parent": parent,
        "parent_url": parent_url,
        "without": without,
    }
    return render(request, "clients/choose.html", context)
