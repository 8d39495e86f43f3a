"""Who sees visits, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.cases import WORKS_ON, may_take_on
from chengnuo.clients.models import Client
from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import CENTRE, reach

from .models import Visit, VisitFeed, Wish

__all__ = ["may_take_on", "visible_visits"]
K = Role.Kind


def visible_visits(user: Staff, now: datetime) -> QuerySet[Visit]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    return Visit.objects.filter(_seen(user, now))


def visible_wishes(user: Staff, now: datetime) -> QuerySet[Wish]:
    """What clients asked for in visits that he sees."""
    return Wish.objects.filter(_seen(user, now))


def visible_feeds(user: Staff, now: datetime) -> QuerySet[VisitFeed]:
    """One's own: an address is its person's secret."""
    return VisitFeed.objects.filter(staff=user)


def _seen(user: Staff, now: datetime) -> Q:
    who = reach(user, now)
    return Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients)


def may_plan(user: Staff, client: Client, now: datetime) -> bool:
    """Plans a visit to a client: whoever serves clients in his branch (4.1.A)."""
    return reach(user, now).is_in(client.unit_id, *WORKS_ON)


def may_settle(user: Staff, wish: Wish, now: datetime) -> bool:
    """Handles what a client asked for: whom it was passed to, and whoever serves clients in the branch (4.1.E)."""
    return user.pk == wish.owner_id or reach(user, now).is_in(wish.unit_id, *WORKS_ON)


def may_be_passed(wish: Wish, to: Staff, now: datetime) -> bool:
    """Whom something may be passed to: who is at work and sees the visit (4.1.E)."""
    return to.is_active and visible_visits(to, now).filter(pk=wish.visit_id).exists()


def measurable_units(user: Staff, now: datetime) -> list[Unit]:
    """The branches whose figures he reads, those he reaches, by name (4.0)."""
    return list(Unit.objects.filter(pk__in=reach(user, now).units, kind=Unit.Kind.BRANCH).order_by("pk"))


def measurable_staff(user: Staff, now: datetime) -> QuerySet[Staff]:
    """The people whose own figures he reads: himself, those of the branches that he manages, for the centre all."""
    who = reach(user, now)
    if who.is_a(*CENTRE):
        return Staff.objects.all()
    managed = [unit for kind, unit in who.held if kind == K.MANAGER]
    return Staff.objects.filter(Q(pk=user.pk) | Q(unit__in=managed))


def may_inspect(user: Staff, now: datetime) -> bool:
    """Draws filed visits to check their quality: the centre, and whoever manages a branch (4.1.F)."""
    return reach(user, now).is_a(*CENTRE, K.EXECUTIVE, K.MANAGER)
