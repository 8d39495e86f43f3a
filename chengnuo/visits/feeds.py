"""A person's visits as calendar programs read them (4.1.A)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.kit.calendars import Happening, calendar
from chengnuo.people.tokens import hashed

from .access import visible_visits
from .models import State, Visit, VisitFeed

BACK, AHEAD = timedelta(days=31), timedelta(days=190)
LASTS = timedelta(hours=1)
MOST = 2000
SHOWN = (State.CONFIRMED, *Visit.SERVED)


def feed_for(secret: str) -> VisitFeed | None:
    """The feed behind a secret; None for one unknown or revoked, and for who left the company."""
    live = VisitFeed.objects.filter(hash=hashed(secret), revoked_at=None, staff__is_active=True)
    return live.select_related("staff").first()


def as_calendar(feed: VisitFeed, now: datetime, absolute: Callable[[str], str]) -> bytes:
    """The visits agreed for this person that he may still see, from a month back on. A telephone's calendar is no file
    of ours: it tells the branch's own words for the client and the place, and nothing of the matter."""
    rows = visible_visits(feed.staff, now).filter(
        owner=feed.staff, state__in=SHOWN, agreed_at__gt=now - BACK, agreed_at__lt=now + AHEAD
    )
    rows = rows.select_related("client", "site").order_by("agreed_at", "pk")[:MOST]
    name = _("%(name)s拜访") % {"name": feed.staff.name}
    return calendar(name, "Visits", [_visit(visit, absolute) for visit in rows])


def _visit(visit: Visit, absolute: Callable[[str], str]) -> Happening:
    assert visit.agreed_at is not None
    place = visit.site
    known = place is not None and place.lat is not None and place.lon is not None
    return Happening(
        uid=f"visit-{visit.pk}@chengnuo",
        made_at=visit.entered_at,
        version=visit.version,
        starts_at=visit.agreed_at,
        ends_at=max(visit.left_at or visit.agreed_at + LASTS, visit.agreed_at + timedelta(minutes=1)),
        summary=_("拜访%s") % (visit.client.name if visit.client else visit.agreed_with),
        place=place.address if place else "",
        at=(float(place.lat), float(place.lon)) if place and known else None,  # type: ignore[arg-type]
        url=absolute(visit.get_absolute_url()),
    )
