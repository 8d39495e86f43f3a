"""Pages that say no: refused, not found, expired form, fault."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chengnuo.ledger.errors import Refusal


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page, or for htmx the fragment, of a refusal."""
    template = "kit/_refused.html" if request.headers.get("HX-Request") else "kit/refused.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "kit/expired.html", {"reason": reason}, status=403)
