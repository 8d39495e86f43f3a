"""Entering what became of letters, many at once: numbers scanned or typed one below the other."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.kit.posts import done, posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import may_write
from ..forms import EnterForm
from .acting import sent


@require_http_methods(["GET", "POST"])
@posted_once
def enter(request: Asked) -> HttpResponse:
    """The form, and after it what was entered and which numbers were not, and why."""
    user, now = request.user, request.now
    if not may_write(user, now):
        raise Forbidden(_("信函结果由服务客户的机构登记"), clause="4.2.C")
    today = now.astimezone(ZONE).date()
    asked = request.GET
    initial = {"on": today, "numbers": asked.get("number", "")[:60], "outcome": asked.get("outcome", "")}
    form = EnterForm(sent(request), initial=initial)
    entered = None
    if form.is_valid():
        given = dict(form.cleaned_data)
        numbers = actions.numbers_in(given.pop("numbers"))
        try:
            entered = actions.enter_outcomes(numbers, **given, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
    context = {"form": form, "entered": entered}
    if entered and entered.letters:
        kept = {name: form.cleaned_data[name] for name in ("outcome", "on", "because")}
        context["form"] = EnterForm(initial={**kept, "numbers": "\n".join(one for one, _why in entered.faults)})
        return done(render(request, "letters/enter.html", context))
    return render(request, "letters/enter.html", context, status=422 if entered else form.status)
