"""How a list of cases is looked at: by what it waits for, by its age, by its next due time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.forms import Form
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .cases import owed_on

ALL = ("", _("全部"))
DAY = timedelta(days=1)
AGES: dict[str, tuple[Any, int, int | None]] = {
    "1": (_("1天内"), 0, 1),
    "3": (_("1—3天"), 1, 3),
    "7": (_("3—7天"), 3, 7),
    "15": (_("7—15天"), 7, 15),
    "30": (_("15—30天"), 15, 30),
    "60": (_("30—60天"), 30, 60),
    "more": (_("60天以上"), 60, None),
}
"""By key: its words, from so many days on, below so many."""
CLOCKS: dict[str, Any] = {
    "overdue": _("已逾期"),
    "today": _("今天到期"),
    "soon": _("3天内"),
    "later": _("以后"),
    "none": _("没有期限"),
}
"""Of the next due time among what is owed on a case."""


@dataclass(frozen=True)
class Lens:
    """One way to look: `narrow` leaves the cases of it, for a person, at an instant."""

    label: Any
    narrow: Callable[[QuerySet[Any], Staff, datetime], QuerySet[Any]]


Lenses = Mapping[str, Lens]


def lens_form(lenses: Lenses, states: type[Any]) -> type[Form]:
    """The filter above a list of cases."""

    class LensForm(Form):
        lens = forms.ChoiceField(
            label=_("看"), choices=[ALL, *((key, one.label) for key, one in lenses.items())], required=False
        )
        age = forms.ChoiceField(
            label=_("已有"), choices=[ALL, *((key, one[0]) for key, one in AGES.items())], required=False
        )
        clock = forms.ChoiceField(label=_("期限"), choices=[ALL, *CLOCKS.items()], required=False)
        state = forms.ChoiceField(label=_("状态"), choices=[ALL, *states.choices], required=False)

    return LensForm


def looked_at(rows: QuerySet[Any], asked: dict[str, Any], lenses: Lenses, user: Staff, now: datetime) -> QuerySet[Any]:
    """The cases of what was chosen in the filter."""
    if asked["lens"]:
        rows = lenses[asked["lens"]].narrow(rows, user, now)
    if asked["age"]:
        _label, since, until = AGES[asked["age"]]
        rows = rows.filter(entered_at__lte=now - since * DAY)
        rows = rows if until is None else rows.filter(entered_at__gt=now - until * DAY)
    if asked["clock"]:
        rows = timed(rows, asked["clock"], now)
    return rows.filter(state=asked["state"]) if asked["state"] else rows


def bounds(now: datetime) -> tuple[datetime, datetime]:
    """The ends of today and of the third day from it."""
    today = midnight(now.astimezone(ZONE).date() + DAY)
    return today, today + 2 * DAY


def timed(rows: QuerySet[Any], clock: str, now: datetime) -> QuerySet[Any]:
    """Those whose next due time lies so."""
    today, soon = bounds(now)
    until = {"overdue": now, "today": today, "soon": soon}
    if clock == "none":
        return rows.exclude(owed_on(rows.model, Q(due__isnull=False)))
    if clock == "later":
        return rows.filter(owed_on(rows.model, Q(due__gte=soon))).exclude(owed_on(rows.model, Q(due__lt=soon)))
    mine = rows.filter(owed_on(rows.model, Q(due__lt=until[clock])))
    earlier = {"today": now, "soon": today}.get(clock)
    return mine if earlier is None else mine.exclude(owed_on(rows.model, Q(due__lt=earlier)))


def mine(rows: QuerySet[Any], user: Staff, _now: datetime) -> QuerySet[Any]:
    """What he answers for and is not over."""
    return rows.filter(owner=user).exclude(state__in=rows.model.FINISHED)


def due_soon(rows: QuerySet[Any], _user: Staff, now: datetime) -> QuerySet[Any]:
    """What is overdue, or due by tonight."""
    return rows.filter(owed_on(rows.model, Q(due__lt=bounds(now)[0])))


def with_centre(rows: QuerySet[Any], _user: Staff, _now: datetime) -> QuerySet[Any]:
    """What is with the centre and not over."""
    return rows.filter(escalated_at__isnull=False).exclude(state__in=rows.model.FINISHED)


def not_over(rows: QuerySet[Any], _user: Staff, _now: datetime) -> QuerySet[Any]:
    """What is not over."""
    return rows.exclude(state__in=rows.model.FINISHED)


USUAL = {
    "open": Lens(_("未结的"), not_over),
    "mine": Lens(_("我承办的"), mine),
    "due": Lens(_("逾期和今天到期"), due_soon),
    "with_centre": Lens(_("在中心的"), with_centre),
}
