"""Writing the index: with every event, the rows of the records it names, in its transaction and at most two statements.

Whose row is surely new is written at once, and the marks of the others are read by the same statement; only a record
whose own columns changed is made anew, so an event that changes no words costs one small read.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connection, transaction
from procrastinate.contrib.django import app

from chengnuo.ledger.models import Ref, ref
from chengnuo.ledger.trail import Draft, canonical

from ..models import Blob
from .folding import fold, grams
from .keys import keys_of
from .kinds import KINDS, Kind, Words

VERSION = 1
"""Of how words become rows: an installation whose rows are of another one makes them anew by itself."""
BATCH = 200
LOCKED = 0x5345
CUT = "\x1f"
"""Between lexemes on their way to the database; no folded text has it."""


@dataclass(frozen=True)
class Row:
    """A record's row, as it is stored."""

    ref: Ref
    mark: str
    words: Words
    text: str
    keys: str
    lexemes: str

    def stored(self) -> tuple[Any, ...]:
        w = self.words
        return (*self.ref, w.unit, w.client_unit, w.client, w.person, w.at, self.mark, self.text, self.keys)


PUT = """
WITH given AS (
  SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS x(t, p, unit, client_unit, client, person, at, mark, text, keys, lexemes)
), put AS (
  INSERT INTO kit_searchrow AS r (subject_type, subject_pk, unit_id, client_unit_id, client_id, person_id, at, mark,
    text, keys, document)
  SELECT t, p, unit, client_unit, client, person, at, mark, text, keys,
    array_to_tsvector(string_to_array(lexemes, E'\\x1f')) FROM given ORDER BY t, p
  ON CONFLICT (subject_type, subject_pk) DO UPDATE SET unit_id = excluded.unit_id,
    client_unit_id = excluded.client_unit_id, client_id = excluded.client_id, person_id = excluded.person_id,
    at = excluded.at, mark = excluded.mark, text = excluded.text, keys = excluded.keys, document = excluded.document
  WHERE (r.unit_id, r.client_unit_id, r.client_id, r.person_id, r.at, r.mark, r.text, r.keys) IS DISTINCT FROM
    (excluded.unit_id, excluded.client_unit_id, excluded.client_id, excluded.person_id, excluded.at, excluded.mark,
      excluded.text, excluded.keys)
)
SELECT subject_type, subject_pk, mark, unit_id, client_unit_id, client_id, person_id FROM kit_searchrow
WHERE (subject_type, subject_pk) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
"""
DROP = """
DELETE FROM kit_searchrow WHERE (subject_type, subject_pk) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
"""


def mark_of(kind: Kind, record: Any) -> str:
    """A hash of the columns that the row is made of."""
    values = canonical([VERSION, *(getattr(record, name) for name in kind.reads)])
    return hashlib.blake2b(values.encode(), digest_size=8).hexdigest()


def row_of(kind: Kind, record: Any) -> Row | None:
    """The record's row, or None where it is not to be found."""
    words = kind.words(record)
    if words is None:
        return None
    said = dict.fromkeys(fold(text) for text in (*words.texts, words.number, *words.numbers, *words.names))
    text = "\n".join(filter(None, said))
    keys = keys_of(words)
    lexemes = set().union(*map(grams, said), (f" {key}" for key in keys), [f" t{kind.type}"])
    return Row(
        Ref(kind.type, record.pk),
        mark_of(kind, record),
        words,
        text,
        "".join(f"\n{key}" for key in sorted(keys)) + "\n",
        CUT.join(lexemes),
    )


@dataclass(frozen=True)
class Known:
    """What is stored of a row: its mark, and whose it is."""

    mark: str
    whose: tuple[int | None, ...]


