"""What can be found: each room says for its records what they are found by, who sees them, and how they look.

    register_search(Kind("call", Call, _("来电"), order=301, reads=("number", "content", …), words=call_words,
                         hits=shown(visible_calls, call_hit, "client"), related=("client",)))

A row of the index is made of the record's own columns (`reads`) and of what `related` leads to. It is written with the
event that names the record, so no action can forget it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model, QuerySet, prefetch_related_objects
from django.utils.functional import Promise

from chengnuo.ledger.models import Ref
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

TIMELESS = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of records that have none: they come last, and no period holds them."""


@dataclass(frozen=True)
class Words:
    """What a record is found by. `texts` are what its page shows to everybody who sees it: found by any part, and shown
    around the hit. `number` is its own, which opens it; `numbers` are those it names. `names` are found by pinyin as
    well, `phones` (digits) whole or by their last four, `whole` (credentials) only whole. The rest says whose it is."""

    texts: Sequence[str] = ()
    number: str = ""
    numbers: Sequence[str] = ()
    names: Sequence[str] = ()
    phones: Sequence[str] = ()
    whole: Sequence[str] = ()
    unit: int | None = None
    client_unit: int | None = None
    client: int | None = None
    person: int | None = None
    at: datetime = TIMELESS


@dataclass(frozen=True)
class Scope:
    """Whose rows of a kind somebody sees: `everything`, else by unit, by shared client, or as his own."""

    units: tuple[int, ...] = ()
    clients: tuple[int, ...] = ()
    person: int | None = None
    everything: bool = False


@dataclass(frozen=True)
class Hit:
    """One record found: `title` names it, `subtitle` tells it apart, `number` is what people read out on the phone.
    `texts` are where the words may stand that are shown around the hit: nothing that the record's page masks."""

    title: str
    subtitle: str
    url: str
    number: str = ""
    texts: Sequence[str] = ()


def of_reach(user: Staff, now: datetime) -> Scope:
    """What the person's units handle, what concerns their clients and those shared with them, and what is his own."""
    who = reach(user, now)
    return Scope(who.units, who.clients, user.pk)


Hits = Callable[[Staff, datetime, list[int]], dict[int, Hit]]


def shown(
    visible: Callable[[Staff, datetime], QuerySet[Any]],
    hit: Callable[[Any], Hit],
    *related: str,
    many: Sequence[str] = (),
) -> Hits:
    """How the records of a kind look: those of its `visible_*`, each as its `hit`, which reads what is `related`; what
    there are `many` of is read apart."""

    def hits(user: Staff, now: datetime, pks: list[int]) -> dict[int, Hit]:
        # None, since without a word it would follow every relation.
        rows = visible(user, now).filter(pk__in=pks).select_related(*(related or (None,))).prefetch_related(*many)
        return {row.pk: hit(row) for row in rows}

    return hits


def _nothing(_pk: int) -> Iterable[Ref]:
    return ()


@dataclass(frozen=True)
class Kind:
    """`words` gives None for a record that is not to be found. `named_by` leads from a type that is found by another's
    rows (a telephone by its contact's) to these; `leads_to` from a record to those whose rows are made of it, which
    follow when whose it is changes, or any word where it `lends_words`. `hits` are those of some records that the
    person sees, whatever the row says, by key."""

    name: str
    model: type[Model]
    label: str | Promise
    order: int
    reads: Sequence[str]
    words: Callable[[Any], Words | None]
    hits: Hits
    related: Sequence[str] = ()
    scope: Callable[[Staff, datetime], Scope] = of_reach
    named_by: Mapping[str, Callable[[list[Any]], Iterable[Any]]] = field(default_factory=dict)
    leads_to: Callable[[int], Iterable[Ref]] = _nothing
    lends_words: bool = False
    prepare: Callable[[Sequence[Any]], None] | None = None

    @property
    def type(self) -> str:
        return self.model._meta.label_lower

    def ready(self, records: Sequence[Any]) -> None:
        """Load what the words of these records are made of, in as many queries for thirty as for one."""
        if self.prepare:
            self.prepare(records)
        if self.related:
            prefetch_related_objects(list(records), *self.related)


Find = Callable[[Staff, datetime, str], list[Hit]]


@dataclass(frozen=True)
class Place:
    """Something found without a row: a clause, a page. `find` gets the query folded; the few there are fit a page."""

    name: str
    label: str | Promise
    order: int
    find: Find


KINDS: dict[str, Kind] = {}
"""By type of record."""
PLACES: dict[str, Place] = {}


def register_search(kind: Kind) -> None:
    """Add a kind to the search; called from AppConfig.ready()."""
    KINDS[kind.type] = kind


def register_place(place: Place) -> None:
    PLACES[place.name] = place


def kind_named(name: str) -> Kind | Place | None:
    return next((kind for kind in in_order() if kind.name == name), None)


def in_order() -> list[Kind | Place]:
    """Every kind in the order of the menu."""
    every: list[Kind | Place] = [*KINDS.values(), *PLACES.values()]
    return sorted(every, key=lambda kind: kind.order)
