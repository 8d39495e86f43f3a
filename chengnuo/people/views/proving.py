"""Asking somebody to show once more who he is: the second step of signing in, and before what must not be done by
whoever happens to sit at an open session."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.ledger.errors import Refusal

from .. import actions, passkeys, proof
from ..factors import MEETS, Factors, factors_of, need_of
from ..forms import ProveForm
from ..models import FactorRule, Staff, Way
from .asking import who
from .entering import address_of, asked_next, open_, pending

View = Callable[..., HttpResponse]
NOT_CARRIED = ("csrfmiddlewaretoken", *(f"{ProveForm.prefix}-{name}" for name in ProveForm.base_fields))
ANYTHING = (*proof.SECOND, Way.PASSWORD, Way.PROVIDER)


def is_enforced(request: HttpRequest) -> bool:
    """Whether the person's roles demand a second factor of him."""
    user, now = who(request)
    return need_of(user, now) != FactorRule.Need.NONE


def fresh_second_factor(
    within: timedelta | None = None,
    *,
    when: Callable[[HttpRequest], bool] = is_enforced,
    ways: Iterable[str] = proof.SECOND,
    methods: Collection[str | None] = ("POST",),
) -> Callable[[View], View]:
    """Let a view run only for who has shown one of `ways` within a time (that of signing by default).

    Who has not is asked for it on a page that carries what he posted, so that nothing is typed twice: its answer comes
    to the same address with the proof beside it, and the view then runs as if nothing had been. Stands above
    `posted_once`: a wrong code stays on record. A form with files cannot be carried and is refused with the way to go.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def asked_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user, now = who(request)
            term = settings.SIGNING_WITHIN if within is None else within
            if request.method not in methods or not when(request) or proof.is_fresh(request, term, now, ways=ways):
                return view(request, *args, **kwargs)
            offer = Offer(user, ways)
            if request.method != "POST":
                return redirect(_prove_url(request.get_full_path()))
            form = ProveForm(request.POST if _has_proof(request) else None)
            if shown := _shown(request, user, form, offer, now):
                proof.remember(request, [shown], now)
                return view(request, *args, **kwargs)
            return _ask_again(request, form, offer)

        return asked_first

    return guarded


changing_the_way_in = fresh_second_factor(
    proof.CHANGING_WITHIN, when=lambda _request: True, ways=ANYTHING, methods=("GET", "HEAD", "POST")
)
"""Before somebody changes how he signs in: the password or a factor of the last five minutes."""


class Offer:
    """The ways that somebody can show now, of those that are asked for."""

    def __init__(self, staff: Staff, ways: Iterable[str]) -> None:
        wanted, factors = set(map(str, ways)), factors_of(staff)
        self.staff = staff
        self.factors: Factors = factors
        self.passkey = Way.PASSKEY in wanted and bool(factors.passkeys)
        self.code = Way.TOTP in wanted and bool(factors.totp or factors.recovery)
        self.password = Way.PASSWORD in wanted and staff.has_usable_password()
        counts = Way.PROVIDER in wanted or bool(settings.OIDC and settings.OIDC.second_factor)
        self.provider = settings.OIDC if Way.PROVIDER_FACTOR in wanted and counts else None

    @property
    def code_label(self) -> str:
        if self.factors.totp is None:
            return _("恢复码")
        return _("验证码或恢复码") if self.factors.recovery else _("验证码")


@never_cache
@sensitive_post_parameters("prove-code", "prove-password")
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Somebody signed in shows again who he is, and goes where he was going."""
    user, now = who(request)
    need = need_of(user, now)
    ways = ANYTHING if proof.meets(request, need) else MEETS[need]
    offer = Offer(user, ways)
    form = ProveForm(request.POST or None)
    if shown := _shown(request, user, form, offer, now):
        proof.remember(request, [shown], now)
        return redirect(asked_next(request))
    return _page(request, form, offer, action=resolve_url("people:prove"), carried=[("next", asked_next(request))])


@login_not_required
@never_cache
@sensitive_post_parameters("prove-code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password, the factor that somebody has."""
    now: datetime = request.now  # type: ignore[attr-defined]
    waiting = pending(request, now)
    if waiting is None:
        return redirect("people:sign_in")
    staff, ways, next_ = waiting
    form = ProveForm(request.POST or None)
    offer = Offer(staff, proof.SECOND)
    if shown := _shown(request, staff, form, offer, now):
        open_(request, staff, [*ways, shown], now)
        return redirect(next_)
    return _page(request, form, offer, action=resolve_url("people:second_step"), is_signing_in=True)


@login_not_required
@never_cache
@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What the browser is to prove: a passkey of who is signed in, or before the second step; else any that it has."""
    now: datetime = request.now  # type: ignore[attr-defined]
    waiting = pending(request, now)
    staff = request.user if isinstance(request.user, Staff) else waiting[0] if waiting else None
    asked, request.session[proof.STATE] = passkeys.ask_to_prove(proof.place_of(request), staff)
    return JsonResponse(asked)


def _shown(request: HttpRequest, staff: Staff, form: ProveForm, offer: Offer, now: datetime) -> Way | None:
    """The way that the form shows; None when nothing was sent, or with the reason beside its field."""
    if not form.is_bound or not form.is_valid():
        return None
    given, address = form.cleaned_data, address_of(request)
    try:
        if given["passkey"] and offer.passkey:
            state, place = request.session.pop(proof.STATE, None), proof.place_of(request)
            return actions.prove_passkey(staff, given["passkey"], state, place, address=address, now=now)
        if given["code"] and offer.code:
            return actions.prove_code(staff, given["code"], address=address, now=now)
        if given["password"] and offer.password:
            return actions.prove_password(staff, given["password"], address=address, now=now)
    except Refusal as refusal:
        form.refused(refusal)
    else:
        form.add_error("code" if offer.code else None, _("缺这一项"))
    return None


def _has_proof(request: HttpRequest) -> bool:
    return any(request.POST.get(f"{ProveForm.prefix}-{name}") for name in ProveForm.base_fields)


def _ask_again(request: HttpRequest, form: ProveForm, offer: Offer) -> HttpResponse:
    """The page between a form and its act."""
    if request.FILES or request.headers.get("HX-Request"):
        words = _("先确认是你本人，再回来重交")
        raise Refusal("prove_first", words, status=403)
    carried = [(name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values]
    return _page(request, form, offer, action=request.get_full_path(), carried=carried)


def _prove_url(next_: str) -> str:
    return f"{resolve_url('people:prove')}?{urlencode({'next': next_})}"


def _page(
    request: HttpRequest,
    form: ProveForm,
    offer: Offer,
    *,
    action: str,
    carried: Iterable[tuple[str, str]] = (),
    is_signing_in: bool = False,
) -> HttpResponse:
    form.fields["code"].label = offer.code_label
    context = {
        "form": form,
        "offer": offer,
        "action": action,
        "carried": carried,
        "is_signing_in": is_signing_in,
        "place": proof.place_of(request),
        "again": resolve_url("people:provider") + "?again=1" if offer.provider and not is_signing_in else "",
    }
    return render(request, "people/prove.html", context, status=form.status)
