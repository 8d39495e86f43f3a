"""How many renewals stayed, by branch, line and person, and why others went; each figure opens its renewals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.clients.models import Policy
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from ..access import visible_renewals
from ..forms import RetentionFilter
from ..models import LostReason
from ..retention import NOTHING, Retention, lost_reasons, retention
from .renewals import narrowed

FIGURES = ("due", "kept", "lost", "")


@dataclass(frozen=True)
class Line:
    """One row of a breakdown, with where its figures open."""

    name: str
    figures: Retention
    query: str

    def opens(self, view: str) -> str:
        more = f"&view={view}" if view else ""
        return f"{reverse('daily:renewals')}?{self.query}{more}"

    @property
    def urls(self) -> dict[str, str]:
        return {view or "waiting": self.opens(view) for view in FIGURES}


@dataclass(frozen=True)
class Table:
    title: str
    lines: list[Line]


@require_GET
def page(request: Asked) -> HttpResponse:
    """Of the policies that end in a period, the year so far unless another is asked for."""
    user, now = request.user, request.now
    today = now.astimezone(ZONE).date()
    form = RetentionFilter(request.GET or {"since": today.replace(month=1, day=1), "until": today})
    chosen = {name: form.data.get(name) for name in ("unit", "line", "since", "until") if form.data.get(name)}
    rows = visible_renewals(user, now)
    rows = narrowed(rows, {**form.cleaned_data, "view": "all"}) if form.is_valid() else rows.none()
    whole = Line("", retention(rows).get("", NOTHING), urlencode(chosen))
    names = (
        (_("按机构"), "unit", dict(Unit.objects.values_list("pk", "name"))),
        (_("按险种"), "line", dict(Policy.Line.choices)),
        (_("按承办人"), "owner", dict(Staff.objects.values_list("pk", "name"))),
    )
    context = {
        "form": form,
        "whole": whole,
        "tables": [Table(title, _lines(retention(rows, name), known, chosen, name)) for title, name, known in names],
        "reasons": [
            (LostReason(key).label, count, f"{reverse('daily:renewals')}?{urlencode({**chosen, 'reason': key})}")
            for key, count in lost_reasons(rows)
        ],
    }
    return render(request, "daily/retention.html", context)


def _lines(found: Mapping[Any, Retention], names: Mapping[Any, Any], chosen: dict[str, Any], name: str) -> list[Line]:
    """The rows, those with most due first. What has no such value opens by no filter, so it opens everything."""
    ordered = sorted(found.items(), key=lambda row: (-row[1].due, str(row[0])))
    return [
        Line(str(names.get(key, _("没有"))), figures, urlencode({**chosen, name: key} if key else chosen))
        for key, figures in ordered
    ]
