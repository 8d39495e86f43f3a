"""A query as it is typed, and the question it puts to the index.

Several words must all be found, in any field; what stands in quotes is one word with its blanks. There are no
wildcards: every mark means itself.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from .folding import asked_grams, fold, quoted
from .keys import OWN, asked_keys, compact, phone_keys
from .kinds import Scope

LONGEST = 200
MOST_WORDS = 20
WORD = re.compile(r'"([^"]+)"|“([^”]+)”|(\S+)')


@dataclass(frozen=True)
class Term:
    """One word of a query: found as a part of a text, or by a key."""

    text: str
    keys: tuple[tuple[str, bool], ...] = ()

    @property
    def tsquery(self) -> str:
        parts = [f"({' & '.join(asked_grams(self.text))})"] if self.text else []
        parts += [quoted(f" {key}") + (":*" if is_begun else "") for key, is_begun in self.keys]
        return f"({' | '.join(parts)})"

    def exact(self) -> tuple[str, list[str]]:
        """The same as a condition on the stored texts, since neighbours of two stand anywhere in a text."""
        parts, values = [], []
        if self.text:
            parts.append("strpos(text, %s) > 0")
            values.append(self.text)
        for key, is_begun in self.keys:
            parts.append("strpos(keys, %s) > 0")
            values.append(f"\n{key}" if is_begun else f"\n{key}\n")
        return f"({' OR '.join(parts)})", values


@dataclass(frozen=True)
class Query:
    """What was asked for. `ways` are several readings of it, each some terms that must all be found."""

    said: str
    folded: str
    ways: tuple[tuple[Term, ...], ...]

    @property
    def is_too_long(self) -> bool:
        return len(self.said) > LONGEST or len(self.ways[0] if self.ways else ()) > MOST_WORDS

    @property
    def is_too_short(self) -> bool:
        """One letter or figure finds half of everything; one Chinese character is a word."""
        return len(self.folded) == 1 and self.folded.isascii()

    @property
    def is_askable(self) -> bool:
        return bool(self.ways) and not (self.is_too_long or self.is_too_short)

    @property
    def words(self) -> list[str]:
        """The folded words, to be marked where they are found."""
        return [term.text for term in self.ways[0] if term.text] if self.ways else []

    @property
    def own(self) -> str:
        """The key of the record whose own number the query is."""
        return f"\n{OWN}{compact(self.folded)}\n"

    @cached_property
    def tsquery(self) -> str:
        return " | ".join(f"({' & '.join(term.tsquery for term in way)})" for way in self.ways)

    @cached_property
    def exact(self) -> tuple[str, list[str]]:
        parts: list[str] = []
        values: list[str] = []
        for way in self.ways:
            conditions = [term.exact() for term in way]
            parts.append(f"({' AND '.join(sql for sql, _values in conditions)})")
            values += [value for _sql, more in conditions for value in more]
        return f"({' OR '.join(parts)})", values


def read(typed: str) -> Query:
    """The query that somebody typed, whatever it is."""
    said = typed.strip()
    folded = " ".join(fold(said[: LONGEST + 1]).split())
    words = ("".join(found).strip() for found in WORD.findall(folded))
    terms = tuple(Term(word, tuple(asked_keys(word))) for word in dict.fromkeys(filter(None, words)))
    # A telephone with blanks is several words as well.
    phone = (Term("", keys),) if len(terms) > 1 and (keys := tuple(phone_keys(folded))) else ()
    return Query(said, folded, tuple(way for way in (terms, phone) if way))


@dataclass(frozen=True)
class Narrowed:
    """What a search is narrowed to: one kind, one branch, a period; and the place in a list where a page begins."""

    unit: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None

    def where(self) -> tuple[str, list[Any]]:
        parts: list[str] = []
        values: list[Any] = []
        for sql, value in (
            ("unit_id = %s", self.unit),
            ("at >= %s", self.since),
            ("at < %s", self.until),
        ):
            if value is not None:
                parts.append(sql)
                values.append(value)
        if self.until is not None and self.since is None:
            parts.append("at > 'epoch'")  # What has no time lies in no period.
        if self.before:
            parts.append("(at, subject_pk) < (%s, %s)")
            values += self.before
        return "".join(f" AND {part}" for part in parts), values


def seen(scopes: dict[str, Scope]) -> tuple[str, list[Any]]:
    """The condition under which a person sees a row, by type: lists of ids, never a subquery."""
    alike: dict[Scope, list[str]] = {}
    for type_, scope in scopes.items():
        alike.setdefault(scope, []).append(type_)
    parts: list[str] = []
    values: list[Any] = []
    for scope, types in alike.items():
        sql, more = _in(scope)
        parts.append(f"(subject_type = ANY(%s){sql})")
        values += [types, *more]
    return f"({' OR '.join(parts) or 'FALSE'})", values


def _in(scope: Scope) -> tuple[str, list[Any]]:
    if scope.everything:
        return "", []
    units, clients = list(scope.units), list(scope.clients)
    conditions = ["unit_id = ANY(%s::bigint[])", "client_unit_id = ANY(%s::bigint[])"]
    values: list[Any] = [units, units]
    if clients:
        conditions.append("client_id = ANY(%s::bigint[])")
        values.append(clients)
    if scope.person is not None:
        conditions.append("person_id = %s")
        values.append(scope.person)
    return f" AND ({' OR '.join(conditions)})", values
