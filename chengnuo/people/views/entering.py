"""From a first proof of who somebody is to his session, over the second step where he has a second factor."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from .. import actions, proof
from ..factors import factors_of
from ..models import SignIn, Staff, Way
from ..rules import clean_address
from .asking import who

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING_FOR = timedelta(minutes=10)


def safe(request: HttpRequest, url: str) -> str:
    """Where to go afterwards: a page of ours, or the desk."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    # A word without a slash would be taken for the name of a view.
    return url if is_ours and url.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


def asked_next(request: HttpRequest) -> str:
    """The same, as the form or the address says."""
    return safe(request, request.POST.get("next", request.GET.get("next", "")))


def address_of(request: HttpRequest) -> str | None:
    return clean_address(request.META.get("REMOTE_ADDR"))


def enter(request: HttpRequest, staff: Staff, ways: Sequence[Way], next_: str, now: datetime) -> HttpResponse:
    """Let in who has shown these ways; first the second step, where he has a factor and has not shown one."""
    if set(ways).isdisjoint(proof.SECOND) and factors_of(staff):
        request.session.cycle_key()
        request.session[proof.PENDING] = {
            "staff": staff.pk,
            "as_of": staff.get_session_auth_hash(),
            "ways": [str(way) for way in ways],
            "next": next_,
            "at": now.isoformat(),
        }
        return redirect("people:second_step")
    open_(request, staff, ways, now)
    return redirect(next_)


def pending(request: HttpRequest, now: datetime) -> tuple[Staff, list[Way], str] | None:
    """Who stands before the second step, what he has shown, and where he wants to go; None for nobody any more."""
    kept = request.session.get(proof.PENDING)
    if not kept or not timedelta() <= now - datetime.fromisoformat(kept["at"]) < PENDING_FOR:
        return None
    staff = Staff.objects.filter(pk=kept["staff"], is_active=True).first()
    if staff is None or not constant_time_compare(staff.get_session_auth_hash(), kept["as_of"]):
        return None
    return staff, [Way(way) for way in kept["ways"]], kept["next"]


def open_(request: HttpRequest, staff: Staff, ways: Sequence[Way], now: datetime) -> None:
    """Begin the session. Whoever was signed in here before is out, and his session with him."""
    if isinstance(request.user, Staff) and request.user.pk != staff.pk:
        close(request)
    login(request, staff, backend=BACKEND)
    request.session.pop(proof.PENDING, None)
    proof.remember(request, ways, now)
    actions.open_session(
        staff,
        session_key=request.session.session_key or "",
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        now=now,
        ways=ways,
    )


def close(request: HttpRequest) -> None:
    """End this session."""
    user, now = who(request)
    mine = SignIn.objects.filter(staff=user, session_key=request.session.session_key).first()
    if mine:
        actions.end_session(mine, by=user, now=now)
    logout(request)
