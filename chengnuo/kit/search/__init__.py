"""One box for everything visible: numbers, names, telephones, words of calls and cases, files, colleagues, clauses.

Told from the bottom up: `folding` (how texts are compared), `pinyin` and `keys` (what is found otherwise than by its
text), `kinds` (what each room registers), `rows` (written with every event), `building` (what was there before),
`asking` and `finding` (a query and its answer), `showing` (marks and snippets), `own` (what the kit itself can find).
"""

from .asking import Narrowed, Query, read
from .finding import PER_KIND, Group, only_one, search
from .keys import register_phones
from .kinds import Hit, Kind, Place, Scope, Words, kind_named, of_reach, register_place, register_search, shown
from .rows import rows_of_client

__all__ = [
    "PER_KIND",
    "Group",
    "Hit",
    "Kind",
    "Narrowed",
    "Place",
    "Query",
    "Scope",
    "Words",
    "kind_named",
    "of_reach",
    "only_one",
    "read",
    "register_phones",
    "register_place",
    "register_search",
    "rows_of_client",
    "search",
    "shown",
]
