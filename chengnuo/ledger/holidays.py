"""The company's calendar tables: a year's published holidays, imported as the next version of that year."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Max
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from . import books, clock
from .calendar import HOLIDAY, MAKEUP, Basis
from .errors import Invalid
from .ladder import is_dealt_with, moments
from .models import LIVE, CalendarDay, CalendarTable, Obligation, Rung
from .obligations import entry
from .trail import Draft, append, record

FIRST_YEAR, LAST_YEAR = 2000, 2100
NAME_LENGTH = 40


def import_table(
    year: int,
    days: Mapping[date, tuple[str, str]],
    source: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
) -> CalendarTable:
    """The next version of a year's table: its dates that are not what their weekday says, as (kind, name).

    Open duties that were provisional for want of this year are counted again, each by an event; promises and other
    stated times never move, nor does what is already late. Raises Invalid (422) for days that cannot be.
    """
    _require_possible(year, days)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two imports of one year at once would both take the same number.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"calendar:{year}"])
        last = CalendarTable.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
        table = CalendarTable.objects.create(
            year=year, number=last + 1, source=source, imported_at=now, imported_by_id=by.pk if by else None
        )
        CalendarDay.objects.bulk_create(
            [CalendarDay(table=table, day=day, kind=kind, name=name) for day, (kind, name) in sorted(days.items())]
        )
        books.changed()
        record(
            "calendar.imported",
            table,
            by=by,
            now=now,
            data={"year": year, "number": table.number, "days": len(days)},
            texts={"source": source},
        )
        _count_again(year, by=by, now=now)
    return table


def _require_possible(year: int, days: Mapping[date, tuple[str, str]]) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("year_out_of_range", year=_("年份填 %d 到 %d") % (FIRST_YEAR, LAST_YEAR))
    if not days:
        raise Invalid("no_days", days=_("至少填一天"))
    for day, (kind, name) in days.items():
        if day.year != year:
            raise Invalid("other_year", days=_("%(day)s 不在 %(year)d 年") % {"day": day, "year": year})
        if kind not in (HOLIDAY, MAKEUP):
            raise Invalid("unknown_kind", days=_("%s 只能是休或班") % day)
        if kind == MAKEUP and day.weekday() < 5:
            raise Invalid("makeup_on_weekday", days=_("%s 本来就是工作日，不能是补班") % day)
        if len(name) > NAME_LENGTH:
            raise Invalid("name_too_long", days=_("%(day)s 的名称超过 %(most)d 字") % {"day": day, "most": NAME_LENGTH})


def _count_again(year: int, *, by: AbstractBaseUser | None, now: datetime) -> None:
    """Derive open provisional duties that walked through this year again, from the start and version they carry."""
    held = Obligation.objects.filter(provisional=True, state__in=LIVE, due__gt=now, parameter__isnull=False)
    duties = [
        duty
        for duty in held.select_related("parameter").order_by("pk").select_for_update(of=("self",), no_key=True)
        if any(day["date"].startswith(f"{year}-") for day in duty.why["walk"]["days"])
    ]
    book = books.rulebook()
    dealt: dict[int, int] = {}
    for pk, rung in Rung.objects.filter(obligation__in=duties).values_list("obligation_id", "rung"):
        dealt[pk] = max(dealt.get(pk, -1), rung)
    drafts = []
    for duty in duties:
        start, version, before = parse_datetime(duty.why["start"]), duty.parameter, duty.due
        assert start is not None
        assert version is not None
        deadline = book.calendar.add(start, Decimal(version.value), Basis(version.unit))
        duty.due, duty.provisional = deadline.at, deadline.provisional
        duty.why = {**duty.why, "walk": deadline.as_json()}
        ahead = [m for m in moments(duty, book) if not is_dealt_with(m, duty, dealt.get(duty.pk, -1))]
        duty.next_at = ahead[0].at if ahead else None
        drafts.append(
            Draft(
                verb="duty.counted_again",
                subject=duty.subject,
                happened_at=now,
                by_id=by.pk if by else None,
                source=moved.source if (moved := clock.moved()) else "",
                data={"clause": duty.clause, "duty": duty.pk, "year": year, "before": before, "due": duty.due},
                duties=[entry(duty)],
            )
        )
    append(drafts)
    Obligation.objects.bulk_update(duties, ["due", "provisional", "why", "next_at"], batch_size=500)
