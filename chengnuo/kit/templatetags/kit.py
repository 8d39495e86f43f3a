"""Tags and filters of every template; docs/frontend.md shows each with an example."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.calendar import HOLIDAY, MAKEUP, WORKING
from chengnuo.ledger.models import Kept

from .. import times
from ..cards import cards_for

register = template.Library()


@register.simple_tag
def clause(id: str) -> SafeString:
    """The clause number on its grey tag, open to its text."""
    try:
        return format_html('<a class="tag" href="{}">{}</a>', reverse("procedure:clause", args=[id]), id)
    except NoReverseMatch:
        return format_html('<span class="tag">{}</span>', id)


@register.simple_tag(takes_context=True)
def record_cards(context: template.Context, record: Kept) -> SafeString:
    """What higher rooms put on this record's page (`kit.cards`)."""
    return SafeString("".join(cards_for(context["request"], record)))


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("build/sprite.svg"), name
    )


@register.simple_tag
def chip(label: str, shape: str = "waiting") -> SafeString:
    """A state; the shape is one of waiting, work, paused, closed."""
    return format_html('<span class="chip {}">{}</span>', shape, label)


@register.simple_tag
def once() -> SafeString:
    """A fresh key that makes a repeated submit of this form harmless."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())


@register.filter
def yuan(amount: Decimal | int | None) -> str:
    """1,284,600.00; nothing for no amount."""
    return "" if amount is None or amount == "" else f"{amount:,.2f}"


@register.filter
def fen(amount: str) -> str:
    """As `yuan`, of an amount that is kept as text."""
    return yuan(Decimal(amount))


@register.filter
def dot(number: float | None) -> object:
    """A table's figure, with zero and nothing as a middle dot."""
    return f"{number:,}" if number else "·"


@register.filter
def when(moment: datetime | None) -> str:
    return times.in_column(moment) if moment else ""


@register.filter
def due(moment: datetime | None) -> str:
    """Like `when` for a deadline: midnight reads 24:00 of the day before."""
    return times.in_column(moment, is_deadline=True) if moment else ""


@register.filter
def sentence_date(moment: date | datetime | None) -> str:
    return times.in_sentence(moment) if moment else ""


@register.filter
def weekday(day: date) -> str:
    return times.weekday(day)


@register.filter
def span(length: timedelta) -> str:
    return times.span(length)


@register.simple_tag
def countdown(due: datetime | None, now: datetime | None = None, met_at: datetime | None = None) -> SafeString:
    """What is left, or how late, in the colour of the duty's fate; the page's script renews the words each minute."""
    if due is None:
        return SafeString("")
    fate = times.fate(due, met_at=met_at, now=now)
    if met_at:
        return format_html('<span class="left {}">{}</span>', fate.tone, fate.words)
    return format_html(
        '<span class="left {}" data-due="{}">{}</span>', fate.tone, timezone.localtime(due).isoformat(), fate.words
    )


@register.simple_tag
def edge(due: datetime | None, now: datetime | None = None, met_at: datetime | None = None) -> str:
    """The class of a row's 3 px edge: edge-red, edge-amber, edge-green or none."""
    tone = times.fate(due, met_at=met_at, now=now).tone if due else ""
    return f"edge-{tone}" if tone else ""


@register.inclusion_tag("kit/_field.html")
def field(bound: BoundField, label: str | None = None, key: str = "") -> dict[str, Any]:
    """A form's row: label, control, help, errors. `label` replaces the form's."""
    return {"field": bound, "label": bound.label if label is None else label, "key": key}


@register.simple_tag
def used(percent: int, tone: str = "") -> SafeString:
    """The used share of a term as a thin bar; the tone is red, amber, green, paused or none."""
    return format_html(
        '<svg class="used {}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="4" rx="1"/></svg>',
        tone,
        max(0, min(percent, 100)),
    )


@register.inclusion_tag("kit/_walk.html")
def walk(
    days: Iterable[Any], due: date | None = None, start: date | None = None, today: date | None = None
) -> dict[str, Any]:
    """The calendar of a why, weeks from Monday: the days walked, as `Walked`, `Day` or their `as_json`."""
    cells: list[dict[str, Any] | None] = list(_cells(days, start))
    if cells and cells[0]:
        cells[:0] = [None] * cells[0]["date"].weekday()
        cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return {"weeks": weeks, "due": due, "start": start, "today": today or _today(), "names": _weekdays()}


@register.inclusion_tag("kit/_strip.html")
def strip(days: Iterable[Any], due: date | None = None, today: date | None = None, first: str = "") -> dict[str, Any]:
    """Days in one line up to a promise, the days off hatched; `first` names the day on which it was given."""
    cells = list(_cells(days))
    if cells and first:
        cells[0]["note"] = first
    return {"days": cells, "due": due, "today": today or _today()}


def _cells(days: Iterable[Any], start: date | None = None) -> Iterator[dict[str, Any]]:
    """Days as the two calendars draw them; a holiday's name stands on its first day only."""
    before = ""
    for day in days:
        raw = day if isinstance(day, dict) else vars(day)
        at = raw["date"] if isinstance(raw["date"], date) else date.fromisoformat(raw["date"])
        name = raw["name"] if raw["kind"] == HOLIDAY else ""
        note = _("班") if raw["kind"] == MAKEUP else name if name != before else ""
        before = name
        yield {
            "date": at,
            "is_working": raw["kind"] in (WORKING, MAKEUP),
            "ordinal": raw.get("count"),
            "note": _("起") if at == start else note,
        }


@register.inclusion_tag("kit/_bars.html")
def bars(points: Sequence[Any], title: str, height: int = 108) -> dict[str, Any]:
    """Stacked bars from zero. A point has `label` (may be empty), `values` from the axis up, `url` and `title`."""
    width, top = 288, max((sum(point.values) for point in points), default=0) or 1
    step = width / max(len(points), 1)
    drawn = []
    for at, point in enumerate(points):
        sums = list(accumulate(point.values, initial=0))
        parts = [
            {"y": f"{height - height * sums[nth + 1] / top:.1f}", "h": f"{height * value / top:.1f}", "nth": nth}
            for nth, value in enumerate(point.values)
            if value
        ]
        drawn.append({"point": point, "x": f"{at * step:.1f}", "parts": parts})
    return {
        "bars": drawn,
        "title": title,
        "width": width,
        "height": height,
        "bar_width": f"{min(step * 0.58, 28):.1f}",
        "total_height": height + 26,
    }


@register.inclusion_tag("kit/_week.html")
def week(days: Iterable[Any], today: date | None = None) -> dict[str, Any]:
    """What falls due on seven days, each with `date`, `is_working`, `url` and the counts `late`, `today`, `later`."""
    days = list(days)
    top = max((day.late + day.today + day.later for day in days), default=0) or 1
    drawn = []
    for day in days:
        bottom, parts = 112, []
        for tone, number in (("b2", day.today), ("b3", day.later), ("b1", day.late)):
            size = round(112 * number / top)
            bottom -= size
            parts.append({"tone": tone, "y": bottom + 4, "h": size})
        drawn.append({"day": day, "parts": parts, "total": day.late + day.today + day.later})
    return {"days": drawn, "today": today or _today()}


def _today() -> date:
    return timezone.localdate(clock.now())


def _weekdays() -> list[str]:
    return [times.weekday(date(2026, 9, 28) + timedelta(days=at)) for at in range(7)]
