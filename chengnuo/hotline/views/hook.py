"""POST /hooks/phone/: what a telephone exchange says. docs/operating/phone.md tells how to connect one."""

import json
import logging
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chengnuo.kit.api_edge import problem
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..models import PhoneSystem
from ..phone.secrets import authentic
from ..phone.words import heard

LARGEST = 16 * 1024
log = logging.getLogger(__name__)


@csrf_exempt
@never_cache
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Take one event, JSON or a form, and say whom to ring. Nothing is written where anything cannot be."""
    length = request.headers.get("Content-Length") or ""
    if not (length.isascii() and length.isdecimal()):
        return problem(411, "length_required", _("须说明正文的长度（Content-Length）"))
    if len(length) > 9 or int(length) > LARGEST:
        return problem(413, "too_large", _("正文最大16千字节"))
    try:
        body = request.read(LARGEST)
    except OSError:
        return problem(400, "bad_request", _("请求读不懂"))
    now = request.now  # type: ignore[attr-defined]
    system = authentic(request.headers, body, now)
    if system is None:
        log.warning("a telephone event without a right secret from %s", request.META.get("REMOTE_ADDR"))
        answer = problem(401, "unauthenticated", _("密钥或签名不对，或者已过时"))
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    try:
        return _taken(system, request, body)
    except Refusal as refusal:
        return problem(refusal.status, refusal.code, refusal.message, clause=refusal.clause, fields=refusal.fields)
    except (UnicodeError, BadRequest, SuspiciousOperation, DataError, RecursionError):
        return problem(400, "bad_request", _("请求读不懂"))


hook.login_required = False  # type: ignore[attr-defined]


def _taken(system: PhoneSystem, request: HttpRequest, body: bytes) -> HttpResponse:
    given = _parsed(request.content_type or "", body)
    if given is None:
        return problem(415, "not_json", _("正文须为 application/json 或表单"))
    if not isinstance(given, dict):
        return problem(400, "bad_json", _("请求的正文不是合格的JSON"))
    now = request.now  # type: ignore[attr-defined]
    outcome = actions.hear(system, heard(given, now), now=now)
    return JsonResponse(_said(outcome), status=200 if outcome.call else 202, json_dumps_params={"ensure_ascii": False})


def _parsed(content_type: str, body: bytes) -> Any:
    """The body as names and values; None for another kind of body, anything but a dict for broken JSON."""
    if content_type == "application/json":
        try:
            return json.loads(body)
        except ValueError:
            return []
    if content_type == "application/x-www-form-urlencoded":
        return {name: values[-1] for name, values in QueryDict(body.decode(), encoding="utf-8").lists() if values}
    return None


def _said(outcome: actions.Outcome) -> dict[str, Any]:
    """The row and whom to ring now; an exchange that can, rings there, the screens of these people do already."""
    call, attempt = outcome.call, outcome.attempt
    return {
        "call": call.number if call else None,
        "state": call.state if call else None,
        "repeated": outcome.is_repeated,
        "ring": {
            "rung": attempt.rung,
            "unit": attempt.unit.code,
            "name": attempt.staff.name if attempt.staff else None,
            "extension": (attempt.staff.extension or None) if attempt.staff else None,
            "until": attempt.ended_at.isoformat() if attempt.ended_at else None,
        }
        if attempt
        else None,
    }
