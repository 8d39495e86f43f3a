"""Secret addresses at which a calendar program reads a roster (3.1.2)."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit
from chengnuo.people.tokens import hashed

from ..models import RosterFeed


def make_feed(*, by: Staff, now: datetime, unit: Unit | None = None) -> tuple[RosterFeed, str]:
    """One's own address for one's shifts, or for a branch's. Returns the row and the secret, never to be seen again;
    an address that was there for the same is worthless from now on."""
    with acting(by) as staff:
        _revoke(staff, now, unit=unit)
        secret = secrets.token_urlsafe(32)
        feed = RosterFeed.objects.create(staff=staff, unit=unit, hash=hashed(secret), made_at=now)
        record("feed.made", staff, by=by, now=now, data={"feed": feed.pk, "unit": unit.pk if unit else None})
        return feed, secret


def revoke_feed(feed: RosterFeed, *, by: Staff, now: datetime) -> None:
    """Make an address worthless. Raises Refusal 409 when it is."""
    with acting(feed.staff) as staff:
        if not RosterFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now):
            raise Refusal("feed_over", _("这个地址已停用"))
        record("feed.revoked", staff, by=by, now=now, data={"feed": feed.pk})


def _revoke(staff: Staff, now: datetime, *, unit: Unit | None) -> None:
    RosterFeed.objects.filter(staff=staff, unit=unit, revoked_at=None).update(revoked_at=now)
