"""What clients asked for in calls: one demand, and the acts on it (4.3.C)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.clients.access import sees
from chengnuo.kit.act_pages import act_page
from chengnuo.kit.duties import duties_of
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_handle, visible_demands
from ..forms import PassOnForm, WordForm
from ..models import CallDemand

NOT_YOURS = gettext_lazy("这项要求不归你办")


def demand_of(request: Asked, pk: int) -> CallDemand:
    """The demand, if the person sees it; else 404."""
    rows = visible_demands(request.user, request.now).select_related("call__on_list__round", "client", "owner", "unit")
    return get_object_or_404(rows, pk=pk)


@require_GET
def demand(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = demand_of(request, pk)
    looked(one, by=user, now=now)
    context = {
        "one": one,
        "may": may_handle(user, one, now),
        "full": sees(user, one.client, now),
        "duties": duties_of(one, user, now),
        "timeline": timeline_of(request, one),
    }
    return render(request, "rounds/demand.html", context)


told = act_page(
    demand_of,
    may_handle,
    NOT_YOURS,
    lambda data, _one, _request: WordForm(data),
    lambda one, data, by: actions.tell_interim(one, **data, **by),
    verb=gettext_lazy("告知进展"),
    clause="4.3.C",
)
handled = act_page(
    demand_of,
    may_handle,
    NOT_YOURS,
    lambda data, _one, _request: WordForm(data),
    lambda one, data, by: actions.handle(one, **data, **by),
    verb=gettext_lazy("办结"),
    clause="4.3.C",
)
passed_on = act_page(
    demand_of,
    may_handle,
    NOT_YOURS,
    lambda data, one, _request: PassOnForm(
        data, staff=Staff.objects.filter(is_active=True).exclude(pk=one.owner_id).order_by("unit_id", "name")
    ),
    lambda one, data, by: actions.pass_on(one, **data, **by),
    verb=gettext_lazy("转办"),
    clause="4.3.C",
)
