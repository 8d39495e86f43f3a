"""满意度 as a list: what clients said, what waits for them, who was not asked, and which low marks are still to be
followed up."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.clients.models import TICKS
from chengnuo.clients.served import finishings
from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.models.duties import LIVE
from chengnuo.people.models import Staff, Unit

from ..access import measurable_staff, visible_ratings
from ..figures import of_period
from ..models import MARKS, RatingRequest, RequestState

S = RequestState
RULE = "satisfaction.hear_who_is_not_satisfied"
SHAPES = {S.ASKED: "waiting", S.RATED: "closed", S.SKIPPED: "paused", S.WITHDRAWN: "closed"}
NO_TIER = "none"
JOINED = ("unit", "client", "keeper")


def _to_be_followed_up() -> Q:
    owed = Obligation.objects.filter(clause="2.2", rule=RULE, state__in=LIVE)
    return Q(pk__in=owed.values("subject_pk"))


VIEWS = {
    "": (_("评价"), lambda: Q(state=S.RATED)),
    "open": (_("待回访"), _to_be_followed_up),
    "waiting": (_("等客户评"), lambda: Q(state=S.ASKED)),
    "asked": (_("请过的"), lambda: Q(state__in=(S.ASKED, S.RATED))),
    "skipped": (_("没有请的"), lambda: Q(state__in=(S.SKIPPED, S.WITHDRAWN))),
}


def kinds() -> list[tuple[str, Any]]:
    """The kinds of services by their record's type."""
    return [(type_, kind.label) for type_, kind in finishings().items()]


class OfPeriod(Form):
    unit = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Unit.objects.filter(kind__in=(Unit.Kind.BRANCH, Unit.Kind.CENTRE)),
        required=False,
        empty_label=_("全部"),
    )
    kind = forms.ChoiceField(label=_("服务"), required=False)
    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("全部")), *kinds()]


class RatingFilter(OfPeriod):
    mark = forms.ChoiceField(
        label=_("评分"), choices=[("", _("全部")), *((str(mark), str(mark)) for mark in MARKS)], required=False
    )
    tier = forms.ChoiceField(
        label=_("客户类别"),
        choices=[("", _("全部")), *TICKS.items(), (NO_TIER, _("其他客户"))],
        required=False,
    )
    keeper = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    view = forms.ChoiceField(
        choices=[(key, label) for key, (label, _q) in VIEWS.items()], widget=forms.HiddenInput, required=False
    )


def within(rows: QuerySet[RatingRequest], asked: dict[str, Any]) -> QuerySet[RatingRequest]:
    """Those of a unit, a kind and of local days on which they were asked, the last one included."""
    rows = of_period(rows, _midnight(asked["since"]), _midnight(asked["until"], 1))
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    return rows.filter(subject_type=asked["kind"]) if asked["kind"] else rows


def _midnight(day: date | None, after: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=after), time(), ZONE) if day else None


def _narrowed(rows: QuerySet[RatingRequest], asked: dict[str, Any]) -> QuerySet[RatingRequest]:
    rows = within(rows.filter(VIEWS[asked["view"]][1]()), asked)
    if asked["mark"]:
        rows = rows.filter(mark=int(asked["mark"]))
    if asked["keeper"]:
        rows = rows.filter(keeper=asked["keeper"])
    if asked["tier"] == NO_TIER:
        return rows.filter(**{f"client__{name}": False for name in TICKS})
    return rows.filter(**{f"client__{asked['tier']}": True}) if asked["tier"] else rows


def _short(words: str) -> str:
    return Truncator(words).chars(80)


def _state(request: RatingRequest) -> str:
    label = request.get_skipped_because_display() if request.state == S.SKIPPED else request.get_state_display()
    return chip(label, SHAPES[S(request.state)])


RATINGS = Listing(
    "ratings",
    [
        Column("number", _("单号"), lambda one: one.about, is_fixed=True),
        Column("mark", _("评分"), lambda one: one.mark or "", is_number=True, plain=lambda one: one.mark),
        Column("state", _("状态"), _state, shape="aside"),
        Column("client", _("客户"), lambda one: one.client.name if one.client else ""),
        Column("name", _("评价人"), lambda one: one.name, shape="aside"),
        Column("words", _("客户的话"), lambda one: _short(one.words), shape="rest", plain=lambda one: one.words),
        Column("kind", _("服务"), lambda one: str(finishings()[one.subject_type].label), shape="aside"),
        Column("keeper", _("承办"), lambda one: one.keeper.name if one.keeper else ""),
        Column("unit", _("机构"), lambda one: one.unit.name, shape="aside"),
        Column("asked_at", _("请评"), lambda one: when(one.asked_at), plain=lambda one: one.asked_at),
        Column(
            "used_at", _("评价时间"), lambda one: when(one.used_at), is_default=False, plain=lambda one: one.used_at
        ),
        Column("channel", _("送达"), lambda one: one.get_channel_display(), is_default=False),
        Column("found", _("查明"), lambda one: one.found, is_default=False),
        Column("said", _("回访"), lambda one: one.said, is_default=False),
    ],
    sort="-id",
    filter_form=RatingFilter,
    narrow=_narrowed,
    title=_("满意度"),
    rows=lambda user, now: _seen(user, now),
    may_ask=lambda user, now, asked: (
        not asked["keeper"] or measurable_staff(user, now).filter(pk=asked["keeper"]).exists()
    ),
)


def _seen(user: Staff, now: datetime) -> QuerySet[RatingRequest]:
    return visible_ratings(user, now).select_related(*JOINED)


@require_GET
def ratings(request: Asked) -> HttpResponse:
    """What clients of this person's reach said, newest first."""
    user, now = request.user, request.now
    view = request.GET.get("view", "")
    rows = _seen(user, now)
    waits = len(rows.filter(_to_be_followed_up()).order_by()[:100])
    keeper = measurable_staff(user, now).filter(pk=_key(request.GET)).first()
    context = {
        "list": RATINGS.shown(request, rows),
        "keeper": keeper,
        "views": [
            (label, _address(request.GET, key), key == view, waits if key == "open" else 0)
            for key, (label, _q) in VIEWS.items()
        ],
    }
    return render(request, "satisfaction/list.html", context)


def _key(asked: QueryDict) -> int:
    given = asked.get("keeper", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _address(query: QueryDict, view: str) -> str:
    """The same filter in another view, from its first page."""
    new = query.copy()
    for name in ("view", "after", "before"):
        new.pop(name, None)
    if view:
        new["view"] = view
    return "?" + new.urlencode()
