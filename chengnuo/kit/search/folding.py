"""Texts as they are compared: width, case and invisible marks folded away, then cut into neighbours of two."""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise


class _Folds(dict[int, str]):
    """What each character is compared as: alone, so that a place in the folded text has its place in the real one."""

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        if mark.isspace():
            folded = " "
        elif unicodedata.category(mark) in {"Cc", "Cf", "Cs"}:
            folded = ""
        else:
            folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", mark).casefold())
        self[code] = folded
        return folded


FOLDS = _Folds()


def fold(text: str) -> str:
    """The text as it is compared: NFKC, small letters, any space as a blank, without controls and invisible marks."""
    return unicodedata.normalize("NFC", text).translate(FOLDS)


def grams(folded: str) -> set[str]:
    """Every two neighbours between blanks, and the last character before each: the lexemes of a text."""
    found: set[str] = set()
    for run in folded.split():
        found.update(map("".join, pairwise(run)))
        found.add(run[-1])
    return found


def asked_grams(folded: str) -> list[str]:
    """The lexemes that a text with this part surely has, as tsquery parts; one character asks for what begins so."""
    parts = []
    for run in folded.split():
        pairs = sorted(set(map("".join, pairwise(run))))
        parts += [quoted(pair) for pair in pairs] or [f"{quoted(run)}:*"]
    return parts


def quoted(lexeme: str) -> str:
    """A lexeme as a tsquery is written, whatever it is made of."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the folded words stand in the (composed) text, as spans of it, in order, joined where they overlap."""
    starts: list[int] = []
    folded = ""
    for at, mark in enumerate(text):
        part = FOLDS[ord(mark)]
        starts += [at] * len(part)
        folded += part
    found = []
    for word in words:
        at = folded.find(word)
        while word and at >= 0:
            found.append((starts[at], starts[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    return _joined(sorted(found))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
