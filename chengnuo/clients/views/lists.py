"""The list of clients: newest first, a page at a time, never counted."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chengnuo.people.models import Unit
from chengnuo.people.reach import reach

from ..access import may_enter, visible_clients
from ..forms import FilterForm
from ..lookup import matching
from ..models import TICKS, Client, Policy
from .asking import today, who

PAGE = 50


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    units = Unit.objects.filter(pk__in=reach(user, now).units, kind=Unit.Kind.BRANCH)
    form = FilterForm(request.GET, units=units)
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    rows, newer, older = _page(_filtered(visible_clients(user, now), asked), request)
    context = {
        "form": form,
        "rows": _with_cover(rows, today(request)),
        "newer": newer,
        "older": older,
        "is_filtered": bool(asked),
        "may_enter": may_enter(user, now),
    }
    return render(request, "clients/list.html", context)


def _filtered(rows: QuerySet[Client], asked: dict[str, Any]) -> QuerySet[Client]:
    if "q" in asked:
        rows = matching(rows, asked["q"])
    if "unit" in asked:
        rows = rows.filter(unit=asked["unit"])
    if "kind" in asked:
        rows = rows.filter(kind=asked["kind"])
    return rows.filter(**{asked["tick"]: True}) if asked.get("tick") in TICKS else rows


def _page(rows: QuerySet[Client], request: HttpRequest) -> tuple[list[Client], str, str]:
    """The page's clients, and the addresses of the newer and the older page ('' where there is none)."""
    rows = rows.select_related("unit", "manager")
    before, after = _cursor(request, "before"), _cursor(request, "after")
    if after:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        has_newer, has_older = more, bool(found)
    else:
        found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        has_newer, has_older = bool(before), more
    newer = _address(request, "after", found[0].pk if found else (before or 1) - 1) if has_newer else ""
    older = _address(request, "before", found[-1].pk) if has_older and found else ""
    return found, newer, older


def _cursor(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _address(request: HttpRequest, name: str, pk: int) -> str:
    kept = {key: value for key, value in request.GET.items() if key not in {"before", "after"} and value}
    return f"?{urlencode({**kept, name: pk})}"


def _with_cover(rows: Sequence[Client], day: date) -> list[dict[str, Any]]:
    """Each client with how many policies are in force and when the first of them ends: one query for the page."""
    in_force = Policy.objects.filter(client__in=rows, starts_on__lte=day, ends_on__gte=day).order_by()
    covers = {
        pk: (count, ends) for pk, count, ends in in_force.values_list("client").annotate(Count("pk"), Min("ends_on"))
    }
    return [{"client": row, "ticks": ticks(row), "cover": covers.get(row.pk, (0, None))} for row in rows]


def ticks(client: Client) -> list[str]:
    """The labels of the ticks that are set."""
    return [str(TICKS[name]) for name in client.ticks]
