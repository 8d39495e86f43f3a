"""What every request passes: one clock, a readable refusal, and no control characters."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from .errors import refused


class HostileInput:
    """Gives the request its one `now`, and turns a Refusal into its page. NUL in a URL is refused before any query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        if "\0" in request.path or any("\0" in value for _key, values in request.GET.lists() for value in values):
            return refused(request, Refusal("nul", "地址里有不能用的字符", status=400))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None
