"""Writing what happened: `record()` makes the event, lets the rules look at what it names, and chains it.

The order inside one action: facts are saved, then `record()`. Under the subject's lock it locks the live duties,
reviews them, takes the chain's head (and the database's clock with it), writes the event, then the duties' new states.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from . import clock
from .books import Rulebook, rulebook
from .models import Kept, Obligation, Ref, TrailLook, ref

SALT_BYTES = 16
NO_MAC = b"\0" * 32


@dataclass
class Draft:
    """An event before it has its place in the chain. `rows` hold keyed digests of the records it left behind."""

    verb: str
    subject: Ref
    happened_at: datetime
    by_id: int | None = None
    source: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    also: list[Ref] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    duties: list[dict[str, Any]] = field(default_factory=list)
    on_behalf_of: int | None = None
    salts: dict[str, bytes] = field(default_factory=dict)
    # Given by append():
    id: int = 0
    seq: int = 0
    recorded_at: datetime | None = None

    @cached_property
    def book(self) -> Rulebook:
        """The figures and the calendar that hold for this event: one read of their stamp, whoever asks."""
        return rulebook()

    def body(self) -> str:
        """Canonical JSON text. Text and personal values are in it only as salted hashes."""
        for name in self.texts:
            self.salts.setdefault(name, secrets.token_bytes(SALT_BYTES))
        hashes = {name: salted(self.salts[name], text) for name, text in self.texts.items()}
        return canonical(
            {
                "verb": self.verb,
                "data": self.data,
                "texts": hashes,
                "also": [list(other) for other in self.also],
                "rows": self.rows,
                "duties": self.duties,
                "on_behalf_of": self.on_behalf_of,
            }
        )


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces; decimals, times and dates as text in one form each."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def salted(salt: bytes, text: str) -> str:
    return hashlib.sha256(bytes(salt) + text.encode()).hexdigest()


def chained(previous: bytes, subject: Ref, seq: int, by_id: int | None, source: str, times: str, body: str) -> bytes:
    """The keyed hash that ties an event to the one before it in its record's chain."""
    message = canonical([subject.type, subject.pk, seq, bytes(previous).hex(), by_id, source, times, body])
    return hmac.new(settings.TRAIL_KEY, message.encode(), hashlib.sha256).digest()


def times_of(happened_at: datetime, recorded_at: datetime) -> str:
    return f"{_plain(happened_at)} {_plain(recorded_at)}"


def digest(record: Kept) -> str:
    """A keyed hash of the record's stored values: shows a row that was changed without an event."""
    values: dict[str, Any] = {}
    for name, value in record.row().items():
        if isinstance(value, Decimal):
            # The database pads to the column's places, a form does not: 5 and 5.00 are one value.
            value = value.normalize() + Decimal(0)
        values[name] = value
    return hmac.new(settings.TRAIL_KEY, canonical(values).encode(), hashlib.sha256).hexdigest()[:32]


Follow = Callable[[Sequence[Kept], Draft, datetime], Iterable[Kept]]
_followers: list[Follow] = []


def on_record(follow: Follow) -> None:
    """Let a higher room write rows of its own with an event, in its transaction; called from AppConfig.ready().

    `follow` is given the records that the event names, its subject first, the event before it is written (it may add
    codes to its `data`) and the instant. It gives the rows for which the event is to vouch, as it does for the
    records it names; what is derived and can be made anew needs no voucher.
    """
    _followers.append(follow)


def record(
    verb: str,
    subject: Kept,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    also: Sequence[Kept] = (),
    happened_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    source: str = "",
    on_behalf_of: int | None = None,
    withdraws: Sequence[Obligation] = (),
) -> Draft:
    """Write that `verb` happened to `subject`, in the running transaction, and review every record it names.

    `data` holds ids, codes and numbers; `texts` free text and personal values. `happened_at` is the time as stated,
    `now` by default; the database's clock gives `recorded_at`. `source` names an import, a device, a moved clock or the
    token by which a program acts for `by`.
    `withdraws` are live duties that this event takes back for the reason it gives. Every record named must be locked by
    `acting`: its stored values are hashed here, and two reviews of one record at once would open a duty twice.
    """
    from .obligations import apply_changes, review

    moved = clock.moved()
    draft = Draft(
        verb=verb,
        subject=ref(subject),
        happened_at=happened_at or now,
        by_id=by.pk if by else None,
        source=source or (moved.source if moved else "") or getattr(by, "via", ""),
        data=dict(data or {}),
        texts={name: text for name, text in (texts or {}).items() if text},
        also=[ref(other) for other in also],
        rows={f"{other._meta.label_lower}:{other.pk}": digest(other) for other in (subject, *also)},
        on_behalf_of=on_behalf_of,
    )
    for follow in _followers:
        draft.rows |= {f"{row._meta.label_lower}:{row.pk}": digest(row) for row in follow([subject, *also], draft, now)}
    changes = review([subject, *also], draft, now=now, withdraws=withdraws)
    append([draft])
    apply_changes(changes, draft)
    return draft


