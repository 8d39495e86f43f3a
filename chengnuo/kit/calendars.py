"""Calendars as programs read them at a secret address (RFC 5545): what is in one, and how it is served."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse

EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class Happening:
    """One entry. `version` grows with every change, so that a program takes the newer one."""

    uid: str
    made_at: datetime
    version: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    category: str = ""
    place: str = ""
    at: tuple[float, float] | None = None
    url: str = ""


def calendar(name: str, product: str, happenings: Iterable[Happening]) -> bytes:
    """An iCalendar file."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", f"-//Chengnuo//{product}//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    made.refresh_interval = EVERY
    for one in happenings:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", one.made_at)
        event.add("sequence", one.version)
        event.add("dtstart", one.starts_at)
        event.add("dtend", one.ends_at)
        event.add("summary", one.summary)
        if one.category:
            event.add("categories", [one.category])
        if one.place:
            event.add("location", one.place)
        if one.at:
            event.add("geo", one.at)
        if one.url:
            event.add("url", one.url)
        made.add_component(event)
    return made.to_ical()


def served(request: HttpRequest, content: bytes) -> HttpResponse:
    """The calendar; programs that have it already are told so."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
