"""The visit plan table of a round on paper. Every printing is an event of its own, so none has a key."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.models import Job
from chengnuo.kit.requests import Asked

from .. import actions, works
from ..access import visible_campaigns
from ..printing.plan import MOST_AT_ONCE, plan_form, plan_rows


@require_POST
def plan(request: Asked, pk: int) -> HttpResponse:
    made = plan_printed(request, pk)
    return redirect(made) if isinstance(made, Job) else made


def plan_printed(request: Asked, pk: int) -> HttpResponse | Job:
    """The paper, and its event; of a long list the job that makes it."""
    user, now = request.user, request.now
    campaign = get_object_or_404(visible_campaigns(user, now).select_related("unit", "owner"), pk=pk)
    rows = list(plan_rows(campaign, user, now)[: MOST_AT_ONCE + 1])
    if len(rows) > MOST_AT_ONCE:
        return works.start(works.PLAN, campaign, by=user, now=now, site=request.build_absolute_uri("/"))
    document = plan_form(campaign, rows, by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.plan_printed(campaign, rows=len(rows), by=user, now=now)
    return inline(content, document.number)
