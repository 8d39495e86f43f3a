"""Finding: newest first, exactly the rows that hold the words, whether the words are rare or everywhere.

A rare word is looked up in the index of words and what it finds is sorted. A word that more than CAP rows may hold is
looked for from the newest record back, which meets enough of them soon; a plain ORDER BY … LIMIT is misplanned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chengnuo.people.models import Staff

from .asking import Narrowed, Query, seen
from .folding import quoted
from .kinds import KINDS, TIMELESS, Hit, Kind, Place, in_order

PER_KIND = 10
CAP = 2000
WALK = 50_000


@dataclass(frozen=True)
class Found:
    """One record that matches. `is_own` says that the query is its number."""

    hit: Hit
    is_own: bool = False
    at: datetime = TIMELESS


@dataclass(frozen=True)
class Group:
    """What was found of one kind, newest first. `next` is where the following page begins, None on the last one."""

    kind: Kind | Place
    found: list[Found] = field(default_factory=list)
    next: tuple[datetime, int] | None = None

    @property
    def has_more(self) -> bool:
        return self.next is not None


@dataclass(frozen=True)
class Spot:
    """Where a row stands: its kind, its time and its key."""

    type: str
    pk: int
    at: datetime
    is_own: bool


RARE = """
WITH found AS MATERIALIZED (
  SELECT subject_type, subject_pk, at, strpos(keys, %s) > 0 AS is_own, ({seen} AND {exact}) AS counts
  FROM kit_searchrow WHERE document @@ %s::tsquery{where} LIMIT %s
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY subject_type ORDER BY is_own DESC, at DESC, subject_pk DESC) AS place
  FROM found WHERE counts
)
SELECT t.rows, t.subject_type, r.subject_pk, r.at, r.is_own
FROM (SELECT subject_type, count(*) AS rows FROM found GROUP BY 1) t
LEFT JOIN ranked r ON r.subject_type = t.subject_type AND r.place <= %s ORDER BY r.place
"""
WALKED = """
SELECT subject_type, subject_pk, at, FALSE FROM (
  SELECT * FROM kit_searchrow WHERE subject_type = %s{where} ORDER BY at DESC, subject_pk DESC LIMIT %s
) newest WHERE {seen} AND {exact} ORDER BY at DESC, subject_pk DESC LIMIT %s
"""


@dataclass(frozen=True)
class _Question:
    """A query of one person, narrowed, as parts of a statement."""

    query: Query
    user: Staff
    now: datetime
    narrowed: Narrowed
    limit: int

    def rare(self, kinds: list[Kind], cap: int | None) -> list[Spot] | str:
        """The first rows of each kind; or, where more than `cap` may hold the words, the type that has most of them."""
        see, see_values = self._seen(kinds)
        exact, exact_values = self.query.exact
        where, where_values = self.narrowed.where()
        words = self.query.tsquery
        if len(kinds) < len(KINDS):
            words = f"({words}) & ({' | '.join(quoted(f' t{kind.type}') for kind in kinds)})"
        values = [self.query.own, *see_values, *exact_values, words, *where_values]
        rows = self._rows(RARE.format(seen=see, exact=exact, where=where), [*values, cap and cap + 1, self.limit])
        of_type = {type_: count for count, type_, *_row in rows}
        if cap and sum(of_type.values()) > cap:
            return max(of_type, key=of_type.__getitem__)
        return [Spot(*row[1:]) for row in rows if row[2] is not None]

    def walked(self, kind: Kind) -> list[Spot]:
        """The first rows of a kind, looked for from the newest back."""
        see, see_values = self._seen([kind])
        exact, exact_values = self.query.exact
        where, where_values = self.narrowed.where()
        sql = WALKED.format(seen=see, exact=exact, where=where)
        rows = self._rows(sql, [kind.type, *where_values, WALK, *see_values, *exact_values, self.limit])
        if len(rows) < self.limit:  # Of the newest not enough hold it: all that do are looked up, however many.
            found = self.rare([kind], None)
            assert not isinstance(found, str)
            return found
        return [Spot(*row) for row in rows]

    def _seen(self, kinds: list[Kind]) -> tuple[str, list[Any]]:
        return seen({kind.type: kind.scope(self.user, self.now) for kind in kinds})

    @staticmethod
    def _rows(sql: str, values: list[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()


def _places(question: _Question, kinds: list[Kind]) -> list[Spot]:
    if not kinds:
        return []
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The words that stand together are never as independent as the planner thinks: no guess of its own.
            cursor.execute("SET LOCAL enable_seqscan = off")
        found: list[Spot] = []
        left = list(kinds)
        while left:
            some = question.rare(left, CAP)
            if not isinstance(some, str):
                return found + some
            common = next(kind for kind in left if kind.type == some)
            found += question.walked(common)
            left.remove(common)
        return found


def search(
    query: Query,
    user: Staff,
    now: datetime,
    *,
    kind: Kind | Place | None = None,
    narrowed: Narrowed | None = None,
    limit: int = PER_KIND,
) -> list[Group]:
    """What this person may see that matches, by kind in the order of the menu, but first what the query is the number
    of. At most `limit` of a kind; of one kind alone the next page begins at the group's `next`."""
    if not query.is_askable:
        return []
    wanted = in_order() if kind is None else [kind]
    kinds = [one for one in wanted if isinstance(one, Kind)]
    places = _places(_Question(query, user, now, narrowed or Narrowed(), limit + 1), kinds)
    groups = [
        _told(one, [place for place in places if place.type == one.type], user, now, limit)
        if isinstance(one, Kind)
        else Group(
            one,
            [] if narrowed else [Found(hit, hit.number == query.folded) for hit in one.find(user, now, query.folded)],
        )
        for one in wanted
    ]
    found = [group for group in groups if group.found]
    return sorted(found, key=lambda group: not any(one.is_own for one in group.found))


def _told(kind: Kind, places: list[Spot], user: Staff, now: datetime, limit: int) -> Group:
    """The records of these rows as their room shows them, if the person still sees them."""
    shown = places[:limit]
    if not shown:
        return Group(kind)
    hits = kind.hits(user, now, [place.pk for place in shown])
    found = [Found(hits[place.pk], place.is_own, place.at) for place in shown if place.pk in hits]
    last = shown[-1]
    return Group(kind, found, (last.at, last.pk) if len(places) > limit else None)


def only_one(groups: Iterable[Group]) -> Hit | None:
    """The one record whose number the query is, to be opened at once."""
    own = [one.hit for group in groups for one in group.found if one.is_own]
    return own[0] if len(own) == 1 else None
