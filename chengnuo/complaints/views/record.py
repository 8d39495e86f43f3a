"""The pages of complaints: list, record with its clocks and what passed with the centre, one taken in by hand."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.claims.actions import claims_of
from chengnuo.clients.access import units_for_entry, visible_clients
from chengnuo.clients.case_pages import Pages
from chengnuo.clients.case_papers import printing
from chengnuo.clients.cases import Channel
from chengnuo.clients.choosing import chosen
from chengnuo.clients.models import Client
from chengnuo.clients.phones import shown
from chengnuo.kit.duties import duties_of
from chengnuo.kit.lists import Column
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import yuan
from chengnuo.kit.times import in_column
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models.duties import State as DutyState
from chengnuo.people.models import Staff

from .. import actions
from ..access import (
    is_of_branch,
    is_of_centre,
    may_enter,
    may_enter_some,
    may_instruct,
    may_take_on,
    visible_complaints,
)
from ..causes import is_regulators_major, times_complained
from ..clocks import clock, is_stopped, own_clock, review_until, stands
from ..forms import NewComplaintForm
from ..lenses import LENSES
from ..matching import Near, Said, nearest
from ..models import UNDECIDED, Complaint, Decision, ReferralState, Repeat
from ..models import State as S
from ..printing import PAPERS
from .acts import colleagues, complaint_of, steps

BUTTONS = ("reply", "note", "draft")
DECLARED = (
    (_("影响及于全国或数省"), "influence"),
    (_("可能引起诉讼"), "sued"),
    (_("严重损害当地声誉"), "harm"),
    (_("疑难"), "difficult_because"),
    (_("复杂"), "complex_because"),
)


def _facts(complaint: Complaint) -> list[tuple[Any, Any]]:
    regulator = (complaint.regulator, complaint.regulator_no)
    return [
        (_("投诉事项"), complaint.account),
        (_("收到"), in_column(complaint.received_at)),
        (_("渠道"), dict(Channel.choices).get(complaint.channel, complaint.channel)),
        (_("投诉人"), " ".join(filter(None, (complaint.complainant, complaint.complainant_phone)))),
        (_("代谁投诉"), " ".join(filter(None, (complaint.on_behalf_of, complaint.authority)))),
        (_("投诉人数"), f"{complaint.people} {complaint.representatives}" if complaint.people > 1 else ""),
        (_("类别"), complaint.get_category_display()),
        (_("涉及金额"), yuan(complaint.amount) if complaint.amount is not None else ""),
        (_("保单"), complaint.policy.no if complaint.policy else ""),
        (_("被投诉的人"), complaint.against.name if complaint.against else ""),
        (_("监管转办"), " ".join(filter(None, regulator)) if complaint.forwarded_by_regulator else ""),
        *((label, getattr(complaint, field)) for label, field in DECLARED),
        (_("根本原因"), complaint.root_cause),
        (_("整改措施"), complaint.measure),
    ]


def _stages(complaint: Complaint) -> list[tuple[Any, datetime | None, str]]:
    """The way of a complaint: each stage with when it was reached and whether it is done or the present one."""
    handling = _("中心处理") if complaint.escalated_at else _("机构处理")
    rows: list[tuple[Any, tuple[str, ...], datetime | None]] = [
        (_("收到"), (S.RECEIVED,), complaint.received_at),
        (_("登记"), (S.REGISTERED,), complaint.taken_on_at),
        (_("评估"), (S.ASSESSED,), complaint.assessed_at),
        (handling, (S.BRANCH_HANDLING, S.CENTRE_HANDLING), complaint.escalated_at or complaint.assessed_at),
        (_("调查"), (S.INVESTIGATING, S.PAUSED), None),
        (_("决定"), (S.DECIDED,), complaint.decided_at),
        (_("告知"), (S.NOTIFIED, S.REVIEW_ASKED, S.REVIEW_DECIDED, S.MEDIATION, S.LITIGATION), complaint.notified_at),
        (_("结案"), (S.CLOSED, S.WITHDRAWN), complaint.stage_at if complaint.state in Complaint.FINISHED else None),
        (_("归档"), (), complaint.filed_at),
    ]
    here = next(at for at, (_label, states, _at) in enumerate(rows) if complaint.state in states)
    here = len(rows) - 1 if complaint.filed_at else here
    marks = ["done" if at < here else "now" if at == here else "" for at in range(len(rows))]
    return [(label, at if mark else None, mark) for (label, _s, at), mark in zip(rows, marks, strict=True)]


def _more(request: Asked, complaint: Complaint) -> dict[str, Any]:
    """Its clocks, the earlier ones, what passed with the centre, its decision, and what this person may do."""
    user, now = request.user, request.now
    referrals = list(complaint.referrals.order_by("-pk").select_related("instructed_by"))
    forward, others = steps.offered(user, complaint, now)
    owed = duties_of(complaint, user, now, referrals)
    open_one = next((one for one in referrals if one.is_with_centre), None)
    for one in referrals:
        one.complaint = complaint
    return {
        "duties": [one for one in owed if one.row.breached_at or one.row.state in (DutyState.OPEN, DutyState.MET)],
        "stages": _stages(complaint),
        "forward": forward,
        "buttons": [button for button in others if button.name in BUTTONS],
        "others": [button for button in others if button.name not in BUTTONS],
        "referrals": referrals,
        "open_one": open_one,
        "repeats": seen_repeats(complaint, user, now),
        "times": times_complained(complaint),
        "merged_into": _seen(complaint.merged_into, user, now),
        "merged": visible_complaints(user, now).filter(merged_into=complaint.pk).order_by("pk"),
        "decisions": list(Decision.objects.filter(complaint=complaint).select_related("decided_by").order_by("-pk")),
        "clock": clock(complaint, now) if complaint.state != S.WITHDRAWN else None,
        "own_clock": own_clock(complaint, now) if _is_ordinary(complaint) else None,
        "is_stopped": stands(complaint, now),
        "runs_untold": complaint.state == S.PAUSED and not is_stopped(complaint),
        "is_regulators_major": is_regulators_major(complaint),
        "review_until": review_until(complaint),
        "recused": list(complaint.recusals.select_related("staff")),
        "leads": open_one is None or open_one.state == ReferralState.INSTRUCTED,
        "may_release": open_one is not None and complaint.state in UNDECIDED and is_of_centre(user, complaint, now),
        "papers": PAPERS.items(),
        "print_url": "complaints:print",
        "release_url": "complaints:release",
        "may_report": is_of_branch(user, complaint, now),
        "may_centre": is_of_centre(user, complaint, now),
        "may_instruct": may_instruct(user, complaint, now),
    }


def _is_ordinary(complaint: Complaint) -> bool:
    return not (complaint.escalated_at or complaint.complex_because or complaint.state == S.WITHDRAWN)


def _seen(one: Complaint | None, user: Staff, now: datetime) -> Complaint | None:
    return one if one is not None and visible_complaints(user, now).filter(pk=one.pk).exists() else None


def seen_repeats(complaint: Complaint, user: Staff, now: datetime) -> list[dict[str, Any]]:
    """The earlier complaints on the same matter. Who may not see one learns only that there is one, and that the centre
    sees it (3.6.6): neither its words nor what it shares with this one."""
    rows = list(Repeat.objects.filter(complaint=complaint).select_related("earlier__unit", "decided_by"))
    seen = set(
        visible_complaints(user, now).filter(pk__in=[one.earlier_id for one in rows]).values_list("pk", flat=True)
    )
    return [{"row": one, "is_seen": one.earlier_id in seen} for one in rows]


def _may_enter(user: Staff, client: Client, now: datetime) -> bool:
    return may_enter(user, client.unit_id, now)


@require_http_methods(["GET", "POST"])
@posted_once
def new(request: Asked) -> HttpResponse:
    """A complaint that came otherwise than by the hotline: first the client, or nobody, then the matter (3.6.1)."""
    user, now = request.user, request.now
    parent, parent_url = _("3.6 投诉"), reverse("complaints:list")
    forbidden = _("由客户所属机构或客户服务中心登记投诉")
    client: Client | None = None
    if request.GET.get("client") == "none":
        if not may_enter_some(user, now):
            raise Forbidden(str(forbidden), clause="3.6.1")
    else:
        found = chosen(
            request,
            _may_enter,
            title=_("登记投诉"),
            clause="3.6.1",
            parent=parent,
            parent_url=parent_url,
            forbidden=forbidden,
            without=_("不是客户"),
        )
        if isinstance(found, HttpResponse):
            return found
        client = found
    claims = claims_of(client, by=user, now=now) if client else None
    data = request.POST if request.method == "POST" else None
    initial = {"received_at": now, "channel": "phone"}
    form = NewComplaintForm(data, client, colleagues(request), claims, units_for_entry(user, now), initial)
    if request.method == "POST" and form.is_valid():
        more = {"received_at": form.cleaned_data["received_at"], "unit": form.cleaned_data.get("unit")}
        try:
            grievance = actions.Grievance(**form.grievance())
            made = actions.enter_complaint(client, grievance, **more, by=user, now=now)
        except Forbidden:
            raise
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(made)
    context = {
        "form": form,
        "title": _("登记投诉"),
        "verb": _("登记"),
        "clause_id": "3.6.1",
        "intro": client.name if client else _("不是客户"),
        "parent": parent,
        "parent_url": parent_url,
        "cancel_url": client.get_absolute_url() if client else parent_url,
        "client": client,
    }
    return render(request, "complaints/new.html", context, status=form.status)


@require_POST
def near(request: Asked) -> HttpResponse:
    """Earlier complaints on the same matter, found while one is typed (3.6.6)."""
    user, now = request.user, request.now
    asked = request.POST.get("client", "")
    client = None
    if _is_key(asked):
        client = get_object_or_404(visible_clients(user, now), pk=int(asked))
    found = nearest(said_in(request.POST, client))
    return render(request, "complaints/_near.html", {"found": as_seen(found, user, now)})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def said_in(post: QueryDict, client: Client | None) -> Said:
    """What is typed so far; what is no number is not one."""
    keys = {name: int(post.get(name, "")) for name in ("claim", "policy") if _is_key(post.get(name, ""))}
    return Said(
        client.pk if client else None,
        shown(post.get("complainant_phone", "")[:30]),
        post.get("account", "")[:4000],
        post.get("category", ""),
        claim_key=keys.get("claim"),
        policy_id=keys.get("policy"),
    )


def as_seen(found: list[Near], user: Staff, now: datetime) -> list[dict[str, Any]]:
    """What was found, as far as this person sees it."""
    pks = [one.earlier.pk for one in found]
    seen = set(visible_complaints(user, now).filter(pk__in=pks).values_list("pk", flat=True))
    return [
        {
            "near": one,
            "is_seen": one.earlier.pk in seen,
            "is_open": one.earlier.state in UNDECIDED and one.earlier.merged_into_id is None,
            "percent": int(one.score * 100),
        }
        for one in found
    ]


print_paper = printing(complaint_of, PAPERS)
pages = Pages(
    model=Complaint,
    visible=visible_complaints,
    clause="3.6",
    title=_("投诉"),
    facts=_facts,
    take_on=lambda complaint, data, by, now: actions.register_complaint(complaint, by=by, now=now),
    may_take_on=may_take_on,
    template="complaints/page.html",
    more=_more,
    lenses=LENSES,
    columns=(
        Column("category", _("类别"), lambda complaint: complaint.get_category_display(), shape="aside"),
        Column(
            "with_centre", _("中心"), lambda complaint: _("已报中心") if complaint.escalated_at else "", shape="aside"
        ),
    ),
    enter=("complaints:new", _("登记投诉"), may_enter_some),
)
