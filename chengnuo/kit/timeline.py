"""What happened to a record, told to one reader: newest first, and nothing that he may not see.

A room names its verbs once, from AppConfig.ready(); the names are also its part of the glossary:

    register_verb("call.registered", _("登记来电"), kind="contact", detail=lambda told: told.texts.get("content", ""))
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Kept, Ref, TrailEvent, TrailMention, TrailText, ref
from chengnuo.ledger.models.duties import State
from chengnuo.people.models import Staff

from .records import Named, named, register_visible, visible_refs
from .times import span

__all__ = ["Entry", "Told", "by_day", "register_verb", "register_visible", "timeline", "timeline_of", "verbs"]

Kind = Literal["contact", "system"]
BACKDATED = timedelta(minutes=10)
MOST_NAMED = 10
SPOKEN = ("content", "answer", "opinion", "reason", "note")


@dataclass(frozen=True)
class Told:
    """An event as its sentence is made of: `data` holds ids, codes and numbers, `texts` what people wrote."""

    verb: str
    subject: Ref
    happened_at: datetime
    data: dict[str, Any]
    texts: dict[str, str]


@dataclass(frozen=True)
class Verb:
    """A verb in the reader's words. `contact` is what passed between us and the client, `system` everything else."""

    name: str
    label: str | Promise
    kind: Kind
    detail: Callable[[Told], str] | None


@dataclass(frozen=True)
class Entry:
    """One line. `who` is empty for the system; `source` says where an imported event comes from; `late` says by how
    much a duty that this event ended was missed."""

    id: int
    at: datetime
    who: str
    label: str
    detail: str
    kind: Kind
    clauses: list[str] = field(default_factory=list)
    late: str = ""
    recorded_at: datetime | None = None
    source: str = ""
    others: list[Named] = field(default_factory=list)

    @property
    def is_backdated(self) -> bool:
        """Entered more than ten minutes after it is said to have happened."""
        return self.recorded_at is not None


@dataclass(frozen=True)
class Day:
    date: date
    entries: list[Entry]


_verbs: dict[str, Verb] = {}
_sources: dict[str, Callable[[str], str]] = {}


def register_verb(
    name: str, label: str | Promise, kind: Kind = "system", detail: Callable[[Told], str] | None = None
) -> None:
    """Name a verb. Without `detail` its line ends with what was written: content, answer, opinion, reason or note."""
    _verbs[name] = Verb(name, label, kind, detail)


def verbs() -> dict[str, Verb]:
    """Every verb by name: the glossary of events."""
    return dict(_verbs)


