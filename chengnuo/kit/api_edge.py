"""The edge of the API: one error shape for every cause, and nothing that a request can make fall over."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, cast
from uuid import uuid4

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from chengnuo.ledger.errors import Refusal
from chengnuo.people.scopes import needed, rooms

from .api import Bearer, Problem, Strict
from .limits import TooMany
from .operations import Described

BODIES = ("application/json", "multipart/form-data")
log = logging.getLogger(__name__)


def problem(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    """A no in the one shape."""
    said = Problem(code=code, message=message, **more)
    return JsonResponse(said.model_dump(), status=status, json_dumps_params={"ensure_ascii": False})


def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal.status, refusal.code, refusal.message, clause=refusal.clause, fields=refusal.fields)


def _too_many(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    request.rate = refusal.rate  # type: ignore[attr-defined]
    answer = _refused(request, refusal)
    answer["Retry-After"] = str(refusal.rate.reset)
    return answer


def _not_found(_request: HttpRequest, _exception: Http404) -> HttpResponse:
    return problem(404, "not_found", _("没有这条记录，或不在可看范围内"))


def _forbidden(_request: HttpRequest, _exception: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", _("这件事不归你办，找机构负责人"))


def _unauthenticated(_request: HttpRequest, _exception: AuthenticationError) -> HttpResponse:
    answer = problem(401, "unauthenticated", _("缺访问令牌，或者令牌已失效"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _invalid(_request: HttpRequest, exception: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for error in exception.errors:
        fields.setdefault(_place(error["loc"]), _said(error))
    return problem(422, "invalid", _("有内容不合要求，改好后再发"), fields=fields)


def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return problem(400, "bad_json", _("请求的正文不是合格的JSON"))
    return problem(error.status_code, f"http_{error.status_code}", str(error))


def _bad_request(_request: HttpRequest, _exception: Exception) -> HttpResponse:
    return problem(400, "bad_request", _("请求读不懂"))


def _too_large(_request: HttpRequest, _exception: RequestDataTooBig) -> HttpResponse:
    return problem(413, "too_large", _("正文太大，最多5兆；文件用上传的接口"))


def _out_of_range(_request: HttpRequest, exception: DataError) -> HttpResponse:
    """The last net: a value that passed every check and that no column holds. The transaction has fallen back."""
    log.warning("a value reached the database that no column holds", exc_info=exception)
    return problem(422, "invalid", _("有内容超出范围，改好后再发"))


def _place(loc: tuple[str | int, ...]) -> str:
    """("body", "payload", "caller", "phone") → caller.phone"""
    path = list(loc[1:])
    if loc and loc[0] == "body" and len(path) > 1:
        path = path[1:]
    return ".".join(str(part) for part in path) or str(loc[0] if loc else "body")


def _said(error: Mapping[str, Any]) -> str:
    """What is wrong with one value, in words that say what to do."""
    context = error.get("ctx", {})
    words: dict[str, Callable[[], str]] = {
        "missing": lambda: _("缺这一项"),
        "extra_forbidden": lambda: _("不认识这一项"),
        "characters": lambda: str(context["message"]),
        "instant": lambda: _("须为带时区的时间，如 2026-09-28T14:36:00+08:00"),
        "depth": lambda: _("嵌套太深"),
        "string_too_long": lambda: _("最多%s个字") % context["max_length"],
        "string_too_short": lambda: _("至少%s个字") % context["min_length"],
        "too_long": lambda: _("最多%s项") % context["max_length"],
        "too_short": lambda: _("至少%s项") % context["min_length"],
        "enum": lambda: _("只能是 %s") % context["expected"],
        "literal_error": lambda: _("只能是 %s") % context["expected"],
        "greater_than": lambda: _("须大于%s") % context["gt"],
        "greater_than_equal": lambda: _("不能小于%s") % context["ge"],
        "less_than": lambda: _("须小于%s") % context["lt"],
        "less_than_equal": lambda: _("不能大于%s") % context["le"],
        "value_error": lambda: str(context.get("error", _("格式不对"))),
    }
    kind = str(error.get("type", ""))
    if kind in words:
        return words[kind]()
    for part, say in {
        "string": _("须为文字"),
        "int": _("须为整数"),
        "decimal": _("须为数字"),
        "float": _("须为数字"),
        "bool": _("须为 true 或 false"),
        "date": _("须为日期，如 2026-09-28"),
        "list": _("须为列表"),
        "dict": _("须为对象"),
        "model": _("须为对象"),
        "uuid": _("须为UUID"),
    }.items():
        if kind.startswith(part):
            return say
    return _("格式不对")


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    TooMany: _too_many,
    Refusal: _refused,
    Http404: _not_found,
    PermissionDenied: _forbidden,
    AuthenticationError: _unauthenticated,
    ValidationError: _invalid,
    HttpError: _http_error,
    RequestDataTooBig: _too_large,
    SuspiciousOperation: _bad_request,
    BadRequest: _bad_request,
    MultiPartParserError: _bad_request,
    UnreadablePostError: _bad_request,
    UnicodeError: _bad_request,
    DataError: _out_of_range,
}


def make_api(routers: Iterable[Router], namespace: str = "api") -> NinjaAPI:
    """An API of these routers, with the one way in (a token of the operation's scope) and the one error shape.

    Raises LookupError for an operation whose tag no room has registered as a scope.
    """
    api = Described(
        title="Chengnuo",
        version="1",
        description="承诺：保险经纪服务台。每一条规程条款都可执行。",
        auth=Bearer("", is_read=False),
        parser=Strict(),
        docs_url=None,
        urls_namespace=namespace,
    )
    for router in routers:
        api.add_router("", router)
    for exception, handler in HANDLERS.items():
        api.add_exception_handler(exception, handler)
    for operation in operations(api):
        _guard(operation)
    return api


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Every operation of an API, as it is mounted."""
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            yield from view.operations


def _guard(operation: Operation) -> None:
    """Let in only tokens of the operation's scope: its room, which is the first of its tags, and whether it reads."""
    room = (operation.tags or [""])[0]
    if room not in rooms():
        raise LookupError(f"{operation.view_func.__name__} has the tag {room!r}, which is no scope: register_scope()")
    is_read = operation.methods == ["GET"]
    operation.auth_callbacks = [Bearer(room, is_read=is_read)]
    operation.openapi_extra = {**(operation.openapi_extra or {}), "x-scope": needed(room, is_read=is_read)}


def api_urls(api: NinjaAPI) -> tuple[list[URLPattern], str, str]:
    """The API's addresses for `path()`, open to the bearer of a token without a session."""
    patterns = cast(list[URLPattern], api.urls[0])
    for pattern in patterns:
        pattern.callback = _at_the_edge(pattern.callback)
    return patterns, "ninja", api.urls_namespace


def _at_the_edge(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        has_body = request.headers.get("Content-Length") not in {None, "", "0"}
        if has_body and request.content_type not in BODIES:
            return problem(415, "not_json", _("正文须为 application/json"))
        try:
            response = view(request, *args, **kwargs)
        except RequestDataTooBig as error:
            response = _too_large(request, error)
        except (SuspiciousOperation, UnicodeError) as error:
            response = _bad_request(request, error)
        except Http404 as error:
            response = _not_found(request, error)
        except Exception:
            response = _fault(request)
        if response.status_code == 405:
            refusal = problem(405, "method_not_allowed", _("这个地址不接受这种请求"))
            refusal["Allow"] = response["Allow"]
            return refusal
        if getattr(request, "replayed", False):
            response["Idempotent-Replayed"] = "true"
        if rate := getattr(request, "rate", None):
            for name, value in rate.headers.items():
                response[name] = value
        return response

    answered.login_required = False  # type: ignore[attr-defined]
    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def _fault(request: HttpRequest) -> HttpResponse:
    """Something of ours broke. The log has it under a mark; the answer says the mark and nothing of the inside."""
    mark = uuid4().hex[:12]
    log.exception("fault %s: %s %s", mark, request.method, request.path)
    return problem(500, "fault", _("系统出错，已记录（%s），稍后再试") % mark)
