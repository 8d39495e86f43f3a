"""Saving a row whose values may be taken, and saying what a change changed."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from chengnuo.ledger.errors import Refusal, Stale
from chengnuo.ledger.models import Kept


def save_unique(record: Kept, **taken: str) -> None:
    """Save; a value that another row holds raises Refusal 422 with the words given for its column.

    The database is asked once and decides: a look beforehand would still lose the race of two forms.
    """
    try:
        record.save()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        for column, words in taken.items():
            if constraint == f"{record._meta.db_table}_{column}_key":
                raise Refusal(f"{column}_taken", words, status=422, fields={column: words}) from error
        raise


def as_seen(record: Kept, version: int | None) -> None:
    """Raises Stale when the record is no longer as the person saw it; None says that it does not matter."""
    if version is not None and record.version != version:
        raise Stale(record)


def change(record: Kept, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the values that differ. Returns name → (old, new) of these."""
    changed = {name: (old, new) for name, new in values.items() if (old := getattr(record, name)) != new}
    for name, (_old, new) in changed.items():
        setattr(record, name, new)
    if changed:
        record.version += 1
    return changed


def in_data(changed: Mapping[str, tuple[Any, Any]], *codes: str) -> dict[str, dict[str, Any]]:
    """A change in an event's data: ids and codes as [old, new], of the rest only that it changed."""
    return {
        "changes": {
            name: [getattr(value, "pk", value) for value in values] if name in codes else None
            for name, values in changed.items()
        }
    }


def in_texts(changed: Mapping[str, tuple[str, str]], *names: str) -> dict[str, str]:
    """The part of a change that is words and personal values, for an event's texts: `phone.old` and `phone.new`."""
    return {
        f"{name}.{when}": value
        for name in names
        if name in changed
        for when, value in zip(("old", "new"), changed[name], strict=True)
    }
