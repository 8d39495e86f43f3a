"""The figures and the calendar in force, read once and kept until their stamp changes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from .calendar import Calendar
from .models import CalendarDay, CalendarTable, ParameterVersion, Stamp

STAMP = "rules"
# Asked several times in every action, so it is written out: putting a query together costs more than its answer.
READ_STAMP = "SELECT value FROM ledger_stamp WHERE name = %s"


@dataclass(frozen=True)
class Rulebook:
    """Every version of every parameter, and the one calendar (clause 4.0)."""

    parameters: Mapping[str, list[ParameterVersion]]
    calendar: Calendar

    def parameter(self, key: str, at: datetime) -> ParameterVersion:
        """The version in force at an instant; before the first one, the first. Raises KeyError for an unknown key."""
        versions = self.parameters[key]
        in_force = [version for version in versions if version.in_force_from <= at]
        return in_force[-1] if in_force else versions[0]


_kept: dict[int, Rulebook] = {}


def rulebook() -> Rulebook:
    """The figures and the calendar. One read of a stamp; everything again only when it has grown."""
    with connection.cursor() as cursor:
        cursor.execute(READ_STAMP, [STAMP])
        row = cursor.fetchone()
    value = row[0] if row else 0
    book = _kept.get(value)
    if book is None:
        book = _read()
        _kept.clear()
        _kept[value] = book
    return book


def changed(name: str = STAMP) -> None:
    """Say, in the action's transaction, that parameters or calendar tables changed, or what another stamp stands for.

    A stamp is never used twice: a book that was read inside a transaction which then fell back cannot be taken for
    a later one.
    """
    Stamp.objects.update_or_create(name=name, defaults={"value": time.time_ns()})


def _read() -> Rulebook:
    parameters: dict[str, list[ParameterVersion]] = {}
    for version in ParameterVersion.objects.select_related("decided_by", "proposed_by").order_by(
        "key", "in_force_from", "number"
    ):
        parameters.setdefault(version.key, []).append(version)
    years: dict[int, int] = {}
    tables: dict[int, int] = {}
    for table in CalendarTable.objects.order_by("year", "number"):
        years[table.year], tables[table.year] = table.number, table.pk
    exceptions: dict[date, tuple[str, str]] = {
        day: (kind, name)
        for day, kind, name in CalendarDay.objects.filter(table__in=tables.values()).values_list("day", "kind", "name")
    }
    return Rulebook(parameters, Calendar(exceptions, years))
