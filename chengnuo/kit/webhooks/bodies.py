"""What leaves the house of an event: what happened to which record and when, in ids, codes and numbers.

Texts are erasable and must not lie on other people's servers, and no client is named there. The event's `data` should
hold ids, codes and numbers alone, but holds a credit code and a user name as well; so a value is let through by its
shape, not by trust in who wrote it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from chengnuo.ledger.models import Kept, Ref
from chengnuo.ledger.trail import Draft, canonical
from chengnuo.people.models import Unit

LONGEST_NUMBER = 40
# States, kinds, verbs' parts; units; clauses; numbers of registers; days and instants. Nothing that is digits alone.
CODE = re.compile(
    r"[a-z][a-z0-9_]{0,39}|[A-Z]{1,6}|\d{1,2}(\.\d{1,2}){1,3}|[A-Z]{2,6}-[A-Z]{2,6}-\d{2,4}-\d{1,8}"
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?([+-]\d\d:\d\d|Z)?)?"
)
PERSONAL = frozenset({"username", "extension", "phone_id", "name", "sender", "host"})
MOST_DEEP = 4
MOST_ITEMS = 100


@dataclass(frozen=True)
class Body:
    text: str
    number: str
    unit_id: int | None


def bodies(drafts: Sequence[Draft]) -> list[Body]:
    """The bodies of events, in their order: a query per type of record, and one for the units' codes."""
    records = _records({draft.subject for draft in drafts})
    units = {one.duty_unit_id for one in records.values() if one.duty_unit_id}
    codes = dict(Unit.objects.filter(pk__in=units).values_list("pk", "code"))
    return [_body(draft, records.get(draft.subject), codes) for draft in drafts]


def _records(refs: set[Ref]) -> dict[Ref, Kept]:
    found: dict[Ref, Kept] = {}
    for type_ in sorted({one.type for one in refs}):
        model = apps.get_model(type_)
        known = model._default_manager.select_related(*(getattr(model, "NAMED_BY", ()) or (None,)))
        rows = known.in_bulk([one.pk for one in refs if one.type == type_])
        found |= {Ref(type_, pk): row for pk, row in rows.items()}
    return found


def _body(draft: Draft, record: Kept | None, codes: dict[int, str]) -> Body:
    number = str(getattr(record, "number", "") or "")[:LONGEST_NUMBER]
    if not CODE.fullmatch(number):
        number = ""  # An agreement's is free text, and may name the client.
    unit_id = record.duty_unit_id if record is not None else None
    text = canonical(
        {
            "id": draft.id,
            "verb": draft.verb,
            "subject": {"type": draft.subject.type, "id": draft.subject.pk, "number": number or None},
            "seq": draft.seq,
            "unit": codes.get(unit_id) if unit_id else None,
            "happened_at": draft.happened_at,
            "recorded_at": draft.recorded_at,
            "data": codes_of(draft.data),
            "resource": resource(draft.subject),
        }
    )
    return Body(text, number, unit_id)


def codes_of(value: Any, deep: int = 0) -> Any:
    """The ids, codes, numbers and times of a value; everything else is None, and personal fields are left out."""
    if isinstance(value, bool | int | float | Decimal | datetime | date | time) or value is None:
        return value
    if isinstance(value, str):
        return str(value) if CODE.fullmatch(value) else None
    if deep >= MOST_DEEP:
        return None
    if isinstance(value, dict):
        kept = [(str(name), inner) for name, inner in value.items() if CODE.fullmatch(str(name))]
        return {name: codes_of(inner, deep + 1) for name, inner in kept[:MOST_ITEMS] if name not in PERSONAL}
    if isinstance(value, list | tuple | set | frozenset):
        return [codes_of(inner, deep + 1) for inner in list(value)[:MOST_ITEMS]]
    return None


def resource(subject: Ref) -> str | None:
    """Where the API answers for a record, behind its own access; None where it does not."""
    try:
        return reverse(f"api:get_{subject.type.rpartition('.')[2]}", kwargs={"id": subject.pk})
    except NoReverseMatch:
        return None
