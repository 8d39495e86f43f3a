"""One box for everything: numbers, names, phones, policies, each kind by its own room and within the reader's reach.

    register_search("client", _("客户"), lambda user, now, q, limit: [Hit(...), ...])

A room's function gets the query cleaned (1 to 64 characters, no controls) and must start from its `visible_*`.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from chengnuo.people.models import Staff

from .characters import plain

LONGEST = 64
PER_KIND = 10


@dataclass(frozen=True)
class Hit:
    """One record found: `title` names it, `subtitle` tells it apart, `number` is what people read out on the phone."""

    title: str
    subtitle: str
    url: str
    number: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `has_more` says that the query should be narrowed."""

    kind: str
    label: str | Promise
    hits: list[Hit]
    has_more: bool


Find = Callable[[Staff, datetime, str, int], list[Hit]]
_kinds: dict[str, tuple[str | Promise, Find]] = {}


def register_search(kind: str, label: str | Promise, find: Find) -> None:
    """Add a kind to the search; called from AppConfig.ready(). Kinds are shown in the order of registration."""
    _kinds[kind] = (label, find)


def cleaned(query: str) -> str:
    """The query as the rooms get it: full-width letters and figures made narrow, no controls, one space, 64 long."""
    return " ".join(plain(unicodedata.normalize("NFKC", query)).split())[:LONGEST].strip()


def is_too_short(query: str) -> bool:
    """One letter or figure finds half of everything; one Chinese character is a word."""
    return len(query) == 1 and query.isascii()


def search(user: Staff, now: datetime, query: str) -> list[Group]:
    """What this person may see that matches a cleaned query, at most ten of a kind."""
    groups = []
    for kind, (label, find) in _kinds.items():
        hits = find(user, now, query, PER_KIND + 1)
        if hits:
            groups.append(Group(kind, label, hits[:PER_KIND], len(hits) > PER_KIND))
    return groups


def only_hit(groups: list[Group], query: str) -> Hit | None:
    """The one record whose number the query is, to be opened at once."""
    exact = [hit for group in groups for hit in group.hits if hit.number and hit.number.casefold() == query.casefold()]
    return exact[0] if len(exact) == 1 else None
