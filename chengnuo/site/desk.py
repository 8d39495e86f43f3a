"""工作台, the first page: what is owed, by whom, and what was promised and kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDate, TruncWeek
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chengnuo.clients.models import Client
from chengnuo.hotline.access import may_register, visible_promises, visible_shifts
from chengnuo.hotline.coverage import uncovered
from chengnuo.hotline.figures import kept_in_time, settled
from chengnuo.kit.duties import Duty
from chengnuo.kit.models import Notice
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.kit.requests import Asked
from chengnuo.kit.shell import desk_cards
from chengnuo.kit.urging import urge
from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.books import Rulebook, rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation, Ref
from chengnuo.ledger.models.duties import LIVE, State
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

SHOWN = 13
MOST = 500
TARGET = 95
WEEKS = 12
ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
TABS = {
    "": gettext_lazy("待办"),
    "mine": gettext_lazy("我发起的"),
    "done": gettext_lazy("已办"),
    "told": gettext_lazy("抄送我"),
}


@dataclass(frozen=True)
class Line:
    """A duty as a row of the desk: with its record's address and its client's name."""

    duty: Duty
    url: str
    client: str


@dataclass(frozen=True)
class Group:
    """Rows under one heading: overdue, due today, later."""

    title: str
    tone: str
    count: int
    lines: list[Line]
    note: str = ""


@require_GET
def desk(request: Asked) -> HttpResponse:
    """One's own duties: overdue first, then by due time, each with the one button that does the next thing."""
    user, now = request.user, request.now
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    whole = "all" in request.GET
    book = rulebook()
    sets = duties_by_tab(user, now)
    counts = {key: _count(rows) for key, rows in sets.items() if key != "done"}
    day = parse_day(request.GET.get("day", ""))
    rows = sets[tab] if day is None else _due_on(sets[tab], day, now)
    groups, left = _groups(rows, tab, user, now, book, MOST if whole or day else SHOWN)
    context = {
        "tabs": [(label, f"?tab={key}" if key else "?", counts.get(key), key == tab) for key, label in TABS.items()],
        "tab": tab,
        "groups": groups,
        "left": left,
        "all_url": "?" + urlencode({"tab": tab, "all": 1}),
        "day": day,
        "ahead": _next_holiday(now, book),
        "may_register": may_register(user, now),
        "roster": _roster(user, now),
        "rate": _rate(user, now),
        "week": _week(user, now, book),
        "today": now.astimezone(ZONE).date(),
        "cards": desk_cards(request),
    }
    return render(request, "site/desk.html", context)


@require_POST
@posted_once
def urge_duty(request: Asked, pk: int) -> HttpResponse:
    """催办 on a duty that somebody else owes."""
    duty = get_object_or_404(visible_obligations(reach(request.user, request.now), request.now), pk=pk)
    urge(duty, by=request.user, now=request.now)
    return redirect(reverse("site:desk") + "?tab=mine")


def duties_by_tab(user: Staff, now: datetime) -> dict[str, QuerySet[Obligation]]:
    """The four heaps of the desk, from what the person may see."""
    seen = visible_obligations(reach(user, now), now)
    live = seen.filter(state__in=LIVE)
    told = Notice.objects.filter(staff=user, obligation_id__isnull=False, read_at__isnull=True)
    return {
        "": live.filter(owner=user, state=State.OPEN).order_by(F("due").asc(nulls_last=True), "pk"),
        "mine": live.filter(opened_by=user).exclude(owner=user).order_by(F("due").asc(nulls_last=True), "pk"),
        "done": seen.filter(owner=user, state=State.MET).order_by("-ended_at", "-pk"),
        "told": live.filter(pk__in=told.order_by("-pk").values("obligation_id")[:200])
        .exclude(owner=user)
        .order_by(F("due").asc(nulls_last=True), "pk"),
    }


