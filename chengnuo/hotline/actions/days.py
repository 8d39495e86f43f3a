"""A day's gaps: filled from where they stand, explained when they have passed, looked at once an hour (3.1.2)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.loop import beat
from chengnuo.ledger.models import LIVE, Heartbeat, Obligation, Occasion
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..access import may_roster
from ..coverage import by_days, uncovered
from ..duty_rules import COVERED_DAY, DAY
from ..models import DutyLine, DutyShift
from .duty import put_on_duty, require_roster

EVERY = timedelta(hours=1)


def backs(user: Staff, unit_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether somebody is the branch's backup at some time of a span: he may step in by himself."""
    return DutyShift.objects.filter(
        unit=unit_id,
        staff=user,
        role=DutyShift.Role.BACKUP,
        is_cancelled=False,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    ).exists()


@covers("3.1.2", RECORD)
def fill_gap(
    *, unit: Unit, staff: Staff, starts_at: datetime, ends_at: datetime, by: Staff, now: datetime
) -> DutyShift:
    """Put somebody on duty for what is left of a gap, from now where it has begun (3.1.2). The manager puts anybody of
    the branch there; a backup of that time himself.

    Raises Forbidden for anybody else, Refusal 409 when the gap has passed or somebody has it already, and what
    `enter_shift` raises.
    """
    if not may_roster(by, unit.pk, now) and not (by.pk == staff.pk and backs(by, unit.pk, starts_at, ends_at)):
        raise Forbidden(_("空档由机构负责人填补，或由当时的备班自己接"), clause="3.1.2")
    start = max(starts_at, now)
    if start >= ends_at:
        raise Refusal("gap_passed", _("这段空档已过，写明原因"), clause="3.1.2")
    if not uncovered([unit.pk], start, ends_at)[unit.pk]:
        raise Refusal("gap_filled", _("这段时间已有人值班"), clause="3.1.2")
    return put_on_duty(unit, staff, start, ends_at, role=DutyShift.Role.PRIMARY, by=by, now=now)


@covers("3.1.2", RECORD)
def explain_day(day: Occasion, *, reason: str, by: Staff, now: datetime) -> Occasion:
    """Say why nobody was on duty in a part of a day that has passed (3.1.2). The breach stays on record for ever; what
    of the day lies ahead is owed on.

    Raises Forbidden for who does not arrange the roster, Refusal 409 where no gap has begun that is not explained.
    """
    require_roster(by, day.unit_id, now)
    with acting(day) as fresh:
        start, end = max(fresh.starts_at, fresh.done_at or fresh.starts_at), min(now, fresh.starts_at + DAY)
        gaps = uncovered([fresh.unit_id], start, end)[fresh.unit_id] if start < end else []
        if not gaps:
            raise Refusal("nothing_to_explain", _("这一天没有已过的空档"), clause="3.1.2")
        fresh.done_at = end
        fresh.version += 1
        fresh.save()
        spans = [[gap.starts_at, gap.ends_at] for gap in gaps]
        minutes = sum(gap.minutes for gap in gaps)
        data = {"spans": spans, "minutes": minutes}
        record("day.explained", fresh, by=by, now=now, data=data, texts={"reason": reason})
        return fresh


def review_days(now: datetime) -> int:
    """Once an hour every branch's days are compared with what is owed, and a day that differs is asked again (3.1.2):
    whatever changed presence without naming the day, or met it in the same instant, is found. Returns how many did."""
    if Heartbeat.objects.filter(name="roster", at__gt=now - EVERY).exists():
        return 0
    beat("roster", now)
    today = midnight(now.astimezone(ZONE).date())
    days = {
        (day.unit_id, day.starts_at.astimezone(ZONE).date()): day
        for day in Occasion.objects.filter(rule=COVERED_DAY, starts_at__gte=today)
    }
    if not days:
        return 0
    end = max(day.starts_at for day in days.values()) + DAY
    lines = DutyLine.objects.filter(withdrawn_at=None, unit_id__in={unit for unit, _day in days})
    found = uncovered(sorted(set(lines.values_list("unit_id", flat=True))), now, end)
    open_ = {(unit, date) for unit, gaps in found.items() for date in by_days(gaps)} & days.keys()
    owed = Obligation.objects.filter(rule="ledger.cover_the_day", subject_type="ledger.occasion", state__in=LIVE)
    live = set(owed.filter(subject_pk__in=[day.pk for day in days.values()]).values_list("subject_pk", flat=True))
    odd = [day for key, day in days.items() if (key in open_) != (day.pk in live)]
    # Today's may be owed for a gap that has passed; it is asked only where something lies ahead that is not owed.
    asked = [day for day in odd if day.starts_at > today or day.pk not in live]
    for day in sorted(asked, key=lambda one: one.pk):
        with acting(day) as fresh:
            record("day.reviewed", fresh, by=None, now=now)
    return len(asked)
