"""Minutes rostered and yet missed, by branch and person, each call openable (3.1.2)."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from ..access import printable_units, visible_calls
from ..roster import attendance

USUAL, LONGEST = timedelta(days=30), timedelta(days=92)


class PeriodForm(Form):
    since = DayField(label=gettext_lazy("从"), required=False)
    until = DayField(label=gettext_lazy("到"), required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and not timedelta() <= until - since < LONGEST:
            self.add_error("until", _("“到”不早于“从”，一次最多92天"))
        return given


@require_GET
def missed_on_duty(request: Asked) -> HttpResponse:
    """Of the branches that the person reaches: who was on duty how long, and what rang then and nobody answered."""
    user, now = request.user, request.now
    form = PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    today = now.astimezone(ZONE).date()
    until = min(given.get("until") or today, today)
    since = min(given.get("since") or until - USUAL, until)
    start = datetime.combine(since, time(), ZONE)
    end = min(datetime.combine(until + timedelta(days=1), time(), ZONE), now)
    units = printable_units(user, now).in_bulk()
    people, nobodys = (
        attendance(list(units), start, end, visible_calls(user, now)) if units and start < end else ([], {})
    )
    names = Staff.objects.in_bulk([row.staff_id for row in people])
    groups = [
        (unit, [(names[row.staff_id], row) for row in people if row.unit_id == pk], nobodys.get(pk, []))
        for pk, unit in units.items()
    ]
    context = {"form": form, "since": since, "until": until, "groups": groups}
    return render(request, "hotline/attendance.html", context, status=200 if form.is_valid() else 422)
