"""Who sees plans and what they promise, and who may write, deliver and carry them out."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.models import Client
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, FRONT, Reach, reach

from .models import EmergencyPlan, PlannedService, ServicePlan

K = Role.Kind


def visible_plans(user: Staff, now: datetime) -> QuerySet[ServicePlan]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    return ServicePlan.objects.filter(_seen(reach(user, now)))


def visible_emergency_plans(user: Staff, now: datetime) -> QuerySet[EmergencyPlan]:
    return EmergencyPlan.objects.filter(_seen(reach(user, now)))


def visible_planned_services(user: Staff, now: datetime) -> QuerySet[PlannedService]:
    who = reach(user, now)
    return PlannedService.objects.filter(Q(unit__in=who.units) | Q(client__in=who.clients))


def _seen(who: Reach) -> Q:
    return Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients)


def may_write(user: Staff, now: datetime) -> bool:
    """Draws up and submits plans: the centre (3.2.1)."""
    return reach(user, now).is_a(*CENTRE)


def may_deliver(user: Staff, plan: ServicePlan, now: datetime) -> bool:
    """Hands an approved plan to the client: the centre, and the branch whose client he is (3.2.3)."""
    return may_write(user, now) or reach(user, now).is_in(plan.client_unit_id, *FRONT)


def may_carry_out(user: Staff, service: PlannedService, now: datetime) -> bool:
    """Gives the planned service: who serves clients in the branch, and the centre (3.2.5)."""
    who = reach(user, now)
    return who.is_in(service.unit_id, *FRONT) or who.is_a(*CENTRE)


def may_drop(user: Staff, service: PlannedService, now: datetime) -> bool:
    """Says that an emergency takes the place of a planned service: the branch's manager, and the centre (3.2.4)."""
    who = reach(user, now)
    return who.is_in(service.unit_id, K.MANAGER) or who.is_a(*CENTRE)


def may_plan_emergencies(user: Staff, client: Client, now: datetime) -> bool:
    """Draws up a client's emergency plan: his branch and the centre (3.2.7)."""
    who = reach(user, now)
    return who.is_in(client.unit_id, *FRONT) or who.is_a(*CENTRE)
