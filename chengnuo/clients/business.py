"""What clients' business was: policies year by year, and what the rooms above tell of the same time (3.2.9)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .access import visible_clients
from .models import Client, Policy
from .past import past_of

YEARS = 3
MOST = 50
Line = dict[str, Any]


def business_of(client_ids: Sequence[int], user: Staff, now: datetime) -> list[dict[str, Any]]:
    """The business of three years of those of these clients whom the person sees, as plain JSON: {"client", "name",
    "years", "lines"}. A line is {"label", "values", "total"}; what is told for the three years together has no values.
    """
    year = now.astimezone(ZONE).year
    years = list(range(year - YEARS + 1, year + 1))
    since = midnight(date(years[0], 1, 1))
    clients = list(visible_clients(user, now).filter(pk__in=list(client_ids)[:MOST]).order_by("pk"))
    policies = _policies([client.pk for client in clients], years)
    return [
        {
            "client": client.pk,
            "name": client.name,
            "years": years,
            "lines": [*policies.get(client.pk, []), *_told(client, since, user, now)],
        }
        for client in clients
    ]


def _told(client: Client, since: datetime, user: Staff, now: datetime) -> list[Line]:
    return [
        {
            "label": str(one.label),
            "values": [],
            "total": f"{one.count}" if one.amount is None else f"{one.count} / {one.amount:,.2f}",
        }
        for one in past_of(client, since, user, now)
    ]


def _policies(client_ids: Sequence[int], years: Sequence[int]) -> dict[int, list[Line]]:
    """Number, premium and commission of the policies that began in each year; no line without any."""
    rows = (
        Policy.objects.filter(client__in=client_ids, starts_on__year__in=years)
        .order_by()
        .values_list("client_id", "starts_on__year")
        .annotate(Count("pk"), Sum("premium"), Sum("commission"))
    )
    found: dict[int, dict[int, Sequence[Any]]] = {}
    for client, year, *sums in rows:
        found.setdefault(client, {})[year] = sums
    labels = ((_("保单"), "d"), (_("保费（元）"), ",.2f"), (_("佣金（元）"), ",.2f"))
    return {
        client: [
            _line(label, [of_year.get(year, (None,) * 3)[place] for year in years], form)
            for place, (label, form) in enumerate(labels)
            if any(sums[place] is not None for sums in of_year.values())
        ]
        for client, of_year in found.items()
    }


def _line(label: str, sums: Sequence[int | Decimal | None], form: str) -> Line:
    values = ["" if one is None else format(one, form) for one in sums]
    return {"label": label, "values": values, "total": format(sum(one for one in sums if one is not None), form)}
