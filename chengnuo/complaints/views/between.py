"""What passes between branch, centre and leader, and what a person says of an earlier complaint (3.6.2, 3.6.6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.steps import Run, plain
from chengnuo.kit.act_pages import act_page
from chengnuo.kit.forms import Form
from chengnuo.kit.requests import Asked
from chengnuo.people.models import Staff

from .. import actions
from .. import forms as f
from ..access import is_of_branch, is_of_centre, may_handle, may_instruct, visible_referrals, visible_repeats
from ..actions.held import FORBIDDEN
from ..models import Referral, Repeat

BY_BRANCH = _("由承办机构办理")
BY_CENTRE = _("由客户服务中心办理")
BY_LEADER = _("由分管领导指示")


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
