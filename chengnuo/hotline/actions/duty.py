"""Shifts of duty, and what one shift passes to the next."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept, Occasion
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..access import may_roster
from ..coverage import LONGEST_SHIFT
from ..duty_rules import days_of
from ..models import DutyShift, Promise
from ..models.promises import RUNNING
from .promises import hand_over_promise

Span = tuple[datetime, datetime]
BATCH = 50
# Two who hand over at once take the clients' locks, and under them the calls', in one order.
BY_LOCK = ("client_id", "call_id", "pk")


def require_roster(by: Staff | None, unit_id: int, now: datetime) -> None:
    """Raises Forbidden for who does not arrange this branch's roster; set-up (nobody) may."""
    if by is not None and not may_roster(by, unit_id, now):
        raise Forbidden(_("值班由机构负责人安排"), clause="3.1.2")


@contextmanager
def on_days(unit: Unit, spans: Iterable[Span], *more: Kept) -> Iterator[tuple[list[Any], list[Occasion]]]:
    """Lock a branch, `more` of its records and the days that the spans touch; yields `more` afresh and the days.

    People are locked before, by an `acting` around it: always people, then days, then the branch and its shifts.
    """
    with acting(unit, *more, *days_of([unit.pk], spans)) as locked:
        parts = locked if isinstance(locked, tuple) else (locked,)
        yield list(parts[1 : 1 + len(more)]), list(parts[1 + len(more) :])


@covers("3.1.2", RECORD)
def enter_shift(
    *,
    unit: Unit,
    staff: Staff,
    starts_at: datetime,
    ends_at: datetime,
    by: Staff | None,
    now: datetime,
    role: str = DutyShift.Role.PRIMARY,
) -> DutyShift:
    """Put somebody on duty, or behind who is (3.1.2). It proves coverage from `now` on, whatever start is stated.

    A primary's own back-up shifts of that time end by it. Raises Invalid for an empty or endless span, somebody of
    another unit, one who is away or on duty elsewhere at that time, a backup who is on duty.
    """
    require_roster(by, unit.pk, now)
    return put_on_duty(unit, staff, starts_at, ends_at, role=role, by=by, now=now)


def put_on_duty(
    unit: Unit, staff: Staff, starts_at: datetime, ends_at: datetime, *, role: str, by: Staff | None, now: datetime
) -> DutyShift:
    """`enter_shift` for whoever was found entitled."""
    if not starts_at < ends_at <= starts_at + LONGEST_SHIFT:
        raise Invalid("span", ends_at=_("结束要晚于开始，一班最长24小时"))
    shift = DutyShift(unit=unit, role=role, starts_at=starts_at, ends_at=ends_at, entered_at=now)
    with acting(staff) as person, on_days(unit, [(starts_at, ends_at)]) as (_none, days):
        if person.unit_id != unit.pk or not person.is_active:
            raise Invalid("not_of_unit", staff=_("不是本机构在职人员"))
        shift.staff = person
        if person.absences.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Invalid("away", clause="3.1.2", staff=_("这段时间他请假"))
        if role == DutyShift.Role.BACKUP and at_that_time(person, starts_at, ends_at).exists():
            raise Invalid("backup_is_primary", clause="3.1.2", staff=_("这段时间他自己值班，备班换一个人"))
        save_shift(shift)
        stood_down = stand_down(person, starts_at, ends_at) if role == DutyShift.Role.PRIMARY else []
        record(
            "shift.entered",
            shift,
            also=[*stood_down, *days],
            by=by,
            now=now,
            data={"unit": unit.pk, "staff": person.pk, "starts_at": starts_at, "ends_at": ends_at, "role": role},
        )
    return shift


def at_that_time(staff: Staff, starts_at: datetime, ends_at: datetime, role: str = "primary") -> QuerySet[DutyShift]:
    """Somebody's shifts of a role that overlap a span, at any branch."""
    return DutyShift.objects.filter(
        staff=staff, role=role, is_cancelled=False, starts_at__lt=ends_at, ends_at__gt=starts_at
    )


