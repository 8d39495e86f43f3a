"""`chengnuo check`: proof that what happened was neither changed nor lost.

Finds a changed body, one hashed again without the key, an inserted row, one missing in the middle, the last missing,
a whole chain missing, a business row or a duty changed by SQL without an event, a broken seal, a gap in a register.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from .models import LIVE, Obligation, Ref, Seal, Series, TrailEvent, TrailHead, TrailText, kept_models
from .seal import hashed
from .trail import NO_MAC, chained, digest, salted, times_of

Numbered = Callable[[], Iterable[tuple[str, str, int, int]]]
_registers: list[Numbered] = []


def counts_numbers(func: Numbered) -> Numbered:
    """A register's rows per (register, branch, year, count): a gap-free register counts as many as its last number."""
    _registers.append(func)
    return func


@dataclass(frozen=True)
class Finding:
    """Something that is not as the chain says: a stable code, where, and what."""

    code: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.code}  {self.where}  {self.what}"


DutyKey = tuple[str, str, str, int, str]


@dataclass
class Told:
    """What the events say of the world: the last digest of each row, the fates of each duty, each chain's end.

    A duty's fates are (event, what it says); the same key comes back in a later episode.
    """

    rows: dict[str, str] = field(default_factory=dict)
    duties: dict[DutyKey, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    ends: dict[Ref, tuple[int, bytes]] = field(default_factory=dict)
    events: int = 0


def check() -> tuple[list[Finding], int]:
    """Every finding, in the order: chains, texts, heads, rows, duties, seals, registers; and how many events were read.

    Reads the whole ledger once, as it was at one instant: work goes on meanwhile.
    """
    told = Told()
    with one_instant():
        parts = (_chains(told), _texts(), _heads(told), _rows(told), _duties(told), _seals(), _numbers())
        return [finding for part in parts for finding in part], told.events


@contextmanager
def one_instant() -> Iterator[None]:
    if connection.in_atomic_block:  # A test's transaction has begun and cannot change its isolation.
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _chains(told: Told) -> Iterator[Finding]:
    latest: dict[str, int] = {}
    expected: Ref | None = None
    seq, mac = 0, NO_MAC
    events = TrailEvent.objects.order_by("subject_type", "subject_pk", "seq")
    for event in events.iterator(chunk_size=2000):
        told.events += 1
        if event.subject != expected:
            expected, seq, mac = event.subject, 0, NO_MAC
        where = f"{event.subject_type}:{event.subject_pk}#{event.seq}"
        if event.seq != seq + 1:
            yield Finding("event_missing", where, f"after #{seq}")
        times = times_of(event.happened_at, event.recorded_at)
        real = chained(mac, event.subject, event.seq, event.by_id, event.source, times, event.body)
        if real != bytes(event.mac):
            yield Finding("event_changed", where, event.verb)
        seq, mac = event.seq, bytes(event.mac)
        told.ends[event.subject] = (seq, mac)
        try:
            body = json.loads(event.body)
        except ValueError:
            yield Finding("event_changed", where, "its body is no longer JSON")
            continue
        if body["verb"] != event.verb:
            yield Finding("event_changed", where, f"the verb says {event.verb}, its body {body['verb']}")
        for name, value in body["rows"].items():
            if latest.get(name, 0) < event.pk:
                latest[name], told.rows[name] = event.pk, value
        for duty in body["duties"]:
            key = (duty["clause"], duty["rule"], *duty["subject"], duty["key"])
            told.duties.setdefault(key, []).append((event.pk, duty))


def _texts() -> Iterator[Finding]:
    event_texts = TrailText.objects.select_related("event").order_by("event_id")
    for text in event_texts.iterator(chunk_size=2000):
        try:
            said = json.loads(text.event.body)["texts"].get(text.name)
        except ValueError:
            continue  # The event's own finding tells.
        if said != salted(bytes(text.salt), text.text):
            yield Finding("text_changed", f"event {text.event_id}", text.name)


def _heads(told: Told) -> Iterator[Finding]:
    unseen = dict(told.ends)
    for head in TrailHead.objects.iterator(chunk_size=5000):
        where = Ref(head.subject_type, head.subject_pk)
        end = unseen.pop(where, None)
        name = f"{where.type}:{where.pk}"
        if end is None:
            if head.seq:
                yield Finding("chain_missing", name, f"{head.seq} events are gone")
        elif end != (head.seq, bytes(head.mac)):
            yield Finding("last_event_missing" if end[0] < head.seq else "event_inserted", name, f"#{head.seq}")
    for where in unseen:
        yield Finding("event_inserted", f"{where.type}:{where.pk}", "a chain without its head")


def _rows(told: Told) -> Iterator[Finding]:
    unseen = dict(told.rows)
    for model in kept_models():
        for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            name = f"{model._meta.label_lower}:{row.pk}"
            said = unseen.pop(name, None)
            if said is None:
                yield Finding("row_without_event", name, "")
            elif said != digest(row):
                yield Finding("row_changed", name, "differs from what its last event left behind")
    for name in unseen:
        yield Finding("row_missing", name, "its events speak of it")


def _duties(told: Told) -> Iterator[Finding]:
    unseen = {key: _episodes(fates) for key, fates in told.duties.items()}
    for duty in Obligation.objects.order_by("pk").iterator(chunk_size=2000):
        episodes = unseen.get((duty.clause, duty.rule, duty.subject_type, duty.subject_pk, duty.key))
        where = f"duty {duty.pk} ({duty.clause} on {duty.subject_type}:{duty.subject_pk})"
        if not episodes:
            yield Finding("duty_without_event", where, duty.state)
            continue
        said = episodes.pop(0)
        if said["state"] != duty.state or any(
            _instant(said[name]) != getattr(duty, name) for name in ("due", "breached_at", "ended_at")
        ):
            yield Finding("duty_changed", where, f"the events say {said['state']}, the row {duty.state}")
    for key, episodes in unseen.items():
        for said in episodes:
            yield Finding("duty_missing", f"{key[0]} on {key[2]}:{key[3]}", f"{key[1]} {said['state']}")


def _episodes(fates: list[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The last word on each episode of one duty, in order: after an end, a live state begins the next one."""
    found: list[dict[str, Any]] = []
    for _event, duty in sorted(fates, key=lambda fate: fate[0]):
        if not found or (found[-1]["state"] not in LIVE and duty["state"] in LIVE):
            found.append(duty)
        else:
            found[-1] = duty
    return found


def _instant(value: object) -> object:
    return parse_datetime(value) if isinstance(value, str) else value


def _seals() -> Iterator[Finding]:
    before = None
    for one in Seal.objects.order_by("up_to"):
        digest_, count = hashed(before, one.up_to)
        if (digest_, count) != (one.digest, one.events):
            yield Finding("seal_broken", f"seal up to event {one.up_to}", f"{count} events, sealed {one.events}")
        before = one


def _numbers() -> Iterator[Finding]:
    found: dict[tuple[str, str, int], int] = {}
    for register in _registers:
        for name, branch, year, count in register():
            found[name, branch, year] = count
    lasts = {(one.register, one.branch, one.year): one.last for one in Series.objects.all()}
    for key in sorted(lasts.keys() | found.keys()):
        count, last = found.get(key, 0), lasts.get(key, 0)
        if count != last:
            yield Finding("register_gap", "-".join(map(str, key)), f"{count} of {last}")
