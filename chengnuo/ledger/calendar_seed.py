"""The holidays that the State Council has published, as far as the library `chinesecalendar` knows them.

They seed the calendar tables once; from then on the tables are the company's, and the library is not asked.
"""

from datetime import date

from chinese_calendar import Holiday, constants

from .calendar import HOLIDAY, MAKEUP

_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


def published_tables() -> dict[int, dict[date, tuple[str, str]]]:
    """For every year known: its dates that are not what their weekday says, as (kind, Chinese name of the holiday).

    A date stands in the table of its own year, also where it was announced with the holidays of the year after.
    """
    tables: dict[int, dict[date, tuple[str, str]]] = {}
    for kind, dates in ((HOLIDAY, constants.holidays), (MAKEUP, constants.workdays)):
        for day, name in sorted(dates.items()):
            tables.setdefault(day.year, {})[day] = (kind, _NAMES.get(name, name))
    return dict(sorted(tables.items()))