# Rows come as one JSON text: psycopg quotes every item of a list by itself, which took longer than writing them.
LOCK_HEADS = """
INSERT INTO ledger_trail_head (subject_type, subject_pk, seq, mac)
SELECT t, p, 0, %s FROM json_to_recordset(%s::json) AS x(t text, p bigint) ORDER BY t, p
ON CONFLICT (subject_type, subject_pk) DO UPDATE SET seq = ledger_trail_head.seq
RETURNING subject_type, subject_pk, seq, mac, clock_timestamp()
"""
WRITE = """
WITH given AS (
  SELECT * FROM json_to_recordset(%(events)s::json) AS x(n int, t text, p bigint, s int, verb text, by_id bigint,
    source text, happened timestamptz, recorded timestamptz, body text, mac text)
), event AS (
  INSERT INTO ledger_trail_event
    (subject_type, subject_pk, seq, verb, by_id, source, happened_at, recorded_at, body, mac)
  SELECT t, p, s, verb, by_id, source, happened, recorded, body, decode(mac, 'hex') FROM given ORDER BY n
  RETURNING id, subject_type, subject_pk, seq
), mention AS (
  INSERT INTO ledger_trail_mention (event_id, subject_type, subject_pk)
  SELECT DISTINCT event.id, m.t, m.p FROM event
  JOIN (SELECT * FROM json_to_recordset(%(mentions)s::json) AS y(st text, sp bigint, s int, t text, p bigint)) m
    ON (m.st, m.sp, m.s) = (event.subject_type, event.subject_pk, event.seq)
), texts AS (
  INSERT INTO ledger_trail_text (event_id, name, salt, text)
  SELECT event.id, t.name, decode(t.salt, 'hex'), t.text FROM event
  JOIN (SELECT * FROM json_to_recordset(%(texts)s::json) AS z(st text, sp bigint, s int, name text, salt text,
    text text)) t
    ON (t.st, t.sp, t.s) = (event.subject_type, event.subject_pk, event.seq)
), head AS (
  UPDATE ledger_trail_head h SET seq = l.s, mac = decode(l.mac, 'hex')
  FROM (SELECT DISTINCT ON (t, p) t, p, s, mac FROM given ORDER BY t, p, s DESC) l
  WHERE (h.subject_type, h.subject_pk) = (l.t, l.p)
)
SELECT id, subject_type, subject_pk, seq, (SELECT value FROM ledger_stamp WHERE name = 'listened') FROM event
"""
LISTENED = "listened"
Listener = Callable[[Sequence[Draft], int], None]
_listeners: list[Listener] = []


def on_append(listener: Listener) -> None:
    """Let a higher room hear of events in their own transaction, once they have their ids.

    The listener also gets the stamp LISTENED, read by the statement that writes: what the room knows of who wants to
    hear holds until the stamp grows (`books.changed(LISTENED)`). While there is no stamp nobody is asked, so an
    installation where nothing listens pays no statement for it.
    """
    _listeners.append(listener)


def append(drafts: Sequence[Draft]) -> None:
    """Chain the drafts, in order, in two statements whatever their number. Gives each its id, seq and recorded_at."""
    if not drafts:
        return
    moved = clock.moved()
    subjects = sorted({draft.subject for draft in drafts})
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HEADS, [NO_MAC, canonical([{"t": s.type, "p": s.pk} for s in subjects])])
        rows = cursor.fetchall()
        heads = {Ref(t, p): (seq, bytes(mac)) for t, p, seq, mac, _at in rows}
        written_at = moved.at if moved else max(row[4] for row in rows)
        events = [_chain(draft, heads, written_at, nth) for nth, draft in enumerate(drafts)]
        mentions = [{**_of(d), "t": other.type, "p": other.pk} for d in drafts for other in (d.subject, *d.also)]
        texts = [
            {**_of(d), "name": name, "salt": d.salts[name], "text": text}
            for d in drafts
            for name, text in d.texts.items()
        ]
        cursor.execute(WRITE, {"events": canonical(events), "mentions": canonical(mentions), "texts": canonical(texts)})
        written = cursor.fetchall()
    ids = {(Ref(t, p), seq): pk for pk, t, p, seq, _stamp in written}
    for draft in drafts:
        draft.id = ids[draft.subject, draft.seq]
    if (stamp := written[0][4]) is not None:
        for listener in _listeners:
            listener(drafts, stamp)


def _chain(draft: Draft, heads: dict[Ref, tuple[int, bytes]], written_at: datetime, nth: int) -> dict[str, Any]:
    """Give the draft its place behind its record's head, which moves on to it; the row to be written."""
    seq, previous = heads[draft.subject]
    draft.seq, draft.recorded_at = seq + 1, written_at
    body, times = draft.body(), times_of(draft.happened_at, written_at)
    mac = chained(previous, draft.subject, draft.seq, draft.by_id, draft.source, times, body)
    heads[draft.subject] = (draft.seq, mac)
    return {
        "n": nth,
        "t": draft.subject.type,
        "p": draft.subject.pk,
        "s": draft.seq,
        "verb": draft.verb,
        "by_id": draft.by_id,
        "source": draft.source,
        "happened": draft.happened_at,
        "recorded": written_at,
        "body": body,
        "mac": mac,
    }


def _of(draft: Draft) -> dict[str, Any]:
    return {"st": draft.subject.type, "sp": draft.subject.pk, "s": draft.seq}


def looked(record: Kept, *, by: AbstractBaseUser, now: datetime) -> None:
    """Note that somebody read a record; once per person, record and hour (clause 3.7.4). Not part of the chain."""
    where = ref(record)
    TrailLook.objects.bulk_create(
        [
            TrailLook(
                staff_id=cast(int, by.pk),
                subject_type=where.type,
                subject_pk=where.pk,
                hour=now.replace(minute=0, second=0, microsecond=0),
            )
        ],
        ignore_conflicts=True,
    )
