"""What plans in force still promise, told to the rooms of services (clients.basis)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.clients.basis import AT_THE_CLIENTS, Planned
from chengnuo.clients.models import Client
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .access import visible_planned_services
from .models import PlannedService, ServiceState

FEW = 30
AHEAD = timedelta(days=31)
"""A visit planned within a month is not replaced by a telephone call."""


def planned_for(client: Client, kinds: Collection[str], user: Staff, now: datetime) -> list[Planned]:
    rows = (
        visible_planned_services(user, now)
        .filter(client=client, kind__in=list(kinds), state=ServiceState.PLANNED)
        .select_related("plan", "item")
    )
    return [
        Planned(
            row.pk,
            row.kind,
            row.title,
            row.opens_on,
            row.due_on,
            row.plan.number,
            row.owner_id,
            row.item.preparation,
        )
        for row in rows.order_by("due_on", "pk")[:FEW]
    ]


def must_visit(client_ids: Collection[int], now: datetime) -> Mapping[int, str]:
    """Clients whose plan has a service at their place that is open now or opens within a month (4.3.1)."""
    today = now.astimezone(ZONE).date()
    rows = PlannedService.objects.filter(
        client__in=list(client_ids), kind__in=AT_THE_CLIENTS, state=ServiceState.PLANNED, opens_on__lte=today + AHEAD
    ).order_by("-due_on", "-pk")
    return {
        row.client_id: _("方案定有%(title)s，%(due)s前上门") % {"title": row.title, "due": row.due_on.isoformat()}
        for row in rows
    }
