"""Repeating rosters: begun, extended by themselves while they stand, stopped (3.1.2)."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.kit.notices import notify
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.models import Occasion
from chengnuo.ledger.trail import record
from chengnuo.people.models import Absence, Staff, Unit

from ..coverage import Gap
from ..duty_rules import manager_of
from ..models import DutyShift, RosterPattern
from ..patterns import Around, Line, Planned, Slot, Taken, check_slots, compared, planned, slots_of
from .duty import on_days, require_roster, take_off

DAY = timedelta(days=1)
WEEKS = range(3, 27)
STEP = {RosterPattern.Rotates.DAY: 1, RosterPattern.Rotates.WEEK: 7}
BATCH = 50


@covers("3.1.2", RECORD)
def start_pattern(
    *,
    unit: Unit,
    name: str,
    starts_on: date,
    slots: Sequence[Slot],
    by: Staff | None,
    now: datetime,
    ends_on: date | None = None,
    rotates: str = RosterPattern.Rotates.DAY,
    weeks: int = 4,
) -> tuple[RosterPattern, list[Line]]:
    """Begin a repeating roster: its shifts of the next `weeks` weeks are written at once, in one event; from then on
    it extends itself week by week until its end or until it is stopped (3.1.2).

    Shifts entered by hand are left alone; what cannot be written is in the lines returned, and is a gap. `by` is None
    in set-up only. Raises Invalid for slots or dates that cannot be.
    """
    require_roster(by, unit.pk, now)
    pattern = drafted(unit, name, starts_on, slots, ends_on=ends_on, rotates=rotates, weeks=weeks, now=now)
    pattern.made_by = by
    with ExitStack() as locks:
        _lock_people(locks, slots)
        lines = preview(pattern, now)
        _days, days = locks.enter_context(on_days(unit, _spans(lines)))
        pattern.save()
        _write(pattern, lines, days, "roster.applied", by, now)
    return pattern, lines


def drafted(
    unit: Unit,
    name: str,
    starts_on: date,
    slots: Sequence[Slot],
    *,
    ends_on: date | None,
    rotates: str,
    weeks: int,
    now: datetime,
) -> RosterPattern:
    """A pattern that is not stored yet, for its preview. Raises Invalid for what cannot be."""
    check_slots(slots)
    if weeks not in WEEKS:
        raise Invalid("weeks", weeks=_("提前3到26周"), clause="3.1.2")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("period", ends_on=_("结束不能早于开始"), clause="3.1.2")
    if abs((starts_on - now.astimezone(ZONE).date()).days) > 366:
        raise Invalid("far", starts_on=_("从一年之内的日子开始"), clause="3.1.2")
    stored = [slot.as_json() for slot in slots]
    return RosterPattern(
        unit=unit,
        name=name.strip() or _("轮班"),
        starts_on=starts_on,
        ends_on=ends_on,
        rotates=rotates,
        weeks=weeks,
        slots=stored,
        made_at=now,
    )


def preview(pattern: RosterPattern, now: datetime) -> list[Line]:
    """What applying the pattern now would write, keep and leave, each with its reason. Writes nothing."""
    today = now.astimezone(ZONE).date()
    first, last = max(pattern.starts_on, today), _last(pattern, today)
    if first > last:
        return []
    step = STEP[RosterPattern.Rotates(pattern.rotates)]
    calendar = rulebook().calendar
    slots = slots_of(pattern.slots)
    plans = planned(slots, first, last, starts_on=pattern.starts_on, step=step, calendar=calendar)
    return compared(plans, _around(pattern, slots, plans), now)


def extend_patterns(now: datetime) -> int:
    """Each standing pattern is written a week further when its time has come (3.1.2). Safe to run twice; one indexed
    read when there is nothing to do. Of what cannot be written the manager hears."""
    extended = 0
    due = (
        RosterPattern.objects.filter(extend_at__lte=now, stopped_at=None)
        .select_related("unit")
        .order_by("extend_at", "pk")
    )
    for pattern in due[:BATCH]:
        with ExitStack() as locks:
            _lock_people(locks, slots_of(pattern.slots))
            lines = preview(pattern, now)
            (fresh,), days = locks.enter_context(on_days(pattern.unit, _spans(lines), pattern))
            if fresh.extend_at is None or fresh.extend_at > now:
                continue
            _write(fresh, lines, days, "roster.extended", None, now)
            _tell_clashes(fresh, lines, now)
            extended += 1
    return extended


def stop_pattern(pattern: RosterPattern, *, by: Staff, now: datetime) -> int:
    """Stop a repeating roster: its shifts that begin after today are off, and what nobody has then is a gap (3.1.2).

    Returns how many shifts were taken off. Raises Refusal 409 when it is stopped already.
    """
    require_roster(by, pattern.unit_id, now)
    after = midnight(now.astimezone(ZONE).date() + DAY)
    ahead = DutyShift.objects.filter(pattern=pattern, is_cancelled=False, starts_at__gte=after).order_by("pk")
    spans = list(ahead.values_list("starts_at", "ends_at"))
    with on_days(pattern.unit, spans, pattern) as ((fresh,), days):
        if fresh.stopped_at is not None:
            raise Refusal("pattern_stopped", _("这条排班规则已停用"), clause="3.1.2")
        shifts = list(ahead.select_for_update(no_key=True))
        for shift in shifts:
            take_off(shift)
        fresh.stopped_at, fresh.extend_at = now, None
        fresh.version += 1
        fresh.save()
        record("roster.stopped", fresh, also=[*shifts, *days], by=by, now=now, data={"off": len(shifts)})
    return len(shifts)


def _lock_people(locks: ExitStack, slots: Sequence[Slot]) -> None:
    """All people of the pattern, before days and branch; who does not exist is a clash, not an error."""
    ids = {pk for slot in slots for pk in (*slot.staff, *slot.backups)}
    locks.enter_context(acting(*Staff.objects.filter(pk__in=ids).order_by("pk")))


def _last(pattern: RosterPattern, today: date) -> date:
    """The last day that is written now: `weeks` ahead of today, or of the day on which the pattern begins."""
    last = max(today, pattern.starts_on) + timedelta(weeks=pattern.weeks) - DAY
    return min(last, pattern.ends_on) if pattern.ends_on else last


def _spans(lines: Sequence[Line]) -> list[tuple[datetime, datetime]]:
    return [(line.plan.starts_at, line.plan.ends_at) for line in lines if line.fate == "new"]


def _around(pattern: RosterPattern, slots: Sequence[Slot], plans: Sequence[Planned]) -> Around:
    if not plans:
        return Around()
    start, end = min(one.starts_at for one in plans), max(one.ends_at for one in plans)
    people = {pk for slot in slots for pk in (*slot.staff, *slot.backups)}
    within = DutyShift.objects.filter(starts_at__lt=end, ends_at__gt=start)
    mine = within.filter(pattern=pattern) if pattern.pk else within.none()
    primaries = within.filter(role=DutyShift.Role.PRIMARY, is_cancelled=False)
    others = primaries.filter(unit=pattern.unit).order_by("starts_at")
    if pattern.pk:
        others = others.filter(Q(pattern=None) | ~Q(pattern=pattern))
    away = Absence.objects.filter(staff__in=people, starts_at__lt=end, ends_at__gt=start)
    return Around(
        written=set(mine.values_list("slot", "role", "starts_at")),
        on_duty=[
            Taken(*row) for row in primaries.filter(staff__in=people).values_list("staff_id", "starts_at", "ends_at")
        ],
        away=[Taken(*row) for row in away.values_list("staff_id", "starts_at", "ends_at")],
        members=set(
            Staff.objects.filter(pk__in=people, unit=pattern.unit, is_active=True).values_list("pk", flat=True)
        ),
        covered=_joined(others.values_list("starts_at", "ends_at")),
    )


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[Gap]:
    """Spans in the order of their starts, those that meet or overlap as one."""
    found: list[Gap] = []
    for start, end in spans:
        if found and start <= found[-1].ends_at:
            found[-1] = Gap(found[-1].starts_at, max(found[-1].ends_at, end))
        else:
            found.append(Gap(start, end))
    return found


def _write(
    pattern: RosterPattern, lines: Sequence[Line], days: Sequence[Occasion], verb: str, by: Staff | None, now: datetime
) -> None:
    """One event for the whole: it is one decision, names every shift and holds the stored values of each."""
    shifts = DutyShift.objects.bulk_create(
        DutyShift(
            unit_id=pattern.unit_id,
            staff_id=line.plan.staff,
            role=line.plan.role,
            starts_at=line.plan.starts_at,
            ends_at=line.plan.ends_at,
            entered_at=now,
            pattern=pattern,
            slot=line.plan.slot,
        )
        for line in lines
        if line.fate == "new"
    )
    today = now.astimezone(ZONE).date()
    written_to = _last(pattern, today)
    is_done = pattern.ends_on is not None and written_to >= pattern.ends_on
    pattern.written_to = written_to
    # A week before the least that must be there ahead: it is written in steps of a week.
    pattern.extend_at = None if is_done else midnight(written_to + DAY - timedelta(weeks=pattern.weeks - 1))
    pattern.version += 1
    pattern.save()
    told = [[one.pk, one.staff_id, one.role, one.starts_at, one.ends_at] for one in shifts]
    record(
        verb,
        pattern,
        also=[*shifts, *days],
        by=by,
        now=now,
        data={"unit": pattern.unit_id, "slots": pattern.slots, "written_to": written_to, "shifts": told},
        texts={"name": pattern.name},
    )


def _tell_clashes(pattern: RosterPattern, lines: Sequence[Line], now: datetime) -> None:
    clashes = sum(line.fate == "clash" for line in lines)
    manager = manager_of(pattern.unit_id, now)
    if clashes and manager:
        title = gettext_noop("“%(name)s”续排时有%(count)s班排不上，先补齐空档")
        notify(
            [manager],
            title,
            {"name": pattern.name, "count": clashes},
            pattern,
            now,
            clause="3.1.2",
            moment="roster.clash",
        )
