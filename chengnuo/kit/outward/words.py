"""What leaves the house of a notice: clause, number, due time and a link. Names and numbers of clients only where the
company ticks it; never anything of a record that its reader may not see now."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from chengnuo.ledger.clauses import clauses
from chengnuo.ledger.models import Obligation, Ref
from chengnuo.people.models import Staff

from ..characters import plain
from ..models import Notice, Outlet
from ..notices import shown
from ..times import in_column
from .tellings import moments

LONGEST_LINE = 200
OURS = "notice."
PAGE = '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><body>'


@dataclass(frozen=True)
class Line:
    """One notice in one line, with where it leads and by when the matter is due."""

    notice: Notice
    text: str
    url: str
    due: datetime | None


@dataclass(frozen=True)
class Letter:
    """What is sent at once to one person by one channel, under our name or one that is given."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    thread: str
    name: str = ""


def readable(user: Staff, notices: Sequence[Notice], outlet: Outlet, now: datetime) -> list[Line]:
    """The notices whose record this person may still see, as they may leave the house."""
    seen = [one for one in shown(user, notices, now) if one.record is not None]
    duties = [one.notice.obligation_id for one in seen if one.notice.obligation_id]
    dues = dict(Obligation.objects.filter(pk__in=duties).values_list("pk", "due")) if duties else {}
    return [
        Line(
            one.notice,
            _line(one.notice, one.text, outlet.names_clients),
            outlet.url.rstrip("/") + reverse("kit:notice", args=[one.notice.pk]) if outlet.url else "",
            dues.get(one.notice.obligation_id) if one.notice.obligation_id else None,
        )
        for one in seen
    ]


def _line(notice: Notice, text: str, names_clients: bool) -> str:
    known = clauses().get(notice.clause)
    label = moments()[notice.moment].label if notice.moment in moments() else notice.get_kind_display()
    matter = f"{notice.clause} {known.title}" if known else ""
    parts = [str(label), matter, notice.number, text if names_clients else ""]
    return plain(" ".join(" ".join(filter(None, parts)).split()))[:LONGEST_LINE]


def letter(lines: Sequence[Line], to: str, outlet: Outlet) -> Letter:
    """One notice, or several that waited too long to go one by one."""
    first = lines[0]
    subject = first.text if len(lines) == 1 else _("%(count)s条提醒") % {"count": len(lines)}
    ends = _("这封邮件由系统发出，不用回复。在“通知方式”里可改收哪些。")
    text = "\n\n".join("\n".join(_told(line)) for line in lines)
    html = "".join("<p>" + "<br>".join(_linked(part) for part in _told(line)) + "</p>" for line in lines)
    return Letter(
        to=to,
        subject=_("[承诺] %(words)s") % {"words": subject},
        text=f"{text}\n\n-- \n{ends}\n",
        html=f"{PAGE}{html}<p>{escape(ends)}</p></body></html>",
        message_id=message_id([line.notice.pk for line in lines], outlet),
        thread=_thread(first.notice.subject, outlet) if len(lines) == 1 else "",
    )


def _told(line: Line) -> list[str]:
    due = [_("到期：%s") % in_column(line.due)] if line.due else []
    return [line.text, *due, *([line.url] if line.url else [])]


def _linked(part: str) -> str:
    safe = escape(part)
    return f'<a href="{safe}">{safe}</a>' if part.startswith(("https://", "http://")) else safe


def message_id(notices: Sequence[int], outlet: Outlet) -> str:
    """The same for the same notices, so that a doubled mail shows as one and its bounce finds its way; its keyed part
    cannot be guessed, so that nobody else can say that it bounced."""
    which = "-".join(map(str, notices))
    tag = hmac.new(settings.TRAIL_KEY, f"outward {which}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"<{OURS}{notices[0]}.{tag}@{domain(outlet)}>"


def _thread(subject: Ref, outlet: Outlet) -> str:
    tag = hmac.new(settings.TRAIL_KEY, f"outward {subject.type} {subject.pk}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"<record.{tag}@{domain(outlet)}>"


def domain(outlet: Outlet) -> str:
    return outlet.sender.rpartition("@")[2] or "chengnuo.invalid"
