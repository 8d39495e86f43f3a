"""Minutes rostered and yet missed, by branch and person, each call openable (3.1.2)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid

from ..attendance import missed_by_branch, period_of


class PeriodForm(Form):
    since = DayField(label=gettext_lazy("从"), required=False)
    until = DayField(label=gettext_lazy("到"), required=False)


@require_GET
def missed_on_duty(request: Asked) -> HttpResponse:
    """Of the branches that the person reaches: who was on duty how long, and what rang then and nobody answered."""
    form = PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    try:
        since, until = period_of(given.get("since"), given.get("until"), request.now)
    except Invalid as refusal:
        form.refused(refusal)
        since, until = period_of(None, None, request.now)
    groups = missed_by_branch(request.user, request.now, since, until)
    context = {"form": form, "since": since, "until": until, "groups": groups}
    return render(request, "hotline/attendance.html", context, status=422 if form.errors else 200)
