"""Who sees visits, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.cases import may_take_on
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import Visit

__all__ = ["may_take_on", "visible_visits"]


def visible_visits(user: Staff, now: datetime) -> QuerySet[Visit]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Visit.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))
