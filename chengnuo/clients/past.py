"""What a client's business was, year by year: his policies, and what the rooms above count of him (3.2.9)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE

from .models import Client, Policy

YEARS = 3


class Topic(StrEnum):
    """What a figure tells of: losses of the client, or services given to him."""

    LOSSES = "losses"
    SERVICES = "services"


Words = Mapping[tuple[int, int], str]
"""By (client, year), as it is read."""
Told = Callable[[Collection[int], datetime, datetime], Words]


@dataclass(frozen=True)
class Figure:
    label: "str | Promise"
    told: Told
    topic: Topic


_figures: dict[str, tuple[int, Figure]] = {}


def register_past(key: str, order: int, label: "str | Promise", told: Told, topic: Topic = Topic.SERVICES) -> None:
    """Add a figure of clients' past business; called from AppConfig.ready(). `told` counts these clients' records from
    an instant to an instant with a number of queries that does not grow with them."""
    _figures[key] = (order, Figure(label, told, topic))


def counted(rows: Callable[[], QuerySet[Any]], at: str) -> Told:
    """A figure that is the number of a room's rows, each of one client, in the years of the column `at`."""

    def told(client_ids: Collection[int], since: datetime, until: datetime) -> Words:
        found = rows().filter(**{"client__in": client_ids, f"{at}__gte": since, f"{at}__lt": until})
        years = found.order_by().values_list("client_id", ExtractYear(at, tzinfo=ZONE))
        return {(client, year): str(count) for client, year, count in years.annotate(count=Count("pk"))}

    return told


def past_of(client_ids: Collection[int], year: int) -> list[dict[str, Any]]:
    """Each client's business of three years up to this one, as plain JSON: {"client", "name", "years", "lines"}; a
    line is {"label", "topic", "values"}, a value for each year; what none of them has is left out. The caller
    sees to it that the reader may see the clients."""
    years = list(range(year - YEARS + 1, year + 1))
    since, until = (midnight(date(one, 1, 1)) for one in (years[0], year + 1))
    ordered = [figure for _order, figure in sorted(_figures.values(), key=lambda one: (one[0], str(one[1].label)))]
    told = [(str(one.label), one.topic, one.told(client_ids, since, until)) for one in ordered]
    policies = [(label, None, words) for label, words in _policies(client_ids, years)]
    kept = [(label, topic, words) for label, topic, words in (*policies, *told) if words]
    names = Client.objects.filter(pk__in=client_ids).order_by("pk").values_list("pk", "name")
    return [
        {
            "client": pk,
            "name": name,
            "years": years,
            "lines": [
                {"label": label, "topic": topic, "values": [words.get((pk, one), "") for one in years]}
                for label, topic, words in kept
            ],
        }
        for pk, name in names
    ]


def _policies(client_ids: Collection[int], years: Sequence[int]) -> list[tuple[str, Words]]:
    """Number, premium and commission of the policies that began in a year."""
    rows = (
        Policy.objects.filter(client__in=client_ids, starts_on__year__in=years)
        .order_by()
        .values_list("client_id", "starts_on__year")
        .annotate(Count("pk"), Sum("premium"), Sum("commission"))
    )
    found = {(client, year): sums for client, year, *sums in rows}
    return [
        (_("保单"), {key: str(sums[0]) for key, sums in found.items()}),
        (_("保费（元）"), {key: f"{sums[1]:,.2f}" for key, sums in found.items()}),
        (_("佣金（元）"), {key: f"{sums[2]:,.2f}" for key, sums in found.items() if sums[2] is not None}),
    ]
