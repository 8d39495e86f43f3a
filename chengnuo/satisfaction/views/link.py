"""/r/…, what a client opens without signing in. It says whose page it is and asks; it tells nothing of anybody.

A link that opens nothing is answered by one page, whatever the reason. Looking uses nothing up: the machines that look
through mails for people do no harm. No cookie is set, and the secret in the address is the form's protection: who does
not know it has nothing to forge, and who knows it needs to forge nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from chengnuo.kit.forms import Form
from chengnuo.ledger.errors import Refusal
from chengnuo.people.rules import clean_address

from .. import actions
from ..links import WINDOW, is_slowed, note_failure
from ..models import LONGEST, MARKS

LARGEST = 16 * 1024
METHODS = ("GET", "HEAD", "POST")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
NAMES = {5: _("很满意"), 4: _("满意"), 3: _("一般"), 2: _("不满意"), 1: _("很不满意")}
View = Callable[..., HttpResponse]


class RatingForm(Form):
    mark = forms.TypedChoiceField(
        label=_("打分"), choices=[(mark, NAMES[mark]) for mark in reversed(MARKS)], coerce=int, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("想说的话"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=_("可不写，最多500字"),
    )


def for_clients(view: View) -> View:
    """A page of a client's: without sign-in, with headers of its own."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        # Django would write the address of every refusal into the log, and that of a form to correct opens a link.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return login_not_required(answered)


@csrf_exempt
@for_clients
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a mark, and take it once."""
    if request.method not in METHODS:  # Django's decorator would log the address.
        return HttpResponseNotAllowed(METHODS)
    now = request.now  # type: ignore[attr-defined]
    address = clean_address(request.META.get("REMOTE_ADDR"))
    if _is_too_large(request):
        return render(request, "satisfaction/dead.html", status=413)
    if is_slowed(address, now):
        answer = render(request, "satisfaction/slow.html", {"minutes": WINDOW.seconds // 60}, status=429)
        answer["Retry-After"] = str(WINDOW.seconds)
        return answer
    if actions.open_request(token, now) is None:
        return _dead(request, address)
    form = RatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rate(token, now=now, **form.cleaned_data)
        except actions.DeadLink:
            return _dead(request, address)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("rating:thanks")
    return render(request, "satisfaction/rate.html", {"form": form}, status=form.status)


@for_clients
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "satisfaction/thanks.html")


def _dead(request: HttpRequest, address: str | None) -> HttpResponse:
    note_failure(address, request.now)  # type: ignore[attr-defined]
    return render(request, "satisfaction/dead.html", status=404)


def _is_too_large(request: HttpRequest) -> bool:
    """A mark and 500 characters are a few kilobytes; what brings more is not read."""
    given = request.headers.get("Content-Length") or "0"
    return not (given.isascii() and given.isdecimal() and len(given) < 9 and int(given) <= LARGEST)
