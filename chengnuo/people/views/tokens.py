"""Tokens: a person makes, sees and revokes his own; the administrator sees and revokes everybody's."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.api import paged
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal

from .. import actions, proof
from ..access import visible_tokens
from ..forms import TokenForm
from ..models import Token
from .asking import administrator, who
from .proving import ANYTHING, fresh_second_factor

LISTED = 100


@never_cache
@sensitive_post_parameters("prove-code", "prove-password")
@require_http_methods(["GET", "POST"])
@fresh_second_factor(proof.CHANGING_WITHIN, when=lambda _request: True, ways=ANYTHING)
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens. A key for a year is not given to who finds a screen open: he shows again who he is. A new
    one's secret stands on the answer to its making and nowhere else ever again."""
    user, now = who(request)
    form, secret, made = TokenForm(request.POST or None), "", None
    if form.is_valid():
        given = form.cleaned_data
        expires_at = now + timedelta(days=given["days"])
        try:
            made, secret = actions.make_token(
                user, name=given["name"], scopes=form.scopes(), expires_at=expires_at, by=user, now=now
            )
        except Refusal as refusal:
            form.refused(refusal)
        else:
            form = TokenForm()
    rows = visible_tokens(user, now).filter(staff=user).order_by("-pk")
    context = {
        "form": form,
        "secret": secret,
        "made": made,
        "live": rows.filter(_is_live(request))[:LISTED],
        "ended": rows.exclude(_is_live(request))[:LISTED],
        "now": now,
    }
    return render(request, "people/tokens.html", context, status=form.status)


@require_POST
@posted_once
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    token = get_object_or_404(visible_tokens(user, now).select_related("staff"), pk=pk)
    actions.revoke_token(token, by=user, now=now)
    return redirect("people:tokens" if token.staff_id == user.pk else "people:all_tokens")


@require_GET
def all_tokens(request: HttpRequest) -> HttpResponse:
    """Everybody's, those that hold, or with `?ended=1` those that are over."""
    user, now = administrator(request)
    is_ended = bool(request.GET.get("ended"))
    rows, older = paged(_of_kind(visible_tokens(user, now), request, is_ended), request.GET.get("after"))
    older_url = f"?{'ended=1&' if is_ended else ''}after={older}" if older else ""
    context = {"rows": rows, "older": older_url, "is_ended": is_ended, "may_manage": True, "now": now}
    return render(request, "people/all_tokens.html", context)


def _of_kind(rows: QuerySet[Token], request: HttpRequest, is_ended: bool) -> QuerySet[Token]:
    rows = rows.select_related("staff__unit")
    return rows.exclude(_is_live(request)) if is_ended else rows.filter(_is_live(request))


def _is_live(request: HttpRequest) -> Q:
    _user, now = who(request)
    return Q(revoked_at=None, expires_at__gt=now)
