"""A visit's page and its first moves; the list of visits."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.clients.access import sees
from chengnuo.clients.case_bulk import bulk_acts
from chengnuo.clients.case_pages import Pages
from chengnuo.clients.cases import WORKS_ON, may_hand_on
from chengnuo.clients.lookup import named_so
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.records import named
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, countdown, when
from chengnuo.kit.timeline import timeline_of
from chengnuo.kit.times import in_column, span
from chengnuo.ledger import clock
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.links import linked
from chengnuo.ledger.moves import moves_from
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from ..access import may_inspect, may_take_on, visible_visits
from ..actions import confirm_visit
from ..forms import ConfirmForm
from ..models import AHEAD, State, Survey, Visit

SHAPES = {
    State.PLANNED: "waiting",
    State.CONFIRMED: "waiting",
    State.FILED: "closed",
    State.MISSED: "closed",
    State.CANCELLED: "closed",
}
VIEWS = {
    "": (gettext_lazy("全部"), Q()),
    "today": (gettext_lazy("今天"), Q(state__in=AHEAD)),
    "planned": (gettext_lazy("待约定"), Q(state=State.PLANNED)),
    "unsigned": (gettext_lazy("未签"), Q(state=State.SURVEY_UNSIGNED)),
    "review": (gettext_lazy("待审核"), Q(state__in=(State.SURVEY_SIGNED, State.SURVEY_UNSIGNED))),
    "file": (gettext_lazy("待归档"), Q(state=State.FOLLOWED_UP)),
}
pages = Pages(
    model=Visit,
    visible=visible_visits,
    clause="4.1",
    title=gettext_lazy("上门服务"),
    facts=lambda visit: facts(visit),
    take_on=lambda visit, data, by, now: confirm_visit(visit, by=by, now=now, **data),
    may_take_on=may_take_on,
    form=ConfirmForm,
)


class VisitFilter(Form):
    q = forms.CharField(label=gettext_lazy("单号、客户"), max_length=60, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("承办"),
        queryset=Staff.objects.filter(is_active=True).order_by("name", "pk"),
        required=False,
        empty_label=gettext_lazy("全部"),
        widget=forms.HiddenInput,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"), choices=[("", gettext_lazy("全部")), *State.choices], required=False
    )
    view = forms.ChoiceField(
        choices=[(key, label) for key, (label, _q) in VIEWS.items()], widget=forms.HiddenInput, required=False
    )


def _narrow(rows: QuerySet[Visit], asked: dict[str, Any]) -> QuerySet[Visit]:
    rows = rows.filter(VIEWS[asked["view"]][1])
    if asked["view"] == "today":
        start = datetime.combine(_today(), time(), ZONE)
        rows = rows.filter(agreed_at__gte=start, agreed_at__lt=start + timedelta(days=1))
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["owner"]:
        rows = rows.filter(owner=asked["owner"])
    if q := asked["q"].strip():
        rows = rows.filter(Q(number=q.upper()) | Q(client__in=named_so(q)))
    return rows


def _today() -> Any:
    return clock.now().astimezone(ZONE).date()


def _late(visit: Visit) -> object:
    """How punctual it was: against the agreed time, once somebody came."""
    if visit.late_by is None:
        return ""
    return countdown(visit.agreed_at, None, visit.agreed_at + visit.late_by if visit.agreed_at else None)


VISITS = Listing(
    "visits",
    [
        Column("number", gettext_lazy("单号"), lambda visit: visit.number, is_fixed=True),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda visit: chip(visit.state_label, SHAPES.get(State(visit.state), "work")),
        ),
        Column(
            "planned_at",
            gettext_lazy("上门"),
            lambda visit: when(visit.planned_at) if visit.planned_at else "",
            plain=lambda visit: visit.planned_at,
        ),
        Column("fate", gettext_lazy("守时"), _late),
        Column("client", gettext_lazy("客户"), lambda visit: visit.client.name if visit.client else _("未登记来电人")),
        Column(
            "matter",
            gettext_lazy("事由"),
            lambda visit: Truncator(visit.matter).chars(80),
            shape="rest",
            plain=lambda visit: visit.matter,
        ),
        Column("owner", gettext_lazy("承办"), lambda visit: visit.owner.name),
        Column("basis", gettext_lazy("依据"), lambda visit: visit.get_basis_display(), is_default=False),
        Column("unit", gettext_lazy("机构"), lambda visit: visit.unit.name, shape="aside"),
        Column(
            "entered_at",
            gettext_lazy("登记"),
            lambda visit: when(visit.entered_at),
            plain=lambda visit: visit.entered_at,
            is_default=False,
        ),
    ],
    sort="-id",
    filter_form=VisitFilter,
    narrow=_narrow,
    edge=lambda visit: "edge-red" if visit.late_by else "",
    title=gettext_lazy("上门服务"),
    rows=lambda user, now: _seen(user, now),
    bulk=lambda _user, _now: bulk_acts("visits"),
)


def _seen(user: Staff, now: datetime) -> QuerySet[Visit]:
    return visible_visits(user, now).select_related("unit", "client", "client_unit", "owner", "contact", "site")


@require_GET
def visit_list(request: Asked) -> HttpResponse:
    """Newest first, a page at a time, in the views of what waits."""
    user, now = request.user, request.now
    view = request.GET.get("view", "")
    context = {
        "list": VISITS.shown(request, _seen(user, now)),
        "views": [(label, f"?view={key}" if key else "?", key == view) for key, (label, _q) in VIEWS.items()],
        "may_plan": reach(user, now).is_a(*WORKS_ON),
        "may_inspect": may_inspect(user, now),
    }
    return render(request, "visits/list.html", context)


def facts(visit: Visit) -> list[tuple[Any, Any]]:
    """The visit's sheet, name and value; what is empty is left out."""
    place = visit.site
    return [
        (_("事由"), visit.purpose),
        (_("联系人"), visit.contact.name if visit.contact else ""),
        (_("地点"), f"{place.name} {place.address}" if place else ""),
        (_("客户希望的时间"), in_column(visit.wanted_at) if visit.wanted_at else ""),
        (_("约定时间"), in_column(visit.agreed_at) if visit.agreed_at else ""),
        (_("与谁约定"), visit.agreed_with),
        (_("改约"), _("%s次") % visit.times_moved if visit.times_moved else ""),
        (_("其他要求"), visit.other_wishes),
        (_("紧急"), _("是") if visit.is_urgent else ""),
        (_("依据"), visit.get_basis_display() if visit.basis else ""),
        (_("方案外的原因"), visit.basis_reason),
        (_("到达"), _arrived(visit)),
        (_("离开"), in_column(visit.left_at) if visit.left_at else ""),
        (_("办了什么"), visit.did),
        (_("未约定的原因"), visit.unagreed_because),
        (_("迟到的原因"), visit.late_because),
        (_("未成行的原因"), visit.ended_because),
        (_("审核意见"), visit.reviewed),
        (_("归入"), visit.filed_where),
    ]


