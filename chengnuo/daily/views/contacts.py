"""Return visits and daily care: the list, one entry, a new one, the answer to what was promised."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.clients.access import sees, visible_clients
from chengnuo.clients.basis import Basis, planned_for
from chengnuo.clients.lookup import matching
from chengnuo.clients.models import Client, Contact
from chengnuo.kit.act_pages import act_page, who
from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import when
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Staff
from chengnuo.people.reach import CENTRE, FRONT, reach

from .. import actions
from ..access import may_enter, may_handle, visible_contacts
from ..actions.contacts import PLANNED
from ..forms import AnswerForm, ContactFilter, ContactForm, FindForm
from ..models import ContactKind, DailyContact

FOUND = 20
KINDS_OF_PLAN = {"call": ContactKind.RETURN, "care": ContactKind.CARE, "advice": ContactKind.ADVICE}


def _seen(user: Staff, now: datetime) -> QuerySet[DailyContact]:
    return visible_contacts(user, now).select_related("client", "owner", "unit")


def midnight_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def narrowed(rows: QuerySet[DailyContact], asked: dict[str, Any]) -> QuerySet[DailyContact]:
    for name in ("unit", "kind", "channel"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("since"):
        rows = rows.filter(at__gte=midnight_of(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(at__lt=midnight_of(asked["until"] + timedelta(days=1)))
    return rows


CONTACTS = Listing(
    "daily",
    [
        Column("number", gettext_lazy("单号"), lambda one: one.number, is_fixed=True),
        Column("at", gettext_lazy("时间"), lambda one: when(one.at), plain=lambda one: one.at),
        Column("client", gettext_lazy("客户"), lambda one: one.client.name),
        Column("kind", gettext_lazy("服务"), lambda one: one.get_kind_display()),
        Column("channel", gettext_lazy("方式"), lambda one: one.get_channel_display(), shape="aside"),
        Column(
            "dialogue",
            gettext_lazy("内容"),
            lambda one: Truncator(one.dialogue).chars(80),
            shape="rest",
            plain=lambda one: one.dialogue,
        ),
        Column("result", gettext_lazy("结果"), lambda one: one.result, is_default=False),
        Column(
            "promised_by",
            gettext_lazy("答应"),
            lambda one: when(one.promised_by) if one.waits else "",
            plain=lambda one: one.promised_by,
        ),
        Column("owner", gettext_lazy("承办"), lambda one: one.owner.name),
        Column("unit", gettext_lazy("机构"), lambda one: one.unit.name, shape="aside"),
        Column("basis", gettext_lazy("依据"), lambda one: one.get_basis_display(), is_default=False),
    ],
    sort="-id",
    filter_form=ContactFilter,
    narrow=narrowed,
    title=gettext_lazy("回访与维护"),
    rows=_seen,
)


@require_GET
def contacts(request: Asked) -> HttpResponse:
    """What passed with clients, newest first."""
    user, now = request.user, request.now
    context = {"list": CONTACTS.shown(request, _seen(user, now)), "may": _serves(user, now)}
    return render(request, "daily/list.html", context)


def _serves(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT, *CENTRE)


def contact_of(request: Asked, pk: int) -> DailyContact:
    """The entry, if the person sees it; else 404."""
    rows = _seen(request.user, request.now).select_related("client__unit", "contact")
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = contact_of(request, pk)
    looked(one, by=user, now=now)
    context = {
        "one": one,
        "may": may_handle(user, one, now),
        "full": sees(user, one.client, now),
        "files": files_of(one, user, now),
        "duties": duties_of(one, user, now),
        "timeline": timeline_of(request, one),
    }
    return render(request, "daily/page.html", context)


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """Whom it was with, then what passed."""
    user, now = request.user, request.now
    if not _serves(user, now):
        raise Forbidden(_("由服务客户的人登记"), clause="3.3.1")
    chosen = request.GET.get("client", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        return _find(request)
    client = get_object_or_404(visible_clients(user, now).select_related("unit"), pk=int(chosen))
    if not may_enter(user, client, now):
        raise Forbidden(_("由服务客户的人登记"), clause="3.3.1")
    form = _form(request, client)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter_contact(client, **form.values(now), **who(request))
        except Forbidden:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(made)
    url = client.get_absolute_url()
    context = {
        "form": form,
        "title": _("登记回访与维护"),
        "intro": client.name,
        "verb": _("登记"),
        "clause_id": "3.3.1",
        "parent": client.name,
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)


def _form(request: Asked, client: Client) -> ContactForm:
    """The form as it was sent, or with what is planned for the client now."""
    user, now = request.user, request.now
    people = Contact.objects.filter(positions__client=client, positions__is_active=True).order_by("pk")
    offered = planned_for(client, PLANNED, user, now)
    today = now.astimezone(ZONE).date()
    asked = request.GET.get("planned", "")
    due = next((one for one in offered if str(one.id) == asked or (not asked and one.opens_on <= today)), None)
    initial = {
        "at": now,
        "contact": people.values_list("pk", flat=True).first(),
        "basis": Basis.PLANNED if due else Basis.CLIENT,
        "planned_id": due.id if due else None,
        "kind": KINDS_OF_PLAN.get(due.kind, ContactKind.OTHER) if due else ContactKind.RETURN,
    }
    return ContactForm(
        request.POST if request.method == "POST" else None, contacts=people, offered=offered, initial=initial
    )


def _find(request: Asked) -> HttpResponse:
    """Whom? A box, and the clients that it means."""
    form = FindForm(request.GET)
    q = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = visible_clients(request.user, request.now).select_related("unit", "manager")
    found = list(matching(rows, q).order_by("-pk")[:FOUND]) if q else list(_own(rows, request.user)[:FOUND])
    return render(request, "daily/find.html", {"form": form, "found": found, "q": q})


def _own(rows: QuerySet[Client], user: Staff) -> QuerySet[Client]:
    """Before anything is typed: the clients whose manager one is."""
    return rows.filter(Q(manager=user.pk)).order_by("-pk")


answer = act_page(
    contact_of,
    may_handle,
    gettext_lazy("这件事不归你办"),
    lambda data, _one, _request: AnswerForm(data),
    lambda one, data, by: actions.answer(one, **data, **by),
    verb=gettext_lazy("答复"),
    clause="3.1.5",
    intro=lambda one: one.promised,
)
