"""Between signing in and everything else: a password of one's own, and the second factor that the roles demand.

Both confine a session to the pages that mend it. A token of the API is not asked: it is made by who passed here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from . import proof
from .factors import factors_of, need_of
from .models import Staff

LOOK_AGAIN = timedelta(minutes=5)
"""So long a session that passed is not looked at again: a role given, or a rule changed, takes hold by then."""
ALWAYS = frozenset({"people:sign_out"})
WITH_A_GIVEN_PASSWORD = ALWAYS | {"people:own_password"}
WITHOUT_A_FACTOR = ALWAYS | {
    "people:must_set_up",
    "people:totp",
    "people:passkey",
    "people:passkey_new_question",
    "people:prove",
}


class Gate:
    """Sends a session that lacks something to the page where it is mended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        to = _mending(request, cast(Staff, request.user), name, request.now)  # type: ignore[attr-defined]
        return _sent(request, to) if to else None


def _mending(request: HttpRequest, user: Staff, name: str, now: datetime) -> str:
    """The address of the page that this session is confined to; empty where it may go on."""
    if user.password_given_at:
        return "" if name in WITH_A_GIVEN_PASSWORD else resolve_url("people:own_password")
    if name in WITHOUT_A_FACTOR or _passed_lately(request, now):
        return ""
    need = need_of(user, now)
    if proof.meets(request, need):
        request.session[proof.LOOKED_AT] = now.isoformat()
        return ""
    if factors_of(user).meet(need):
        back = request.get_full_path() if request.method == "GET" else "/"
        return f"{resolve_url('people:prove')}?{urlencode({'next': back})}"
    return resolve_url("people:must_set_up")


def _passed_lately(request: HttpRequest, now: datetime) -> bool:
    looked_at: str = request.session.get(proof.LOOKED_AT, "")
    return looked_at != "" and timedelta() <= now - datetime.fromisoformat(looked_at) < LOOK_AGAIN


def _sent(request: HttpRequest, to: str) -> HttpResponse:
    """A part of a page that htmx asks for is no place for another page: the whole goes there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)
