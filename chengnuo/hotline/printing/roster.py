"""值班表: the roster of a branch's line for a week or a period (3.1.2)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.clients.phones import shown
from chengnuo.kit.documents import Document
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import HOLIDAY, MAKEUP, Day, midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from ..access import visible_shifts
from ..coverage import Gap, by_days, uncovered
from ..models import DutyLine, DutyShift
from . import words

TEMPLATE = "hotline/printing/roster.typ"
PRIMARY = DutyShift.Role.PRIMARY


@words.in_chinese
def roster_form(
    unit: Unit, since: date, until: date, *, by: Staff, now: datetime, absolute: Callable[[str], str]
) -> Document:
    """A day per row: who answers, who stands by, and the hours that nobody has. `absolute` makes an address of this
    site out of a path."""
    shifts = list(
        visible_shifts(by, now)
        .filter(
            unit=unit,
            is_cancelled=False,
            starts_at__lt=midnight(until + timedelta(days=1)),
            ends_at__gt=midnight(since),
        )
        .select_related("staff")
        .order_by("starts_at", "pk")
    )
    lines = DutyLine.objects.filter(unit=unit, registered_at__lte=now, withdrawn_at=None)
    gaps = by_days(uncovered([unit.pk], midnight(since), midnight(until + timedelta(days=1)))[unit.pk])
    printed = [since + timedelta(days=nth) for nth in range((until - since).days + 1)]
    days = [_day(day, since, shifts, gaps.get(day, [])) for day in printed]
    return Document(
        TEMPLATE,
        _("值班表"),
        number=f"ZB-{unit.code}-{since:%Y%m%d}-{until:%Y%m%d}",
        address=absolute(reverse("hotline:duty")),
        by=by,
        now=now,
        unit=unit.name,
        clause="3.1.2",
        body={
            "unit": unit.name,
            "phone": "、".join(shown(line.number) for line in lines) or _("未报备"),
            "period": words.period(since, until),
            "days": days,
            "gaps": sum(day["gaps"] for day in days),
        },
    )


def _day(day: date, first: date, shifts: Sequence[DutyShift], gaps: Sequence[Gap]) -> words.Data:
    """A day's row. A shift stands on the day it begins; on the first day also the one that came over midnight."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    mine = [one for one in shifts if start <= one.starts_at < end or (day == first and one.starts_at < start)]
    duty = [(one.starts_at, _shift(one, start)) for one in mine if one.role == PRIMARY]
    duty += [(gap.starts_at, {"hours": _hours(gap.starts_at, gap.ends_at, start), "is_gap": True}) for gap in gaps]
    what = rulebook().calendar.day(day)
    return {
        "date": words.named_day(day),
        "mark": _mark(what),
        "is_off": not what.is_working,
        "duty": [row for _at, row in sorted(duty, key=lambda one: one[0])],
        "backup": [_shift(one, start) for one in mine if one.role != PRIMARY],
        "gaps": len(gaps),
    }


def _mark(day: Day) -> str:
    """休 with the holiday's name, 班 for a make-up day, 休 for a weekend."""
    if day.kind == MAKEUP:
        return _("班")
    if day.is_working:
        return ""
    return f"{_('休')} {day.name}".strip() if day.kind == HOLIDAY else _("休")


def _shift(shift: DutyShift, start: datetime) -> words.Data:
    return {
        "hours": _hours(shift.starts_at, shift.ends_at, start),
        "is_gap": False,
        "name": shift.staff.name,
        "phone": shown(shift.staff.phone) if shift.staff.phone else "",
    }


def _hours(since: datetime, until: datetime, start: datetime) -> str:
    return f"{_hour(since, start)}—{_hour(until, start)}"


def _hour(moment: datetime, start: datetime) -> str:
    """`08:30`, `24:00` at the day's end, `次日08:30` after it, `前日20:30` before it, else with its date."""
    local = moment.astimezone(ZONE)
    days = (local.date() - start.astimezone(ZONE).date()).days
    if days == 1 and local.time() == datetime.min.time():
        return "24:00"
    before = {0: "", 1: _("次日"), -1: _("前日")}.get(days, f"{local:%m-%d} ")
    return f"{before}{local:%H:%M}"
