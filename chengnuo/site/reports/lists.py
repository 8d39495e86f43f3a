"""The records behind the figures: the same visible sets, narrowed by the same words as the figure that links here."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chengnuo.claims.access import visible_claims
from chengnuo.claims.models import Claim
from chengnuo.claims.views.record import pages as claim_pages
from chengnuo.clients.case_pages import with_next_due
from chengnuo.clients.models import Client
from chengnuo.complaints.access import visible_complaints
from chengnuo.complaints.models import Complaint
from chengnuo.complaints.views.record import pages as complaint_pages
from chengnuo.hotline.access import visible_calls, visible_promises
from chengnuo.hotline.figures import with_outcome
from chengnuo.hotline.models import Call, CallState, Promise
from chengnuo.hotline.views.list import CALLS, PROMISES
from chengnuo.kit.duties import Duty
from chengnuo.kit.forms import DayField, Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.templatetags.kit import due, when
from chengnuo.ledger import clock
from chengnuo.ledger.access import visible_obligations_of
from chengnuo.ledger.clauses import clauses
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import reach

from . import calls, claims, complaints, promises
from .dimensions import GROUPS, duties_in_group, hour, in_group, may_read_person, weekday
from .fates import FILTERS, PRODUCED, fates
from .periods import Period
from .response import METRICS

ALL = ("", _("全部"))
HIDDEN = forms.HiddenInput
HIGHEST = 2**63 - 1


class RecordFilter(Form):
    """What every figure may narrow by. What is hidden comes with a figure's link; the page says it in words."""

    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)
    group = forms.ChoiceField(label=_("客户类别"), choices=[ALL, *GROUPS.items()], required=False)
    unit = forms.ModelMultipleChoiceField(
        label=_("机构"), queryset=Unit.objects.all(), required=False, widget=forms.MultipleHiddenInput
    )
    person = forms.IntegerField(label=_("人员号"), min_value=1, max_value=HIGHEST, required=False, widget=HIDDEN)
    hour = forms.IntegerField(label=_("钟点"), min_value=0, max_value=23, required=False, widget=HIDDEN)
    weekday = forms.IntegerField(label=_("星期"), min_value=1, max_value=7, required=False, widget=HIDDEN)
    measure = forms.ChoiceField(
        label=_("计时"),
        choices=[ALL, *((one.key, one.label) for one in METRICS.values())],
        required=False,
        widget=HIDDEN,
    )


class DutyFilter(RecordFilter):
    clause = forms.ChoiceField(label=_("条款"), required=False)
    fate = forms.ChoiceField(label=_("结果"), choices=[ALL, *FILTERS.items()], required=False)
    field_order = ("clause", "fate", "group", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [ALL, *((one.id, f"{one.id} {one.title}") for one in clauses().values())]  # type: ignore[attr-defined]


class PromiseFilter(RecordFilter):
    what = forms.ChoiceField(
        label=_("结果"),
        choices=[
            ALL,
            *((one.key, one.label) for one in promises.COLUMNS if one.kind == "count" and one.key != "total"),
        ],
        required=False,
    )
    field_order = ("what", "group", "since", "until")

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_without_total(data), *args, **kwargs)


class CallFilter(RecordFilter):
    what = forms.ChoiceField(
        label=_("来电"),
        choices=[ALL, *calls.KINDS.items(), (calls.PHONE, _("电话")), (calls.MISSED, _("未接"))],
        required=False,
    )
    field_order = ("what", "group", "since", "until")

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_without_total(data), *args, **kwargs)


class CaseFilter(RecordFilter):
    """What the figures of claims and complaints narrow by besides."""

    state = forms.CharField(label=_("阶段"), max_length=24, required=False, widget=HIDDEN)
    field_order = ("what", "group", "since", "until")

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_without_total(data), *args, **kwargs)


def _figures(columns: Any) -> forms.ChoiceField:
    named = [(one.key, one.label) for one in columns if one.kind == "count" and one.key != "total"]
    return forms.ChoiceField(label=_("结果"), choices=[ALL, *named], required=False)


