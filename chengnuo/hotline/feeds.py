"""A roster as calendar programs read it (RFC 5545): who is on duty at a branch's line, from when to when (3.1.2)."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.kit.calendars import Happening, calendar
from chengnuo.people.tokens import hashed

from .models import DutyShift, RosterFeed

BACK, AHEAD = timedelta(days=31), timedelta(days=190)
MOST = 5000


def feed_for(secret: str) -> RosterFeed | None:
    """The feed behind a secret; None for one unknown or revoked, and for who left the company."""
    live = RosterFeed.objects.filter(hash=hashed(secret), revoked_at=None, staff__is_active=True)
    return live.select_related("staff", "unit").first()


def shifts_of(feed: RosterFeed, now: datetime) -> QuerySet[DutyShift]:
    """The shifts that stand, of the feed's person or of its branch, from a month back on: a cancelled one is gone from
    the calendar at its next look."""
    rows = DutyShift.objects.filter(is_cancelled=False, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    rows = rows.filter(unit=feed.unit) if feed.unit_id else rows.filter(staff=feed.staff)
    return rows.select_related("staff", "unit").order_by("starts_at", "pk")[:MOST]


def as_calendar(feed: RosterFeed, now: datetime) -> bytes:
    """The feed as an iCalendar file. It tells names, branches and hours, nothing else."""
    name = _("%(name)s值班") % {"name": feed.unit.name if feed.unit else feed.staff.name}
    return calendar(name, "Roster", [_shift(feed, shift) for shift in shifts_of(feed, now)])


def _shift(feed: RosterFeed, shift: DutyShift) -> Happening:
    return Happening(
        uid=f"shift-{shift.pk}@chengnuo",
        made_at=shift.entered_at or shift.starts_at,
        version=shift.version,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        summary=_summary(feed, shift),
        category=str(shift.get_role_display()),
    )


def _summary(feed: RosterFeed, shift: DutyShift) -> str:
    whose = shift.staff.name if feed.unit_id else shift.unit.name
    return f"{shift.get_role_display()} {whose}"
