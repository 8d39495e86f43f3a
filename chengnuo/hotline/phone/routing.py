"""Whom a call rings at, one after the other (3.1.2): docs/decisions/whom-a-call-rings-at.md."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Max, OuterRef

from chengnuo.people.models import Absence, Role, Staff, Unit

from ..models import Call, DutyShift, RingAttempt
from .story import Step

R = RingAttempt.Rung
MOST_BACKUPS = 2


def plan(unit: Unit, at: datetime) -> list[Step]:
    """The primary, the backups, the nearest other branch with somebody on duty, the centre, as rostered then."""
    shifts = _on_duty(at)
    own = [one for one in shifts if one.unit_id == unit.pk]
    primaries = [one for one in own if one.role == DutyShift.Role.PRIMARY]
    backups = [one for one in own if one.role == DutyShift.Role.BACKUP][:MOST_BACKUPS]
    steps = [_step(R.PRIMARY, one) for one in primaries[:1]]
    steps += [_step(R.BACKUP, one) for one in [*primaries[1:], *backups]]
    branches = [
        one
        for one in shifts
        if one.unit_id != unit.pk and one.unit.kind == Unit.Kind.BRANCH and one.role == DutyShift.Role.PRIMARY
    ]
    steps += _nearest(unit, branches, at)
    steps += _centre(unit, [one for one in shifts if one.unit.kind == Unit.Kind.CENTRE], at)
    return list({(step.unit_id, step.staff_id): step for step in reversed(steps)}.values())[::-1]


def _on_duty(at: datetime) -> list[DutyShift]:
    away = Absence.objects.filter(Absence.at(at), staff=OuterRef("staff"))
    shifts = DutyShift.objects.filter(
        ~Exists(away), is_cancelled=False, starts_at__lte=at, ends_at__gt=at, staff__is_active=True
    )
    return list(shifts.select_related("unit", "staff").order_by("starts_at", "pk"))


def _step(rung: str, shift: DutyShift) -> Step:
    return Step(rung, shift.unit_id, shift.staff_id, shift.staff.extension)


def _nearest(unit: Unit, shifts: list[DutyShift], at: datetime) -> list[Step]:
    """Of the branches nearest by their division codes, the person who has been idle longest."""
    if not shifts:
        return []
    least = min(distance(unit.division_code, one.unit.division_code) for one in shifts)
    near = [one for one in shifts if distance(unit.division_code, one.unit.division_code) == least]
    last = _last_answered((one.staff_id for one in near), at)
    one = min(near, key=lambda shift: (shift.staff_id in last, last.get(shift.staff_id, at), shift.staff_id))
    return [_step(R.OTHER, one)]


def distance(a: str, b: str) -> int:
    """0 for the same prefecture, 1 for the same province, 2 for the same region of the country, 3 for farther away."""
    for number, length in enumerate((4, 2, 1)):
        if a and a[:length] == b[:length]:
            return number
    return 3


def _last_answered(staff: Iterable[int], at: datetime) -> dict[int, datetime]:
    calls = Call.objects.filter(operator_id__in=list(staff), answered_at__lt=at).order_by()
    return dict(calls.values_list("operator_id").annotate(Max("answered_at")))


def _centre(unit: Unit, shifts: list[DutyShift], at: datetime) -> list[Step]:
    """Who the centre has on duty; without a roster of its own everybody there."""
    if shifts:
        return [_step(R.CENTRE, shifts[0])]
    people = Role.objects.filter(
        Role.at(at), kind__in=(Role.Kind.CENTRE, Role.Kind.CENTRE_HEAD), staff__is_active=True
    ).exclude(unit=unit)
    where = people.order_by("unit_id").values_list("unit_id", flat=True).first()
    return [Step(R.CENTRE, where)] if where else []


def at_extension(extension: str) -> Staff | None:
    """Whose telephone it is."""
    return Staff.objects.filter(extension=extension, is_active=True).first() if extension else None
