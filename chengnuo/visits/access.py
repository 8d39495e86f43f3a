"""Who sees visits, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import Visit


def visible_visits(user: Staff, now: datetime) -> QuerySet[Visit]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Visit.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))


def may_take_on(user: Staff, visit: Visit, now: datetime) -> bool:
    """The people of the unit that handles it."""
    return visit.unit_id in reach(user, now).units
