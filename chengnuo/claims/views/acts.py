"""The acts on a claim, each a page of its own: a table of what may be done in which state (3.4.1, 3.4.3)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.act_pages import act_page
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.people.models import Staff

from .. import actions
from .. import forms as f
from ..access import may_guide, may_report, may_revise, visible_claims, visible_escalations, visible_guidance
from ..models import AGREED, GIVEN_UP_FROM, OVER, Claim, Escalation, Guidance
from ..models import State as S
from ..rules import RUNNING

BY_BOTH = _("由承办机构和客户服务中心登记")
BY_BRANCH = _("由承办机构办理")
BY_CENTRE = _("由客户服务中心办理")
GATHERING = (S.REGISTERED, S.SURVEYED, S.DOCUMENTS, S.SUBMITTED)
Who = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One act on a claim: `states` are those in which its button shows, `own` is what asks for it besides."""

    name: str
    label: Any
    states: Collection[str]
    make: Callable[[Any, Claim, datetime], Form]
    run: Callable[[Claim, dict[str, Any], Who], Any]
    clause: str = "3.4.1"
    may: Callable[[Staff, Claim, datetime], bool] = may_report
    own: Callable[[Claim], bool] = lambda _claim: True
    is_next: bool = False
    """Whether it brings the claim on: its button stands first."""

    @property
    def url_name(self) -> str:
        return f"claims:{self.name}"

    def fits(self, user: Staff, claim: Claim, now: datetime) -> bool:
        return claim.state in self.states and self.own(claim) and self.may(user, claim, now)

    def view(self) -> Callable[..., HttpResponse]:
        return act_page(
            claim_of,
            self.may,
            BY_BOTH if self.may is may_revise else BY_BRANCH,
            lambda data, claim, request: self.make(data, claim, request.now),
            lambda claim, data, who: self.run(claim, data, who) and None,
            verb=self.label,
            clause=self.clause,
            intro=lambda claim: claim.matter,
        )


def claim_of(request: Asked, pk: int) -> Claim:
    return get_object_or_404(
        visible_claims(request.user, request.now).select_related("client", "unit", "policy", "site"), pk=pk
    )


def _plain(action: Callable[..., Any]) -> Callable[[Claim, dict[str, Any], Who], Any]:
    return lambda claim, data, who: action(claim, **data, **who)


def _dated(form: type[Form], moment: str, **initial: Callable[[Claim], Any]) -> Callable[[Any, Claim, datetime], Form]:
    """A form whose moment is now unless somebody says otherwise."""
    return lambda data, claim, now: form(
        data, initial={moment: now, **{name: value(claim) for name, value in initial.items()}}
    )


def _form(form: type[Form]) -> Callable[[Any, Claim, datetime], Form]:
    return lambda data, _claim, _now: form(data)


def _estimate(claim: Claim, data: dict[str, Any], who: Who) -> Any:
    given = actions.Sum(data.pop("amount"), data.pop("currency").upper(), data.pop("rate"))
    return actions.revise_estimate(claim, given, **data, **who)


def _others(claim: Claim) -> QuerySet[Claim]:
    """The client's other claims; without a client there is none."""
    rows = Claim.objects.filter(client=claim.client_id) if claim.client_id else Claim.objects.none()
    return rows.exclude(pk=claim.pk).order_by("-pk")


def _loss_form(data: Any, claim: Claim, now: datetime) -> Form:
    initial = {name: getattr(claim, name) for name in f.LossForm.base_fields}
    return f.LossForm(data, claim.client, initial, now)


def _names(action: Callable[..., Any]) -> Callable[[Claim, dict[str, Any], Who], Any]:
    return lambda claim, data, who: action(claim, data.pop("names"), **data, **who)


