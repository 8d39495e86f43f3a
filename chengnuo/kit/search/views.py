"""The page of what was found, and the list that opens under the box while somebody types."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_units
from chengnuo.people.models import Unit

from ..forms import DayField, Form
from ..requests import Asked
from .asking import Narrowed, Query, read
from .building import is_built, percent
from .cursors import cursor, place_of
from .finding import Found, Group, only_one, search
from .kinds import TIMELESS, in_order, kind_named
from .showing import marked, snippet

OF_ONE_KIND = 50
SUGGESTED = 3


class SearchFilter(Form):
    """What a search is narrowed to."""

    q = forms.CharField(label=_("单号、客户、电话、内容"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    unit = forms.ModelChoiceField(label=_("机构"), queryset=Unit.objects.none(), required=False, empty_label=_("全部"))
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, request: Asked) -> None:
        super().__init__(request.GET)
        self.fields["q"].widget.attrs["type"] = "search"
        kinds = [(kind.name, kind.label) for kind in in_order()]
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        branches = visible_units(request.user, request.now).filter(kind=Unit.Kind.BRANCH)
        self.fields["unit"].queryset = branches  # type: ignore[attr-defined]

    def narrowed(self) -> Narrowed | None:
        """None where nothing narrows it."""
        unit, since, until = (self.cleaned_data.get(name) for name in ("unit", "since", "until"))
        if not (unit or since or until):
            return None
        return Narrowed(
            unit.pk if unit else None,
            datetime.combine(since, time(), ZONE) if since else None,
            datetime.combine(until + timedelta(days=1), time(), ZONE) if until else None,
        )


@require_GET
def search_page(request: Asked) -> HttpResponse:
    """What was found, by kind; of one kind a page at a time. The number of one record opens it."""
    query = read(request.GET.get("q", ""))
    form = SearchFilter(request)
    if not form.is_valid():
        return render(request, "kit/search.html", _context(query, form, []), status=form.status)
    kind, narrowed = kind_named(form.cleaned_data["kind"]), form.narrowed()
    user, now, after = request.user, request.now, request.GET.get("after", "")
    if kind is not None and after:
        try:
            narrowed = place_of(after, narrowed)
        except Invalid:
            return redirect(f"{reverse('kit:search')}?{_address(request, after='')}")
    limit = OF_ONE_KIND if kind else 10
    groups = search(query, user, now, kind=kind, narrowed=narrowed, limit=limit)
    if not (kind or narrowed) and (hit := only_one(groups)):
        return redirect(hit.url)
    return render(request, "kit/search.html", _context(query, form, [_shown(request, query, one) for one in groups]))


def _context(query: Query, form: SearchFilter, groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "query": query.said[:200],
        "asked": query,
        "form": form,
        "groups": groups,
        "kind": form.data.get("kind", ""),
        "building": None if is_built() else percent(),
    }


@require_GET
def suggest(request: Asked) -> HttpResponse:
    """A few of each kind, for the box itself; htmx asks while somebody types."""
    query = read(request.GET.get("q", ""))
    groups = search(query, request.user, request.now, limit=SUGGESTED)
    shown = [_shown(request, query, group) for group in groups]
    address = f"{reverse('kit:search')}?{urlencode({'q': query.said[:200]})}"
    return render(request, "kit/_suggestions.html", {"asked": query, "groups": shown, "all_url": address})


def _shown(request: Asked, query: Query, group: Group) -> dict[str, Any]:
    return {
        "label": group.kind.label,
        "name": group.kind.name,
        "count": len(group.found),
        "has_more": group.has_more,
        "found": [_line(query, one) for one in group.found],
        "all_url": f"?{_address(request, kind=group.kind.name, after='')}",
        "next_url": f"?{_address(request, kind=group.kind.name, after=cursor(group.next))}" if group.next else "",
    }


def _line(query: Query, found: Found) -> dict[str, Any]:
    hit = found.hit
    return {
        "url": hit.url,
        "title": marked(hit.title, query.words),
        "subtitle": marked(hit.subtitle, query.words),
        "number": marked(hit.number, query.words),
        "snippet": snippet(hit.texts, query.words),
        "at": found.at if found.at > TIMELESS else None,
    }


def _address(request: Asked, **more: str) -> str:
    """The page's own address with some parts changed; an empty one is left out."""
    asked = {name: request.GET.get(name, "") for name in ("q", "kind", "unit", "since", "until", "after")} | more
    return urlencode({name: value for name, value in asked.items() if value})
