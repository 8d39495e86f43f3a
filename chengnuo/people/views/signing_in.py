from datetime import datetime

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Invalid, Refusal

from .. import actions, passkeys, proof
from ..access import visible_sign_ins
from ..forms import PasskeySignInForm, PasswordForm, SignInForm
from ..models import Staff, Way
from .asking import who
from .entering import address_of, asked_next, close, enter

LISTED = 50


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    next_ = asked_next(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(next_)
    form = SignInForm(request.POST or None)
    if form.is_valid():
        now = request.now  # type: ignore[attr-defined]
        try:
            staff = actions.check_sign_in(**form.cleaned_data, address=address_of(request), now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return enter(request, staff, [Way.PASSWORD], next_, now)
    return _page(request, form, next_)


@login_not_required
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signing in by a passkey alone: it says whose it is, and it is both what one has and what one is or knows."""
    next_, form = asked_next(request), PasskeySignInForm(request.POST)
    now = request.now  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            staff = _whose_passkey(request, form.cleaned_data["passkey"])
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return enter(request, staff, [Way.PASSKEY], next_, now)
    return _page(request, form, next_)


def _whose_passkey(request: HttpRequest, answer: str) -> Staff:
    """Raises Invalid, with one answer for every passkey that does not let in."""
    state, place = request.session.pop(proof.STATE, None), proof.place_of(request)
    now, address = request.now, address_of(request)  # type: ignore[attr-defined]
    key = passkeys.who_claims(answer) or 0
    staff = Staff.objects.filter(pk=key, is_active=True).select_related("unit").first()
    if staff is None:
        actions.note_attempt(username="", address=address, succeeded=False, now=now, step="passkey")
        raise actions.not_recognised()
    actions.prove_passkey(staff, answer, state, place, address=address, now=now)
    return staff


def _page(request: HttpRequest, form: SignInForm | PasskeySignInForm, next_: str) -> HttpResponse:
    """The sign-in page, with what went wrong in either of its forms."""
    is_password = isinstance(form, SignInForm)
    context = {
        "form": form if is_password else SignInForm(),
        "passkey_form": PasskeySignInForm() if is_password else form,
        "next": next_,
        "place": proof.place_of(request),
        "provider": settings.OIDC,
        "left_provider": settings.OIDC and "left" in request.GET,
    }
    return render(request, "people/sign_in.html", context, status=form.status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    came_by_provider = Way.PROVIDER in request.session.get(proof.SHOWN, {})
    close(request)
    response = redirect(resolve_url("people:sign_in") + ("?left=1" if came_by_provider and settings.OIDC else ""))
    # What pages kept on this device for working without network goes with the session.
    response["Clear-Site-Data"] = '"storage"'
    return response


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    rows = list(visible_sign_ins(user, now).order_by("-is_live", "-at", "-pk")[:LISTED])
    key = request.session.session_key
    others = any(row.is_live and row.session_key != key for row in rows)
    return render(request, "people/sessions.html", {"rows": rows, "key": key, "others": others, "staff": user})


@require_POST
@posted_once
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    row = get_object_or_404(visible_sign_ins(user, now), pk=pk)
    actions.end_session(row, by=user, now=now)
    return redirect("people:sessions")


@require_POST
@posted_once
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    actions.end_sessions(user, by=user, now=now, but=request.session.session_key or "")
    return redirect("people:sessions")


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _knows_current(form, user, address_of(request), now):
        key = request.session.session_key or ""
        try:
            staff = actions.set_password(user, form.cleaned_data["password"], by=user, now=now, keep_session=key)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            update_session_auth_hash(request, staff)
            actions.renew_session(key, new_key=request.session.session_key or "")
            return redirect("people:sessions")
    sessions_url = resolve_url("people:sessions")
    context = {
        "title": _("改密码"),
        "form": form,
        "verb": _("改密码"),
        "parent": _("我的会话"),
        "parent_url": sessions_url,
        "cancel_url": sessions_url,
    }
    return render(request, "kit/form.html", context, status=form.status)


def _knows_current(form: PasswordForm, user: Staff, address: str | None, now: datetime) -> bool:
    """Counted and locked out like a sign-in: an open screen is no place to guess at the password."""
    try:
        actions.prove_password(user, form.cleaned_data["current"], address=address, now=now)
    except Invalid:
        form.add_error("current", _("和现在的密码不一致"))
        return False
    except Refusal as refusal:
        form.refused(refusal)
        return False
    return True
