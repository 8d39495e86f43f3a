"""Names as people type them on a Latin keyboard: initials and whole syllables, from any character on."""

import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice, product

from .folding import fold

SYLLABLES = 8
READINGS = 8
LONGEST = 40


@lru_cache(maxsize=8192)
def _readings(mark: str) -> tuple[str, ...]:
    """Every way to read a character, the usual one first, ü as v; a letter or figure reads as itself, a mark not at
    all."""
    if mark.isascii():
        return (mark,) if mark.isalnum() else ()
    # Only who writes a Chinese name loads the table, and its phrases, three quarters of its memory, nobody.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    read = pinyin(mark, style=Style.NORMAL, heteronym=True, v_to_u=False, errors="ignore")
    return tuple(dict.fromkeys(folded for one in read[0] if (folded := fold(one)))) if read else ()


@lru_cache(maxsize=4096)
def spelled(name: str) -> frozenset[str]:
    """What a Chinese name is found by from its beginning or from a later character: up to eight syllables, in full and
    by initials. Of a name with characters that are read in several ways, the usual readings and those nearest to them,
    at most eight from each place."""
    if name.isascii():
        return frozenset()
    marks = [readings for mark in fold(name)[:LONGEST] if (readings := _readings(mark))]
    found: set[str] = set()
    for start in range(len(marks)):
        ahead = marks[start : start + SYLLABLES]
        initials = [tuple(dict.fromkeys(reading[0] for reading in readings)) for readings in ahead]
        for parts in (ahead, initials):
            found.update(islice(_ways(parts), READINGS))
    return frozenset(found)


def _ways(parts: list[tuple[str, ...]]) -> Iterator[str]:
    """The usual reading of all, then those where one character is read otherwise, then two, and so on."""
    several = [place for place, readings in enumerate(parts) if len(readings) > 1]
    for count in range(len(several) + 1):
        for places in combinations(several, count):
            for others in product(*(parts[place][1:] for place in places)):
                otherwise = dict(zip(places, others, strict=True))
                yield "".join(otherwise.get(place, readings[0]) for place, readings in enumerate(parts))
