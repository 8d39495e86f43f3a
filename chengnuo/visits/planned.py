"""What lies ahead: the visits of the plan table and of a person's day (4.1.A)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Staff, Unit

from .access import visible_visits
from .models import AHEAD, Visit

MOST = 500
"""As many visits as fit a plan table; more is no plan of a branch's week."""


def ahead(
    user: Staff,
    now: datetime,
    *,
    since: datetime,
    until: datetime,
    unit: Unit | None = None,
    owner: Staff | None = None,
) -> Sequence[Visit]:
    """The visits that he sees which are to be paid between two instants, of a branch or of one person."""
    rows = of_days(visible_visits(user, now).filter(state__in=AHEAD), since, until)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if owner is not None:
        rows = rows.filter(owner=owner)
    return list(rows.select_related("unit", "client", "contact", "site", "owner").order_by("pk")[:MOST])


def of_days(rows: QuerySet[Visit], since: datetime, until: datetime) -> QuerySet[Visit]:
    """Those agreed for these days; where nothing is agreed yet, those wished for then."""
    return rows.filter(
        Q(agreed_at__gte=since, agreed_at__lt=until)
        | Q(agreed_at__isnull=True, wanted_at__gte=since, wanted_at__lt=until)
    )