def _arrived(visit: Visit) -> str:
    if visit.arrived_at is None:
        return ""
    said = in_column(visit.arrived_at)
    if visit.late_by is None:
        return said
    return said + (_("，迟%s") % span(visit.late_by) if visit.late_by else _("，准时"))


def buttons(visit: Visit) -> Iterator[tuple[str, Any]]:
    """The acts that its state allows, by address and label, the next one first."""
    moves = {one.verb: one.label for one in moves_from(visit)}
    if "confirm" in moves:
        yield "visits:take_on", moves["confirm"]
    if visit.state == State.CONFIRMED and visit.arrived_at is None:
        yield "visits:arrive", _("登记到达")
    if "carry_out" in moves:
        yield "visits:carry_out", moves["carry_out"]
    if visit.state == State.DONE:
        yield "visits:survey", _("填调查表")
    for verb, name in (("follow_up", "visits:follow_up"), ("file", "visits:file")):
        if verb in moves:
            yield name, _("审核调查表") if verb == "follow_up" else moves[verb]
    survey = getattr(visit, "survey", None)
    if survey is not None and not survey.is_by_client:
        yield "visits:ask_again", _("再请签章")
    if visit.late_by and not visit.late_because:
        yield "visits:explain", _("写明迟到原因")
    if visit.is_ahead:
        yield "visits:prepare", _("准备")
    for verb, name in (("move", "visits:move"), ("miss", "visits:miss"), ("cancel", "visits:cancel")):
        if verb in moves:
            yield name, moves[verb]


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    """One visit: what was agreed and done, its survey, what the client asked for, what is owed."""
    user, now = request.user, request.now
    visit = get_object_or_404(_seen(user, now).select_related("survey"), pk=pk)
    looked(visit, by=user, now=now)
    links = linked(visit)
    names = named(user, now, [where for where, _why in links])
    may = may_take_on(user, visit, now)
    context = {
        "visit": visit,
        "survey": Survey.objects.filter(visit=visit).select_related("signature").first(),
        "wishes": visit.wishes.select_related("owner"),
        "facts": [(name, value) for name, value in facts(visit) if value],
        "links": [names[where] for where, _why in links if where in names],
        "duties": duties_of(visit, user, now),
        "timeline": timeline_of(request, visit),
        "files": files_of(visit, user, now),
        "buttons": list(buttons(visit)) if may else [],
        "may": may,
        "may_hand_on": visit.state not in Visit.FINISHED and may_hand_on(user, visit, now),
        "full": visit.client is not None and sees(user, visit.client, now),
        "shape": SHAPES.get(State(visit.state), "work"),
    }
    return render(request, "visits/page.html", context)
