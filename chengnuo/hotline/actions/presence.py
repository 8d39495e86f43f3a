"""A colleague will be away, or is back: the days of his shifts are looked at again, and his backups hear of it."""

from datetime import datetime

from django.utils.translation import gettext_noop

from chengnuo.kit.notices import notify
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Kept, Occasion
from chengnuo.people.models import Absence, Staff

from ..duty_rules import days_of, manager_of
from ..models import DutyShift


def concerned(staff: Staff, starts_at: datetime, ends_at: datetime, now: datetime) -> list[Kept]:
    """The days whose proof his presence in this span concerns, locked; under the person's own lock (3.1.2)."""
    shifts = DutyShift.objects.filter(
        staff=staff, role=DutyShift.Role.PRIMARY, is_cancelled=False, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    days: dict[int, Occasion] = {}
    for shift in shifts.order_by("pk"):
        span = (max(shift.starts_at, starts_at), min(shift.ends_at, ends_at))
        days.update({day.pk: day for day in days_of([shift.unit_id], [span])})
        if _is_away(staff, span) and shift.ends_at > now:
            _offer(shift, now)
    rows = Occasion.objects.filter(pk__in=list(days)).order_by("pk").select_for_update(no_key=True)
    return list(rows)


def _is_away(staff: Staff, span: tuple[datetime, datetime]) -> bool:
    away = Absence.objects.filter(staff=staff, starts_at__lt=span[1], ends_at__gt=span[0]).exists()
    return away or not staff.is_active


def _offer(shift: DutyShift, now: datetime) -> None:
    """Tell those who back the shift, and the manager, that it wants somebody."""
    backups = DutyShift.objects.filter(
        unit=shift.unit_id,
        role=DutyShift.Role.BACKUP,
        is_cancelled=False,
        starts_at__lt=shift.ends_at,
        ends_at__gt=shift.starts_at,
    )
    people = {*backups.values_list("staff_id", flat=True), manager_of(shift.unit_id, now)} - {None, shift.staff_id}
    title = gettext_noop("%(name)s不在岗，%(when)s起的值班要人接")
    args = {"name": shift.staff.name, "when": f"{shift.starts_at.astimezone(ZONE):%m-%d %H:%M}"}
    notify(sorted(pk for pk in people if pk), title, args, shift, now, clause="3.1.2", moment="shift.uncovered")
