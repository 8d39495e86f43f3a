"""Who sees complaints, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import Complaint


def visible_complaints(user: Staff, now: datetime) -> QuerySet[Complaint]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Complaint.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))


def may_take_on(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """The people of the unit that handles it."""
    return complaint.unit_id in reach(user, now).units
