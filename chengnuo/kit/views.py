"""Pages that belong to no feature: bell and notices, drafts, search, files, choices of lists."""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.people.models import Staff

from . import drafts
from . import notices as told
from .api import paged
from .posts import posted_once
from .records import named


def _who(request: HttpRequest) -> Staff:
    return cast(Staff, request.user)


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell's figure for htmx, which asks every 30 seconds; its page for a person without scripts."""
    if not request.headers.get("HX-Request"):
        return redirect("kit:notices")
    return render(request, "kit/_bell.html", {"bell": told.unread(request)})


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    rows, older = paged(told.visible_notices(_who(request)), request.GET.get("after"))
    shown = told.shown(_who(request), rows, request.now)  # type: ignore[attr-defined]
    url = f"{reverse('kit:notices')}?after={older}" if older else ""
    newest = rows[0].pk if rows and "after" not in request.GET else None
    return render(request, "kit/notices.html", {"notices": shown, "older": url, "newest": newest})


@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about; with that it is read."""
    one = get_object_or_404(told.visible_notices(_who(request)), pk=pk)
    if one.read_at is None:
        one.read_at = request.now  # type: ignore[attr-defined]
        one.save(update_fields=["read_at"])
    record = named(_who(request), request.now, [one.subject]).get(one.subject)  # type: ignore[attr-defined]
    return redirect(record.url if record and record.url else "kit:notices")


@require_POST
@posted_once
def read_all(request: HttpRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdecimal() and len(up_to) < 19:
        told.read(_who(request), int(up_to), request.now)  # type: ignore[attr-defined]
    return redirect("kit:notices")


@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """GET the draft as JSON, POST changed fields over it, DELETE it. Always one's own."""
    if request.method == "POST":
        drafts.save(_who(request), key, request.POST, request.now)  # type: ignore[attr-defined]
        return JsonResponse({"mark": drafts.mark(request.now)})  # type: ignore[attr-defined]
    if request.method == "DELETE":
        drafts.drop(_who(request), key)
        return HttpResponse(status=204)
    kept = drafts.find(_who(request), key)
    return JsonResponse({"data": drafts.typed(kept), "mark": drafts.mark(kept.updated_at)} if kept else {"data": {}})
