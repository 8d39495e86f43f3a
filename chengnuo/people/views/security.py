"""A person's own way in: what is set up beside the password, and setting it up."""

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.kit.shell import company
from chengnuo.ledger.errors import Refusal

from .. import actions, passkeys, proof
from ..factors import factors_of, need_of
from ..forms import CodeForm, OwnPasswordForm, PasskeyForm
from ..models import Way
from .asking import who
from .proving import changing_the_way_in

PENDING_SECRET = "totp_secret"  # noqa: S105


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    factors, need = factors_of(user), need_of(user, now)
    context = {
        "factors": factors,
        "codes_left": factors.codes_left,
        "need": need,
        "staff": user,
        "place": proof.place_of(request),
    }
    return render(request, "people/security.html", context)


@require_GET
def must_set_up(request: HttpRequest) -> HttpResponse:
    """The one page, beside those it leads to, of who lacks what his roles demand."""
    user, now = who(request)
    need = need_of(user, now)
    if factors_of(user).meet(need):
        return redirect("people:security")
    context = {"need": need, "place": proof.place_of(request)}
    return render(request, "people/must_set_up.html", context)


@changing_the_way_in
@never_cache
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """An authenticator: its secret as a picture and as text, kept once it has shown a code."""
    user, now = who(request)
    secret = request.session.setdefault(PENDING_SECRET, actions.new_secret())
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.set_up_totp(user, secret=secret, code=form.cleaned_data["code"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            del request.session[PENDING_SECRET]
            return _set_up(request, Way.TOTP)
    url = get_adapter().build_totp_url(user, secret)
    context = {"form": form, "url": url, "picture": _picture(url), "secret": _in_fours(secret)}
    return render(request, "people/totp.html", context, status=form.status)


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _picture(url: str) -> SafeString:
    """The QR code, black on white whatever the page's colours: cameras read no other."""
    drawn = segno.make(url, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn here from our own text


@changing_the_way_in
@never_cache
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey that the browser makes, under a name that its owner knows it by."""
    user, now = who(request)
    place = proof.place_of(request)
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        given, state = form.cleaned_data, request.session.pop(proof.STATE, None)
        try:
            actions.add_passkey(
                user, name=given["name"], answer=given["passkey"], state=state, place=place, by=user, now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return _set_up(request, Way.PASSKEY)
    return render(request, "people/passkey.html", {"form": form, "place": place}, status=form.status)


@changing_the_way_in
@never_cache
@require_POST
def passkey_new_question(request: HttpRequest) -> HttpResponse:
    """What the browser is asked to make a passkey with."""
    user, _now = who(request)
    asked, request.session[proof.STATE] = passkeys.ask_to_register(user, proof.place_of(request))
    return JsonResponse(asked)


def _set_up(request: HttpRequest, way: Way) -> HttpResponse:
    """After a factor was set up it counts as shown; with the first come the recovery codes."""
    user, now = who(request)
    proof.remember(request, [way], now)
    if factors_of(user).recovery:
        return redirect("people:security")
    return _codes(request)


@changing_the_way_in
@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Fresh codes, shown in the answer and nowhere again: sent twice it makes them twice, and the last ones hold."""
    return _codes(request)


def _codes(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    made = actions.make_recovery_codes(user, by=user, now=now)
    codes = [f"{code[:5]} {code[5:]}" for code in made]
    return render(
        request, "people/recovery_codes.html", {"codes": codes, "staff": user, "now": now, "company": company()}
    )


@changing_the_way_in
@require_POST
@posted_once
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    mine = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    key = request.session.session_key or ""
    actions.remove_factor(get_object_or_404(mine, pk=pk), user, by=user, now=now, keep_session=key)
    return redirect("people:security")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Before anything else, a password of his own instead of the one that he was handed."""
    user, now = who(request)
    if user.password_given_at is None:
        return redirect("people:password")
    form = OwnPasswordForm(request.POST or None)
    if form.is_valid():
        key = request.session.session_key or ""
        try:
            staff = actions.set_password(user, form.cleaned_data["password"], by=user, now=now, keep_session=key)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            update_session_auth_hash(request, staff)
            actions.renew_session(key, new_key=request.session.session_key or "")
            return redirect(resolve_url("site:desk"))
    return render(request, "people/own_password.html", {"form": form, "title": _("设自己的密码")}, status=form.status)
