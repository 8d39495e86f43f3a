"""Names of clients, compared: what is left of a name without its legal form, and how alike two are."""

import re
import unicodedata
from difflib import SequenceMatcher

FORMS = re.compile(r"(?:集团|控股|股份|有限责任|有限|责任|公司|合伙企业|普通合伙|有限合伙|分公司)+$")
ALIKE = 0.75


def folded(name: str) -> str:
    """Without spaces, brackets and other marks, full-width as half-width, capitals as small letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def core(name: str) -> str:
    """The folded name without its legal form (有限公司, 股份, 集团 …) at the end."""
    whole = folded(name)
    return FORMS.sub("", whole) or whole


def grams(text: str) -> list[str]:
    """Every character and every two neighbours of the folded text, once each, in order of code."""
    whole = folded(text)
    return sorted({*whole, *(whole[at : at + 2] for at in range(len(whole) - 1))})


def pairs(text: str) -> list[str]:
    """The neighbours of two alone; a text of one character gives itself."""
    return [gram for gram in grams(text) if len(gram) == 2] or grams(text)


def likeness(one: str, other: str) -> float:
    """0 to 1: how alike the cores of two names are; from 0.75 on somebody should look twice."""
    a, b = core(one), core(other)
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0
