"""Whether an address can be written on an envelope (4.2.1), and which two are one: pure functions of what is typed."""

import hashlib
import re
from typing import NamedTuple

from .models import Excuse

FEWEST = 9
"""A town, a street and a number take at least so many characters."""
REGION = re.compile(r"[省市区县旗州盟]")
DOOR = re.compile(r"[0-9０-９一二三四五六七八九十百]|[号室楼栋幢座村组弄巷]|大厦|广场|园区")
LABELLED = re.compile(r"(?:邮编|邮政编码)[:：\s]*([0-9]*)")
LEADING = re.compile(r"^\s*([0-9]{4,8})(?![0-9号弄米])")
TRAILING = re.compile(r"(?<![0-9])([0-9]{6})\s*$")
BLANKS = re.compile(r"[\s,，。;；、()（）-]+")


class Checked(NamedTuple):
    """An address as it is printed, its postcode apart; `excuse` says what keeps a letter from being sent there."""

    address: str
    postcode: str
    excuse: str = ""


def checked(typed: str) -> Checked:
    """Read an address: a postcode before, behind or named as such has six digits; then it names a region and a door.

    A postcode that is missing keeps nothing back: the post finds a whole address without it."""
    text = " ".join(typed.split())
    if not text:
        return Checked("", "", Excuse.NO_ADDRESS)
    postcode = ""
    for pattern in (LABELLED, LEADING, TRAILING):
        if found := pattern.search(text):
            postcode, text = found[1], (text[: found.start()] + " " + text[found.end() :]).strip()
            break
    if postcode and len(postcode) != 6:
        return Checked(text, "", Excuse.POSTCODE)
    if len(BLANKS.sub("", text)) < FEWEST or not REGION.search(text) or not DOOR.search(text):
        return Checked(text, postcode, Excuse.SHORT)
    return Checked(text, postcode)


def place_of(address: str, whom: str) -> str:
    """One short mark for one letter-box: where, as far as people write it alike, and whose."""
    where = BLANKS.sub("", address).casefold().translate(WIDE)
    return hashlib.sha256(f"{where}\n{whom}".encode()).hexdigest()[:32]


WIDE = {ord("０") + nth: str(nth) for nth in range(10)}
