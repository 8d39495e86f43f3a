"""What is found from its beginning, or only whole: numbers, pinyin, telephones, credentials. A key's first letter says
which, so that a number is never taken for a telephone."""

import re
from collections.abc import Callable

from .folding import fold
from .kinds import Words
from .pinyin import spelled

OWN, NUMBER, PINYIN, PHONE, LAST, WHOLE = "onypli"
LAST_FOUR = 4
MARKS = re.compile(r"[-_/.·\s]+")
AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)(?=\d{7,8}$)")
Digits = Callable[[str], str]
_digits: list[Digits] = []


def register_phones(digits: Digits) -> None:
    """Say what a telephone number, written in any way, is compared as; '' for what is no number."""
    _digits[:] = [digits]


def compact(folded: str) -> str:
    """A number without its hyphens."""
    return MARKS.sub("", folded)


def keys_of(words: Words) -> set[str]:
    """The keys of a record."""
    found: set[str] = set()
    if words.number:
        found.add(OWN + compact(fold(words.number)))
    for number in filter(None, (words.number, *words.numbers)):
        parts = MARKS.split(fold(number))
        found.update(NUMBER + "".join(parts[at:]) for at in range(len(parts)))
    for name in words.names:
        found.update(PINYIN + way for way in spelled(name))
    for phone in filter(None, words.phones):
        found.add(PHONE + phone)
        found.add(PHONE + AREA.sub("", phone))
        if len(phone) > LAST_FOUR:
            found.add(LAST + phone[-LAST_FOUR:])
    found.update(WHOLE + compact(fold(one)) for one in words.whole if one)
    return {key for key in found if len(key) > 1}


def asked_keys(word: str) -> list[tuple[str, bool]]:
    """The keys that a folded word of a query may mean, each with whether it need only begin so."""
    bare = compact(word)
    if not (bare.isascii() and bare.isalnum()):
        return phone_keys(word)
    found = []
    if any(mark.isdigit() for mark in bare) and len(bare) > 1:
        found.append((NUMBER + bare, True))
    if bare.isalpha() and len(bare) > 1:
        found.append((PINYIN + bare, True))
    if len(bare) in (15, 18):
        found.append((WHOLE + bare, False))
    return found + phone_keys(word)


def phone_keys(text: str) -> list[tuple[str, bool]]:
    """The telephone that a text may be, whole or its last four digits."""
    if len(text) == LAST_FOUR and text.isdecimal() and text.isascii():
        return [(LAST + text, False)]
    digits = phone_digits(text)
    return [(PHONE + digits, False)] if digits else []


def phone_digits(text: str) -> str:
    """What a telephone number is compared as; '' for what is none."""
    return _digits[0](text) if _digits else ""
