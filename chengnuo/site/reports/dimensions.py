"""By what figures are told apart: client tier, kind of client, hour, weekday, person."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Func, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import TICKS, Client
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, Reach, reach

K = Role.Kind
SEES_EVERYBODY = (*CENTRE, K.EXECUTIVE, K.CHAIRMAN)
TIERS: dict[str, Any] = {**TICKS, "ordinary": _("普通客户")}
KINDS: dict[str, Any] = dict(Client.Kind.choices)
UNKNOWN: dict[str, Any] = {"unknown": _("未登记的来电人")}
GROUPS = {**TIERS, **KINDS, **UNKNOWN}
"""A client belongs to every tier that he is ticked for, and to one kind. The ticks are today's."""


def in_group(group: str, at: str = "client__") -> Q:
    """Which records are of clients of this group; `at` leads from the record to its client."""
    if group in UNKNOWN:
        return Q(**{f"{at.removesuffix('__')}__isnull": True})
    if group in KINDS:
        return Q(**{f"{at}kind": group})
    if group in TICKS:
        return Q(**{f"{at}{group}": True})
    return Q(**{f"{at}{tick}": False for tick in TICKS})


def groups(at: str = "client__") -> Func:
    """The groups of a record's client, as an array; of a client himself where `at` is empty."""
    names = GROUPS if at else TIERS | KINDS
    said = [Case(When(in_group(name, at), then=Value(name)), output_field=CharField()) for name in names]
    return Func(*said, template="array_remove(ARRAY[%(expressions)s], NULL)", output_field=ArrayField(CharField()))


def unnested(array: Combinable) -> Func:
    """A row for each of an array's members, before rows are grouped: a client of two tiers counts in both."""
    return Func(array, function="unnest", output_field=CharField(), set_returning=True)


def group_names() -> dict[str, str]:
    return {name: str(label) for name, label in GROUPS.items()}


def hour(column: str) -> Combinable:
    return ExtractHour(column, tzinfo=ZONE)


def weekday(column: str) -> Combinable:
    """1 is Monday."""
    return ExtractIsoWeekDay(column, tzinfo=ZONE)


def duties_in_group(rows: QuerySet[Any], group: str) -> QuerySet[Any]:
    """The duties owed to clients of this group."""
    if group in UNKNOWN:
        return rows.filter(client_id__isnull=True)
    return rows.filter(client_id__in=Client.objects.filter(in_group(group, "")).values("pk"))


def of_seen_people(rows: QuerySet[Any], person: str, user: Staff, now: datetime) -> QuerySet[Any]:
    """The records by whose `person` figures may be told to this reader: a person's are for himself, his manager, the
    centre and the leaders."""
    who = reach(user, now)
    rows = rows.filter(**{f"{person}__isnull": False})
    if who.is_a(*SEES_EVERYBODY):
        return rows
    return rows.filter(Q(**{person: user.pk}) | Q(**{f"{person}__unit__in": _managed(who)}))


def may_read_person(user: Staff, now: datetime, pk: int) -> bool:
    """Whether this person's figures may be told to this reader, by the same rule: a list of what is his is one."""
    who = reach(user, now)
    is_told = pk == user.pk or who.is_a(*SEES_EVERYBODY)
    return is_told or Staff.objects.filter(pk=pk, unit__in=_managed(who)).exists()


def _managed(who: Reach) -> list[int]:
    return [unit for kind, unit in who.held if kind == K.MANAGER]
