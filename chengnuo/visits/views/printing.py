"""Printing: the form is made first, then its event written, then shown. Every printing is a new one."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff, Unit

from .. import actions, printing
from ..access import visible_visits
from .planning import stops_of, table_form


@require_POST
def plan(request: Asked) -> HttpResponse:
    """《客户服务访问计划表》 as the page's address asks for it."""
    return plan_printed(request, {name: request.POST.get(name, "") for name in ("unit", "owner", "since", "until")})


def plan_printed(request: Asked, asked: dict[str, Any]) -> HttpResponse:
    """The paper, and its event. Raises Invalid (422) for what cannot be asked."""
    user, now = request.user, request.now
    form = table_form(user, now, asked)
    if not form.is_valid() or form.cleaned_data["unit"] is None:
        raise Invalid("filter", _("机构、人员或期间不对，改好再打印"), clause="4.1.A")
    given: dict[str, Any] = form.cleaned_data
    unit: Unit = given["unit"]
    owner: Staff | None = given["owner"]
    since: date = given["since"]
    until: date = given["until"]
    days = stops_of(user, now, form)
    document = printing.plan_table(
        days, unit=unit, owner=owner, since=since, until=until, by=user, now=now, absolute=request.build_absolute_uri
    )
    content = typeset(document)
    rows = sum(len(stops) for _day, stops in days)
    actions.plan_printed(unit, since=since, until=until, rows=rows, by=user, now=now)
    return inline(content, document.number)


@require_POST
def survey(request: Asked, pk: int) -> HttpResponse:
    """《客户服务调查表》 of a visit, empty while there is none."""
    return survey_printed(request, pk)


def survey_printed(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    rows = visible_visits(user, now).select_related("unit", "client", "contact", "site", "owner")
    visit = get_object_or_404(rows, pk=pk)
    document = printing.survey_form(visit, by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.survey_printed(visit, by=user, now=now)
    return inline(content, document.number)