def short_name(client: str) -> str:
    """江苏恒远精密机械 for 江苏恒远精密机械有限公司: in a narrow column the legal form says nothing."""
    return client.removesuffix("有限公司").removesuffix("有限责任公司").removesuffix("股份") or client


def parse_day(text: str) -> date | None:
    """The day that an address names; nothing for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _due_on(rows: QuerySet[Obligation], day: date, now: datetime) -> QuerySet[Obligation]:
    """What is due on a day; on the present one, what is overdue as well: there it stands in the week's drawing."""
    rows = rows.filter(due__lte=midnight(day + ONE_DAY))
    return rows if day == now.astimezone(ZONE).date() else rows.filter(due__gt=midnight(day))


def _count(rows: QuerySet[Obligation]) -> int:
    """Beyond 99 nobody counts."""
    return len(rows.values_list("pk", flat=True)[:100])


def _groups(
    rows: QuerySet[Obligation], tab: str, user: Staff, now: datetime, book: Rulebook, most: int
) -> tuple[list[Group], int]:
    lines = _lines(rows.select_related("owner")[:most], user, now)
    left = max(_count(rows) - len(lines), 0) if len(lines) == most else 0
    if tab == "done":
        return ([Group(_("已办"), "", len(lines), lines)] if lines else []), left
    end_of_today = midnight(now.astimezone(ZONE).date() + ONE_DAY)
    late = [line for line in lines if line.duty.row.due and line.duty.row.due < now]
    today = [line for line in lines if line.duty.row.due and now <= line.duty.row.due <= end_of_today]
    later = [line for line in lines if line.duty.row.due is None or line.duty.row.due > end_of_today]
    groups = [
        Group(_("逾期"), "red", len(late), late, _("逾期即报机构负责人")),
        Group(_("今天到期"), "amber", len(today), today),
        Group(_("明天及以后"), "", len(later), later, _holidays_ahead(now, book)),
    ]
    return [group for group in groups if group.lines], left


def _lines(rows: Iterable[Obligation], user: Staff, now: datetime) -> list[Line]:
    rows = list(rows)
    clients = dict(
        Client.objects.filter(pk__in={row.client_id for row in rows if row.client_id}).values_list("pk", "name")
    )
    names = named(user, now, {row.subject for row in rows})
    return [
        Line(
            Duty(row, now),
            names[where].url if (where := Ref(row.subject_type, row.subject_pk)) in names else "",
            short_name(clients.get(row.client_id or 0, "")),
        )
        for row in rows
    ]


def _next_holiday(now: datetime, book: Rulebook) -> str:
    """距国庆放假2个工作日: the next public holiday within a month, in working days from today."""
    today, working = now.astimezone(ZONE).date(), 0
    for offset in range(31):
        day = book.calendar.day(today + timedelta(days=offset))
        if day.kind == "holiday":
            return _("距%(name)s放假%(days)s个工作日") % {"name": day.name, "days": working} if offset else day.name
        working += day.is_working and offset > 0
    return ""


def _holidays_ahead(now: datetime, book: Rulebook) -> str:
    """10月1日至7日放假，10月10日（周六）上班: the days off and the make-up days of the next two weeks."""
    today = now.astimezone(ZONE).date()
    days = [book.calendar.day(today + timedelta(days=offset)) for offset in range(1, 15)]
    off = [day.date for day in days if day.kind == "holiday"]
    said = []
    if off:
        first, last = off[0], off[-1]
        until = _("%(day)s日") % {"day": last.day} if last.month == first.month else _short(last)
        said.append(
            _("%(first)s至%(last)s放假") % {"first": _short(first), "last": until}
            if len(off) > 1
            else _("%(first)s放假") % {"first": _short(first)}
        )
    said += [_("%(day)s（周末）上班") % {"day": _short(day.date)} for day in days if day.kind == "makeup"]
    return "，".join(said)


