"""What clauses 2.3 and 3.1 demand of a call and of a promise: pure functions, time as an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.calendar import HOLIDAY, Basis, Calendar
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import Call, CallState, Promise, Ring
from .models.calls import SPOKEN
from .models.promises import RUNNING

OFFICE_CLOSES = time(17, 30)
FARTHEST = 60
"""How many days ahead a promise is searched for holidays in between."""


@obligation(
    "3.1.2",
    of=Call,
    met_by=verbs("call.called_back"),
    act=Act(gettext_lazy("回拨"), "hotline:call_back"),
    sticky=False,
)
def call_back_a_missed_call(call: Call, facts: Facts) -> Owed | None:
    """A call that nobody answered is called back within 15 minutes [D] of its first ring, whenever it was entered
    (3.1.2). The first attempt counts, whether or not anybody picked up; the caller ringing again is none."""
    if not call.was_missed or call.called_back_at is not None or call.state == CallState.VOID:
        return None
    return Owed(
        "call_back",
        gettext_noop("回拨未接来电%(caller)s"),
        facts.after(call.rang_at, "call_back.due"),
        args={"caller": call.who or call.masked_caller or _("未显号码")},
        inputs={gettext_noop("来电时间"): call.rang_at.isoformat()},
    )


LONGEST_TALK = timedelta(hours=4)
"""After which a call whose end the exchange never told is taken to be over."""


@obligation(
    "3.1.3",
    of=Call,
    met_by=verbs("call.registered", "call.called_back"),
    act=Act(gettext_lazy("登记"), "hotline:take"),
    sticky=False,
)
def write_down_what_was_said(call: Call, facts: Facts) -> Owed | None:
    """Every call is written into the register (3.1.3): one that somebody answered, or whose caller was reached by
    calling back, within 30 minutes [D] of its end, by who spoke. Where its end is not known it is owed from four hours
    after the answer."""
    if call.state in SPOKEN and call.answered_at:
        ended, key = call.hung_up_at, "entry"
        start = ended or call.answered_at + LONGEST_TALK
    elif reached := reached_at(call):
        ended, key, start = reached, "call_back_entry", reached
    else:
        return None
    return Owed(
        key if ended else "entry_of_open_end",
        gettext_noop("登记与%(who)s的通话"),
        facts.after(start, "call.written_down"),
        args={"who": call.who or call.masked_caller or _("未显号码")},
        opens_at=None if ended else start,
        inputs={gettext_noop("挂断时间"): start.isoformat()},
    )


def reached_at(call: Call) -> datetime | None:
    """When the exchange reached a missed caller whose words nobody has written down yet."""
    if call.pk is None or call.state != CallState.CALL_BACK_OWED or call.called_back_at is None:
        return None
    return Ring.objects.filter(call_id=call.pk).values_list("reached_at", flat=True).first()


@obligation(
    "2.3", of=Call, met_by=verbs("call.replied"), act=Act(gettext_lazy("补答复"), "hotline:reply"), sticky=False
)
def no_request_is_evaded(call: Call, facts: Facts) -> Owed | None:
    """A request is not evaded: a registered call has an answer or a promise on file, or the reason why nobody waits
    for one (2.3). Due within four working hours [D: `case.taken_on`] of when his words were written down: for a missed
    call that is when he was called back."""
    if call.state != CallState.REGISTERED or call.registered_at is None or call.has_reply():
        return None
    return Owed(
        "reply",
        gettext_noop("给%(who)s答复或承诺"),
        facts.after(call.registered_at, "case.taken_on"),
        args={"who": call.who or call.masked_caller or "—"},
        inputs={gettext_noop("登记时间"): call.registered_at.isoformat()},
    )


@obligation(
    "3.1.5",
    of=Promise,
    met_by=verbs("promise.answered"),
    act=Act(gettext_lazy("答复"), "hotline:promise_answer"),
    sticky=False,
)
def answer_by_the_promised_time(promise: Promise, facts: Facts) -> Owed | None:
    """What was promised is answered by the promised time, strictly (3.1.5). It does not roll over holidays [D]. A move
    agreed with the client before it was due ends this duty and opens the next one; the first time stays on record."""
    if promise.state not in RUNNING:
        return None
    return Owed(
        f"by{promise.times_moved}",
        gettext_noop("回复%(who)s：%(what)s"),
        promise.by,
        args={"who": promise.to_whom, "what": promise.what[:120]},
        inputs={gettext_noop("首次承诺"): promise.first_by.isoformat(), gettext_noop("现约定"): promise.by.isoformat()},
    )


@obligation(
    "3.1.5",
    of=Promise,
    met_by=verbs("promise.interim"),
    act=Act(gettext_lazy("告知进展"), "hotline:promise_interim"),
    sticky=False,
)
def tell_how_it_stands(promise: Promise, facts: Facts) -> Owed | None:
    """A promise that runs longer than 3 working days [D] is followed closely: the client hears how it stands every 3
    working days (3.1.5). None is owed where the promised time itself comes first."""
    if promise.state not in RUNNING:
        return None
    due = facts.after(promise.last_word_at, "interim_reply.every")
    if due >= promise.by:
        return None
    return Owed(
        f"interim{int(promise.last_word_at.timestamp())}",
        gettext_noop("向%(who)s告知进展：%(what)s"),
        due,
        args={"who": promise.to_whom, "what": promise.what[:120]},
        inputs={gettext_noop("最近一次告知"): promise.last_word_at.isoformat()},
    )


@dataclass(frozen=True)
class Preset:
    """A time to promise by, with its real date. `key` names it in a form."""

    key: str
    label: str
    at: datetime


def presets(now: datetime, calendar: Calendar) -> list[Preset]:
    """The usual times to promise by (3.1.5): the next close of office, tomorrow at ten, three working days."""
    today = now.astimezone(ZONE).date()
    close = datetime.combine(today, OFFICE_CLOSES, ZONE)
    first = close
    if now >= close - timedelta(minutes=10) or not calendar.is_working_day(today):
        first = datetime.combine(_next_working_day(today, calendar), OFFICE_CLOSES, ZONE)
    third = calendar.add(now, 3, Basis.WORKING_DAYS).days[-1].date
    is_today = first.date() == today
    return [
        Preset("close", _("今天下班前") if is_today else _("下个工作日"), first),
        Preset("tomorrow", _("明天 10:00"), datetime.combine(today + timedelta(days=1), time(10), ZONE)),
        Preset("third", _("3个工作日"), datetime.combine(third, OFFICE_CLOSES, ZONE)),
    ]


def _next_working_day(after: date, calendar: Calendar) -> date:
    day = after + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Warning:
    """What the one who promises is told before he does; `instead` is an earlier time that one press takes."""

    code: str
    text: str
    instead: datetime | None = None


def warnings(
    by: datetime, now: datetime, calendar: Calendar, shifts: Sequence[tuple[datetime, datetime]]
) -> list[Warning]:
    """What speaks against a promised time: it falls on a day off, holidays lie between, the keeper is off duty (3.1.5).

    `shifts` are the keeper's spans of duty. Nothing is forbidden: promises do not roll [D], they are kept as said.
    """
    local = by.astimezone(ZONE)
    day = calendar.day(local.date())
    found = []
    before = _close_before(local, calendar)
    earlier = before if before > now else None
    if not day.is_working:
        name = day.name or _("休息日")
        found.append(
            Warning("holiday", _("%(day)s是%(name)s，不顺延") % {"day": shown(local.date()), "name": name}, earlier)
        )
    elif gap := _holiday_between(now, local, calendar):
        name, first, last = gap
        text = _("中间隔着%(name)s假期（%(start)s至%(end)s）") % {
            "name": name,
            "start": shown(first),
            "end": shown(last),
        }
        eve = datetime.combine(calendar.working_day_before(first), OFFICE_CLOSES, ZONE)
        found.append(Warning("holiday_between", text, eve if eve > now else None))
    on_duty = any(start <= by < end for start, end in shifts)
    if not on_duty and not calendar.is_working(by - timedelta(microseconds=1)):
        found.append(Warning("off_duty", _("那时承办人不当班，由当日值班接办"), None if found else earlier))
    return found


def _close_before(by: datetime, calendar: Calendar) -> datetime:
    """The last close of office before a local time: of the same day where it is a working one and already over."""
    close = datetime.combine(by.date(), OFFICE_CLOSES, ZONE)
    if by > close and calendar.is_working_day(by.date()):
        return close
    return datetime.combine(calendar.working_day_before(by.date()), OFFICE_CLOSES, ZONE)


def _holiday_between(now: datetime, by: datetime, calendar: Calendar) -> tuple[str, date, date] | None:
    """The first public holiday of the days between, as its name and its first and last day off."""
    day, end = now.astimezone(ZONE).date() + timedelta(days=1), by.date()
    if (end - day).days > FARTHEST:
        return None
    days = []
    while day < end:
        if calendar.day(day).kind == HOLIDAY:
            days.append(calendar.day(day))
        day += timedelta(days=1)
    return (days[0].name, days[0].date, days[-1].date) if days else None


def shown(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}
