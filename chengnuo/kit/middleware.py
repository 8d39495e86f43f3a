"""What every request passes: one clock, a readable refusal, and no control characters."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from .characters import forbidden
from .errors import bad_request, refused


class SignedIn(LoginRequiredMiddleware):
    """Django's, but a page for everybody does not ask the database who looks: /healthz must say that it is down."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class HostileInput:
    """Gives the request its one `now`, and turns a Refusal into its page.

    Control characters in an address are refused before any query. In a form they are said beside their field
    (`kit.forms.Form`); the API says them in its own shape.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        if _length(request) > settings.BLOB_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return refused(request, Refusal("too_large", _("内容太大，文件每次最多20兆"), status=413))
        asked = [text for name, values in request.GET.lists() for text in (name, *values)]
        if any(forbidden(text) for text in (request.path, *asked)):
            if request.path.startswith("/api/"):
                return bad_request(request)
            return refused(request, Refusal("characters", _("地址里有不能用的字符"), status=400))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None


def _length(request: HttpRequest) -> int:
    """What the request says that it brings; more than a file and its form is refused before it is read."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isascii() and given.isdecimal() else 0
