"""Signing in through the company's own provider (OpenID Connect), and saying there that one leaves."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chengnuo.ledger.errors import Refusal

from .. import oidc
from ..models import Way
from .entering import address_of, asked_next, enter, safe

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, with a state, a nonce and a PKCE challenge of this session."""
    _require_on()
    try:
        return oidc.sent_there(request, next_=asked_next(request), again="again" in request.GET)
    except oidc.Trouble as trouble:
        return _back(request, trouble)


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """From the provider: an account of ours, matched by the claim, is let in as after its password."""
    _require_on()
    now = request.now  # type: ignore[attr-defined]
    try:
        came = oidc.come_back(request)
        staff = oidc.account(came, address=address_of(request), now=now)
    except (oidc.Trouble, Refusal) as trouble:
        return _back(request, trouble)
    ways = [Way.PROVIDER, *([Way.PROVIDER_FACTOR] if came.has_second_factor else [])]
    return enter(request, staff, ways, safe(request, came.next_), now)


@login_not_required
@never_cache
@require_GET
def out(request: HttpRequest) -> HttpResponse:
    """To the provider's own sign-out, where it has one."""
    _require_on()
    try:
        url = oidc.end_session_url(request)
    except oidc.Trouble as trouble:
        return _back(request, trouble)
    if not url:
        return _back(request, Refusal("no_sign_out", _("%s没有退出的地址，到那边的页面退出") % oidc.told().name))
    to = request.build_absolute_uri(resolve_url("people:sign_in"))
    return redirect(f"{url}?{urlencode({'client_id': oidc.told().client_id, 'post_logout_redirect_uri': to})}")


def _require_on() -> None:
    if settings.OIDC is None:
        raise Http404


def _back(request: HttpRequest, trouble: Exception) -> HttpResponse:
    """To the sign-in page, with what to do instead."""
    words = trouble.message if isinstance(trouble, Refusal) else str(trouble)
    log.warning("sign-in through the provider: %s", trouble.__cause__ or trouble)
    messages.error(request, words)
    return redirect("people:sign_in")
