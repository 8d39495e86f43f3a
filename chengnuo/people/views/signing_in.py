from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal

from .. import actions
from ..access import visible_sign_ins
from ..forms import PasswordForm, SignInForm
from ..models import SignIn, Staff
from ..rules import clean_address
from .asking import who

BACKEND = "django.contrib.auth.backends.ModelBackend"
LISTED = 50


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    next_ = _safe(request, request.POST.get("next", request.GET.get("next", "")))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(next_)
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            staff = actions.check_sign_in(
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                address=clean_address(request.META.get("REMOTE_ADDR")),
                now=request.now,  # type: ignore[attr-defined]
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            _open(request, staff)
            return redirect(next_)
    return render(request, "people/sign_in.html", {"form": form, "next": next_}, status=form.status)


def _open(request: HttpRequest, staff: Staff) -> None:
    """Begin the session. Whoever was signed in here before is out, and his session with him."""
    if isinstance(request.user, Staff) and request.user.pk != staff.pk:
        _close(request)
    login(request, staff, backend=BACKEND)
    actions.open_session(
        staff,
        session_key=request.session.session_key or "",
        address=clean_address(request.META.get("REMOTE_ADDR")),
        agent=request.headers.get("User-Agent", ""),
        now=request.now,  # type: ignore[attr-defined]
    )


def _safe(request: HttpRequest, url: str) -> str:
    """Where to go after signing in: a page of ours, or the desk."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    _close(request)
    return redirect("people:sign_in")


def _close(request: HttpRequest) -> None:
    user, now = who(request)
    mine = SignIn.objects.filter(staff=user, session_key=request.session.session_key).first()
    if mine:
        actions.end_session(mine, by=user, now=now)
    logout(request)


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
    form = PasswordForm(request.POST or None, staff=user)
    if form.is_valid():
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
