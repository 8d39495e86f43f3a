"""Visits: so far an appointment made in a call, and agreeing its time with the client."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.cases import opened, take_on
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from .models import Visit


def open_visit(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    purpose: str = "",
    wanted_at: datetime | None = None,
    is_urgent: bool = False,
) -> Visit:
    """An appointment wished for in a call becomes a planned visit (3.1.4, 4.1.A)."""
    visit = Visit(
        owner=owner,
        contact=getattr(call, "contact", None),
        purpose=(purpose or getattr(call, "content", ""))[:500],
        wanted_at=wanted_at,
        is_urgent=is_urgent,
    )
    return opened(visit, "visit.planned", call=call, by=by, now=now, texts={"purpose": visit.purpose})


def confirm_visit(
    visit: Visit, *, agreed_at: datetime, agreed_with: str, other_wishes: str = "", by: Staff, now: datetime
) -> None:
    """Agree time and business with the client first (4.1.B). Raises Invalid for a time that has passed."""
    if agreed_at <= now:
        raise Invalid("time_past", clause="4.1.B", agreed_at=_("约定时间已过，改一个以后的时间"))
    if not agreed_with.strip():
        raise Invalid("who_missing", clause="4.1.B", agreed_with=_("写明与谁约定"))
    take_on(
        visit,
        by=by,
        now=now,
        verb="confirm",
        changes={"agreed_at": agreed_at},
        texts={"agreed_with": agreed_with, "other_wishes": other_wishes},
    )