STEPS = (
    Step(
        "survey",
        _("登记查勘"),
        (S.REGISTERED,),
        _dated(f.SurveyForm, "surveyed_at"),
        _plain(actions.survey),
        is_next=True,
    ),
    Step(
        "collect",
        _("告知所需资料"),
        (S.REGISTERED, S.SURVEYED),
        lambda data, claim, _now: f.CollectForm(data, claim),
        _names(actions.collect),
        is_next=True,
    ),
    Step(
        "submit",
        _("交保险公司"),
        (S.DOCUMENTS,),
        _dated(f.SubmitForm, "submitted_at", to=lambda claim: claim.insurer),
        _plain(actions.submit),
        is_next=True,
    ),
    Step(
        "decide",
        _("登记核定结果"),
        (S.SUBMITTED, S.DISPUTED),
        _dated(f.DecideForm, "decided_at"),
        _plain(actions.decide),
        "3.4.2",
        is_next=True,
    ),
    Step(
        "ask-again",
        _("保险公司要求补资料"),
        (S.SUBMITTED,),
        _dated(f.AskAgainForm, "asked_at"),
        _names(actions.ask_again),
        "3.4.2",
    ),
    Step(
        "refusal",
        _("收到拒赔通知书"),
        (S.DECLINED,),
        _dated(f.ToldForm, "told_at"),
        _plain(actions.refusal_told),
        "3.4.2",
        own=lambda claim: claim.refusal_told_at is None,
        is_next=True,
    ),
    Step(
        "agree",
        _("客户同意赔付"),
        AGREED,
        _dated(f.AgreeForm, "agreed_at"),
        _plain(actions.agree),
        "3.4.2",
        own=lambda claim: claim.agreed_at is None,
        is_next=True,
    ),
    Step(
        "pay",
        _("登记赔款"),
        (S.SUBMITTED, S.DISPUTED, *AGREED, S.RECOVERY),
        lambda data, claim, now: f.PayForm(data, initial={"payee": claim.client.name if claim.client else ""}),
        lambda claim, data, who: actions.pay(claim, **data, **who),
    ),
    Step(
        "dispute",
        _("客户有争议"),
        (S.SUBMITTED, S.ACCEPTED, S.PARTLY, S.DECLINED),
        _form(f.WhoBecauseForm),
        _plain(actions.dispute),
        "3.4.3",
    ),
    Step("advise", _("建议客户"), RUNNING, _form(f.AdviseForm), _plain(actions.advise), "3.4.3"),
    Step(
        "close",
        _("结案"),
        (S.DECLINED, S.PAID, S.RECOVERY),
        _form(f.CloseForm),
        _plain(actions.close),
        "3.4.3",
    ),
    Step("file", _("归档"), (S.CLOSED,), _form(Form), _plain(actions.file_claim), "3.7.0", is_next=True),
    Step("reopen", _("重开"), OVER, _form(f.BecauseForm), _plain(actions.reopen)),
    Step(
        "speak",
        _("记沟通"),
        RUNNING,
        _dated(f.SpeakForm, "spoken_at"),
        _plain(actions.speak),
        "3.4.2",
        may=may_revise,
    ),
    Step(
        "estimate",
        _("追加估损"),
        RUNNING,
        _dated(f.EstimateForm, "true_at", currency=lambda _claim: "CNY"),
        _estimate,
        may=may_revise,
    ),
    Step(
        "casualties",
        _("登记伤亡"),
        RUNNING,
        _dated(
            f.CasualtiesForm,
            "true_at",
            deaths=lambda claim: claim.deaths,
            serious_injuries=lambda claim: claim.serious_injuries,
        ),
        _plain(actions.count_casualties),
        "3.4.3",
        may=may_revise,
    ),
    Step(
        "remind",
        _("催办保险公司"),
        RUNNING,
        lambda data, claim, now: f.RemindForm(data, claim, now),
        _plain(actions.remind_insurer),
        "3.4.2",
        own=lambda claim: claim.submitted_at is not None,
    ),
    Step("papers", _("加资料"), GATHERING, _form(f.NamesForm), _names(actions.add_papers), "3.7.0"),
    Step("state", _("改案情"), RUNNING, _loss_form, lambda claim, data, who: _stated(claim, data, who), may=may_revise),
    Step(
        "difficult",
        _("定为疑难"),
        RUNNING,
        _form(f.BecauseForm),
        _plain(actions.declare_difficult),
        "3.4.3",
        may=may_revise,
        own=lambda claim: not claim.difficult_because,
    ),
    Step(
        "weigh",
        _("不是疑难或争议"),
        RUNNING,
        _form(f.BecauseForm),
        _plain(actions.weigh),
        "3.4.3",
        may=may_revise,
        own=lambda claim: not claim.difficult_because,
    ),
    Step(
        "occurrence",
        _("并为同一事故"),
        RUNNING,
        lambda data, claim, _now: f.OccurrenceForm(data, _others(claim)),
        lambda claim, data, who: actions.join_occurrence(claim, data["other"], **who),
        "3.4.3",
        may=may_revise,
        own=lambda claim: claim.client_id is not None,
    ),
    Step(
        "limitation", _("登记时效中断"), RUNNING, _dated(f.LimitationForm, "from_at"), _plain(actions.secure_limitation)
    ),
    Step("give-up", _("客户放弃索赔"), GIVEN_UP_FROM, _form(f.WhoBecauseForm), _plain(actions.give_up)),
)


def _stated(claim: Claim, data: dict[str, Any], who: Who) -> Any:
    return actions.state_loss(claim, actions.Loss(**data), **who)


def offered(user: Staff, claim: Claim, now: datetime) -> tuple[list[Step], list[Step]]:
    """The acts that a person may do now: those that bring the claim on, and the others."""
    fit = [step for step in STEPS if step.fits(user, claim, now)]
    return [step for step in fit if step.is_next], [step for step in fit if not step.is_next]


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


def _between(may: Any, forbidden: Any, form: type[Form], run: Any, verb: Any) -> Callable[..., HttpResponse]:
    return act_page(
        _escalation,
        may,
        forbidden,
        lambda data, _one, _request: form(data),
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
