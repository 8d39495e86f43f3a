"""Old and new values of a change, in the form in which the event keeps them."""

from collections.abc import Iterable, Mapping
from typing import Any

from chengnuo.ledger.errors import Stale
from chengnuo.ledger.models import Kept

# Texts whose name begins so hold personal numbers: no page, list or export shows them, whoever asks.
PRIVATE = "private."
TEXTS = frozenset({"name", "title", "note", "address", "insured", "deductible", "scope"})
NUMBERS = frozenset({"resident_id", "email"})


def apply(record: Kept, values: Mapping[str, Any], version: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Set the values that differ and count the version up; gives the event's `data` and `texts`, both empty when
    nothing differs. Call it on the locked record. Raises Stale when `version` is not the stored one."""
    if record.version != version:
        raise Stale(record, values)
    old = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
    for name in old:
        setattr(record, name, values[name])
    if old:
        record.version += 1
    return told(((name, was, values[name]) for name, was in old.items()))


def told(changes: Iterable[tuple[str, Any, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
    """`data["changes"]` with codes and numbers as [old, new]; words and personal values as texts NAME.old, NAME.new."""
    codes: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, was, now in changes:
        if name in TEXTS or name in NUMBERS:
            where = f"{PRIVATE}{name}" if name in NUMBERS else name
            texts |= {f"{where}.old": str(was), f"{where}.new": str(now)}
            codes[name] = None
        else:
            codes[name] = [was, now]
    return ({"changes": codes} if codes else {}), texts
