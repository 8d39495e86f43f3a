"""What a complaint is about and what is wrong, whatever the words."""

import re
import tomllib
from importlib.resources import files

_WORDS = tomllib.loads(files(__package__).joinpath("concepts.toml").read_text(encoding="utf-8"))
FOUND = {
    name: re.compile("|".join(patterns), re.IGNORECASE)
    for kind in ("wrong", "business")
    for name, patterns in _WORDS[kind].items()
}
BUSINESS = frozenset(_WORDS["business"])


def concepts_in(text: str) -> frozenset[str]:
    """The names of the concepts that the text speaks of."""
    return frozenset(name for name, pattern in FOUND.items() if pattern.search(text))
