"""Characters that no text of people has, and that would break a database, a printout or a spreadsheet."""

import re
import unicodedata

from django.utils.translation import gettext as _

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def forbidden(text: str) -> str | None:
    """What is wrong with the text's characters, in words, or None. Line ends and tabs are fine."""
    found = FORBIDDEN.search(text)
    if found is None:
        return None
    return _("第%(place)s个字符（U+%(code)s）不能用，删去后再交") % {
        "place": found.start() + 1,
        "code": f"{ord(found[0]):04X}",
    }


def plain(text: str) -> str:
    """The text without control and invisible formatting characters, on one line."""
    return "".join(mark for mark in text if unicodedata.category(mark)[0] != "C").strip()


def without_forbidden(text: str) -> str:
    """The text as it can be kept, for what must not be refused: a draft."""
    return FORBIDDEN.sub("", text)
