"""Who takes on what a call opens, where the call was answered for another branch."""

from datetime import datetime

from chengnuo.clients.cases import WORKS_ON
from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import reach

from ..models import DutyShift


def owner_at(unit: Unit, by: Staff, now: datetime) -> Staff:
    """Who answered, if the unit is his to work for; else who is on duty there, else its manager (3.1.4).

    A case whose owner may not take it on would be nobody's. A branch without either leaves it with who answered.
    """
    if reach(by, now).is_in(unit.pk, *WORKS_ON):
        return by
    shift = DutyShift.objects.filter(
        unit=unit, role=DutyShift.Role.PRIMARY, is_cancelled=False, starts_at__lte=now, ends_at__gt=now
    ).select_related("staff")
    if on_duty := shift.first():
        return on_duty.staff
    manager = Role.objects.filter(Role.at(now), unit=unit, kind=Role.Kind.MANAGER, staff__is_active=True)
    role = manager.select_related("staff").order_by("pk").first()
    return role.staff if role else by
