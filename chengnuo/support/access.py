"""Who sees and writes requests for support; the rest is as with every proposal (`kit.proposals.access`)."""

from datetime import datetime

from django.db.models import QuerySet

from chengnuo.kit.proposals.access import may_analyse, may_write, units_to_write_for, visible
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import SupportRequest, SupportSpending

__all__ = ["may_analyse", "may_write", "units_to_write_for", "visible_spendings", "visible_support"]


def visible_support(user: Staff, now: datetime) -> QuerySet[SupportRequest]:
    """Those of his units (3.2.9)."""
    return visible(SupportRequest.objects.all(), user, now)


def visible_spendings(user: Staff, now: datetime) -> QuerySet[SupportSpending]:
    """Those of the requests that he sees."""
    return SupportSpending.objects.filter(request__unit__in=reach(user, now).units)
