"""What a new installation knows: the procedure's first figures and the holidays published so far."""

from datetime import datetime

from django.db import transaction

from .calendar import midnight
from .calendar_seed import published_tables
from .holidays import import_table
from .models import CalendarTable, ParameterVersion
from .parameters import add_version
from .parameters_catalogue import parameter_kinds

PUBLISHED = "国务院办公厅公布的节假日安排"


def seed(now: datetime) -> int:
    """Add the first version of every figure and year that has none. Safe to run at every start; returns how many.

    What the company decided or imported is never touched.
    """
    with transaction.atomic():
        known = set(ParameterVersion.objects.values_list("key", flat=True))
        kinds = [kind for key, kind in parameter_kinds().items() if key not in known]
        for kind in kinds:
            in_force_from = midnight(kind.in_force_from)
            add_version(kind.key, kind.value, in_force_from, by=None, now=now, source=kind.source)
        years = set(CalendarTable.objects.values_list("year", flat=True))
        tables = {year: days for year, days in published_tables().items() if year not in years}
        for year, days in tables.items():
            import_table(year, days, PUBLISHED, by=None, now=now)
    return len(kinds) + len(tables)
