"""The acts on a visit: each its form, its action, and back to the visit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff, Unit

from .. import actions
from ..access import may_settle, may_take_on, visible_visits, visible_wishes
from ..actions import Given
from ..forms import (
    ArriveForm,
    AskAgainForm,
    CarryOutForm,
    ExplainForm,
    FileForm,
    FollowUpForm,
    MoveForm,
    PrepareForm,
    SurveyForm,
    WhyForm,
    WishForm,
    colleagues,
)
from ..models import Visit

Make = Callable[[Any, Asked, Visit], Form]
Run = Callable[[Visit, Any, dict[str, Any]], Any]


def the_visit(request: Asked, pk: int) -> Visit:
    """The visit, seen, and his to work on. Raises 404, Forbidden."""
    rows = visible_visits(request.user, request.now).select_related("unit", "client", "owner", "contact")
    visit = get_object_or_404(rows, pk=pk)
    if not may_take_on(request.user, visit, request.now):
        raise Forbidden(_("只有承办机构的人能办这次拜访"), clause="4.1")
    return visit


def _act(
    title: Any, verb: Any, clause: str, make: Make, run: Run, *, template: str = "kit/form.html"
) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "POST"])
    @posted_once
    def view(request: Asked, pk: int) -> HttpResponse:
        visit = the_visit(request, pk)
        form = make(request if request.method == "POST" else None, request, visit)
        if request.method == "POST" and form.is_valid():
            try:
                run(visit, form, {"by": request.user, "now": request.now})
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect(visit)
        url = visit.get_absolute_url()
        context = {
            "visit": visit,
            "form": form,
            "title": title,
            "verb": verb,
            "clause_id": clause,
            "intro": visit.matter,
            "parent": visit.number,
            "parent_url": url,
            "cancel_url": url,
        }
        return render(request, template, context, status=form.status)

    return view


def _plain(form: type[Form]) -> Make:
    return lambda posted, request, visit: form(posted.POST if posted else None)


def _with_files(form: type[Form], **initial: Callable[[Visit], Any]) -> Make:
    def make(posted: Any, request: Asked, visit: Visit) -> Form:
        given = {name: value(visit) for name, value in initial.items()}
        return form(posted.POST, posted.FILES, initial=given) if posted else form(initial=given)

    return make


def to_the_minute(at: datetime, now: datetime) -> datetime:
    """A form knows minutes: the present minute means now."""
    return now if at.replace(second=0) == now.replace(second=0, microsecond=0) else at


def _arrive_form(posted: Any, request: Asked, visit: Visit) -> Form:
    return ArriveForm(posted.POST if posted else None, initial={"at": request.now})


def _carry_out_form(posted: Any, request: Asked, visit: Visit) -> Form:
    came = visit.arrived_at or min(visit.agreed_at or request.now, request.now)
    initial = {"arrived_at": came, "left_at": request.now}
    return CarryOutForm(posted.POST if posted else None, initial=initial, visit=visit)


def _carry_out(visit: Visit, form: Any, who: dict[str, Any]) -> None:
    given, now = form.cleaned_data, who["now"]
    how = Given(
        to_the_minute(given["arrived_at"], now),
        to_the_minute(given["left_at"], now),
        given["did"],
        form.prepared,
        given.get("unagreed_because", ""),
        given.get("late_because", ""),
    )
    actions.carry_out_visit(visit, how, **who)


def _prepare(visit: Visit, form: Any, who: dict[str, Any]) -> None:
    items = list(dict.fromkeys([*form.items, *form.cleaned_data["more"]]))
    actions.prepare_visit(visit, items=items, done=form.done, **who)


def _signer(visit: Visit) -> str:
    return visit.contact.name if visit.contact else visit.agreed_with


move = _act(
    gettext_lazy("改约"),
    gettext_lazy("改约"),
    "4.1.B",
    _plain(MoveForm),
    lambda visit, form, who: actions.move_visit(visit, **form.cleaned_data, **who),
)
prepare = _act(
    gettext_lazy("准备"),
    gettext_lazy("保存"),
    "4.1.C",
    lambda posted, request, visit: PrepareForm(posted.POST if posted else None, visit=visit),
    _prepare,
)
arrive = _act(
    gettext_lazy("登记到达"),
    gettext_lazy("登记到达"),
    "4.1.1",
    _arrive_form,
    lambda visit, form, who: actions.arrive(visit, at=to_the_minute(form.cleaned_data["at"], who["now"]), **who),
)
carry_out = _act(gettext_lazy("登记拜访"), gettext_lazy("登记拜访"), "4.1.1", _carry_out_form, _carry_out)
explain = _act(
    gettext_lazy("写明原因"),
    gettext_lazy("写明原因"),
    "4.1.1",
    _plain(ExplainForm),
    lambda visit, form, who: actions.explain_visit(visit, **form.cleaned_data, **who),
)
miss = _act(
    gettext_lazy("未成行"),
    gettext_lazy("登记未成行"),
    "4.1.1",
    _plain(WhyForm),
    lambda visit, form, who: actions.miss_visit(visit, **form.cleaned_data, **who),
)
cancel = _act(
    gettext_lazy("取消拜访"),
    gettext_lazy("取消拜访"),
    "4.1.B",
    _plain(WhyForm),
    lambda visit, form, who: actions.cancel_visit(visit, **form.cleaned_data, **who),
)
survey = _act(
    gettext_lazy("客户服务调查表"),
    gettext_lazy("存调查表"),
    "4.1.D",
    _with_files(SurveyForm, signer=_signer),
    lambda visit, form, who: actions.record_survey(visit, form.answers(), form.outcome_given(who["now"]), **who),
    template="visits/survey.html",
)
ask_again = _act(
    gettext_lazy("再请签章"),
    gettext_lazy("存结果"),
    "4.1.D",
    _with_files(AskAgainForm, signer=_signer),
    lambda visit, form, who: actions.ask_again(
        visit, form.outcome_given(who["now"]), note=form.cleaned_data["note"], **who
    ),
    template="visits/ask_again.html",
)
follow_up = _act(
    gettext_lazy("审核调查表"),
    gettext_lazy("审核完成"),
    "4.1.E",
    _plain(FollowUpForm),
    lambda visit, form, who: actions.follow_up_visit(visit, **form.cleaned_data, **who),
)
file = _act(
    gettext_lazy("归档"),
    gettext_lazy("归档"),
    "4.1.F",
    _plain(FileForm),
    lambda visit, form, who: actions.file_visit(visit, **form.cleaned_data, **who),
)


@require_http_methods(["GET", "POST"])
@posted_once
def wish(request: Asked, pk: int) -> HttpResponse:
    """Something that a client asked for: settle it, tell him how it stands, or pass it on (4.1.E)."""
    user, now = request.user, request.now
    rows = visible_wishes(user, now).select_related("visit__client", "client", "owner")
    found = get_object_or_404(rows, pk=pk)
    if not may_settle(user, found, now):
        raise Forbidden(_("这件事不归你办"), clause="4.1.E")
    people = (colleagues(found.unit_id) | colleagues_of_centre()).exclude(pk=found.owner_id)
    form = WishForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["act"] == "pass_on":
                actions.pass_on_wish(found, to=given["to"], text=given["text"], by=user, now=now)
            else:
                act = actions.settle_wish if given["act"] == "settle" else actions.tell_wish
                act(found, text=given["text"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(found)
    context = {
        "form": form,
        "title": _("客户要求"),
        "verb": _("保存"),
        "clause_id": "4.1.E",
        "intro": found.text,
        "parent": found.number,
        "parent_url": found.get_absolute_url(),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "kit/form.html", context, status=form.status)


def colleagues_of_centre() -> Any:
    """The departments concerned stand behind the centre: whatever a branch cannot settle goes there."""
    return Staff.objects.filter(unit__kind=Unit.Kind.CENTRE, is_active=True)
