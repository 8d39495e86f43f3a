"""Who sees daily service and renewals, and who may enter and handle them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.models import Client
from chengnuo.people.models import Staff
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import DailyContact, Renewal


def visible_contacts(user: Staff, now: datetime) -> QuerySet[DailyContact]:
    """Those of his units, of their clients, and of clients shared with them."""
    return DailyContact.objects.filter(_seen(user, now))


def visible_renewals(user: Staff, now: datetime) -> QuerySet[Renewal]:
    return Renewal.objects.filter(_seen(user, now))


def _seen(user: Staff, now: datetime) -> Q:
    who = reach(user, now)
    return Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients)


def may_enter(user: Staff, client: Client, now: datetime) -> bool:
    """Enters what passed with a client whom he sees: who serves clients somewhere, and the centre. A branch with which
    the client is shared serves him too (3.2.4: nothing that a client needs is refused)."""
    return reach(user, now).is_a(*FRONT, *CENTRE)


def may_handle(user: Staff, record: DailyContact | Renewal, now: datetime) -> bool:
    """Its owner, who serves clients in its branch, and the centre."""
    who = reach(user, now)
    return user.pk == record.owner_id or who.is_in(record.unit_id, *FRONT) or who.is_a(*CENTRE)
