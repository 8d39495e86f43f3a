"""Who answers a branch's line at an instant (3.1.2)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from chengnuo.people.models import Absence, Staff

from .models import DutyShift


def on_duty(unit_id: int, at: datetime) -> list[Staff]:
    """The branch's people on duty at an instant, the primary before the backups. Who left or is absent then is not.

    Two shifts of one role come in the order in which they began.
    """
    away = Absence.objects.filter(Absence.at(at), staff=OuterRef("staff"))
    shifts = DutyShift.objects.filter(
        ~Exists(away), unit=unit_id, is_cancelled=False, starts_at__lte=at, ends_at__gt=at, staff__is_active=True
    )
    found = shifts.select_related("staff").order_by("starts_at", "pk")
    by_role = sorted(found, key=lambda shift: shift.role != DutyShift.Role.PRIMARY)
    return list({shift.staff_id: shift.staff for shift in by_role}.values())
