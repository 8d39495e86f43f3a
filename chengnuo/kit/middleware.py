"""What every request passes: one clock, a readable refusal, and no control characters."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from .characters import forbidden
from .errors import bad_request, refused


class HostileInput:
    """Gives the request its one `now`, and turns a Refusal into its page.

    Control characters in an address are refused before any query. In a form they are said beside their field
    (`kit.forms.Form`); the API says them in its own shape.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        asked = [text for name, values in request.GET.lists() for text in (name, *values)]
        if any(forbidden(text) for text in (request.path, *asked)):
            if request.path.startswith("/api/"):
                return bad_request(request)
            return refused(request, Refusal("characters", _("地址里有不能用的字符"), status=400))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None
