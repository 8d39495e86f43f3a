"""A form is carried out once, however often it is sent."""

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.once import fingerprint, once

View = Callable[..., HttpResponse]
UNSIGNED = frozenset({"csrfmiddlewaretoken", "once"})
KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect", "HX-Location", "HX-Refresh", "HX-Trigger")
_before: ContextVar[str | None] = ContextVar("before", default=None)


class _NotDone(Exception):
    """The view answered without carrying anything out; everything falls back and its answer is given."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def posted_once(view: View) -> View:
    """Let a POST with the hidden field `once` (`{% once %}`) take effect a single time.

    The view runs in one transaction under its key. A redirect or 204 means that it is done: the answer is stored, and
    a repeated or simultaneous post gets the same one. Everything else (the form again, with its errors) falls back
    with the key, so that the corrected form can be sent with it; a fragment that reports success is marked by
    `done()`. A Refusal falls back too. Without a key every post is new.
    """

    @wraps(view)
    def carried_out_once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *args, **kwargs)

        def run() -> tuple[int, dict[str, Any]]:
            token = _before.set(transaction.savepoint())
            try:
                response = view(request, *args, **kwargs)
            finally:
                _before.reset(token)
            if not _is_done(response):
                raise _NotDone(response)
            return response.status_code, _packed(response)

        try:
            status, answer, _repeated = once(
                cast(AbstractBaseUser, request.user), f"page:{_key(request)}", _print(request), run
            )
        except _NotDone as given:
            return given.response
        except Refusal as refusal:
            if refusal.code != "key_reused":
                raise
            raise Refusal("form_used", _("这张表已提交过，要再记一条请另开新表")) from refusal
        return _unpacked(status, answer)

    return carried_out_once


def done(response: HttpResponse) -> HttpResponse:
    """Say that a fragment answered with 200 reports what was carried out, not a form to correct."""
    response.carried_out = True  # type: ignore[attr-defined]
    return response


def fall_back() -> None:
    """Undo what a refused action wrote, so that its form can be shown again within the same request."""
    if before := _before.get():
        transaction.set_rollback(False)
        transaction.savepoint_rollback(before)


def _key(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("once", "")))
    except ValueError:
        return str(uuid4())


def _print(request: HttpRequest) -> str:
    posted = {name: values for name, values in request.POST.lists() if name not in UNSIGNED}
    files = []
    for name, uploads in request.FILES.lists():
        for upload in uploads:
            content = hashlib.sha256()
            for chunk in upload.chunks():
                content.update(chunk)
            upload.seek(0)
            files.append([name, upload.name, content.hexdigest()])
    return fingerprint(request.path, posted, files)


def _is_done(response: HttpResponse) -> bool:
    return 300 <= response.status_code < 400 or response.status_code == 204 or getattr(response, "carried_out", False)


def _packed(response: HttpResponse) -> dict[str, Any]:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return {"headers": headers, "body": response.content.decode()}


def _unpacked(status: int, answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(answer["body"], status=status, headers=answer["headers"])
