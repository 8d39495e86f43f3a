"""Why a duty is what it is: clause, figure and who decided it, start, calendar day by day, and whom it told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import Clause, clauses
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.ladder import RUNG_NAMES
from chengnuo.ledger.models import Obligation, TrailEvent
from chengnuo.ledger.parameters_catalogue import parameter_kinds
from chengnuo.people.models import Staff

from .measures import measured
from .timeline import verbs
from .times import in_column


@dataclass(frozen=True)
class Figure:
    """A figure that the rule read, in the version that was in force."""

    title: str
    words: str
    key: str
    number: int


@dataclass(frozen=True)
class Climbed:
    """A rung of escalation: whom it told and when, or that a higher one spoke for it."""

    name: str
    at: datetime
    fired: bool
    people: str


@dataclass(frozen=True)
class Why:
    """Everything that a person asks of a deadline. `days` are as `Walked.as_json`; `backdated` is the gap, if any."""

    duty: Obligation
    clause: Clause | None
    figures: list[Figure]
    started: datetime | None
    event: TrailEvent | None
    event_words: str
    backdated: timedelta | None
    versions: list[tuple[str, int | None]]
    days: list[dict[str, Any]]
    start_day: date | None
    due_day: date | None
    inputs: list[tuple[str, str]]
    rungs: list[Climbed]


def explain(duty: Obligation) -> Why:
    """Read the why of a duty; four reads whatever its age. The duty's own `why` is what its rule saw."""
    why, walk = duty.why, duty.why.get("walk") or {}
    event = TrailEvent.objects.filter(pk=duty.since_event).select_related("by").first()
    days = walk.get("days", [])
    started = parse_datetime(why["start"]) if why.get("start") else None
    return Why(
        duty=duty,
        clause=clauses().get(duty.clause),
        figures=_figures(why.get("figures", [])),
        started=started,
        event=event,
        event_words=str(names[event.verb].label) if event and event.verb in (names := verbs()) else "",
        backdated=_backdated(event),
        versions=_versions(days, walk.get("versions", {})),
        days=days,
        start_day=started.astimezone(ZONE).date() if started else None,
        due_day=date.fromisoformat(walk["last_day"]) if walk else None,
        inputs=[(gettext(name), _shown(value)) for name, value in why.get("inputs", {}).items()],
        rungs=_rungs(duty),
    )


def _figures(read: Iterable[dict[str, Any]]) -> list[Figure]:
    kinds = parameter_kinds()
    return [
        Figure(
            kinds[one["key"]].title if one["key"] in kinds else one["key"],
            measured(one["value"], one["unit"]),
            one["key"],
            one["number"],
        )
        for one in {(one["key"], one["number"]): one for one in read}.values()
    ]


def _backdated(event: TrailEvent | None) -> timedelta | None:
    """How much later the fact was entered than it is said to have happened, where the figure does not allow it."""
    if event is None:
        return None
    gap = event.recorded_at - event.happened_at
    allowed = rulebook().parameter("backdating.gap", event.recorded_at).value
    return gap if gap > timedelta(minutes=float(allowed)) else None


def _versions(days: Iterable[dict[str, Any]], versions: dict[str, int]) -> list[tuple[str, int | None]]:
    """The years walked, each with the version of its table, or None where none was published."""
    return [(year, versions.get(year)) for year in sorted({day["date"][:4] for day in days})]


def _shown(value: object) -> str:
    if isinstance(value, str):
        try:
            at = parse_datetime(value)
        except ValueError:
            at = None
        return in_column(at) if at and at.tzinfo else value
    return "" if value is None else str(value)


def _rungs(duty: Obligation) -> list[Climbed]:
    rows = list(duty.rungs.all())
    names = dict(Staff.objects.filter(pk__in={pk for row in rows for pk in row.told}).values_list("pk", "name"))
    return [
        Climbed(
            str(RUNG_NAMES[row.rung]),
            row.at,
            row.fired,
            gettext("、").join(names[pk] for pk in row.told if pk in names),
        )
        for row in rows
    ]
