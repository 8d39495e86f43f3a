"""The acts on a complaint, each a page of its own: a table of what may be done in which state (3.6, 5.3)."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from chengnuo.claims.actions import claims_of
from chengnuo.clients.steps import Make, May, Run, Step, Steps, dated, form, plain
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff

from .. import actions
from .. import forms as f
from ..access import (
    may_assess,
    may_follow,
    may_handle,
    may_settle,
    visible_complaints,
)
from ..actions.held import FORBIDDEN
from ..models import FOR_REVIEW, RUNNING, UNDECIDED, Complaint, PauseKind, Repeat, RepeatState
from ..models import State as S

DECIDABLE = (S.INVESTIGATING, S.REVIEW_ASKED)
AFTER = (S.NOTIFIED, S.REVIEW_DECIDED)
WORKED_ON = tuple(state for state in UNDECIDED if state != S.RECEIVED)
TOLD = tuple(state for state in RUNNING if state not in UNDECIDED and state != S.DECIDED)
Who = dict[str, Any]


def complaint_of(request: Asked, pk: int) -> Complaint:
    rows = visible_complaints(request.user, request.now)
    return get_object_or_404(rows.select_related("client", "unit", "owner", "policy", "against", "contact"), pk=pk)


def others_of(complaint: Complaint, request: Asked) -> QuerySet[Complaint]:
    """The earlier complaints that the person sees, of the client and those found to be of the matter (3.6.6)."""
    found = Repeat.objects.filter(complaint=complaint).exclude(state=RepeatState.REJECTED).values("earlier")
    of = Q(pk__in=found)
    if complaint.client_id is not None:
        of |= Q(client=complaint.client_id)
    return visible_complaints(request.user, request.now).filter(of, pk__lt=complaint.pk).order_by("-pk")


def colleagues(request: Asked, complained_of: int | None = None) -> QuerySet[Staff]:
    """Whom a complaint may be about, or who may have an interest in it, as far as the person knows the staff; and who
    is complained of already, though he left or is of a unit that the person does not see."""
    known = visible_staff(request.user, request.now).filter(is_active=True)
    rows = Staff.objects.filter(Q(pk__in=known.values("pk")) | Q(pk=complained_of))
    return rows.select_related("unit").order_by("name")


def grievance_of(complaint: Complaint) -> dict[str, Any]:
    """What is known of it, as its form begins."""
    names = (name for name in f.GrievanceForm.base_fields if name != "claim")
    return {**{name: getattr(complaint, name) for name in names}, "claim": complaint.claim_key}


def _state_form(data: Any, complaint: Complaint, request: Asked) -> Form:
    return f.StateForm(
        data,
        complaint.client,
        colleagues(request, complaint.against_id),
        claims_of(complaint.client, by=request.user, now=request.now) if complaint.client else None,
        grievance_of(complaint),
    )


def _stated(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    claim = data.pop("claim", None)
    new_facts = data.pop("new_facts")
    given = actions.Grievance(**data, claim_key=claim.pk if claim else None)
    return actions.state_complaint(complaint, given, new_facts=new_facts, **who)


def _recuse_form(data: Any, _complaint: Complaint, request: Asked) -> Form:
    return f.RecuseForm(data, colleagues(request))


def _decision_form(data: Any, complaint: Complaint, _request: Asked) -> Form:
    draft = complaint.decisions.filter(decided_at=None, is_review=complaint.state == S.REVIEW_ASKED).first()
    return f.DecisionForm(data, initial=f.DecisionForm.of(draft))


def _other_form(data: Any, complaint: Complaint, request: Asked) -> Form:
    return f.OtherForm(data, others_of(complaint, request))


def _follow_up_form(data: Any, complaint: Complaint, _request: Asked) -> Form:
    return f.FollowUpForm(data, initial={"whom": complaint.complainant})


def _with_draft(action: Callable[..., Any]) -> Run:
    return lambda complaint, data, who: action(complaint, actions.Draft(**data), **who)


def _name(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    return actions.name_repeat(complaint, data["other"], because=data["because"], **who)


def _merge(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    return actions.merge(complaint, data["other"], because=data["because"], **who)


def _recuse(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    return actions.recuse(complaint, data["staff"], because=data["because"], **who)


def _pause(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    return actions.pause(complaint, data.pop("kind"), **data, **who)


def _declare(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    return actions.declare(complaint, data["cause"], because=data["because"], **who)


def _complainant(complaint: Complaint) -> str:
    return complaint.complainant


def _act(
    name: str,
    label: Any,
    states: Collection[str],
    make: Make,
    run: Run,
    clause: str = "3.6.1",
    may: May = may_settle,
    own: Callable[[Complaint], bool] = lambda _complaint: True,
    **more: Any,
) -> Step:
    return Step(
        name,
        label,
        states,
        make,
        run,
        clause,
        may,
        own=lambda complaint: complaint.merged_into_id is None and own(complaint),
        **more,
    )


STEPS = (
    _act(
        "assess",
        _("评估"),
        (S.REGISTERED, S.CENTRE_HANDLING),
        form(f.AssessForm),
        plain(actions.assess),
        may=may_assess,
        own=lambda complaint: complaint.assessed_at is None,
        is_next=True,
    ),
    _act(
        "investigate",
        _("开始调查"),
        (S.BRANCH_HANDLING, S.CENTRE_HANDLING),
        form(f.InvestigateForm),
        plain(actions.investigate),
        is_next=True,
    ),
    _act(
        "decide",
        _("作出决定"),
        DECIDABLE,
        _decision_form,
        _with_draft(actions.decide),
        is_next=True,
    ),
    _act(
        "notify",
        _("告知客户"),
        (S.DECIDED, S.REVIEW_DECIDED),
        dated(f.ToldForm, "told_at", whom=_complainant),
        plain(actions.notify_complainant),
        "5.3",
        may_handle,
        own=lambda complaint: complaint.state == S.DECIDED or complaint.review_told_at is None,
        is_next=True,
    ),
    _act(
        "chairman",
        _("报董事长"),
        (*TOLD, S.CLOSED),
        form(f.SummaryForm),
        plain(actions.tell_chairman),
        "5.3",
        may_handle,
        own=lambda complaint: complaint.chairman_told_at is None,
        is_next=True,
    ),
    _act(
        "follow-up",
        _("跟踪"),
        (*TOLD, S.CLOSED),
        _follow_up_form,
        plain(actions.follow_up),
        "3.6.3",
        may_follow,
        own=lambda complaint: complaint.followed_up_at is None and complaint.escalated_at is not None,
        is_next=True,
    ),
    _act(
        "close",
        _("结案"),
        (S.NOTIFIED, S.REVIEW_DECIDED, S.MEDIATION, S.LITIGATION),
        form(f.CloseForm),
        plain(actions.close),
        "3.6.2",
        is_next=True,
    ),
    _act(
        "file",
        _("归档"),
        Complaint.FINISHED,
        form(Form),
        plain(actions.file_complaint),
        "3.6.3",
        may_follow,
        own=lambda complaint: complaint.filed_at is None,
        is_next=True,
    ),
    _act(
        "reply",
        _("答复进展"),
        WORKED_ON,
        dated(f.ReplyForm, "spoken_at", whom=_complainant),
        plain(actions.reply),
        may=may_handle,
    ),
    _act(
        "note",
        _("登记查到的情况"),
        tuple(state for state in RUNNING if state != S.RECEIVED),
        dated(f.NoteForm, "true_at"),
        plain(actions.note),
        may=may_handle,
    ),
    _act(
        "draft", _("起草决定"), (S.INVESTIGATING, S.REVIEW_ASKED), _decision_form, _with_draft(actions.draft_decision)
    ),
    _act("state", _("改投诉事项"), RUNNING, _state_form, _stated, may=may_handle),
    _act("declare", _("定为重大或疑难"), RUNNING, form(f.DeclareForm), _declare, "3.6.4", may_handle),
    _act(
        "pause",
        _("停表"),
        (S.INVESTIGATING,),
        form(f.PauseForm),
        _pause,
    ),
    _act(
        "tell-pause",
        _("告知停表"),
        (S.PAUSED,),
        dated(f.TellPauseForm, "told_at", told_whom=_complainant),
        plain(actions.tell_pause),
        own=lambda complaint: complaint.pause_told_at is None and complaint.pause_kind == PauseKind.APPRAISAL,
        is_next=True,
    ),
    _act("resume", _("恢复调查"), (S.PAUSED,), form(f.ResultForm), plain(actions.resume), is_next=True),
    _act(
        "ask-extension",
        _("申请延长期限"),
        UNDECIDED,
        form(f.BecauseForm),
        plain(actions.ask_extension),
        own=lambda complaint: complaint.extension_approved_at is None and complaint.state != S.RECEIVED,
    ),
    _act(
        "extend",
        _("告知延长"),
        UNDECIDED,
        dated(f.ToldForm, "told_at", whom=_complainant),
        plain(actions.extend),
        own=lambda complaint: complaint.extended_at is None and complaint.state != S.RECEIVED,
    ),
    _act(
        "answer-regulator",
        _("答复转办单位"),
        (*RUNNING, S.WITHDRAWN),
        dated(f.AnswerForm, "answered_at"),
        plain(actions.answer_regulator),
        may=may_handle,
        own=lambda complaint: complaint.forwarded_by_regulator and complaint.regulator_answered_at is None,
    ),
    _act(
        "name-repeat",
        _("认定重复投诉"),
        RUNNING,
        _other_form,
        _name,
        "3.6.6",
        may_handle,
        own=lambda complaint: complaint.client_id is not None,
    ),
    _act(
        "merge",
        _("并入同一事项"),
        UNDECIDED,
        _other_form,
        _merge,
        "3.6.6",
        may_handle,
        own=lambda complaint: complaint.repeats_id is not None,
    ),
    _act("recuse", _("登记回避"), RUNNING, _recuse_form, _recuse, may=may_handle),
    _act(
        "ask-review",
        _("申请核查"),
        FOR_REVIEW,
        dated(f.AskReviewForm, "asked_at", whom=_complainant),
        plain(actions.ask_review),
        may=may_handle,
    ),
    _act(
        "mediate", _("转调解"), (S.NOTIFIED, S.REVIEW_DECIDED), form(f.AtForm), plain(actions.mediate), may=may_handle
    ),
    _act(
        "litigate",
        _("转诉讼或仲裁"),
        (S.NOTIFIED, S.REVIEW_DECIDED, S.MEDIATION),
        form(f.AtForm),
        plain(actions.litigate),
        "3.6.4",
        may_handle,
    ),
    _act(
        "withdraw",
        _("客户撤回"),
        RUNNING,
        dated(f.WithdrawForm, "said_at", whom=_complainant),
        plain(actions.withdraw),
        "3.6.3",
    ),
)
steps = Steps("complaints", complaint_of, FORBIDDEN, STEPS)