class ClaimFilter(CaseFilter):
    what = _figures(claims.COLUMNS)
    line = forms.CharField(label=_("险种"), max_length=16, required=False, widget=HIDDEN)
    age = forms.CharField(label=_("已有"), max_length=4, required=False, widget=HIDDEN)


class ComplaintFilter(CaseFilter):
    what = _figures(complaints.COLUMNS)
    category = forms.CharField(label=_("类别"), max_length=12, required=False, widget=HIDDEN)
    cause = forms.CharField(label=_("原因"), max_length=12, required=False, widget=HIDDEN)


def _without_total(data: Any) -> Any:
    """The whole is asked for by nothing."""
    if data.get("what") != "total":
        return data
    data = data.copy()
    data["what"] = ""
    return data


def _duties(rows: QuerySet[Obligation], asked: dict[str, Any]) -> QuerySet[Obligation]:
    rows = rows.filter(fates(clock.now())[asked["fate"] or PRODUCED])
    if asked["clause"]:
        rows = rows.filter(clause=asked["clause"])
    if asked["group"]:
        rows = duties_in_group(rows, asked["group"])
    return _common(rows, asked, "since", "owner")


def _promises(rows: QuerySet[Promise], asked: dict[str, Any]) -> QuerySet[Promise]:
    if asked["what"]:
        rows = rows.filter(promises.which(asked["what"], clock.now()))
    return _common(_of_group(rows, asked), asked, "first_by", "keeper")


def _calls(rows: QuerySet[Call], asked: dict[str, Any]) -> QuerySet[Call]:
    if asked["what"]:
        rows = rows.filter(calls.which(asked["what"]))
    return _common(_of_group(rows, asked), asked, "rang_at", "operator")


def _cases(report: Any, ways: tuple[str, ...]) -> Any:
    """The records of a figure of claims or complaints."""

    def narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        if asked["what"]:
            rows = rows.filter(report.which(asked["what"]))
        for way in ways:
            rows = rows.filter(**{way: asked[way]}) if asked[way] else rows
        return _common(_of_group(rows, asked), asked, report.at, "owner")

    return narrow


