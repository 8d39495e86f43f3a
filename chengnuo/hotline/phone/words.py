"""What an exchange posts, in whichever of the usual names, as one `Heard`. Pure; the clock is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from chengnuo.kit.characters import forbidden
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid

from ..models import Word

WORDS = {
    "ringing": Word.RINGING,
    "newcall": Word.RINGING,
    "answered": Word.ANSWERED,
    "answer": Word.ANSWERED,
    "missed": Word.MISSED,
    "noanswer": Word.MISSED,
    "transferred": Word.TRANSFERRED,
    "transfer": Word.TRANSFERRED,
    "forwarded": Word.TRANSFERRED,
    "hangup": Word.HANGUP,
    "hungup": Word.HANGUP,
}
NAMES = {
    "event": ("event",),
    "id": ("id", "callId", "call_id", "callid", "uniqueid"),
    "caller": ("caller", "from"),
    "called": ("called", "to"),
    "at": ("at", "time", "timestamp"),
    "leg": ("leg", "leg_id", "legId"),
    "extension": ("extension", "answeringNumber", "answering_number", "user[]", "user"),
    "direction": ("direction",),
    "cause": ("cause",),
    "recording": ("recording", "recording_url", "recordingUrl"),
}
LONGEST = {"event": 20, "id": 100, "caller": 60, "called": 60, "at": 40, "leg": 60, "extension": 30, "recording": 500}
OUTGOING = {"out", "outbound", "outgoing"}
WITHHELD = {"anonymous", "unknown", "withheld", "private", "unavailable", "restricted"}
AHEAD = timedelta(minutes=2)
BEHIND = timedelta(days=7)
EARLIEST, LATEST = 0, 32_503_680_000


@dataclass(frozen=True)
class Heard:
    """One word of an exchange. `at` is what counts; `stated` what the exchange said where it was not believed."""

    word: Word
    call_id: str
    at: datetime
    leg: str = ""
    is_outgoing: bool = False
    caller: str = ""
    called: str = ""
    extension: str = ""
    recording: str = ""
    stated: str = ""


def heard(body: Mapping[str, Any], now: datetime) -> Heard:
    """What a body says. Raises Invalid beside the field that cannot be; other fields than ours are left alone."""
    given = {field: _text(body, field) for field in NAMES}
    word = WORDS.get(given["event"].lower().replace("_", "").replace("-", ""))
    if word is None:
        raise Invalid("event_unknown", event=_("只能是 ringing、answered、missed、transferred、hangup"))
    if not given["id"]:
        raise Invalid("id_missing", id=_("缺通话标识"))
    if word == Word.HANGUP and given["cause"].lower() in {"forwarded", "transferred"}:
        word = Word.TRANSFERRED
    at, stated = _instant(given["at"], now)
    # A call ends once; every other word may be said again by another extension.
    leg = "" if word == Word.HANGUP else given["leg"] or given["extension"]
    return Heard(
        word=word,
        call_id=given["id"],
        at=at,
        leg=leg,
        is_outgoing=given["direction"].lower() in OUTGOING,
        caller=_number(given["caller"]),
        called=_number(given["called"]),
        extension=given["extension"],
        recording=_link(given["recording"]),
        stated=stated,
    )


def _text(body: Mapping[str, Any], field: str) -> str:
    value = next((body[name] for name in NAMES[field] if body.get(name) not in (None, "", [])), "")
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid("invalid", **{field: _("须为文字或数字")})
    text = str(value).strip()
    if wrong := forbidden(text):
        raise Invalid("characters", **{field: wrong})
    if len(text) > LONGEST.get(field, 60):
        raise Invalid("text_long", **{field: _("最多%s个字") % LONGEST.get(field, 60)})
    return text


def _number(text: str) -> str:
    """The number without the dress of SIP (`sip:8001@host`, `"Name" <…>`); nothing where it is withheld."""
    bare = text.partition("<")[2].partition(">")[0] if "<" in text else text
    bare = bare.removeprefix("sips:").removeprefix("sip:").removeprefix("tel:").partition("@")[0].partition(";")[0]
    return "" if bare.strip().lower() in WITHHELD else bare.strip()[:30]


def _instant(text: str, now: datetime) -> tuple[datetime, str]:
    """The instant that counts, and the stated one where it cannot be: more than two minutes ahead, or a week past."""
    if not text:
        return now, ""
    try:
        at = _of_unix(float(text)) if text.replace(".", "", 1).isdecimal() else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise Invalid("invalid", at=_("须为时间，如 2026-09-28T14:36:00+08:00 或 Unix 秒数")) from None
    at = at.replace(tzinfo=ZONE) if at.tzinfo is None else at
    try:
        is_likely = now - BEHIND <= at <= now + AHEAD
        return (at.astimezone(UTC), "") if is_likely else (now, text)
    except OverflowError:
        return now, text


def _of_unix(seconds: float) -> datetime:
    seconds = seconds / 1000 if seconds > 1e11 else seconds  # JavaScript counts in milliseconds.
    if not EARLIEST <= seconds <= LATEST:
        raise ValueError(seconds)
    return datetime.fromtimestamp(seconds, UTC)


def _link(text: str) -> str:
    """A recording's address, or nothing: a link that is not of the web is never shown to anybody."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.hostname else ""
