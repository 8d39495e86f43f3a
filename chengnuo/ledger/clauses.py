"""The procedure's clauses, read once from `procedure/clauses.toml`, and what in the code carries them."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import get_language

OBLIGATION, GUARD, RECORD, REPORT = "obligation", "guard", "record", "report"
KINDS = (OBLIGATION, GUARD, RECORD, REPORT)


class UnknownClause(KeyError):
    """No clause of the procedure has this id."""


@dataclass(frozen=True)
class Bilingual:
    """A text in Chinese and English, read in the language of the screen; Chinese is the default."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Clause:
    """One clause: `kinds` are the ways the product carries it, `figures` the parameters it is measured by.

    `default` marks a clause whose reading is partly a default of ours, which the company may change.
    """

    id: str
    titles: Bilingual
    texts: Bilingual
    kinds: tuple[str, ...]
    figures: tuple[str, ...]
    in_force_from: date
    default: bool

    @property
    def title(self) -> str:
        """The short title for tags and menus, in the active language."""
        return str(self.titles)

    @property
    def text(self) -> str:
        """The whole meaning in our own words, in the active language."""
        return str(self.texts)

    @property
    def chapter(self) -> str:
        """The chapter's number, a key of `chapters()`."""
        return self.id.rpartition(".")[0]


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads((settings.PROCEDURE_DIR / "clauses.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in the procedure's order."""
    read = _file()
    return MappingProxyType(
        {
            id_: Clause(
                id=id_,
                titles=Bilingual(row["title_zh"], row["title_en"]),
                texts=Bilingual(row["text_zh"], row["text_en"]),
                kinds=tuple(row["kinds"]),
                figures=tuple(row.get("figures", ())),
                in_force_from=row.get("in_force_from", read["in_force_from"]),
                default=row.get("default", False),
            )
            for id_, row in read["clauses"].items()
        }
    )


def clause(id_: str) -> Clause:
    """The clause with this id. Raises UnknownClause."""
    try:
        return clauses()[id_]
    except KeyError:
        raise UnknownClause(id_) from None


@lru_cache(maxsize=1)
def chapters() -> Mapping[str, Bilingual]:
    """Every chapter's title by its number, in the procedure's order."""
    return MappingProxyType({number: Bilingual(row["zh"], row["en"]) for number, row in _file()["chapters"].items()})


# What carries a clause in the code; obligations register themselves in `obligations.RULES`

COVERS: dict[tuple[str, str], list[str]] = {}
"""By (clause, kind): the qualified names of what carries it."""

Carrier = TypeVar("Carrier", bound=Callable[..., Any])


def covers(id_: str, kind: str) -> Callable[[Carrier], Carrier]:
    """Mark a function or class as what carries a clause as a record, report or guard.

    Raises UnknownClause, and ValueError for a kind that the clause does not have, when the module is imported.
    """
    if kind not in clause(id_).kinds:
        raise ValueError(f"clause {id_} is not carried as {kind!r}")

    def register(carrier: Carrier) -> Carrier:
        name = f"{carrier.__module__}.{carrier.__qualname__}"
        names = COVERS.setdefault((id_, kind), [])
        if name not in names:
            names.append(name)
        return carrier

    return register


def guards(id_: str) -> Callable[[Carrier], Carrier]:
    """Mark a function that stops an act of ours against a clause. Raises as `covers` does."""
    return covers(id_, GUARD)
