"""What was given of plans, counted by unit, kind and month (3.2.8)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count

from chengnuo.clients.given import Given

from .models import PlannedService, ServiceState


def services_given(unit_ids: Collection[int], first: date, last: date) -> Given:
    """The planned services that were done on these days."""
    rows = PlannedService.objects.filter(unit__in=unit_ids, state=ServiceState.DONE, done_on__range=(first, last))
    months = rows.order_by().values_list("unit_id", "kind", "done_on__year", "done_on__month")
    return {(unit, kind, year, month): count for unit, kind, year, month, count in months.annotate(count=Count("pk"))}