def timeline(
    record: Kept, user: Staff, now: datetime, kind: str = "all", before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest events that name the record, before the event `before`, by the time at which they happened.

    `kind` is all, contact or system. The caller has made sure that the reader may see `record`; an event of another
    record that he may not see is told without who, what or where. The number of queries does not grow with events.
    """
    where = ref(record)
    rows = TrailMention.objects.filter(_kind(kind), subject_type=where.type, subject_pk=where.pk)
    if before:
        rows = rows.filter(event_id__lt=before)
    events = [row.event for row in rows.select_related("event__by").order_by("-event_id")[:limit]]
    texts = _texts(events)
    mentioned = _mentions(events)
    names = named(user, now, {other for others in mentioned.values() for other in others} - {where})
    # What is part of the record shows on its page: a link to it leads nowhere else.
    here = record.get_absolute_url() if hasattr(record, "get_absolute_url") else None
    linked = {one for one, name in names.items() if name.url != here}
    subjects = {event.subject for event in events} - {where}
    visible = visible_refs(user, now, subjects - names.keys()) | names.keys() | {where}
    entries = [
        _entry(event, texts.get(event.pk, {}), [names[one] for one in mentioned[event.pk] if one in linked])
        if event.subject in visible
        else _hidden(event)
        for event in events
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def by_day(entries: Iterable[Entry]) -> list[Day]:
    """Entries under the local day on which they happened, in their order."""
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.at.astimezone(ZONE).date(), []).append(entry)
    return [Day(day, found) for day, found in days.items()]


def _kind(kind: str) -> Q:
    contact = [verb.name for verb in _verbs.values() if verb.kind == "contact"]
    if kind == "contact":
        return Q(event__verb__in=contact)
    return ~Q(event__verb__in=contact) if kind == "system" else Q()


def _texts(events: Collection[TrailEvent]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = TrailText.objects.filter(event__in=[event.pk for event in events])
    for event_id, name, text in rows.values_list("event_id", "name", "text"):
        found.setdefault(event_id, {})[name] = text
    return found


def _mentions(events: Collection[TrailEvent]) -> dict[int, list[Ref]]:
    found: dict[int, list[Ref]] = {event.pk: [] for event in events}
    nth = Window(RowNumber(), partition_by=[F("event_id"), F("subject_type")], order_by=F("subject_pk").asc())
    first = TrailMention.objects.filter(event__in=found).annotate(nth=nth).filter(nth__lte=MOST_NAMED + 1)
    rows = first.order_by("event_id", "subject_type", "subject_pk")
    for event_id, type_, pk in rows.values_list("event_id", "subject_type", "subject_pk"):
        found[event_id].append(Ref(type_, pk))
    return {event_id: _few(refs) for event_id, refs in found.items()}


def _few(refs: list[Ref]) -> list[Ref]:
    """Without the types of which an event names so many that it is about their number, as a batch of letters."""
    counts = Counter(one.type for one in refs)
    return [one for one in refs if counts[one.type] <= MOST_NAMED]


def _entry(event: TrailEvent, texts: dict[str, str], others: list[Named]) -> Entry:
    body = json.loads(event.body)
    told = Told(event.verb, event.subject, event.happened_at, body["data"], texts)
    verb = _verbs.get(event.verb) or Verb(event.verb, event.verb, "system", None)
    duties = body.get("duties", [])
    clauses = [body["data"]["clause"]] if "clause" in body["data"] else []
    clauses += [duty["clause"] for duty in duties]
    return Entry(
        id=event.pk,
        at=event.happened_at,
        who=event.by.name if event.by else "",
        label=str(verb.label),
        detail=verb.detail(told) if verb.detail else next((texts[name] for name in SPOKEN if texts.get(name)), ""),
        kind=verb.kind,
        clauses=list(dict.fromkeys(clauses)),
        late=_late(duties),
        recorded_at=event.recorded_at if event.recorded_at - event.happened_at > BACKDATED else None,
        source=_source(event.source),
        others=others,
    )


def register_source(prefix: str, words: Callable[[str], str]) -> None:
    """Say how a source that begins with `prefix:` reads; `words` gets what follows. Other sources are not shown."""
    _sources[prefix] = words


def _source(source: str) -> str:
    prefix, _colon, rest = source.partition(":")
    return _sources[prefix](rest) if prefix in _sources else ""


def _hidden(event: TrailEvent) -> Entry:
    return Entry(event.pk, event.happened_at, "", _("另一处的记录提到这里"), "", "system")


def _late(duties: list[dict[str, Any]]) -> str:
    """How late the latest of the duties was that the event ended, in words; nothing when none was."""
    spans = [
        datetime.fromisoformat(duty["ended_at"]) - datetime.fromisoformat(duty["due"])
        for duty in duties
        if duty["state"] == State.MET and duty["breached_at"]
    ]
    return _("迟%s") % span(max(spans)) if spans else ""


@dataclass(frozen=True)
class Tab:
    key: str
    label: str


@dataclass(frozen=True)
class Timeline:
    """What `kit/_timeline.html` shows, as the context variable `timeline`."""

    kind: str
    days: list[Day]
    older: int | None
    tabs: list[Tab]


def timeline_of(request: HttpRequest, record: Kept, limit: int = 50) -> Timeline:
    """The record's timeline as the page's address asks for it: `?kind=` all, contact or system, `?before=` an event."""
    tabs = [Tab("all", _("全部")), Tab("contact", _("沟通")), Tab("system", _("系统"))]
    asked = request.GET.get("kind", "")
    kind = asked if asked in {tab.key for tab in tabs} else "all"
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    entries = timeline(record, request.user, request.now, kind, before, limit)  # type: ignore[arg-type, attr-defined]
    older = min(entry.id for entry in entries) if len(entries) == limit else None
    return Timeline(kind, by_day(entries), older, tabs)
