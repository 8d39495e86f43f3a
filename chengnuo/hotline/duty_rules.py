"""What clause 3.1.1 demands of a branch and 3.1.2 of each of its days."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Min
from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Occasion, ref
from chengnuo.ledger.obligations import Act, Facts, Met, Owed, obligation, occasion
from chengnuo.people.models import Role, Unit

from .coverage import Gap, days_between, uncovered
from .models import DutyLine

if TYPE_CHECKING:
    from chengnuo.ledger.trail import Draft

COVERED_DAY = "hotline.covered_day"
DAY = timedelta(days=1)


def names(*verbs: str) -> Met:
    """Evidence that is an event with one of these verbs which names the record, as its subject or beside it."""

    def met(subject: Any, event: "Draft") -> bool:
        return event.verb in verbs and ref(subject) in (event.subject, *event.also)

    return met


def manager_of(unit_id: int, now: datetime) -> int | None:
    """Who manages the branch; None where nobody does, and the ladder's next rung hears of it."""
    roles = Role.objects.filter(Role.at(now), unit=unit_id, kind=Role.Kind.MANAGER, staff__is_active=True)
    return roles.order_by("pk").values_list("staff_id", flat=True).first()


def has_line(unit_id: int) -> bool:
    return DutyLine.objects.filter(unit=unit_id, withdrawn_at=None).exists()


@obligation(
    "3.1.1",
    of=Unit,
    met_by=names("line.registered"),
    act=Act(gettext_lazy("报备电话"), "hotline:line_new"),
    sticky=False,
)
def register_a_duty_line(unit: Unit, facts: Facts) -> Owed | None:
    """A branch sets up a duty phone and registers it with headquarters (3.1.1): within 3 working days [D] of the event
    that left it without one (it opened, or its last line was withdrawn); a branch that is older than the rule, of the
    day on which it was first asked. A closed branch owes none."""
    if unit.kind != Unit.Kind.BRANCH or unit.closed_on is not None or has_line(unit.pk):
        return None
    return Owed(
        "line",
        gettext_noop("%(unit)s向总部报备值班电话"),
        facts.after(facts.now, "duty_line.due"),
        args={"unit": unit.name},
        owner_id=manager_of(unit.pk, facts.now),
        inputs={gettext_noop("没有值班电话起"): facts.now.isoformat()},
    )


@obligation(
    "3.1.2",
    of=Occasion,
    met_by=names("shift.entered", "shift.swapped", "roster.applied", "absence.ended", "day.explained", "day.reviewed"),
    act=Act(gettext_lazy("填补"), "hotline:duty_day"),
    sticky=False,
)
def cover_the_day(day: Occasion, facts: Facts) -> Owed | None:
    """A branch's day has somebody on duty at every minute (3.1.2); it is owed from 14 days ahead [D: `roster.horizon`]
    until its first gap begins. A minute that passed uncovered is breached for ever; what is left then is to fill the
    rest and to say why. The key is the gap that comes first, so that filling an early one in time is no breach by a
    later one. While the branch has no line it owes that (3.1.1), and no roster."""
    if day.rule != COVERED_DAY or not has_line(day.unit_id):
        return None
    start, end = max(day.starts_at, day.done_at or day.starts_at), day.starts_at + DAY
    gaps = uncovered([day.unit_id], start, end)[day.unit_id] if start < end else []
    if not gaps:
        return None
    minutes = sum(gap.minutes for gap in gaps)
    return Owed(
        f"{gaps[0].starts_at:%H%M%S}",
        gettext_noop("补齐%(date)s值班空档：%(spans)s"),
        gaps[0].starts_at,
        args={"date": f"{day.starts_at.astimezone(ZONE):%m-%d}", "spans": spans_in_words(gaps)},
        owner_id=manager_of(day.unit_id, facts.now),
        inputs={
            gettext_noop("提前天数"): str(facts.figure("roster.horizon")),
            gettext_noop("没有人的分钟"): minutes,
            gettext_noop("空档"): spans_in_words(gaps, most=len(gaps)),
        },
    )


def _until(gap: Gap) -> str:
    """A gap's end by the clock; midnight is the 24:00 of its day."""
    shown = f"{gap.ends_at:%H:%M}"
    return "24:00" if shown == "00:00" else shown


def spans_in_words(gaps: Iterable[Gap], most: int = 3) -> str:
    """`08:00–20:00、22:00–24:00`; of more than three the rest as a dot."""
    said = [f"{gap.starts_at:%H:%M}–{_until(gap)}" for gap in gaps]
    return "、".join(said[:most]) + ("…" if len(said) > most else "")


def _since(now: datetime) -> Mapping[int, datetime]:
    """The open branches that ever registered a line, each from the midnight after its first one [D]: on that day
    itself the branch has the rest of the day to fill its roster."""
    lines = DutyLine.objects.filter(unit__kind=Unit.Kind.BRANCH, unit__closed_on=None, registered_at__lte=now)
    first = lines.order_by().values_list("unit_id").annotate(Min("registered_at"))
    return {unit: midnight(at.astimezone(ZONE).date() + DAY) for unit, at in first}


def _day_of(at: datetime) -> tuple[str, datetime]:
    day = at.astimezone(ZONE).date()
    return day.isoformat(), midnight(day)


def horizon(now: datetime) -> timedelta:
    """How far ahead the roster is to be filled: 14 days [D]."""
    return timedelta(days=int(rulebook().parameter("roster.horizon", now).value))


occasion(COVERED_DAY, "3.1.2", units=_since, period_of=_day_of, ahead=lambda now: horizon(now) - DAY)


def days_of(unit_ids: Iterable[int], spans: Iterable[tuple[datetime, datetime]]) -> list[Occasion]:
    """The days of these branches that have come and that the spans touch: what a change of the roster reviews."""
    names_ = {day.isoformat() for start, end in spans if start < end for day in days_between(start, end)}
    rows = Occasion.objects.filter(rule=COVERED_DAY, unit_id__in=list(unit_ids), period__in=names_)
    return list(rows.order_by("pk"))
