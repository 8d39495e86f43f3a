"""The acts on a complaint, each a page of its own: a table of what may be done in which state (3.6, 5.3)."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.steps import Make, May, Run, Step, Steps, dated, form, plain
from chengnuo.kit.act_pages import act_page
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff

from .. import actions
from .. import forms as f
from ..access import (
    is_of_branch,
    is_of_centre,
    may_follow,
    may_handle,
    may_instruct,
    may_settle,
    visible_complaints,
    visible_referrals,
    visible_repeats,
)
from ..actions.held import FORBIDDEN
from ..models import FOR_REVIEW, RUNNING, UNDECIDED, Complaint, PauseKind, Referral, Repeat
from ..models import State as S

BY_BRANCH = _("由承办机构办理")
BY_CENTRE = _("由客户服务中心办理")
BY_LEADER = _("由分管领导指示")
DECIDABLE = (S.INVESTIGATING, S.REVIEW_ASKED)
AFTER = (S.NOTIFIED, S.REVIEW_DECIDED)
WORKED_ON = tuple(state for state in UNDECIDED if state != S.RECEIVED)
TOLD = tuple(state for state in RUNNING if state not in UNDECIDED and state != S.DECIDED)
Who = dict[str, Any]


def complaint_of(request: Asked, pk: int) -> Complaint:
    rows = visible_complaints(request.user, request.now)
    return get_object_or_404(rows.select_related("client", "unit", "owner", "policy", "against", "contact"), pk=pk)


def others_of(complaint: Complaint) -> QuerySet[Complaint]:
    """The client's earlier complaints; without a client there is none."""
    if complaint.client_id is None:
        return Complaint.objects.none()
    return Complaint.objects.filter(client=complaint.client_id, pk__lt=complaint.pk).order_by("-pk")


def grievance_of(complaint: Complaint) -> dict[str, Any]:
    """What is known of it, as its form begins."""
    names = (name for name in f.GrievanceForm.base_fields if name != "claim")
    return {**{name: getattr(complaint, name) for name in names}, "claim": complaint.claim_key}


def _state_form(data: Any, complaint: Complaint, now: datetime) -> Form:
    staff = visible_staff(complaint.owner, now).filter(is_active=True).select_related("unit").order_by("name")
    return f.StateForm(data, complaint.client, staff, grievance_of(complaint))


def _stated(complaint: Complaint, data: dict[str, Any], who: Who) -> Any:
    claim = data.pop("claim", None)
    new_facts = data.pop("new_facts")
    given = actions.Grievance(**data, claim_key=claim.pk if claim else None)
    return actions.state_complaint(complaint, given, new_facts=new_facts, **who)


def _recuse_form(data: Any, complaint: Complaint, now: datetime) -> Form:
    staff = visible_staff(complaint.owner, now).filter(is_active=True).select_related("unit").order_by("name")
    return f.RecuseForm(data, staff)


def _decision_form(data: Any, complaint: Complaint, _now: datetime) -> Form:
    draft = complaint.decisions.filter(decided_at=None, is_review=complaint.state == S.REVIEW_ASKED).first()
    return f.DecisionForm(data, initial=f.DecisionForm.of(draft))


def _other_form(data: Any, complaint: Complaint, _now: datetime) -> Form:
    return f.OtherForm(data, others_of(complaint))


def _follow_up_form(data: Any, complaint: Complaint, _now: datetime) -> Form:
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
    _act("assess", _("评估"), (S.REGISTERED,), form(f.AssessForm), plain(actions.assess), may=may_handle, is_next=True),
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
        RUNNING,
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


# Between branch, centre and leader


def _referral(request: Asked, pk: int) -> Referral:
    rows = visible_referrals(request.user, request.now).select_related("complaint__client", "complaint__unit")
    return get_object_or_404(rows, pk=pk)


def _between(may: Any, forbidden: Any, shape: type[Form], run: Any, verb: Any) -> Callable[..., HttpResponse]:
    return act_page(
        _referral,
        may,
        forbidden,
        lambda data, _one, _request: shape(data),
        lambda one, data, who: run(one, data, who) and None,
        verb=verb,
        clause="3.6.2",
        intro=lambda one: one.matter,
    )


def _branch(user: Staff, one: Referral, now: datetime) -> bool:
    return is_of_branch(user, one.complaint, now)


report = _between(
    _branch,
    BY_BRANCH,
    f.ReportForm,
    lambda one, data, who: actions.report_to_centre(one, actions.Report(**data), **who),
    _("报客服中心"),
)
acknowledge = _between(is_of_centre, BY_CENTRE, Form, plain(actions.acknowledge), _("确认收到"))
instruct = _between(may_instruct, BY_LEADER, f.InstructForm, plain(actions.instruct), _("作出指示"))
release = _between(is_of_centre, BY_CENTRE, f.BecauseForm, plain(actions.release), _("交回机构"))


# Earlier ones on the same matter


def _repeat(request: Asked, pk: int) -> Repeat:
    rows = visible_repeats(request.user, request.now).select_related("complaint__client", "complaint__unit")
    return get_object_or_404(rows, pk=pk)


def _judging(may: Any, forbidden: Any, shape: type[Form], run: Run, verb: Any) -> Callable[..., HttpResponse]:
    return act_page(
        _repeat,
        may,
        forbidden,
        lambda data, _one, _request: shape(data),
        lambda one, data, who: run(one, data, who) and None,
        verb=verb,
        clause="3.6.6",
        intro=lambda one: one.complaint.matter,
    )


confirm = _judging(
    lambda user, one, now: may_handle(user, one.complaint, now),
    FORBIDDEN[may_handle],
    Form,
    plain(actions.confirm_repeat),
    _("确认重复"),
)
reject = _judging(is_of_centre, BY_CENTRE, f.BecauseForm, plain(actions.reject_repeat), _("不是同一事项"))
