"""满意度 as figures. Each opens the requests that it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.clients.models import TICKS
from chengnuo.kit.requests import Asked
from chengnuo.people.models import Unit

from ..access import measurable_staff, visible_ratings
from ..figures import FEWEST, Figures, figures, figures_by_tier, skipped
from ..models import RatingRequest, Skipped
from .lists import NO_TIER, OfPeriod, kinds, within

A_QUARTER = timedelta(days=90)


@dataclass(frozen=True)
class Line:
    """One row of a breakdown, with where its figures open."""

    name: str
    figures: Figures
    asked_url: str
    rated_url: str


@dataclass(frozen=True)
class Table:
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Bar:
    mark: int
    count: int
    percent: float
    url: str


class FiguresFilter(OfPeriod):
    field_order = ("unit", "kind", "since", "until")


@require_GET
def page(request: Asked) -> HttpResponse:
    """How clients judged in a period: the last 90 days, unless others are asked for."""
    user, now = request.user, request.now
    form = FiguresFilter(request.GET or {"since": timezone.localdate(now) - A_QUARTER})
    chosen = _chosen(form)
    rows = visible_ratings(user, now)
    rows = within(rows, form.cleaned_data) if form.is_valid() else rows.none()
    whole = figures(rows).get("", Figures())
    context = {
        "form": form,
        "whole": whole,
        "asked_url": _opens(chosen, view="asked"),
        "rated_url": _opens(chosen),
        "spread": [Bar(mark, count, share, _opens(chosen, mark=mark)) for mark, count, share in whole.spread],
        "skipped": [(label, found) for key, label in Skipped.choices if (found := skipped(rows).get(key))],
        "skipped_url": _opens(chosen, view="skipped"),
        "tables": _tables(request, rows, chosen),
        "fewest": FEWEST,
    }
    return render(request, "satisfaction/figures.html", context)


def _chosen(form: OfPeriod) -> dict[str, Any]:
    return {name: form.data.get(name) for name in ("unit", "kind", "since", "until") if form.data.get(name)}


def _opens(chosen: Mapping[str, Any], **more: Any) -> str:
    return f"{reverse('satisfaction:list')}?{urlencode({**chosen, **more})}"


def _tables(request: Asked, rows: QuerySet[RatingRequest], chosen: dict[str, Any]) -> list[Table]:
    """A person's own figures are his and his managers' to read."""
    units = dict(Unit.objects.values_list("pk", "name"))
    people = dict(measurable_staff(request.user, request.now).values_list("pk", "name"))
    tiers = {**TICKS, "": gettext_lazy("其他客户")}
    found = (
        (_("按机构"), figures(rows, "unit"), units, "unit"),
        (_("按服务"), figures(rows, "subject_type"), dict(kinds()), "kind"),
        (_("按客户类别"), figures_by_tier(rows), tiers, "tier"),
        (_("按承办人"), figures(rows.filter(keeper__in=people), "keeper"), people, "keeper"),
    )
    return [Table(title, _lines(counted, names, chosen, name)) for title, counted, names, name in found]


def _lines(counted: Mapping[Any, Figures], names: Mapping[Any, Any], chosen: dict[str, Any], name: str) -> list[Line]:
    """The rows, those with most asked first."""
    lines = []
    for key, one in sorted(counted.items(), key=lambda row: (-row[1].asked, str(row[0]))):
        asked = {**chosen, name: key or NO_TIER}
        lines.append(Line(str(names.get(key, "—")), one, _opens(asked, view="asked"), _opens(asked)))
    return lines
