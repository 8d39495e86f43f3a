"""A mail's bytes as what it says, whatever the bytes are. Pure: nothing is stored, opened or answered here."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from django.utils.translation import gettext as _

from ..models import MailKind
from .decoding import decoded, header, tidy, words_of_html

LARGEST = 25 * 1024 * 1024
MOST_PARTS = 5000
MOST_FILES = 20
LONGEST_TEXT = 20000
IDS = re.compile(r"<[^<>\s]{1,248}>")
MOST_IDS = 50
DAEMONS = ("mailer-daemon", "postmaster")
FAILED = re.compile(rb"^(?:Action:\s*failed|Status:\s*5\.)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class File:
    """An attachment as it came: its name is what somebody wrote, its content is not opened."""

    name: str
    content: bytes


@dataclass
class Parsed:
    """What a mail says. `threads` are the ids of the mails it answers, nearest first."""

    kind: str = MailKind.LETTER
    message_id: str = ""
    threads: list[str] = field(default_factory=list)
    sender: str = ""
    sender_name: str = ""
    is_verified: bool = False
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    """The ids of the mails that a bounce brings back as failed for good."""

    @property
    def fingerprint(self) -> str:
        """The same for the same mail fetched twice, though the server numbered its mails anew."""
        said = "\0".join([self.message_id, self.sender, self.subject, str(self.sent_at), self.text])
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def parsed(raw: bytes, now: datetime, *, trusts: str = "", size: int | None = None, ours: str = "") -> Parsed:
    """Read a mail. `size` is how large it is on the server, where only its head was fetched; `trusts` names the server
    whose Authentication-Results count; `ours` is the address that this installation sends from."""
    is_cut = size is not None and size > len(raw)
    is_readable = not is_cut
    try:
        mail = (BytesHeaderParser if is_cut else BytesParser)(policy=compat32).parsebytes(raw)
    except (RecursionError, ValueError, LookupError):
        mail = BytesHeaderParser(policy=compat32).parsebytes(raw)
        mail.set_payload("")
        is_readable = False
        said = Parsed(notes=[_("邮件的结构读不懂，正文没有取，到邮箱里看")])
    else:
        said = Parsed()
        if is_cut:
            said.notes.append(_("邮件超过%s兆，正文和附件没有取，到邮箱里看") % (LARGEST // 1024 // 1024))
    _read_head(mail, said, now, trusts)
    if is_readable:
        _read_body(mail, said)
    said.kind = _kind(mail, said, ours)
    if said.kind == MailKind.BOUNCE:
        said.returned = _returned(mail)
    return said


def _raw(mail: Message, name: str) -> str:
    return next((str(value) for key, value in mail.raw_items() if key.lower() == name), "")


def _read_head(mail: Message, said: Parsed, now: datetime, trusts: str) -> None:
    said.subject = header(_raw(mail, "subject"))[:200]
    said.message_id = next(iter(IDS.findall(_raw(mail, "message-id"))), "")
    ids = [*IDS.findall(_raw(mail, "in-reply-to")), *reversed(IDS.findall(_raw(mail, "references")[-8000:]))]
    said.threads = list(dict.fromkeys(ids))[:MOST_IDS]
    _read_sender(mail, said)
    _read_date(mail, said, now)
    said.is_verified = bool(trusts) and _is_verified(_raw(mail, "authentication-results"), trusts)


def _read_sender(mail: Message, said: Parsed) -> None:
    name, address = next(iter(getaddresses([_raw(mail, "from")[:1000]])), ("", ""))
    address = header(address).lower()
    said.sender = address if "@" in address and len(address) <= 254 and " " not in address else ""
    said.sender_name = header(name)[:60]
    if not said.sender:
        said.notes.append(_("没有写发件人"))


def _read_date(mail: Message, said: Parsed, now: datetime) -> None:
    try:
        at = parsedate_to_datetime(_raw(mail, "date")[:100])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        said.sent_at = at if now - timedelta(days=3660) < at < now + timedelta(days=1) else None
    except (ValueError, TypeError, OverflowError, IndexError):
        said.sent_at = None
    if said.sent_at is None:
        said.notes.append(_("邮件上的日期不可信，以收到的时间为准"))


def _is_verified(results: str, trusts: str) -> bool:
    """Only the topmost header counts, and only where our own server wrote it."""
    server, _semicolon, rest = results.partition(";")
    return server.strip().lower() == trusts.lower() and re.search(r"\bdmarc\s*=\s*pass\b", rest, re.I) is not None


def _parts(mail: Message) -> Iterator[Message]:
    """The leaves, in order, without descending into mails that are attached."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting[:0] = [inner for inner in part.get_payload() if isinstance(inner, Message)]  # type: ignore[union-attr]
        else:
            yield part


def _read_body(mail: Message, said: Parsed) -> None:
    texts: list[str] = []
    pages: list[str] = []
    left_out = 0
    for part in _parts(mail):
        name = header(part.get_filename() or "")
        kind = part.get_content_type()
        if not name and kind in ("text/plain", "text/html"):
            text, is_understood = decoded(_content(part), part.get_content_charset())
            (texts if kind == "text/plain" else pages).append(text[: LONGEST_TEXT * 10])
            if not is_understood:
                said.notes.append(_("文字的编码不明，有些字认不出"))
        elif len(said.files) < MOST_FILES:
            said.files.append(File(name or kind.replace("/", "."), _content(part)))
        else:
            left_out += 1
    text = tidy("\n".join(texts)) or words_of_html("\n".join(pages))
    if len(text) > LONGEST_TEXT:
        said.notes.append(_("正文太长，只取前%s字") % LONGEST_TEXT)
    said.text = text[:LONGEST_TEXT]
    if left_out:
        said.notes.append(_("附件超过%(most)s个，另有%(rest)s个没有取") % {"most": MOST_FILES, "rest": left_out})


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes() if part.is_multipart() else b""


def _kind(mail: Message, said: Parsed, ours: str) -> str:
    """What kind of mail it is. Nothing of ours ever answers one, so that no loop can begin here."""
    local = said.sender.partition("@")[0]
    returned = _raw(mail, "return-path").strip() == "<>"
    if mail.get_content_type() == "multipart/report" or local in DAEMONS:
        return MailKind.BOUNCE
    if (ours and said.sender == ours.lower()) or _raw(mail, "x-loop"):
        return MailKind.OURS
    automatic = _raw(mail, "auto-submitted").split(";")[0].strip().lower()
    precedence = _raw(mail, "precedence").strip().lower()
    if returned or automatic not in ("", "no") or precedence in ("bulk", "junk", "list") or _raw(mail, "list-id"):
        return MailKind.AUTOMATIC
    return MailKind.LETTER


def _returned(mail: Message) -> list[str]:
    """The ids of the mails that come back for good; a report that it is only late names none."""
    inner = [part.as_bytes() for part in mail.get_payload()] if mail.is_multipart() else []  # type: ignore[union-attr]
    if not any(FAILED.search(part) for part in inner):
        return []
    found = [re.findall(rb"^Message-ID:\s*(<[^<>\s]{1,118}>)", part, re.I | re.M) for part in inner]
    return [one.decode("ascii", "replace") for ids in found for one in ids][:5]
