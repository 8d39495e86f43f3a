"""Who sees complaints, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.cases import may_take_on
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .models import Complaint

__all__ = ["may_take_on", "visible_complaints"]


def visible_complaints(user: Staff, now: datetime) -> QuerySet[Complaint]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Complaint.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))
