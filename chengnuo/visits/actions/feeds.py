"""A secret address at which a calendar program reads one's visits (4.1.A)."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.people.tokens import hashed

from ..models import VisitFeed


def make_feed(*, by: Staff, now: datetime) -> tuple[VisitFeed, str]:
    """One's own address. Returns the row and the secret, never to be seen again; the one before is worthless."""
    with acting(by) as staff:
        VisitFeed.objects.filter(staff=staff, revoked_at=None).update(revoked_at=now)
        secret = secrets.token_urlsafe(32)
        feed = VisitFeed.objects.create(staff=staff, hash=hashed(secret), made_at=now)
        record("visit_feed.made", staff, by=by, now=now, data={"feed": feed.pk})
        return feed, secret


def revoke_feed(feed: VisitFeed, *, by: Staff, now: datetime) -> None:
    """Make an address worthless. Raises Refusal 409 when it is."""
    with acting(feed.staff) as staff:
        if not VisitFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now):
            raise Refusal("feed_over", _("这个地址已停用"))
        record("visit_feed.revoked", staff, by=by, now=now, data={"feed": feed.pk})
