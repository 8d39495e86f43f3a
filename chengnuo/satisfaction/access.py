"""Who sees what clients were asked and said, and who may act on it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import RatingRequest

K = Role.Kind


def visible_ratings(user: Staff, now: datetime) -> QuerySet[RatingRequest]:
    """Those of his units' services, of their clients, of clients shared with them, and of his own services."""
    who = reach(user, now)
    seen = Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients) | Q(keeper=user.pk)
    return RatingRequest.objects.filter(seen)


def may_handle(user: Staff, unit_id: int, keeper_id: int | None, now: datetime) -> bool:
    """Whose service it was, his branch and the centre ask, send links and follow up; others only read."""
    who = reach(user, now)
    return user.pk == keeper_id or who.is_a(*CENTRE) or who.is_in(unit_id, *FRONT)


def measurable_staff(user: Staff, now: datetime) -> QuerySet[Staff]:
    """The people whose own figures he reads: himself, those of the branches that he manages, for the centre all."""
    who = reach(user, now)
    if who.is_a(*CENTRE):
        return Staff.objects.all()
    managed = [unit for kind, unit in who.held if kind == K.MANAGER]
    return Staff.objects.filter(Q(pk=user.pk) | Q(unit__in=managed))