def save_shift(shift: DutyShift) -> None:
    """Save; raises Invalid where the person is on duty somewhere at that time."""
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        raise Invalid("overlap", clause="3.1.2", staff=_("这段时间他已在值班")) from error


def stand_down(staff: Staff, starts_at: datetime, ends_at: datetime) -> list[DutyShift]:
    """Who becomes the primary is nobody's backup at that time: those shifts of his are off, and returned."""
    rows = at_that_time(staff, starts_at, ends_at, DutyShift.Role.BACKUP).select_for_update(no_key=True)
    found = list(rows.order_by("pk"))
    for shift in found:
        take_off(shift)
    return found


def take_off(shift: DutyShift) -> None:
    shift.is_cancelled = True
    shift.version += 1
    shift.save()


def cancel_shift(shift: DutyShift, *, by: Staff, now: datetime) -> None:
    """Take a shift that has not begun off the roster (3.1.2); its minutes are a gap at once.

    Raises Refusal 409 when it began or is off.
    """
    require_roster(by, shift.unit_id, now)
    with on_days(shift.unit, [(shift.starts_at, shift.ends_at)], shift) as ((fresh,), days):
        if fresh.starts_at <= now:
            raise Refusal("shift_begun", _("这一班已开始"), clause="3.1.2")
        if fresh.is_cancelled:
            raise Refusal("shift_cancelled", _("这一班已取消"), clause="3.1.2")
        take_off(fresh)
        record("shift.cancelled", fresh, also=days, by=by, now=now)


def hand_over_shift(*, by: Staff, to: Staff, now: datetime, note: str = "") -> int:
    """Give every running promise of the leaver to the next on duty (3.1.5). Returns how many."""
    mine = Promise.objects.filter(keeper=by, unit_id=to.unit_id, state__in=RUNNING).select_related("call", "client")
    handed = 0
    for promise in mine.order_by(*BY_LOCK):
        hand_over_promise(promise, to=to, by=by, now=now, text=note)
        handed += 1
    return handed


def take_over_started_shifts(now: datetime) -> int:
    """Shifts that began inherit what is due in them from keepers who are off duty then (scenario 6). Safe to run twice.

    A keeper is on duty in his own shift, and in office hours. Reads one partial index when no shift began.
    """
    taken = 0
    begun = DutyShift.objects.filter(
        taken_over_at__isnull=True, is_cancelled=False, role=DutyShift.Role.PRIMARY, starts_at__lte=now
    )
    for shift in begun.select_related("staff", "unit").order_by("starts_at")[:BATCH]:
        with acting(shift) as fresh:
            if fresh.taken_over_at is None:
                taken += _inherit(fresh, now)
                fresh.taken_over_at = now
                fresh.version += 1
                fresh.save()
                record("shift.began", fresh, by=None, now=now)
    return taken


def _inherit(shift: DutyShift, now: datetime) -> int:
    if not shift.staff.is_active or shift.staff.unit_id != shift.unit_id:
        return 0  # Who left since he was rostered inherits nothing; the promises stay with their keepers.
    calendar = rulebook().calendar
    due = Promise.objects.filter(
        unit_id=shift.unit_id, state__in=RUNNING, by__gte=shift.starts_at, by__lt=shift.ends_at
    ).exclude(keeper=shift.staff)
    taken = 0
    for promise in due.select_related("call", "client").order_by(*BY_LOCK):
        has_duty = DutyShift.objects.filter(
            staff=promise.keeper_id, is_cancelled=False, starts_at__lte=promise.by, ends_at__gt=promise.by
        ).exists()
        if not has_duty and not calendar.is_working(promise.by - timedelta(microseconds=1)):
            hand_over_promise(promise, to=shift.staff, by=None, now=now, text=_("当日值班接办"))
            taken += 1
    return taken
