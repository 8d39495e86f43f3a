"""Handing over at a shift's end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import may_register, visible_promises
from ..forms import HandOverForm
from ..models.promises import RUNNING
from .register import colleagues


@require_http_methods(["GET", "POST"])
@posted_once
def hand_over(request: Asked) -> HttpResponse:
    """Give all one's running promises to the next on duty (3.1.5)."""
    user, now = request.user, request.now
    if not may_register(user, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
    mine = visible_promises(user, now).filter(keeper=user, unit_id=user.unit_id, state__in=RUNNING)
    form = HandOverForm(request.POST or None, staff=colleagues(user).exclude(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = actions.hand_over_shift(by=user, to=data["to"], now=now, note=data["text"])
        except Refusal as refusal:
            form.refused(refusal)
        else:
            said = ngettext("已交接%(count)s项承诺", "已交接%(count)s项承诺", count) % {"count": count}
            messages.success(request, said)
            return redirect("hotline:list")
    context = {
        "form": form,
        "promises": mine.select_related("call").order_by("by"),
        "title": _("交班"),
        "verb": _("交班"),
        "clause_id": "3.1.5",
        "parent": _("3.1 服务热线"),
        "parent_url": reverse("hotline:list"),
        "cancel_url": reverse("hotline:list"),
    }
    return render(request, "hotline/hand_over.html", context, status=form.status)
