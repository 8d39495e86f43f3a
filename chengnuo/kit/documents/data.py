"""The text of people on its way to paper: only what can be seen, on lines that can be broken."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from chengnuo.ledger.clock import ZONE

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A run without a place to break it: an address, a key held down. East Asian text is broken anywhere.
UNBROKEN = re.compile(r"[^\s\u2e80-\uffef\U00020000-\U0003ffff-]{16,}")
EIGHT = re.compile(r"(.{8})(?=.)")
BREAK = "\u200b"


def printable(text: str) -> str:
    """The text without control characters, marks that turn the direction of writing, and what is no character; every
    kind of line end as a newline, tabs as spaces; long runs may be broken every eight characters."""
    text = LINE_ENDS.sub("\n", text).replace("\t", " ")
    seen = "".join(mark for mark in text if mark == "\n" or unicodedata.category(mark)[0] != "C")
    return UNBROKEN.sub(lambda run: EIGHT.sub(rf"\1{BREAK}", run[0]), seen.strip())


def plain(value: Any) -> Any:
    """A value as JSON for a template: texts printable, whatever they came in; numbers, booleans and None as they are.
    Raises TypeError for what has no one written form, as a time."""
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, date | float):
        raise TypeError(f"{value!r} has to be written out before it is printed")
    return printable(str(value))


def stamp(moment: datetime | None) -> str:
    """`2026-09-28 14:36` in Asia/Shanghai, in one piece; nothing for no time."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d\u00a0%H:%M}" if moment else ""
