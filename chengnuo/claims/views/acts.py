"""The acts on a claim, each a page of its own: a table of what may be done in which state (3.4.1, 3.4.3)."""

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
from chengnuo.people.models import Staff

from .. import actions
from .. import forms as f
from ..access import may_guide, may_report, may_revise, visible_claims, visible_escalations, visible_guidance
from ..models import AGREED, DISPUTED_FROM, GIVEN_UP_FROM, OVER, Claim, Escalation, Guidance
from ..models import State as S
from ..rules import RUNNING

BY_BOTH = _("由承办机构和客户服务中心登记")
BY_BRANCH = _("由承办机构办理")
BY_CENTRE = _("由客户服务中心办理")
GATHERING = (S.REGISTERED, S.SURVEYED, S.DOCUMENTS, S.SUBMITTED)
Who = dict[str, Any]


def claim_of(request: Asked, pk: int) -> Claim:
    return get_object_or_404(
        visible_claims(request.user, request.now).select_related("client", "unit", "policy", "site"), pk=pk
    )


def _estimate(claim: Claim, data: dict[str, Any], who: Who) -> Any:
    given = actions.Sum(data.pop("amount"), data.pop("currency").upper(), data.pop("rate"))
    return actions.revise_estimate(claim, given, **data, **who)


def _others(claim: Claim, request: Asked) -> QuerySet[Claim]:
    """The client's other claims that the person sees; without a client there is none."""
    rows = visible_claims(request.user, request.now)
    rows = rows.filter(client=claim.client_id) if claim.client_id else rows.none()
    return rows.exclude(pk=claim.pk).order_by("-pk")


def _loss_form(data: Any, claim: Claim, request: Asked) -> Form:
    initial = {name: getattr(claim, name) for name in f.LossForm.base_fields}
    return f.ChangedLossForm(data, claim.client, initial, request.now)


def _names(action: Callable[..., Any]) -> Callable[[Claim, dict[str, Any], Who], Any]:
    return lambda claim, data, who: action(claim, data.pop("names"), **data, **who)


def _stated(claim: Claim, data: dict[str, Any], who: Who) -> Any:
    return actions.state_loss(claim, actions.Loss(**data), **who)


def _act(
    name: str,
    label: Any,
    states: Collection[str],
    make: Make,
    run: Run,
    clause: str = "3.4.1",
    may: May = may_report,
    **more: Any,
) -> Step:
    return Step(name, label, states, make, run, clause, may, **more)


