"""How instants and spans are written: absolute first, in Asia/Shanghai, with midnight as 24:00 of the day it ends."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.calendar import last_day

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def weekday(day: date) -> str:
    """One character: 一 … 日."""
    return [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")][day.weekday()]


def in_column(moment: datetime, *, is_deadline: bool = False, now: datetime | None = None) -> str:
    """`今天 12:00`, `明天 17:30`, `10-08 17:30`, in another year `2027-02-14 09:00`.

    A deadline at midnight reads `09-27 24:00`.
    """
    local = timezone.localtime(moment)
    day, hour = local.date(), f"{local:%H:%M}"
    if is_deadline and local.time() == time(0):
        day, hour = day - DAY, "24:00"
    today = timezone.localtime(now or clock.now()).date()
    if day == today:
        return _("今天 %(hour)s") % {"hour": hour}
    if day == today + DAY:
        return _("明天 %(hour)s") % {"hour": hour}
    return f"{day:%m-%d} {hour}" if day.year == today.year else f"{day:%Y-%m-%d} {hour}"


def in_sentence(moment: date | datetime, *, now: datetime | None = None) -> str:
    """`10月8日 周四 17:30` for an instant, `10月8日 周四` for a date; the year in front when it is another."""
    hour = ""
    day = moment
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        day, hour = local.date(), f"{local:%H:%M}"
    words = _("%(month)s月%(day)s日 周%(weekday)s") % {"month": day.month, "day": day.day, "weekday": weekday(day)}
    if day.year != timezone.localtime(now or clock.now()).year:
        words = _("%(year)s年%(date)s") % {"year": day.year, "date": words}
    return f"{words} {hour}".rstrip()


def span(length: timedelta) -> str:
    """`44分`, `2时05分`, from six hours `14时`, `1天2时`, from three days `10天`; the sign is dropped."""
    length = abs(length)
    days, rest = divmod(length, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    parts = []
    if days:
        parts.append(_("%s天") % days)
    if hours and days < 3:
        parts.append(_("%s时") % hours)
    if minutes and not days and hours < 6:
        parts.append(_("%s分") % (f"{minutes:02}" if hours else minutes))
    return "".join(parts) or _("不到1分")


@dataclass(frozen=True)
class Fate:
    """How a duty stands: `tone` is red, amber, green or empty; `words` say the same without colour."""

    tone: str
    words: str


def fate(due: datetime, *, met_at: datetime | None = None, now: datetime | None = None) -> Fate:
    """Red past due or once was, amber due today, green kept, else no colour."""
    if met_at:
        return Fate("green", _("按时")) if met_at <= due else Fate("red", _("迟%s") % span(met_at - due))
    now = now or clock.now()
    if now > due:
        return Fate("red", _("逾期%s") % span(now - due))
    tone = "amber" if last_day(due) <= timezone.localtime(now).date() else ""
    return Fate(tone, _("剩%s") % span(due - now))