def put(rows: Iterable[Row], reads: Iterable[Ref] = ()) -> dict[Ref, Known]:
    """Write the rows that differ from what is stored, and give what was stored of `reads` before."""
    rows, asked = sorted(rows, key=lambda row: row.ref), sorted(reads)
    columns = [list(column) for column in zip(*((*row.stored(), row.lexemes) for row in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(PUT, [*(columns or [[]] * 11), [one.type for one in asked], [one.pk for one in asked]])
        return {Ref(t, p): Known(mark, tuple(whose)) for t, p, mark, *whose in cursor.fetchall()}


def drop(refs: Sequence[Ref]) -> None:
    """Let the rows of these records go, as when a text is erased for good."""
    if refs:
        with connection.cursor() as cursor:
            cursor.execute(DROP, [[one.type for one in refs], [one.pk for one in refs]])


Named = dict[Ref, tuple[Kind, Any]]


def made(named: Named) -> tuple[list[Row], list[Ref]]:
    """The rows of these records, and which of them are not to be found."""
    for kind in {id(kind): kind for kind, _record in named.values()}.values():
        kind.ready([record for which, record in named.values() if which is kind])
    rows = {where: row_of(kind, record) for where, (kind, record) in named.items()}
    return [row for row in rows.values() if row], [where for where, row in rows.items() if row is None]


def keep(records: Sequence[Any], draft: Draft, _now: datetime) -> tuple[()]:
    """Bring the rows of the records that an event names up to date; called by `record()`, in its transaction."""
    named: Named = {ref(one): (KINDS[one._meta.label_lower], one) for one in records if one._meta.label_lower in KINDS}
    sure = _led_to(records)
    if draft.verb == "blob.attached":
        sure |= _attached(draft, records[0])
    sure |= {where: one for where, one in named.items() if not one[1].was_read}
    others = {where: one for where, one in named.items() if where not in sure}
    if not (sure or others):
        return ()
    rows, gone = made(sure)
    known = put(rows, others)
    stale = {where: one for where, one in others.items() if _mark(known, where) != mark_of(*one)}
    if stale:
        anew, away = made(stale)
        put(anew)
        gone += [where for where in away if where in known]
        _let_follow(anew, known)
    drop(gone)
    return ()


def _mark(known: dict[Ref, Known], where: Ref) -> str:
    return known[where].mark if where in known else ""


def _led_to(records: Sequence[Any]) -> Named:
    """Records whose words another record named here is part of, as a contact's numbers are of his rows."""
    found: Named = {}
    for kind in KINDS.values():
        for type_, lead in kind.named_by.items():
            if mine := [one for one in records if one._meta.label_lower == type_]:
                found |= {ref(one): (kind, one) for one in lead(mine)}
    return found


def _attached(draft: Draft, record: Any) -> Named:
    blob: Any = Blob.objects.get(pk=draft.data["blob"])
    blob.record = record
    return {ref(blob): (KINDS["kit.blob"], blob)}


def _let_follow(rows: Iterable[Row], known: dict[Ref, Known]) -> None:
    """Let the rows that are made of these follow, by a job: a client that is renamed may have thousands."""
    for row in rows:
        w = row.words
        before = known.get(row.ref)
        is_moved = before is not None and before.whose != (w.unit, w.client_unit, w.client, w.person)
        if is_moved or (before is not None and KINDS[row.ref.type].lends_words):
            follow.defer(type=row.ref.type, pk=row.ref.pk)


@app.task(queue="jobs", name="chengnuo.kit.search.follow")
def follow(type: str, pk: int) -> None:
    """Make anew the rows that are made of a record. Safe to run twice."""
    files = Blob.objects.filter(subject_type=type, subject_pk=pk).order_by("pk").values_list("pk", flat=True)
    refs = [*KINDS[type].leads_to(pk), *(Ref("kit.blob", one) for one in files)]
    for type_ in sorted({one.type for one in refs}):
        pks = [one.pk for one in refs if one.type == type_]
        for start in range(0, len(pks), BATCH):
            remake(KINDS[type_], pks[start : start + BATCH])


def rows_of_client(pk: int) -> list[Ref]:
    """The records of every room that concern a client."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_type, subject_pk FROM kit_searchrow WHERE client_id = %s ORDER BY 1, 2", [pk])
        return [Ref(*one) for one in cursor.fetchall() if one[0] in KINDS]


def remake(kind: Kind, pks: Sequence[int]) -> None:
    """Make the rows of some records of a kind anew, under their lock: an action that is at one of them writes before
    or after, never in between. Those that do this take turns, so that what one has not committed no other overlooks."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCKED])
        found = kind.model._default_manager.filter(pk__in=list(pks)).order_by("pk")
        records = cast("list[Any]", list(found.select_for_update(no_key=True, of=("self",))))
        rows, gone = made({ref(one): (kind, one) for one in records})
        put(rows)
        drop([*gone, *(Ref(kind.type, pk) for pk in set(pks) - {one.pk for one in records})])
