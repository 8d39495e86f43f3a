"""Time's way in: one loop that touches only what is due. Safe to run twice and in several processes.

A worker that was down catches up: every moment passed is dealt with once, and of the rungs passed only the highest
fires; the lower ones are recorded as skipped (scenario 15).
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from . import clock
from .books import rulebook
from .ladder import Moment, is_dealt_with, moments, tell, told
from .models import Heartbeat, Obligation, Occasion, Rung
from .models.duties import State
from .obligations import OCCASIONS, OccasionRule, entry, periods, store
from .trail import Draft, append, canonical, record

BATCH = 500
_filled: dict[str, datetime] = {}


Work = Callable[[datetime], int]
_rounds: list[Work] = []


def on_round(work: Work) -> None:
    """A higher room's own work of time: safe to run twice, and one indexed read when there is nothing to do."""
    _rounds.append(work)


def go_round(now: datetime) -> int:
    """The worker's round: the higher rooms' work of time, then every duty whose moment has come."""
    return sum(work(now) for work in _rounds) + tick(now)


def tick(now: datetime) -> int:
    """Deal with every duty whose moment has come, and with the calendar's occasions. Returns how many duties spoke.

    When nothing is due it reads one index.
    """
    fill_occasions(now)
    spoken = 0
    while batch := _batch(now):
        spoken += batch
    return spoken


def beat(name: str, now: datetime) -> None:
    """Say that a process lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def _batch(now: datetime) -> int:
    with transaction.atomic():
        due = list(
            Obligation.objects.filter(next_at__lte=now)
            .order_by("next_at")
            .select_for_update(skip_locked=True, no_key=True)[:BATCH]
        )
        if not due:
            return 0
        book = rulebook()
        dealt = dict.fromkeys((duty.pk for duty in due), -1)
        for pk, rung in Rung.objects.filter(obligation__in=due).values_list("obligation_id", "rung"):
            dealt[pk] = max(dealt[pk], rung)
        passed = []
        for duty in due:
            come, ahead = _split(duty, dealt[duty.pk], moments(duty, book), now)
            duty.next_at = ahead[0].at if ahead else None
            if come:
                _advance(duty, come, now)
                passed.append((duty, come))
        people = told([(duty, come[-1].rung) for duty, come in passed], now)
        append([_event(duty, come[-1], whom, now) for (duty, come), whom in zip(passed, people, strict=True)])
        store(due)
        _climb([(duty, come, whom) for (duty, come), whom in zip(passed, people, strict=True)], now)
        tell([(duty, come[-1], whom) for (duty, come), whom in zip(passed, people, strict=True)], now)
        return len(due)


def _split(duty: Obligation, dealt: int, all_: list[Moment], now: datetime) -> tuple[list[Moment], list[Moment]]:
    """Moments that have come and were not dealt with, and those ahead."""
    ahead = [m for m in all_ if m.at > now]
    passed = [m for m in all_ if m.at <= now and not is_dealt_with(m, duty, dealt)]
    return passed, ahead


def _advance(duty: Obligation, passed: list[Moment], now: datetime) -> None:
    for moment in passed:
        if moment.what == "open":
            duty.state = State.OPEN
        elif moment.what == "remind":
            duty.reminded_at = now
        elif duty.breached_at is None and duty.due and now > duty.due:  # At the very instant it can still be met.
            duty.breached_at = duty.due


VERBS = {"open": "duty.opened", "remind": "duty.reminded", "due": "duty.escalated", "rung": "duty.escalated"}


def _event(duty: Obligation, moment: Moment, people: list[int], now: datetime) -> Draft:
    return Draft(
        verb=VERBS[moment.what],
        subject=duty.subject,
        happened_at=moment.at,
        source=moved.source if (moved := clock.moved()) else "",
        data={"clause": duty.clause, "duty": duty.pk, "rung": moment.rung, "told": people},
        duties=[entry(duty)],
    )


# As the events do, the rows come as one JSON text (trail.py).
CLIMB = """
INSERT INTO ledger_rung (obligation_id, rung, at, fired, told)
SELECT duty, rung, %s, fired, told
FROM json_to_recordset(%s::json) AS x(duty bigint, rung int, fired boolean, told jsonb)
ON CONFLICT DO NOTHING
"""


def _climb(spoken: list[tuple[Obligation, list[Moment], list[int]]], now: datetime) -> None:
    rungs = [
        {"duty": duty.pk, "rung": m.rung, "fired": m is come[-1], "told": whom if m is come[-1] else []}
        for duty, come, whom in spoken
        for m in come
        if m.what in {"due", "rung"}
    ]
    with connection.cursor() as cursor:
        cursor.execute(CLIMB, [now, canonical(rungs)])


def fill_occasions(now: datetime) -> int:
    """Bring the calendar's occasions up to now: a row per rule, unit and period, each with its event, exactly once.

    Looks at the table once an hour of the (possibly moved) clock; a unit opened meanwhile waits for the next hour.
    """
    made = 0
    hour = now.replace(minute=0, second=0, microsecond=0)
    for rule in OCCASIONS.values():
        if _filled.get(rule.name) == hour:
            continue
        units = rule.units(now)
        filled = Occasion.objects.filter(rule=rule.name, unit_id__in=units).order_by("unit_id").values_list("unit_id")
        last = dict(filled.annotate(Max("starts_at")))
        for unit, since in units.items():
            made += _fill(rule, unit, since, last.get(unit), now)
        _filled[rule.name] = hour
    return made


def _fill(rule: OccasionRule, unit: int, since: datetime, last: datetime | None, now: datetime) -> int:
    made = 0
    ahead = rule.ahead(now)
    for period, start in periods(rule, since, last, now + ahead):
        with transaction.atomic():
            row, is_new = Occasion.objects.get_or_create(
                rule=rule.name, unit_id=unit, period=period, defaults={"starts_at": start}
            )
            if is_new:
                came = max(start - ahead, min(since, start, now))
                record("occasion.came", row, by=None, now=now, happened_at=came, data={"period": period})
                made += 1
    return made
