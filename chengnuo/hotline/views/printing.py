"""Printing: the form is made first, then its event written, then shown. Every printing is a new one, so none has a key.

A register that takes longer than a second is made by the worker; its file waits in the bell.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.models import Job
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff, Unit

from .. import actions, printing
from ..access import printable_units, visible_calls

LONGEST_REGISTER = 366
LONGEST_ROSTER = 62
ROSTER_DAYS = 14


class PrintForm(Form):
    """A line and the local days that are printed, the last one included."""

    unit = forms.ModelChoiceField(label=gettext_lazy("热线"), queryset=Unit.objects.none(), empty_label=None)
    since = DayField(label=gettext_lazy("从"))
    until = DayField(label=gettext_lazy("到"))

    def __init__(self, *args: Any, units: QuerySet[Unit], longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.longest = longest

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("“到”在“从”之后或同一天"))
        elif since and until and (until - since).days >= self.longest:
            self.add_error("until", _("一次最多%s天，缩短期间再打印") % self.longest)
        return given


@require_http_methods(["GET", "POST"])
def register(request: Asked) -> HttpResponse:
    """《服务热线登记簿》 of a branch and a period (3.1.3)."""
    form = _form(request, longest=LONGEST_REGISTER, days=1, clause="3.1.3")
    if request.method == "POST" and form.is_valid():
        try:
            return _register(request, **form.cleaned_data)
        except Refusal as refusal:
            form.refused(refusal)
    title = _("打印登记簿")
    return _page(request, form, title, "3.1.3", reverse("hotline:list"), reverse("hotline:print_register"))


def _register(request: Asked, unit: Unit, since: date, until: date) -> HttpResponse:
    made = register_printed(request, unit, since, until)
    return redirect(made) if isinstance(made, Job) else made


def register_printed(request: Asked, unit: Unit, since: date, until: date) -> HttpResponse | Job:
    """The paper, and its event; of a long register the job that makes it. Raises Invalid for more than a book holds."""
    user, now = request.user, request.now
    rows = printing.printed_rows(user, now, unit, since, until)
    if len(rows) > printing.MOST_AT_ONCE:
        site = request.build_absolute_uri("/")
        return printing.register_by_worker(unit, since, until, site, by=user, now=now)
    document = printing.register_form(
        rows, unit=unit, since=since, until=until, by=user, now=now, absolute=request.build_absolute_uri
    )
    content = typeset(document)
    actions.register_printed(unit, since=since, until=until, rows=len(rows), by=user, now=now)
    return inline(content, document.number)


@require_http_methods(["GET", "POST"])
def roster(request: Asked) -> HttpResponse:
    """The roster of a branch's line for a period (3.1.2)."""
    form = _form(request, longest=LONGEST_ROSTER, days=ROSTER_DAYS, clause="3.1.2")
    if request.method == "POST" and form.is_valid():
        return roster_printed(request, **form.cleaned_data)
    title = _("打印值班表")
    return _page(request, form, title, "3.1.2", reverse("hotline:duty"), reverse("hotline:print_roster"))


def roster_printed(request: Asked, unit: Unit, since: date, until: date) -> HttpResponse:
    user, now = request.user, request.now
    period: dict[str, Any] = {"unit": unit, "since": since, "until": until}
    document = printing.roster_form(**period, by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.roster_printed(**period, by=user, now=now)
    return inline(content, document.number)


@require_POST
def directory(request: Asked) -> HttpResponse:
    return directory_printed(request)


def directory_printed(request: Asked) -> HttpResponse:
    """The national directory of duty lines (3.1.1)."""
    user, now = request.user, request.now
    document = printing.duty_directory(by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.directory_printed(lines=len(document.body["rows"]), by=user, now=now)
    return inline(content, document.number)


@require_POST
def call(request: Asked, pk: int) -> HttpResponse:
    return call_printed(request, pk)


def call_printed(request: Asked, pk: int) -> HttpResponse:
    """A call's record (3.1.3)."""
    user, now = request.user, request.now
    rows = visible_calls(user, now).select_related("unit", "client", "client_unit", "operator")
    found = get_object_or_404(rows, pk=pk)
    document = printing.call_record(found, by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.call_printed(found, by=user, now=now)
    return inline(content, document.number)


def _form(request: Asked, *, longest: int, days: int, clause: str) -> PrintForm:
    """The form as it was sent, or with what the address asks for: one's own line, from today on so many days."""
    user, now = request.user, request.now
    units = printable_units(user, now)
    if not units.exists():
        raise Forbidden(_("登记簿和值班表由本机构的人打印"), clause=clause)
    if request.method == "POST":
        return PrintForm(request.POST, units=units, longest=longest)
    return PrintForm(
        initial=_initial(request.GET, units, user, now.astimezone(ZONE).date(), days), units=units, longest=longest
    )


def _initial(asked: QueryDict, units: QuerySet[Unit], user: Staff, today: date, days: int) -> dict[str, Any]:
    """A filter that is open on one side goes up to today where a day is the rule, else over so many days."""
    own = units.filter(pk=user.unit_id).first() or units.first()
    first, last = _day(asked.get("since", "")), _day(asked.get("until", ""))
    since = first or last or today
    until = last or (max(since, today) if first and days == 1 else since + timedelta(days=days - 1))
    return {"unit": asked.get("unit") or own, "since": since, "until": until}


def _day(text: str) -> date | None:
    """The date that an address names, or none; what cannot be read is not what somebody chose."""
    try:
        return DayField().clean(text)
    except forms.ValidationError:
        return None


def _page(request: Asked, form: PrintForm, title: str, clause: str, back: str, here: str) -> HttpResponse:
    today = request.now.astimezone(ZONE).date()
    context = {
        "form": form,
        "title": title,
        "clause_id": clause,
        "parent": _("3.1 服务热线"),
        "parent_url": reverse("hotline:list"),
        "cancel_url": back,
        "here": here,
        "unit": form["unit"].value() or "",
        "periods": PERIODS[clause](today),
    }
    return render(request, "hotline/print.html", context, status=form.status)


def _past(today: date) -> list[tuple[str, date, date]]:
    """The periods that a register is printed for, up to today."""
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    return [
        (_("今天"), today, today),
        (_("本周"), today - timedelta(days=today.weekday()), today),
        (_("本月"), first, today),
        (_("上月"), last_month.replace(day=1), last_month),
    ]


def _coming(today: date) -> list[tuple[str, date, date]]:
    """The periods that a roster is printed for: this week, the next, two weeks from today, the next month."""
    monday = today - timedelta(days=today.weekday())
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    month_end = (next_month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return [
        (_("本周"), monday, monday + timedelta(days=6)),
        (_("下周"), monday + timedelta(days=7), monday + timedelta(days=13)),
        (_("14天"), today, today + timedelta(days=13)),
        (_("下月"), next_month, month_end),
    ]


PERIODS: dict[str, Callable[[date], list[tuple[str, date, date]]]] = {"3.1.3": _past, "3.1.2": _coming}
