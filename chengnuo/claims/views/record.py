"""The pages of claims: list, record with its stages, money and documents, a notice of loss by hand."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chengnuo.clients.case_pages import Pages
from chengnuo.clients.case_papers import printing
from chengnuo.clients.choosing import chosen
from chengnuo.clients.escalated import backdated
from chengnuo.clients.models import Client
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.times import in_column
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models.duties import State as DutyState
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_enter, may_enter_some, may_guide, may_report, may_revise, may_take_on, visible_claims
from ..clocks import insurer_clocks, limitation
from ..forms import NewClaimForm
from ..lenses import LENSES
from ..models import DECIDED, OVER, SETTLED, Claim, EscalationState, LossEstimate
from ..models import State as S
from ..printing import PAPERS
from .acts import claim_of, steps
from .several import BULK

BUTTONS = ("speak", "estimate")


def _facts(claim: Claim) -> list[tuple[Any, Any]]:
    return [
        (_("经过"), claim.account),
        (_("报案时间"), in_column(claim.reported_at)),
        (_("报案人"), " ".join(filter(None, (claim.reporter, claim.reporter_phone)))),
        (_("出险时间"), in_column(claim.occurred_at) if claim.occurred_at else ""),
        (_("地点"), claim.place),
        (_("场所"), str(claim.site or "")),
        (_("原因"), claim.cause),
        (_("险种"), claim.get_line_display()),
        (_("伤亡"), _casualties(claim)),
        (_("疑难"), claim.difficult_because),
        (_("查勘"), claim.surveyor),
        (_("核定理由"), claim.decided_because),
        (_("诉讼时效"), _limitation(claim)),
    ]


def _casualties(claim: Claim) -> str:
    if not (claim.deaths or claim.serious_injuries):
        return ""
    return _("死亡%(deaths)s人，重伤%(injured)s人") % {"deaths": claim.deaths, "injured": claim.serious_injuries}


def _limitation(claim: Claim) -> str:
    ends = limitation(claim)
    return _("到%(when)s") % {"when": in_column(ends, is_deadline=True)} if ends and claim.state not in OVER else ""


def _stages(claim: Claim) -> list[tuple[Any, datetime | None, str]]:
    """The way of a claim: each stage with when it was reached and whether it is done or the present one."""
    over = claim.stage_at if claim.state == S.CLOSED else None
    rows: list[tuple[Any, tuple[str, ...], datetime | None]] = [
        (_("报案"), (S.REPORTED,), claim.reported_at),
        (_("登记"), (S.REGISTERED,), claim.taken_on_at),
        (_("查勘"), (S.SURVEYED,), claim.surveyed_at),
        (_("收资料"), (S.DOCUMENTS,), claim.stage_at if claim.state == S.DOCUMENTS else None),
        (_("交保险公司"), (S.SUBMITTED,), claim.submitted_at),
        (_("决定"), DECIDED, claim.decided_at),
        (_("赔付"), (S.PAID, S.RECOVERY), claim.settled_at or claim.advanced_at),
        (_("结案"), (S.CLOSED,), over),
        (_("归档"), (S.FILED,), claim.stage_at if claim.state == S.FILED else None),
    ]
    here = next(at for at, (_label, states, _at) in enumerate(rows) if claim.state in states)
    marks = ["done" if at < here else "now" if at == here else "" for at in range(len(rows))]
    return [(label, at if mark else None, mark) for (label, _s, at), mark in zip(rows, marks, strict=True)]


def _more(request: Asked, claim: Claim) -> dict[str, Any]:
    """Where it stands, its money, its documents, what passed with the centre, and what this person may do."""
    user, now = request.user, request.now
    first = claim.occurrence_id or claim.pk
    same = visible_claims(user, now).filter(Q(pk=first) | Q(occurrence_id=first)).exclude(pk=claim.pk)
    escalations = list(claim.escalations.order_by("-pk").prefetch_related("guidance"))
    papers = list(claim.papers.all())
    estimates = [_estimate(one) for one in claim.estimates.order_by("-pk")]
    open_one = next((one for one in escalations if one.is_with_centre), None)
    forward, others = steps.offered(user, claim, now)
    parts = [*escalations, *(step for one in escalations for step in one.guidance.all())]
    owed = duties_of(claim, user, now, parts)
    return {
        "duties": [one for one in owed if one.row.breached_at or one.row.state in (DutyState.OPEN, DutyState.MET)],
        "stages": _stages(claim),
        "forward": forward,
        "buttons": [step for step in others if step.name in BUTTONS],
        "others": [step for step in others if step.name not in BUTTONS],
        "estimates": estimates,
        "estimate": estimates[0]["row"].amount if estimates else None,
        "missing": [one for one in papers if one.state not in SETTLED],
        "settled": [one for one in papers if one.state in SETTLED],
        "papers_count": len(papers),
        "payments": list(claim.payments.all()),
        "clocks": [(one, one.is_late(now)) for one in insurer_clocks(claim)],
        "same": same.order_by("pk"),
        "escalations": escalations,
        "open_one": open_one,
        "may_revise": may_revise(user, claim, now) and claim.state not in Claim.FINISHED,
        "may_report": may_report(user, claim, now),
        "may_papers": may_report(user, claim, now) and claim.state != S.FILED,
        "may_guide": may_guide(user, now),
        "leads": open_one is None or open_one.state == EscalationState.GUIDED,
        "may_release": open_one is not None and may_guide(user, now),
        "papers": PAPERS.items(),
        "print_url": "claims:print",
        "release_url": "claims:release",
    }


def _estimate(one: LossEstimate) -> dict[str, Any]:
    return {"row": one, "late": backdated(one.true_at, one.entered_at)}


def _may_enter(user: Staff, client: Client, now: datetime) -> bool:
    return may_enter(user, client.unit_id, now)


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """A notice of loss that came otherwise than by the hotline: first the client, then the loss (3.4.1)."""
    place: dict[str, Any] = {"clause": "3.4.1", "parent": _("3.4 协赔"), "parent_url": reverse("claims:list")}
    forbidden = _("由客户所属机构登记报案")
    client = chosen(request, _may_enter, title=_("登记报案"), forbidden=forbidden, **place)
    if isinstance(client, HttpResponse):
        return client
    initial = {"reported_at": request.now}
    form = NewClaimForm(request.POST if request.method == "POST" else None, client, initial, request.now)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        more = {name: given.pop(name) for name in ("reported_at", "estimate", "deaths", "serious_injuries")}
        try:
            claim = actions.enter_claim(client, actions.Loss(**given), **more, by=request.user, now=request.now)
        except Forbidden:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(claim)
    context = {
        "form": form,
        "title": _("登记报案"),
        "verb": _("登记"),
        "clause_id": place["clause"],
        "intro": client.name,
        "parent": place["parent"],
        "parent_url": place["parent_url"],
        "cancel_url": client.get_absolute_url(),
    }
    return render(request, "kit/form.html", context, status=form.status)


print_paper = printing(claim_of, PAPERS)
pages = Pages(
    model=Claim,
    visible=visible_claims,
    clause="3.4",
    title=_("协赔"),
    facts=_facts,
    take_on=lambda claim, data, by, now: actions.register_claim(claim, by=by, now=now),
    may_take_on=may_take_on,
    template="claims/page.html",
    more=_more,
    lenses=LENSES,
    columns=(
        Column("line", _("险种"), lambda claim: claim.get_line_display(), is_default=False),
        Column("with_centre", _("中心"), lambda one: _("已报中心") if one.escalated_at else "", is_default=False),
    ),
    bulk=BULK,
    enter=("claims:new", _("登记报案"), may_enter_some),
)
