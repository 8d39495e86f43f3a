"""What is shown of a hit: its words marked, and the place where they stand."""

import unicodedata
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .folding import places

BEFORE, AFTER, LONGEST = 16, 60, 90


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text as safe HTML, with the words in <mark>."""
    composed = _composed(text)
    return _html(composed, places(composed, words))


def snippet(texts: Sequence[str], words: Sequence[str]) -> SafeString:
    """Around the first word found in the texts; nothing where none is."""
    for text in texts:
        if cut := cut_around(text, words):
            return _html(*cut)
    return mark_safe("")


def cut_around(text: str, words: Sequence[str]) -> tuple[str, list[tuple[int, int]]] | None:
    """A line of the text around the first word found in it, with the spans of all in it; None where there is none."""
    composed = _composed(text)
    spans = places(composed, words)
    if not spans:
        return None
    begins = max(0, spans[0][0] - BEFORE)
    ends = min(len(composed), max(spans[0][1] + AFTER, begins + LONGEST))
    head, tail = "…" if begins else "", "…" if ends < len(composed) else ""
    shift = len(head) - begins
    inside = [(start + shift, min(end, ends) + shift) for start, end in spans if start < ends]
    return f"{head}{composed[begins:ends]}{tail}", inside


def _composed(text: str) -> str:
    """As it is compared, on one line: a place in the folded text has its place here."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _html(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 — every part is escaped.
