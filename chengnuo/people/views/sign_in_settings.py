"""What the administrator says of signing in: which roles must have a second factor; and what the server is set to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal

from .. import actions, proof
from ..factors import lacking, rules
from ..forms import FactorRulesForm
from .asking import administrator
from .proving import fresh_second_factor


@require_http_methods(["GET", "POST"])
@fresh_second_factor()
@posted_once
def sign_in_settings(request: HttpRequest) -> HttpResponse:
    user, now = administrator(request)
    form = FactorRulesForm(request.POST or None, rules=rules())
    if form.is_valid():
        try:
            actions.set_factor_rules(form.cleaned_data, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("people:sign_in_settings")
    counts = lacking(now)
    context = {
        "form": form,
        "rows": [(form[kind], *counts.get(kind, (0, 0))) for kind in form.fields],
        "provider": settings.OIDC,
        "back": request.build_absolute_uri("/sign-in/company/back/"),
        "only_administrators": settings.PASSWORDS_FOR_ADMINISTRATORS_ALONE,
        "origins": sorted(settings.PASSKEY_ORIGINS),
        "place": proof.place_of(request),
        "may_manage": True,
        "minutes": int(settings.SIGNING_WITHIN.total_seconds() // 60),
    }
    return render(request, "people/sign_in_settings.html", context, status=form.status)
