"""Who is on duty, and handing over at a shift's end."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal

from .. import actions
from ..access import may_register, may_roster, visible_promises, visible_shifts
from ..forms import HandOverForm, ShiftForm
from ..models.promises import RUNNING
from ..roster import by_day
from .register import colleagues

AHEAD = timedelta(days=14)


@require_http_methods(["GET", "POST"])
@posted_once
def shifts(request: Asked) -> HttpResponse:
    """The shifts of one's own line for the next 14 days; a manager adds and takes off (3.1.2)."""
    user, now = request.user, request.now
    may = may_roster(user, user.unit_id, now)
    form = ShiftForm(request.POST or None, staff=colleagues(user))
    if request.method == "POST":
        if not may:
            raise Forbidden(_("值班由机构负责人安排"), clause="3.1.2")
        if form.is_valid():
            try:
                actions.enter_shift(unit=user.unit, by=user, now=now, **form.cleaned_data)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect("hotline:duty")
    rows = visible_shifts(user, now).filter(
        unit_id=user.unit_id, is_cancelled=False, ends_at__gt=now, starts_at__lt=now + AHEAD
    )
    days = by_day(list(rows.select_related("staff")), now, now + AHEAD)
    context = {"days": days, "form": form, "may": may}
    return render(request, "hotline/duty.html", context, status=form.status)


@require_POST
@posted_once
def cancel(request: Asked, pk: int) -> HttpResponse:
    shift = get_object_or_404(visible_shifts(request.user, request.now), pk=pk)
    actions.cancel_shift(shift, by=request.user, now=request.now)
    return redirect("hotline:duty")


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
