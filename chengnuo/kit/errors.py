"""Pages that say no: refused, not found, forbidden, expired form, fault."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Refusal


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page, for htmx the fragment, for the API the shape, of a refusal."""
    if request.path.startswith("/api/"):
        return _shape(refusal.status, refusal.code, refusal.message)
    template = "kit/_refused.html" if request.headers.get("HX-Request") else "kit/refused.html"
    return render(request, template, {"refusal": refusal, "back": _back(request)}, status=refusal.status)


def _back(request: HttpRequest) -> str:
    """The page that the person came from, if it is ours."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else "/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session: it says how to go on, and the draft has kept what was typed."""
    return render(request, "kit/expired.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "bad_request", _("请求读不懂"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "forbidden", _("这件事不归你办，找机构负责人"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, "not_found", _("没有这条记录，或不在可看范围内"))


def fault(request: HttpRequest) -> HttpResponse:
    """Something of ours broke. The page asks the database nothing: it may be what is broken."""
    if request.path.startswith("/api/"):
        return _shape(500, "fault", _("系统出错，已记录，稍后再试"))
    return HttpResponse(render_to_string("kit/500.html"), status=500)


def _page(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _shape(status, code, message)
    return render(request, f"kit/{status}.html", {"message": message}, status=status)


def _shape(status: int, code: str, message: str) -> JsonResponse:
    said: dict[str, object] = {"code": code, "message": message, "clause": None, "fields": {}}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
