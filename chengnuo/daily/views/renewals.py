"""Renewals: the list by expiry, one renewal, and the acts that take it to its end (3.3.3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengnuo.clients.access import sees
from chengnuo.clients.models import Policy
from chengnuo.clients.rules import days_left
from chengnuo.kit.act_pages import act_page
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, countdown, edge
from chengnuo.kit.timeline import timeline_of
from chengnuo.kit.times import in_column
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.models.duties import LIVE
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_handle, visible_renewals
from ..forms import AgainForm, AnswerForm, DecideForm, HandOnForm, QuoteForm, RenewalFilter
from ..models import DECIDED, KEPT, OPEN, Renewal, RenewalState

NOT_YOURS = gettext_lazy("这张保单的续保不归你办")
SHAPES = {"due": "waiting", "contacted": "work", "quoted": "work"}
VIEWS: dict[str, tuple[Any, Q]] = {
    "": (gettext_lazy("在办"), Q(state__in=OPEN)),
    "kept": (gettext_lazy("已续保"), Q(state__in=KEPT)),
    "lost": (gettext_lazy("流失"), Q(state=RenewalState.LOST)),
    "decided": (gettext_lazy("办结"), Q(state__in=DECIDED)),
    "all": (gettext_lazy("全部"), Q()),
    "due": (gettext_lazy("到期"), ~Q(state=RenewalState.NOT_NEEDED)),
}
TABS = ("", "kept", "lost", "decided", "all")


def _seen(user: Staff, now: datetime) -> QuerySet[Renewal]:
    return visible_renewals(user, now).select_related("client", "policy", "owner", "unit")


def _with_due(rows: QuerySet[Renewal]) -> QuerySet[Renewal]:
    """Each with the instant until which its next step is owed."""
    owed = Obligation.objects.filter(
        clause="3.3.3", subject_type=Renewal._meta.label_lower, subject_pk=OuterRef("pk"), state__in=LIVE
    )
    return rows.annotate(due=Subquery(owed.order_by("due").values("due")[:1]))


def _due(one: Renewal) -> object:
    due = getattr(one, "due", None)
    return format_html("{} {}", in_column(due, is_deadline=True), countdown(due)) if due else ""


def _edge(one: Renewal) -> str:
    due = getattr(one, "due", None)
    return edge(due) if due else ""


def narrowed(rows: QuerySet[Renewal], asked: dict[str, Any]) -> QuerySet[Renewal]:
    """Those of a view, and of what else is asked for; what names a state or a reason is not narrowed by a view too."""
    named = asked.get("state") or asked.get("reason")
    view = asked.get("view") or ("all" if named else "")
    rows = rows.filter(VIEWS.get(view, VIEWS[""])[1])
    for name, column in (("unit", "unit"), ("line", "line"), ("owner", "owner"), ("state", "state")):
        if asked.get(name):
            rows = rows.filter(**{column: asked[name]})
    if asked.get("reason"):
        rows = rows.filter(lost_reason=asked["reason"])
    if asked.get("since"):
        rows = rows.filter(expires_on__gte=asked["since"])
    return rows.filter(expires_on__lte=asked["until"]) if asked.get("until") else rows


RENEWALS = Listing(
    "renewals",
    [
        Column("number", gettext_lazy("单号"), lambda one: one.number, is_fixed=True),
        Column(
            "state", gettext_lazy("状态"), lambda one: chip(one.get_state_display(), SHAPES.get(one.state, "closed"))
        ),
        Column(
            "expires_on",
            gettext_lazy("到期"),
            lambda one: f"{one.expires_on:%Y-%m-%d}",
            sort="expires_on",
            plain=lambda one: one.expires_on,
        ),
        Column("due", gettext_lazy("下一步"), _due, plain=lambda one: getattr(one, "due", None)),
        Column("client", gettext_lazy("客户"), lambda one: one.client.name, shape="rest"),
        Column("line", gettext_lazy("险种"), lambda one: Policy.Line(one.line).label),
        Column("policy", gettext_lazy("保单"), lambda one: one.policy.no, is_default=False),
        Column(
            "premium",
            gettext_lazy("保费（元）"),
            lambda one: f"{one.policy.premium:,.2f}",
            is_number=True,
            plain=lambda one: one.policy.premium,
        ),
        Column("insurer", gettext_lazy("保险公司"), lambda one: one.policy.insurer, is_default=False),
        Column("owner", gettext_lazy("承办"), lambda one: one.owner.name if one.owner else ""),
        Column("unit", gettext_lazy("机构"), lambda one: one.unit.name, shape="aside"),
        Column("reason", gettext_lazy("流失原因"), lambda one: one.get_lost_reason_display(), is_default=False),
        Column("because", gettext_lazy("说明"), lambda one: one.decided_because, is_default=False),
    ],
    sort="expires_on",
    filter_form=RenewalFilter,
    narrow=narrowed,
    edge=_edge,
    title=gettext_lazy("续保"),
    rows=lambda user, now: _with_due(_seen(user, now)),
)


@require_GET
def renewals(request: Asked) -> HttpResponse:
    """The renewals, those that end first first."""
    view = request.GET.get("view", "")
    today = request.now.astimezone(ZONE).date()
    context = {
        "list": RENEWALS.shown(request, _with_due(_seen(request.user, request.now))),
        "views": [(VIEWS[key][0], _address(request.GET, view=key), key == view) for key in TABS],
        "months": [(f"{first:%Y-%m}", _address(request.GET, since=first, until=last)) for first, last in months(today)],
    }
    return render(request, "daily/renewals.html", context)


def months(today: date) -> list[tuple[date, date]]:
    """First and last day of this month and of the three after it."""
    found, first = [], today.replace(day=1)
    for _nth in range(4):
        following = (first + timedelta(days=32)).replace(day=1)
        found.append((first, following - timedelta(days=1)))
        first = following
    return found


def _address(query: QueryDict, **more: Any) -> str:
    """The same filter with this changed, from its first page."""
    new = query.copy()
    for name in ("after", "before"):
        new.pop(name, None)
    for name, value in more.items():
        new[name] = str(value)
        if not value:
            del new[name]
    return "?" + new.urlencode()


def renewal_of(request: Asked, pk: int) -> Renewal:
    """The renewal, if the person sees it; else 404."""
    rows = _seen(request.user, request.now).select_related("client__unit", "new_policy")
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = renewal_of(request, pk)
    looked(one, by=user, now=now)
    terms = list(one.terms.select_related("by").order_by("-pk"))
    context = {
        "one": one,
        "shape": SHAPES.get(one.state, "closed"),
        "line": Policy.Line(one.line).label,
        "left": days_left(one.policy, now.astimezone(ZONE).date()),
        "terms": [(row, row.more_than(one.policy.premium)) for row in terms],
        "may": may_handle(user, one, now),
        "full": sees(user, one.client, now),
        "steps": _steps(one),
        "duties": duties_of(one, user, now),
        "timeline": timeline_of(request, one),
    }
    return render(request, "daily/renewal.html", context)


def _steps(one: Renewal) -> list[tuple[Any, datetime | None, bool]]:
    """(step, when it was done, whether it is the next)."""
    done = [
        (gettext_lazy("立项"), one.opened_at),
        (gettext_lazy("联系"), one.contacted_at),
        (gettext_lazy("报条件"), one.quoted_at),
        (one.get_state_display() if not one.is_open else gettext_lazy("决定"), one.decided_at),
    ]
    following = next((place for place, (_name, at) in enumerate(done) if at is None), None) if one.is_open else None
    return [(name, at, place == following) for place, (name, at) in enumerate(done)]


def _about(one: Renewal) -> str:
    return f"{one.client.name} {one.policy.no} {one.expires_on}"


contact = act_page(
    renewal_of,
    may_handle,
    NOT_YOURS,
    lambda data, _one, _request: AnswerForm(data),
    lambda one, data, by: actions.contact_client(one, **data, **by),
    verb=gettext_lazy("联系客户"),
    clause="3.3.3",
    intro=_about,
)
quote = act_page(
    renewal_of,
    may_handle,
    NOT_YOURS,
    lambda data, one, _request: QuoteForm(data, initial={"insurer": one.policy.insurer, "premium": one.policy.premium}),
    lambda one, data, by: actions.quote(one, **data, **by),
    verb=gettext_lazy("报续保条件"),
    clause="3.3.3",
    intro=_about,
)


def _decide_form(data: Any, one: Renewal, _request: Asked) -> DecideForm:
    """With the terms that were told last, for that is what most clients take."""
    last = one.terms.order_by("-pk").first()
    initial = {
        "insurer": last.insurer if last else one.policy.insurer,
        "premium": last.premium if last else one.policy.premium,
        "starts_on": one.policy.ends_on + timedelta(days=1),
    }
    return DecideForm(data, initial=initial)


def _decided(one: Renewal, data: dict[str, Any], by: dict[str, Any]) -> Renewal:
    if data["outcome"] == DecideForm.RENEW:
        names = ("no", "insurer", "premium", "starts_on", "ends_on", "text")
        return actions.renew(one, **{name: data[name] for name in names}, **by)
    if data["outcome"] == DecideForm.LOSE:
        return actions.lose(one, reason=data["reason"], text=data["text"], **by)
    if data["outcome"] == DecideForm.NEED_NO_MORE:
        return actions.need_no_more(one, text=data["text"], **by)
    raise Invalid("outcome")


decide = act_page(
    renewal_of,
    may_handle,
    NOT_YOURS,
    _decide_form,
    _decided,
    verb=gettext_lazy("登记决定"),
    clause="3.3.3",
    intro=_about,
)
again = act_page(
    renewal_of,
    may_handle,
    NOT_YOURS,
    lambda data, _one, _request: AgainForm(data),
    lambda one, data, by: actions.decide_anew(one, **data, **by),
    verb=gettext_lazy("重新办理"),
    clause="3.3.3",
    intro=_about,
)
hand_on = act_page(
    renewal_of,
    may_handle,
    NOT_YOURS,
    lambda data, one, _request: HandOnForm(data, unit_id=one.unit_id),
    lambda one, data, by: actions.hand_on(one, **data, **by),
    verb=gettext_lazy("转派"),
    clause="3.3.3",
    intro=_about,
)
