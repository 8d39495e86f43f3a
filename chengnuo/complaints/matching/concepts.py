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
TALK = re.compile("|".join(pattern for patterns in _WORDS["talk"].values() for pattern in patterns))


def concepts_in(text: str) -> frozenset[str]:
    """The names of the concepts that the text speaks of."""
    return frozenset(name for name, pattern in FOUND.items() if pattern.search(text))


def is_talk(part: str) -> bool:
    """Whether a part of a sentence only says who calls, in what mood, or how to be reached."""
    return bool(TALK.search(part)) and not concepts_in(part)
