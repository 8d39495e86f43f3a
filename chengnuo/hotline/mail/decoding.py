"""Text of mails: whatever the header says, in characters that can be kept and shown."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from html.parser import HTMLParser

from chengnuo.kit.characters import without_forbidden

LONGEST_HEADER = 2000
TRIED = ("utf-8", "gb18030")
ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
SPACES = re.compile(r"[ \t\u00a0]+")
BLANK_LINES = re.compile(r"\n\s*\n\s*(\n\s*)+")


def decoded(content: bytes, charset: str | None) -> tuple[str, bool]:
    """The text and whether every byte of it was understood. A charset that does not fit is not believed."""
    declared = ALIASES.get((charset or "").lower().strip(), (charset or "").strip())
    for name in (declared, *TRIED):
        try:
            return without_forbidden(content.decode(name or "ascii")), True
        except (UnicodeError, LookupError, ValueError):
            continue
    return without_forbidden(content.decode("utf-8", errors="replace")), False


def header(raw: object) -> str:
    """A header on one line, as its reader meant it; broken encodings give what can be read."""
    text = str(raw or "")[:LONGEST_HEADER]
    if any(0xDC80 <= ord(mark) <= 0xDCFF for mark in text):
        text = decoded(text.encode("utf-8", "surrogateescape"), None)[0]
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        pieces = [(text, None)]
    parts = [decoded(piece, charset)[0] if isinstance(piece, bytes) else piece for piece, charset in pieces]
    return " ".join(without_forbidden("".join(parts)).split())


class _Words(HTMLParser):
    """The words of a page. Nothing of it is ever shown as a page."""

    SKIPPED = frozenset({"script", "style", "head", "title", "template"})
    BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SKIPPED:
            self.skipping += 1
        elif tag in self.BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in self.BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(data)


def words_of_html(html: str) -> str:
    """What a mail that is only a page says, as text."""
    words = _Words()
    words.feed(html)
    words.close()
    return tidy("".join(words.parts))


def tidy(text: str) -> str:
    """Without forbidden characters and runs of blanks, at most one empty line between two others."""
    lines = "\n".join(SPACES.sub(" ", line).strip() for line in without_forbidden(text).splitlines())
    return BLANK_LINES.sub("\n\n", lines).strip()