STEPS = (
    _act(
        "survey",
        _("登记查勘"),
        (S.REGISTERED,),
        dated(f.SurveyForm, "surveyed_at"),
        plain(actions.survey),
        is_next=True,
    ),
    _act(
        "collect",
        _("告知所需资料"),
        (S.REGISTERED, S.SURVEYED),
        lambda data, claim, _request: f.CollectForm(data, claim),
        _names(actions.collect),
        is_next=True,
    ),
    _act(
        "submit",
        _("交保险公司"),
        (S.DOCUMENTS,),
        dated(f.SubmitForm, "submitted_at", to=lambda claim: claim.insurer),
        plain(actions.submit),
        is_next=True,
    ),
    _act(
        "decide",
        _("登记核定结果"),
        (S.SUBMITTED, S.DISPUTED),
        dated(f.DecideForm, "decided_at"),
        plain(actions.decide),
        "3.4.2",
        is_next=True,
    ),
    _act(
        "ask-again",
        _("保险公司要求补资料"),
        (S.SUBMITTED,),
        dated(f.AskAgainForm, "asked_at"),
        _names(actions.ask_again),
        "3.4.2",
    ),
    _act(
        "refusal",
        _("收到拒赔通知书"),
        (S.DECLINED,),
        dated(f.ToldForm, "told_at"),
        plain(actions.refusal_told),
        "3.4.2",
        own=lambda claim: claim.refusal_told_at is None,
        is_next=True,
    ),
    _act(
        "agree",
        _("客户同意赔付"),
        AGREED,
        dated(f.AgreeForm, "agreed_at"),
        plain(actions.agree),
        "3.4.2",
        own=lambda claim: claim.agreed_at is None,
        is_next=True,
    ),
    _act(
        "pay",
        _("登记赔款"),
        (S.SUBMITTED, S.DISPUTED, *AGREED, S.RECOVERY),
        lambda data, claim, _request: f.PayForm(data, initial={"payee": claim.client.name if claim.client else ""}),
        lambda claim, data, who: actions.pay(claim, **data, **who),
    ),
    _act(
        "dispute",
        _("客户有争议"),
        DISPUTED_FROM,
        form(f.WhoBecauseForm),
        plain(actions.dispute),
        "3.4.3",
        own=lambda claim: claim.state == S.SUBMITTED or claim.decided_at is not None,
    ),
    _act("advise", _("建议客户"), RUNNING, form(f.AdviseForm), plain(actions.advise), "3.4.3"),
    _act(
        "close",
        _("结案"),
        (S.DECLINED, S.PAID, S.RECOVERY),
        form(f.CloseForm),
        plain(actions.close),
        "3.4.3",
    ),
    _act("file", _("归档"), (S.CLOSED,), form(Form), plain(actions.file_claim), "3.7.0", is_next=True),
    _act("reopen", _("重开"), OVER, form(f.BecauseForm), plain(actions.reopen)),
    _act(
        "speak",
        _("记沟通"),
        RUNNING,
        dated(f.SpeakForm, "spoken_at"),
        plain(actions.speak),
        "3.4.2",
        may=may_revise,
    ),
    _act(
        "estimate",
        _("追加估损"),
        RUNNING,
        dated(f.EstimateForm, "true_at", currency=lambda _claim: "CNY"),
        _estimate,
        may=may_revise,
    ),
    _act(
        "casualties",
        _("登记伤亡"),
        RUNNING,
        dated(
            f.CasualtiesForm,
            "true_at",
            deaths=lambda claim: claim.deaths,
            serious_injuries=lambda claim: claim.serious_injuries,
        ),
        plain(actions.count_casualties),
        "3.4.3",
        may=may_revise,
    ),
    _act(
        "remind",
        _("催办保险公司"),
        RUNNING,
        lambda data, claim, request: f.RemindForm(data, claim, request.now),
        plain(actions.remind_insurer),
        "3.4.2",
        own=lambda claim: claim.submitted_at is not None,
    ),
    _act("papers", _("加资料"), GATHERING, form(f.NamesForm), _names(actions.add_papers), "3.7.0"),
    _act("state", _("改案情"), RUNNING, _loss_form, _stated, may=may_revise),
    _act(
        "difficult",
        _("定为疑难"),
        RUNNING,
        form(f.BecauseForm),
        plain(actions.declare_difficult),
        "3.4.3",
        may=may_revise,
        own=lambda claim: not claim.difficult_because,
    ),
    _act(
        "weigh",
        _("不是疑难或争议"),
        RUNNING,
        form(f.BecauseForm),
        plain(actions.weigh),
        "3.4.3",
        may=may_revise,
        own=lambda claim: not claim.difficult_because,
    ),
    _act(
        "occurrence",
        _("并为同一事故"),
        RUNNING,
        lambda data, claim, request: f.OccurrenceForm(data, _others(claim, request)),
        lambda claim, data, who: actions.join_occurrence(claim, data["other"], **who),
        "3.4.3",
        may=may_revise,
        own=lambda claim: claim.client_id is not None,
    ),
    _act(
        "limitation", _("登记时效中断"), RUNNING, dated(f.LimitationForm, "from_at"), plain(actions.secure_limitation)
    ),
    _act("give-up", _("客户放弃索赔"), GIVEN_UP_FROM, form(f.WhoBecauseForm), plain(actions.give_up)),
)


steps = Steps("claims", claim_of, {may_report: BY_BRANCH, may_revise: BY_BOTH}, STEPS)


# Between branch and centre


def _escalation(request: Asked, pk: int) -> Escalation:
    rows = visible_escalations(request.user, request.now).select_related("claim__client", "claim__unit")
    return get_object_or_404(rows, pk=pk)


def _step(request: Asked, pk: int) -> Guidance:
    rows = visible_guidance(request.user, request.now).select_related("escalation__claim__client")
    return get_object_or_404(rows, pk=pk)


def _centre(user: Staff, _record: Any, now: datetime) -> bool:
    return may_guide(user, now)


def _guide(one: Escalation, data: dict[str, Any], who: Who) -> None:
    actions.guide(one, data["steps"].splitlines(), due_on=data["due_on"], **who)


def _between(may: Any, forbidden: Any, shape: type[Form], run: Any, verb: Any) -> Callable[..., HttpResponse]:
    return act_page(
        _escalation,
        may,
        forbidden,
        lambda data, _one, _request: shape(data),
        lambda one, data, who: run(one, data, who) and None,
        verb=verb,
        clause="3.4.3",
        intro=lambda one: one.matter,
    )


report = _between(
    lambda user, one, now: may_report(user, one.claim, now),
    BY_BRANCH,
    f.ReportForm,
    lambda one, data, who: actions.report_to_centre(one, actions.Report(**data), **who),
    _("报客服中心"),
)
acknowledge = _between(_centre, BY_CENTRE, Form, lambda one, _data, who: actions.acknowledge(one, **who), _("确认收到"))
guide = _between(_centre, BY_CENTRE, f.GuideForm, _guide, _("给出指导"))
release = _between(
    _centre, BY_CENTRE, f.BecauseForm, lambda one, data, who: actions.release(one, **data, **who), _("交回机构")
)
guidance_done = act_page(
    _step,
    lambda user, step, now: may_report(user, step.escalation.claim, now),
    BY_BRANCH,
    lambda data, _one, _request: f.HowForm(data),
    lambda step, data, who: actions.carry_out_guidance(step, **data, **who),
    verb=_("登记办理"),
    clause="3.4.3",
    intro=lambda step: step.text,
)
