"""The procedure on screen: clauses, figures, the calendar, and why a duty is what it is."""

from datetime import date, timedelta
from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chengnuo.kit.duties import Duty
from chengnuo.kit.measures import measured, unit_name
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.kit.why import explain
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import COVERS, UnknownClause, chapters, clause, clauses
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import LIVE, CalendarTable
from chengnuo.ledger.obligations import RULES
from chengnuo.ledger.parameters_catalogue import parameter_kinds

from ..requests import Asked
from .access import may_import, may_propose, require_may_import, visible_duties
from .actions import import_calendar, propose_parameter
from .forms import ImportCalendar, Propose
from .questions import carried_versions, fates_of_clause, pending_proposals, versions_of

SHOWN = 50


@require_safe
def clause_list(request: Asked) -> HttpResponse:
    titles = chapters()
    groups = [
        (number, titles.get(number, ""), list(rows))
        for number, rows in groupby(clauses().values(), lambda c: c.chapter)
    ]
    return render(request, "procedure/clauses.html", {"groups": groups})


@require_safe
def clause_page(request: Asked, id: str) -> HttpResponse:
    try:
        found = clause(id)
    except UnknownClause:
        raise Http404 from None
    duties = visible_duties(request.user, request.now)
    late = duties.filter(clause=id, state__in=LIVE).select_related("owner").order_by("due", "pk")[:SHOWN]
    book, kinds = rulebook(), parameter_kinds()
    figures = [
        (kinds[key], version, measured(version.value, version.unit))
        for key in found.figures
        if key in kinds and (version := book.parameter(key, request.now))
    ]
    context = {
        "clause": found,
        "chapter": chapters().get(found.chapter, ""),
        "rules": [rule for rule in RULES.values() if rule.clause == id],
        "carriers": [(kind, COVERS.get((id, kind), [])) for kind in found.kinds],
        "figures": figures,
        "fates": fates_of_clause(duties, id),
        "duties": [Duty(row, request.now) for row in late],
    }
    return render(request, "procedure/clause.html", context)


@require_safe
def parameter_list(request: Asked) -> HttpResponse:
    book, pending = rulebook(), pending_proposals()
    rows = []
    for kind in parameter_kinds().values():
        if kind.key in book.parameters:
            version = book.parameter(kind.key, request.now)
            later = [one for one in book.parameters[kind.key] if one.in_force_from > request.now]
            rows.append((kind, version, measured(version.value, version.unit), later, pending.get(kind.key)))
    return render(request, "procedure/parameters.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def parameter_page(request: Asked, key: str) -> HttpResponse:
    kind = parameter_kinds().get(key)
    if kind is None:
        raise Http404
    form = Propose(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            approval = propose_parameter(
                key, given["value"], given["in_force_from"], given["reason"], by=request.user, now=request.now
            )
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.refused(refusal)
        else:
            return redirect("approvals:approval", approval.pk)
    duties = visible_duties(request.user, request.now)
    carried = carried_versions(duties, key)
    live = duties.filter(state__in=LIVE, parameter__key=key).select_related("owner", "parameter")
    rows = list(live.order_by("-parameter__number", "due", "pk")[:SHOWN])
    records = named(request.user, request.now, [row.subject for row in rows])
    context = {
        "kind": kind,
        "unit": unit_name(kind.unit),
        "form": form,
        "may_propose": may_propose(request.user, request.now),
        "proposal": pending_proposals().get(key),
        "present": rulebook().parameter(key, request.now),
        "versions": [(one, measured(one.value, one.unit), carried.get(one.pk, 0)) for one in versions_of(key)],
        "duties": [(Duty(row, request.now), records.get(row.subject)) for row in rows],
        "carried": sum(carried.values()),
    }
    return render(request, "procedure/parameter.html", context, status=form.status)


@require_safe
def calendar_list(request: Asked) -> HttpResponse:
    tables = {one.year: one for one in CalendarTable.objects.order_by("year", "number").select_related("imported_by")}
    this_year = request.now.astimezone(ZONE).year
    years = [(year, tables.get(year)) for year in range(max([*tables, this_year + 1]), this_year - 3, -1)]
    provisional = visible_duties(request.user, request.now).filter(provisional=True, state__in=LIVE).count()
    context = {"years": years, "provisional": provisional, "may_import": may_import(request.user, request.now)}
    return render(request, "procedure/calendar.html", context)


@require_safe
def calendar_year(request: Asked, year: int) -> HttpResponse:
    if not date.min.year < year < date.max.year:
        raise Http404
    calendar = rulebook().calendar
    first = date(year, 1, 1)
    days = [calendar.day(first + timedelta(days=at)) for at in range((date(year + 1, 1, 1) - first).days)]
    months = [(month, list(rows)) for month, rows in groupby(days, lambda day: day.date.month)]
    tables = CalendarTable.objects.filter(year=year).order_by("-number").select_related("imported_by")
    working = sum(day.is_working for day in days)
    context = {"year": year, "months": months, "tables": tables, "working": working, "is_provisional": not tables}
    return render(request, "procedure/calendar_year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def calendar_import(request: Asked) -> HttpResponse:
    require_may_import(request.user, request.now)
    form = ImportCalendar(request.POST or None, initial={"year": request.GET.get("year", "")[:4]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            import_calendar(given["year"], given["days"], given["source"], by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("procedure:calendar_year", given["year"])
    context = {
        "form": form,
        "title": _("导入日历"),
        "verb": _("导入"),
        "clause_id": "4.0",
        "cancel_url": reverse("procedure:calendar"),
        "intro": _("导入后，因缺这一年而暂定的未结期限重新计算，承诺的时间不动"),
    }
    return render(request, "procedure/calendar_import.html", context, status=form.status)


@require_safe
def why(request: Asked, pk: int) -> HttpResponse:
    duties = visible_duties(request.user, request.now)
    found = duties.select_related("owner", "parameter__proposed_by", "parameter__decided_by")
    duty = get_object_or_404(found, pk=pk)
    template = "kit/_why.html" if request.headers.get("HX-Request") else "procedure/why.html"
    return render(request, template, {"why": explain(duty), "duty": Duty(duty, request.now)})
