"""The address at which one's calendar program reads one's visits, read without a session (4.1.A)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chengnuo.kit.calendars import served
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger import clock

from .. import actions
from ..access import visible_feeds
from ..feeds import as_calendar, feed_for


@require_http_methods(["GET", "POST"])
def feeds(request: Asked) -> HttpResponse:
    """One's own address. A new one is shown this once; the one before is worthless then."""
    user, now = request.user, request.now
    address = ""
    if request.method == "POST":
        _feed, secret = actions.make_feed(by=user, now=now)
        address = request.build_absolute_uri(reverse("visits:feed", args=[secret]))
    rows = visible_feeds(user, now).filter(revoked_at=None)
    return render(request, "visits/feeds.html", {"feeds": rows, "address": address})


@require_POST
@posted_once
def revoke(request: Asked, pk: int) -> HttpResponse:
    feed = get_object_or_404(visible_feeds(request.user, request.now).select_related("staff"), pk=pk)
    actions.revoke_feed(feed, by=request.user, now=request.now)
    return redirect("visits:feeds")


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address."""
    found = feed_for(secret)
    if found is None:
        raise Http404
    return served(request, as_calendar(found, clock.now(), request.build_absolute_uri))
