"""Duties that a person may see, by the units and clients that he reaches."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.db.models import Q, QuerySet

from .models import Obligation


class Reaching(Protocol):
    @property
    def units(self) -> tuple[int, ...]: ...
    @property
    def clients(self) -> tuple[int, ...]: ...
    @property
    def staff_id(self) -> int: ...


def visible_obligations(who: Reaching, now: datetime) -> QuerySet[Obligation]:
    """The duties of his own, of his units, and of clients that are his units' or shared with them."""
    return Obligation.objects.filter(
        Q(owner_id=who.staff_id)
        | Q(unit_id__in=who.units)
        | Q(client_unit_id__in=who.units)
        | Q(client_id__in=who.clients)
    )


def visible_obligations_of(who: Reaching, units: Collection[int], now: datetime) -> QuerySet[Obligation]:
    """Of the duties that he sees, those of these units: `visible_obligations` narrowed to units that he reaches.

    One condition instead of four: so a year of every branch is counted from an index alone.
    """
    return Obligation.objects.filter(unit_id__in=sorted({*units} & {*who.units}))
