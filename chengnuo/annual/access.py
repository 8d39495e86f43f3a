"""Who sees the year's calls and plans; the rest is as with every proposal (`kit.proposals.access`)."""

from datetime import datetime

from django.db.models import QuerySet

from chengnuo.kit.proposals.access import may_analyse, may_write, visible
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import AnnualCall, AnnualPlan

__all__ = ["may_analyse", "may_call", "may_write", "visible_calls", "visible_plans"]

may_call = may_analyse


def visible_plans(user: Staff, now: datetime) -> QuerySet[AnnualPlan]:
    """Those of his units (3.2.8)."""
    return visible(AnnualPlan.objects.all(), user, now)


def visible_calls(user: Staff, now: datetime) -> QuerySet[AnnualCall]:
    """What headquarters requires is for everybody who has a place in a unit."""
    return AnnualCall.objects.all() if reach(user, now).units else AnnualCall.objects.none()