def _short(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def _roster(user: Staff, now: datetime) -> dict[str, Any]:
    """Who is on duty at one's own line now and next, and the first hours of a week that nobody has."""
    rows = visible_shifts(user, now).filter(
        unit_id=user.unit_id, is_cancelled=False, ends_at__gt=now, starts_at__lt=now + A_WEEK
    )
    shifts = list(rows.select_related("staff").order_by("starts_at", "pk"))
    gaps = uncovered([user.unit_id], now, now + A_WEEK)[user.unit_id] if shifts else []
    soon = [shift for shift in shifts if shift.starts_at < now + ONE_DAY]
    return {"shifts": soon[:3], "gap": gaps[0] if gaps else None}


@dataclass(frozen=True)
class Bar:
    label: str
    values: list[int]
    url: str
    title: str


def _rate(user: Staff, now: datetime) -> dict[str, Any]:
    """How many promises of his units were answered by the first promised time: this month, and the last 12 weeks."""
    local = now.astimezone(ZONE)
    month = midnight(local.date().replace(day=1))
    monday = midnight(local.date() - timedelta(days=local.weekday()))
    since = monday - timedelta(weeks=WEEKS - 1)
    rows = settled(visible_promises(user, now).filter(first_by__gte=min(month, since)), now)
    of_month = rows.filter(first_by__gte=month).aggregate(all=Count("pk"), kept=Count("pk", filter=kept_in_time()))
    weeks = {
        row["week"].astimezone(ZONE).date(): (row["kept"], row["all"] - row["kept"])
        for row in rows.filter(first_by__gte=since)
        .annotate(week=TruncWeek("first_by", tzinfo=ZONE))
        .values("week")
        .annotate(all=Count("pk"), kept=Count("pk", filter=kept_in_time()))
        .order_by("week")
    }
    bars = []
    for nth in range(WEEKS):
        day = (since + timedelta(weeks=nth)).date()
        kept, late = weeks.get(day, (0, 0))
        label = _("%(month)s月") % {"month": day.month} if nth == 0 or day.day <= 7 else ""
        url = f"{reverse('hotline:promises')}?since={day.isoformat()}&until={(day + timedelta(days=6)).isoformat()}"
        title = _("%(day)s起一周：按时%(kept)s，未按时%(late)s") % {"day": _short(day), "kept": kept, "late": late}
        bars.append(Bar(label, [kept, late], url, title))
    kept, total = of_month["kept"], of_month["all"]
    return {
        "percent": f"{100 * kept / total:.1f}" if total else None,
        "kept": kept,
        "all": total,
        "month": local.month,
        "target": TARGET,
        "bars": bars,
        "url": f"{reverse('hotline:promises')}?since={month.date().isoformat()}",
    }


@dataclass(frozen=True)
class WeekDay:
    date: date
    is_working: bool
    late: int
    today: int
    later: int
    url: str


def _week(user: Staff, now: datetime, book: Rulebook) -> dict[str, Any]:
    """One's own live duties by the day on which they fall due, Monday to Sunday; what is late stands on today."""
    today = now.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    start = midnight(monday)
    live = visible_obligations(reach(user, now), now).filter(owner=user, state=State.OPEN)
    late = live.filter(due__lt=now).count()
    # A deadline at midnight belongs to the day that ends with it.
    due_on = TruncDate(F("due") - timedelta(microseconds=1), tzinfo=ZONE)
    by_day = dict(
        live.filter(due__gte=now, due__lte=start + timedelta(days=7))
        .annotate(day=due_on)
        .values("day")
        .annotate(all=Count("pk"))
        .values_list("day", "all")
    )
    days = []
    for offset in range(7):
        day = monday + timedelta(days=offset)
        due = by_day.get(day, 0)
        is_today = day == today
        days.append(
            WeekDay(
                day,
                book.calendar.is_working_day(day),
                late if is_today else 0,
                due if is_today else 0,
                0 if is_today else due,
                f"?day={day.isoformat()}",
            )
        )
    return {"days": days, "total": sum(day.late + day.today + day.later for day in days)}