def _of_group(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    return rows.filter(in_group(asked["group"])) if asked["group"] else rows


def _common(rows: QuerySet[Any], asked: dict[str, Any], column: str, person: str) -> QuerySet[Any]:
    """The local days, units, person, hour and weekday; a measured time has its own start."""
    start = column
    if asked["measure"]:
        metric = METRICS[asked["measure"]]
        if metric.of is not rows.model:
            return rows.none()
        rows, start = rows.filter(metric.which()), metric.start
    if asked["since"]:
        rows = rows.filter(**{f"{column}__gte": Period(asked["since"], asked["since"]).start})
    if asked["until"]:
        rows = rows.filter(**{f"{column}__lt": Period(asked["until"], asked["until"]).end})
    if asked["unit"]:
        rows = rows.filter(unit_id__in=[unit.pk for unit in asked["unit"]])
    if asked["person"]:
        rows = rows.filter(**{f"{person}_id": asked["person"]})
    if asked["hour"] is not None:
        rows = rows.alias(at_hour=hour(start)).filter(at_hour=asked["hour"])
    if asked["weekday"]:
        rows = rows.alias(on_day=weekday(start)).filter(on_day=asked["weekday"])
    return rows


def _may_ask(user: Staff, now: datetime, asked: dict[str, Any]) -> bool:
    return not asked["person"] or may_read_person(user, now, asked["person"])


def duty_rows(user: Staff, now: datetime) -> QuerySet[Obligation]:
    """The duties of the units that a person reaches, with what a row says of them."""
    who = reach(user, now)
    client = Client.objects.filter(pk=OuterRef("client_id")).values("name")[:1]
    unit = Unit.objects.filter(pk=OuterRef("unit_id")).values("name")[:1]
    rows = visible_obligations_of(who, who.units, now).select_related("owner")
    return rows.annotate(client_name=Subquery(client), unit_name=Subquery(unit))


def promise_rows(user: Staff, now: datetime) -> QuerySet[Promise]:
    rows = visible_promises(user, now).filter(unit__in=reach(user, now).units)
    return with_outcome(rows).select_related("call", "client", "keeper", "unit")


def call_rows(user: Staff, now: datetime) -> QuerySet[Call]:
    rows = visible_calls(user, now).filter(unit__in=reach(user, now).units).exclude(state=CallState.VOID)
    return rows.select_related("unit", "client", "operator")


def claim_rows(user: Staff, now: datetime) -> QuerySet[Claim]:
    rows = claims.told_apart(visible_claims(user, now).filter(unit__in=reach(user, now).units), now)
    return with_next_due(rows.select_related("unit", "client", "client_unit", "owner"))


def complaint_rows(user: Staff, now: datetime) -> QuerySet[Complaint]:
    rows = complaints.told_apart(visible_complaints(user, now).filter(unit__in=reach(user, now).units), now)
    return with_next_due(rows.select_related("unit", "client", "client_unit", "owner"))


def _fate(duty: Obligation) -> Any:
    return Duty(duty, clock.now()).fate


DUTIES = Listing(
    "report_duties",
    [
        Column("number", _("单号"), lambda duty: duty.number or "—", is_fixed=True),
        Column("clause", _("条款"), lambda duty: duty.clause),
        Column(
            "text", _("义务"), lambda duty: Truncator(duty.text).chars(60), shape="rest", plain=lambda duty: duty.text
        ),
        Column("client", _("客户"), lambda duty: duty.client_name or ""),
        Column("unit", _("机构"), lambda duty: duty.unit_name or "", shape="aside"),
        Column("owner", _("承办"), lambda duty: duty.owner.name if duty.owner else "", shape="aside"),
        Column("since", _("产生"), lambda duty: when(duty.since), sort="since", plain=lambda duty: duty.since),
        Column("due", _("期限"), lambda duty: due(duty.due), plain=lambda duty: duty.due),
        Column(
            "ended_at", _("办结"), lambda duty: when(duty.ended_at), is_default=False, plain=lambda duty: duty.ended_at
        ),
        Column(
            "fate",
            _("结果"),
            lambda duty: format_html('<span class="left {}">{}</span>', _fate(duty).tone, _fate(duty).words),
            plain=lambda duty: _fate(duty).words,
        ),
    ],
    sort="-since",
    filter_form=DutyFilter,
    narrow=_duties,
    may_ask=_may_ask,
    edge=lambda duty: f"edge-{tone}" if (tone := _fate(duty).tone) == "red" else "",
    title=_("规程义务"),
    rows=duty_rows,
    address=lambda duty: reverse("reports:duty", args=[duty.pk]),
)
PROMISE_LIST = Listing(
    "report_promises",
    PROMISES.columns,
    sort="-first_by",
    filter_form=PromiseFilter,
    narrow=_promises,
    may_ask=_may_ask,
    title=_("承诺"),
    rows=promise_rows,
)
CALL_LIST = Listing(
    "report_calls",
    CALLS.columns,
    sort="-rang_at",
    filter_form=CallFilter,
    narrow=_calls,
    may_ask=_may_ask,
    title=_("来电"),
    rows=call_rows,
)
CLAIM_LIST = Listing(
    "report_claims",
    claim_pages.listing.columns,
    sort="-id",
    filter_form=ClaimFilter,
    narrow=_cases(claims.REPORT, ("line", "age", "state")),
    may_ask=_may_ask,
    title=_("协赔"),
    rows=claim_rows,
)
COMPLAINT_LIST = Listing(
    "report_complaints",
    complaint_pages.listing.columns,
    sort="-id",
    filter_form=ComplaintFilter,
    narrow=_cases(complaints.REPORT, ("category", "cause", "state")),
    may_ask=_may_ask,
    title=_("投诉"),
    rows=complaint_rows,
)
