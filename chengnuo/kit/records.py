"""Records of any room as a page may name them: only those that the reader sees, by number and with their address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.urls import NoReverseMatch

from chengnuo.ledger.models import Kept, Ref
from chengnuo.people.models import Staff

Visible = Callable[[Staff, datetime, set[int]], set[int]]
_visible: dict[str, Visible] = {}
_addresses: dict[str, Callable[[Any], str]] = {}


@dataclass(frozen=True)
class Named:
    """A record in one word: its number (or name) and its page."""

    ref: Ref
    number: str
    url: str


def register_visible(type_: str, visible: Visible, address: Callable[[Any], str] | None = None) -> None:
    """Say which of these keys of a record type (`hotline.call`) a person may see; called from AppConfig.ready().

    A type that nobody registered is seen by nobody. `address` is the page of a record that has none of its own.
    """
    _visible[type_] = visible
    if address is not None:
        _addresses[type_] = address


def types_of(room: str) -> list[str]:
    """The registered types of record that belong to a room."""
    return [type_ for type_ in _visible if type_.partition(".")[0] == room]


Handles = Callable[[Staff, Any, datetime], bool]
_handles: dict[str, Handles] = {}


def register_handles(type_: str, may: Handles) -> None:
    """Say who may add to a record of a type that he sees, as its files; a type that nobody registered takes none."""
    _handles[type_] = may


def may_add_to(user: Staff, record: Kept, now: datetime) -> bool:
    """Whether the person may add to this record, which he sees."""
    may = _handles.get(record._meta.label_lower)
    return may is not None and may(user, record, now)


def record_at(where: Ref) -> Kept:
    """The record. Raises Http404 for none: of what is everybody's to see, `visible_refs` does not ask whether it is."""
    try:
        return where.load()
    except ObjectDoesNotExist:
        raise Http404 from None


def visible_refs(user: Staff, now: datetime, refs: Iterable[Ref]) -> set[Ref]:
    """Those of the records that the person may see: one question per type."""
    asked: dict[str, set[int]] = {}
    for one in refs:
        asked.setdefault(one.type, set()).add(one.pk)
    return {
        Ref(type_, pk)
        for type_, pks in asked.items()
        if type_ in _visible
        for pk in _visible[type_](user, now, pks) & pks
    }


def named(user: Staff, now: datetime, refs: Iterable[Ref]) -> dict[Ref, Named]:
    """The records that the person may see, by number and address: two queries per type, whatever their number."""
    seen = visible_refs(user, now, refs)
    found: dict[Ref, Named] = {}
    for type_ in sorted({one.type for one in seen}):
        model = apps.get_model(type_)
        # None, since without a word it would follow every relation.
        known = model._default_manager.select_related(*(getattr(model, "NAMED_BY", ()) or (None,)))
        rows = known.in_bulk([one.pk for one in seen if one.type == type_])
        for pk, row in rows.items():
            where = Ref(type_, pk)
            found[where] = Named(where, str(getattr(row, "number", "") or row), _address(row))
    return found


def _address(row: Any) -> str:
    try:
        known = _addresses.get(row._meta.label_lower)
        return known(row) if known else row.get_absolute_url()
    except (AttributeError, NoReverseMatch):
        return ""
