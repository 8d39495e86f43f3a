"""Rounds: the list, one round with its clients, drawing one up, starting and ending it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import visible_clients
from chengnuo.clients.lookup import matching
from chengnuo.clients.models import TICKS
from chengnuo.kit.act_pages import act_page, may_or_403, who
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff

from .. import actions, printing
from ..access import may_call, may_plan, may_write_scripts, visible_round_clients, visible_rounds
from ..choosing import Criteria, last_contacts
from ..forms import AddForm, BecauseForm, ReasonForm, RoundFilter, RoundForm
from ..models import Round, RoundCall, RoundClient, RoundState, Stand
from ..progress import progress_of

SHAPES = {"draft": "waiting", "running": "work", "finished": "closed", "cancelled": "closed"}
STANDS = {"waiting": "waiting", "reached": "closed", "unreached": "paused", "left_out": "paused"}
NOT_YOURS = gettext_lazy("电话服务由本机构和客户服务中心安排")
A_WEEK = timedelta(days=7)
ON_A_PAGE = 50
HEARD = 20


def _seen(user: Staff, now: datetime) -> QuerySet[Round]:
    return visible_rounds(user, now).select_related("unit", "owner", "script")


def _narrowed(rows: QuerySet[Round], asked: dict[str, Any]) -> QuerySet[Round]:
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    return rows.filter(state=asked["state"]) if asked["state"] else rows


ROUNDS = Listing(
    "rounds",
    [
        Column("number", gettext_lazy("单号"), lambda one: one.number, is_fixed=True),
        Column("state", gettext_lazy("状态"), lambda one: chip(one.get_state_display(), SHAPES[one.state])),
        Column("aim", gettext_lazy("目的"), lambda one: one.aim, shape="rest"),
        Column("starts_on", gettext_lazy("自"), lambda one: f"{one.starts_on:%m-%d}", plain=lambda one: one.starts_on),
        Column("ends_on", gettext_lazy("至"), lambda one: f"{one.ends_on:%m-%d}", plain=lambda one: one.ends_on),
        Column("owner", gettext_lazy("负责人"), lambda one: one.owner.name),
        Column("unit", gettext_lazy("机构"), lambda one: one.unit.name, shape="aside"),
        Column("script", gettext_lazy("用语"), lambda one: str(one.script), is_default=False),
        Column(
            "drawn_up_at",
            gettext_lazy("拟订"),
            lambda one: when(one.drawn_up_at),
            plain=lambda one: one.drawn_up_at,
            shape="aside",
        ),
    ],
    sort="-id",
    filter_form=RoundFilter,
    narrow=_narrowed,
    title=gettext_lazy("电话服务"),
    rows=_seen,
)


def round_of(request: Asked, pk: int) -> Round:
    """The round, if the person sees it; else 404."""
    return get_object_or_404(_seen(request.user, request.now), pk=pk)


@require_GET
def rounds(request: Asked) -> HttpResponse:
    """The rounds of one's units, newest first."""
    user, now = request.user, request.now
    context = {
        "list": ROUNDS.shown(request, _seen(user, now)),
        "may": may_plan(user, now),
        "may_write": may_write_scripts(user, now),
    }
    return render(request, "rounds/list.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """Draw up a round: aim, words, time, and whom to call."""
    user, now = request.user, request.now
    if not may_plan(user, now):
        raise Forbidden(str(NOT_YOURS), clause="4.3.A")
    today = now.astimezone(ZONE).date()
    initial = {"unit": user.unit_id, "starts_on": today, "ends_on": today + A_WEEK}
    form = RoundForm(request.POST if request.method == "POST" else None, user=user, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.open_round(**form.values(), **who(request)))
        except Refusal as refusal:
            form.refused(refusal)
    context = {
        "form": form,
        "has_scripts": form.fields["script"].queryset.exists(),  # type: ignore[attr-defined]
        "may_write": may_write_scripts(user, now),
    }
    return render(request, "rounds/new.html", context, status=form.status)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    """A round: how far it is, its list by how clients stand, and what may be done."""
    user, now = request.user, request.now
    one = round_of(request, pk)
    looked(one, by=user, now=now)
    stand = request.GET.get("stand", "")
    rows = one.clients.select_related("client", "held_by")
    if stand in Stand.values:
        rows = rows.filter(state=stand)
    # By the place and the key, so that no row stands on two pages.
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 10:
        rows = rows.filter(place__gt=int(after))
    found = list(rows.order_by("place", "pk")[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    last = last_contacts([row.client_id for row in shown])
    context = {
        "one": one,
        "shape": SHAPES[one.state],
        "progress": progress_of([one.pk])[one.pk],
        "stand": stand,
        "rows": [(row, STANDS.get(row.state, "closed"), last.get(row.client_id), _ticks(row)) for row in shown],
        "older": f"?stand={stand}&after={shown[-1].place}" if len(found) > ON_A_PAGE else "",
        "criteria": described(one),
        "heard": _heard(one),
        "may": may_call(user, one, now),
        "is_draft": one.state == RoundState.DRAFT,
        "is_running": one.state == RoundState.RUNNING,
        "timeline": timeline_of(request, one),
    }
    return render(request, "rounds/page.html", context)


def _heard(one: Round) -> QuerySet[RoundCall]:
    """What clients thought and suggested, the latest first."""
    rows = RoundCall.objects.filter(on_list__round=one).exclude(opinion="", suggestion="")
    return rows.select_related("client").order_by("-pk")[:HEARD]


def _ticks(row: RoundClient) -> list[str]:
    return [str(TICKS[name]) for name in row.client.ticks]


def described(one: Round) -> list[tuple[str, str]]:
    """The filter by which its clients were chosen, as name and value."""
    form = RoundForm.base_fields
    given = Criteria(**one.chosen_by).as_json()
    found = []
    for name, value in given.items():
        choices = dict(getattr(form[name], "choices", ()))
        found.append((str(form[name].label), str(choices.get(value, value))))
    return [*found, (_("次序"), str(one.get_sorted_by_display()))]


@require_POST
@posted_once
def start(request: Asked, pk: int) -> HttpResponse:
    one = round_of(request, pk)
    may_or_403(may_call, request, one, NOT_YOURS, "4.3.A")
    return redirect(actions.start_round(one, **who(request)))


def _because(data: Any, _one: Round, _request: Asked) -> BecauseForm:
    return BecauseForm(data)


finish = act_page(
    round_of,
    may_call,
    NOT_YOURS,
    _because,
    lambda one, data, by: actions.finish_round(one, **data, **by),
    verb=gettext_lazy("结束"),
    clause="4.3.B",
    intro=lambda one: one.aim,
)
cancel = act_page(
    round_of,
    may_call,
    NOT_YOURS,
    _because,
    lambda one, data, by: actions.cancel_round(one, **data, **by),
    verb=gettext_lazy("取消"),
    clause="4.3.A",
    intro=lambda one: one.aim,
)


def _add(one: Round, data: dict[str, Any], by: dict[str, Any]) -> Round:
    found = list(matching(visible_clients(by["by"], by["now"]).filter(unit=one.unit_id), data["client"])[:2])
    if len(found) != 1:
        words = _("本机构有几个客户都符合，写全名称或证件号") if found else _("本机构没有这个客户")
        raise Invalid("client_unknown", clause="4.3.A", client=words)
    actions.add_client(one, found[0], **by)
    return one


add = act_page(
    round_of,
    may_call,
    NOT_YOURS,
    lambda data, _one, _request: AddForm(data),
    _add,
    verb=gettext_lazy("加客户"),
    clause="4.3.A",
    intro=lambda one: one.aim,
)


def row_of(request: Asked, pk: int) -> RoundClient:
    """A client on a round's list, if the person sees the round; else 404."""
    rows = visible_round_clients(request.user, request.now)
    return get_object_or_404(rows.select_related("client__unit", "round__script", "round__unit", "held_by"), pk=pk)


def _left_out(row: RoundClient, data: dict[str, Any], by: dict[str, Any]) -> Round:
    actions.leave_out(row, **data, **by)
    return row.round


leave_out = act_page(
    row_of,
    may_call,
    NOT_YOURS,
    lambda data, _row, _request: ReasonForm(data),
    _left_out,
    verb=gettext_lazy("不列入"),
    clause="4.3.A",
)


@require_POST
def print_plan(request: Asked, pk: int) -> HttpResponse:
    return plan_printed(request, round_of(request, pk))


def plan_printed(request: Asked, one: Round) -> HttpResponse:
    """《客户服务访问计划表》 of the round, and its event."""
    user, now = request.user, request.now
    document = printing.visit_plan(one, by=user, now=now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.plan_printed(one, rows=len(document.body["rows"]), by=user, now=now)
    return inline(content, document.number)


@require_POST
@posted_once
def call_next(request: Asked, pk: int) -> HttpResponse:
    """Take the next client of a round on the screen."""
    one = round_of(request, pk)
    may_or_403(may_call, request, one, NOT_YOURS, "4.3.B")
    return redirect(to_next(request, one))


def to_next(request: Asked, one: Round) -> str:
    """The address of the next client, held for this caller; the round's own when nobody is to be called now."""
    row = actions.claim_next(one, **who(request))
    if row is None:
        messages.info(request, _("现在没有要打的客户"))
        return one.get_absolute_url()
    return reverse("rounds:call", args=[row.pk])
