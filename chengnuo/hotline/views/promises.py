"""A promise and the acts on it (3.1.5)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.kit.duties import duties_of
from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_handle, visible_promises
from ..forms import HandOverForm, MoveForm, WithdrawForm, WordForm
from ..models import Promise
from .register import colleagues

Act = Callable[[Promise, dict[str, Any], Asked], Any]


def _promise(request: Asked, pk: int) -> Promise:
    rows = visible_promises(request.user, request.now).select_related("call", "client", "keeper", "unit")
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    promise = _promise(request, pk)
    looked(promise, by=user, now=now)
    context = {
        "promise": promise,
        "acts": promise.acts.select_related("by"),
        "duties": duties_of(promise, user, now),
        "timeline": timeline_of(request, promise),
        "may": may_handle(user, promise, now),
        "may_move": promise.is_running and now < promise.by,
    }
    return render(request, "hotline/promise.html", context)


def _act(title: Any, verb: Any, make: Callable[..., Form], run: Act) -> Callable[..., HttpResponse]:
    """The page of one act: its form, its action, and back to the promise."""

    @require_http_methods(["GET", "POST"])
    @posted_once
    def view(request: Asked, pk: int) -> HttpResponse:
        promise = _promise(request, pk)
        if not may_handle(request.user, promise, request.now):
            raise Forbidden(_("这个承诺不归你处理"), clause="3.1.5")
        form = make(request.POST or None, request=request, promise=promise)
        if request.method == "POST" and form.is_valid():
            try:
                run(promise, form.cleaned_data, request)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect(promise)
        url = promise.get_absolute_url()
        context = {
            "form": form,
            "title": title,
            "verb": verb,
            "clause_id": "3.1.5",
            "intro": str(promise),
            "parent": promise.number,
            "parent_url": url,
            "cancel_url": url,
        }
        return render(request, "kit/form.html", context, status=form.status)

    return view


def _word(data: Any, *, request: Asked, promise: Promise) -> Form:
    return WordForm(data, initial={"at": request.now})


def _who(request: Asked) -> dict[str, Any]:
    return {"by": request.user, "now": request.now}


def _told(data: dict[str, Any], request: Asked) -> dict[str, Any]:
    """Text and time told. A form knows minutes: the present minute means now."""
    at = data["at"]
    now = request.now
    return {"text": data["text"], "at": now if at.replace(second=0) == now.replace(second=0, microsecond=0) else at}


answer = _act(
    gettext_lazy("答复客户"),
    gettext_lazy("答复"),
    _word,
    lambda promise, data, request: actions.answer_promise(promise, **_told(data, request), **_who(request)),
)
interim = _act(
    gettext_lazy("告知进展"),
    gettext_lazy("告知"),
    _word,
    lambda promise, data, request: actions.tell_interim(promise, **_told(data, request), **_who(request)),
)
move = _act(
    gettext_lazy("改期"),
    gettext_lazy("改期"),
    lambda data, *, request, promise: MoveForm(data),
    lambda promise, data, request: actions.move_promise(promise, **data, **_who(request)),
)
withdraw = _act(
    gettext_lazy("撤回承诺"),
    gettext_lazy("撤回"),
    lambda data, *, request, promise: WithdrawForm(data),
    lambda promise, data, request: actions.withdraw_promise(promise, **data, **_who(request)),
)
hand_over = _act(
    gettext_lazy("交接"),
    gettext_lazy("交接"),
    lambda data, *, request, promise: HandOverForm(data, staff=colleagues(promise).exclude(pk=promise.keeper_id)),
    lambda promise, data, request: actions.hand_over_promise(promise, **data, **_who(request)),
)
