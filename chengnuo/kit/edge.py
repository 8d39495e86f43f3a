"""Between the network and everything else: what a browser may load for a page of ours, and who really asks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def content_policy(get_response: Respond) -> Respond:
    """Pages load scripts, styles and pictures from here alone: text that slipped through as markup runs nothing."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answered


def asked_through_proxy(get_response: Respond) -> Respond:
    """With CHENGNUO_PROXY=1 the address is the one that the proxy saw, else it would be the proxy's for everybody, and
    one person's wrong passwords would lock all out. What stands before the last comma, the asker wrote himself."""

    def answered(request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY and (seen := request.headers.get("X-Forwarded-For")):
            request.META["REMOTE_ADDR"] = seen.rpartition(",")[2].strip()
        return get_response(request)

    return answered
