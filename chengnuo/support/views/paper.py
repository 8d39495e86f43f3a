"""One request: its paper, what headquarters found, what was granted and spent; writing and printing it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.access import visible_clients
from chengnuo.clients.business import business_of
from chengnuo.kit.blobs import files_of
from chengnuo.kit.clash import clash
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.duties import duties_of
from chengnuo.kit.posts import posted_once
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.kit.proposals.pages import approvals_of
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.errors import Forbidden, Refusal, Stale
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Unit

from .. import actions, printing
from ..access import may_analyse, may_write, units_to_write_for, visible_support
from ..forms import SupportForm
from ..models import SPENDABLE, SupportRequest

S = ProposalState
FEW = 10
"""The business of more clients is told once headquarters has weighed it, and kept."""


def rows(request: Asked) -> QuerySet[SupportRequest]:
    """The requests that this person sees, with what their pages need."""
    seen = visible_support(request.user, request.now)
    return seen.select_related("unit", "owner", "analysed_by", "decided_by", "follows")


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = get_object_or_404(rows(request), pk=pk)
    looked(one, by=user, now=now)
    writes = may_write(user, one.unit_id, now)
    spendings = list(one.spendings.select_related("entered_by"))
    spent = sum((row.amount for row in spendings if row.voided_at is None), start=0)
    context = {
        "one": one,
        "may": {
            "edit": writes and one.state == S.DRAFT,
            "take_back": writes and one.state == S.SUBMITTED,
            "analyse": one.state == S.SUBMITTED and may_analyse(user, now),
            "carry_out": writes and one.state in (S.APPROVED, S.PARTLY),
            "spend": writes and one.state in SPENDABLE,
            "report": writes and one.state == S.CARRIED_OUT,
            "follow": writes and one.is_granted,
        },
        "missing": list(actions.SUPPORT.missing(one).values()) if one.state == S.DRAFT else [],
        "spendings": spendings,
        "spent": spent,
        "left": one.granted_amount - spent if one.granted_amount is not None else None,
        "followed_by": one.followed_by.order_by("pk"),
        "approvals": approvals_of(request, one),
        "duties": duties_of(one, user, now),
        "timeline": timeline_of(request, one),
        "files": files_of(one, user, now),
        **business(request, one),
    }
    return render(request, "support/page.html", context)


def business(request: Asked, one: SupportRequest) -> dict[str, Any]:
    """The clients' past business as it stood when it was weighed, before that as it stands; never of a client whom the
    reader may not see."""
    seen = dict(
        visible_clients(request.user, request.now)
        .filter(pk__in=one.client_ids)
        .order_by("pk")
        .values_list("pk", "name")
    )
    past = one.past or business_of(one.client_ids[:FEW], request.user, request.now)
    return {
        "clients": seen,
        "hidden": len(one.client_ids) - len(seen),
        "past": [told for told in past if told["client"] in seen],
        "is_weighed": bool(one.past),
    }


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """Write a request: for `?client=` a client, or for `?follows=` a request whose money did not suffice."""
    user, now = request.user, request.now
    units = units_to_write_for(user, now)
    follows = rows(request).filter(pk=_key(request.GET.get("follows", ""))).first()
    client = visible_clients(user, now).filter(pk=_key(request.GET.get("client", ""))).first()
    unit = _unit(units, follows.unit_id if follows else client.unit_id if client else user.unit_id)
    if unit is None:
        raise Forbidden(_("支持申请由机构的人写"), clause="3.2.9")
    initial: dict[str, Any] = {"clients": [client.pk]} if client and client.unit_id == unit.pk else {}
    if follows is not None:
        initial = {"clients": follows.client_ids, "kind": follows.kind, "title": _("追加：%s") % follows.title[:75]}
    form = SupportForm(request.POST or None, user=user, now=now, unit_id=unit.pk, initial=initial)
    if form.is_valid():
        try:
            one = actions.draft(unit, form.values(), follows=follows, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(one)
    context = {"form": form, "title": _("写支持申请"), "intro": unit.name, "one": None, "follows": follows}
    return render(request, "support/form.html", context, status=form.status)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _unit(units: QuerySet[Unit], wanted: int) -> Unit | None:
    return units.filter(pk=wanted).first() or units.first()


@require_http_methods(["GET", "POST"])
@posted_once
def edit(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    one = get_object_or_404(rows(request), pk=pk)
    actions.SUPPORT.require_branch(one, user, now)
    form = SupportForm(request.POST or None, user=user, now=now, unit_id=one.unit_id, one=one)
    if form.is_valid():
        try:
            actions.edit(one, form.values(), form.cleaned_data["version"] or 0, by=user, now=now)
        except Stale as stale:
            plain = {name: getattr(stale.theirs, name) for name in form.fields if name not in PLACED}
            return clash(request, form, plain, version=stale.theirs.version)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(one)
    context = {"form": form, "title": _("改%s") % one.number, "one": one}
    return render(request, "support/form.html", context, status=form.status)


PLACED = ("version", "clients", "budget")
"""Fields of several values: of two writers the last one's holds."""


@require_POST
def print_(request: Asked, pk: int) -> HttpResponse:
    return printed(request, pk)


def printed(request: Asked, pk: int) -> HttpResponse:
    """The request as its written report (3.2.9)."""
    one = get_object_or_404(rows(request), pk=pk)
    told = business(request, one)
    document = printing.support_report(one, told, by=request.user, now=request.now, absolute=request.build_absolute_uri)
    content = typeset(document)
    actions.request_printed(one, by=request.user, now=request.now)
    return inline(content, one.number)
