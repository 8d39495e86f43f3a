"""A letter round: its page, its drafting, its steps, its figures."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.clients.models import Client
from chengnuo.kit.blobs import files_of
from chengnuo.kit.clash import clash
from chengnuo.kit.duties import duties_of
from chengnuo.kit.models import Blob
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal, Stale
from chengnuo.ledger.models import ref
from chengnuo.ledger.moves import moves_from
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Unit
from chengnuo.people.reach import reach

from .. import actions, works
from ..access import may_handle, may_write, units_for_writing, visible_campaigns, visible_letters
from ..actions.campaigns import CHANGEABLE, KEYS
from ..fields import NAMES
from ..figures import Rates, figures_of
from ..forms import (
    ChangeForm,
    ChooseForm,
    CloseForm,
    ExcludeForm,
    NewForm,
    PostForm,
    ReasonForm,
    TextForm,
    WhereForm,
)
from ..models import Campaign, CampaignState, Excuse, LetterState, ReplyKind, Tier
from .acting import act, require, sent

S = CampaignState
STEPS = (
    (S.DRAFT, "entered_at"),
    (S.FIXED, "fixed_at"),
    (S.MADE, "made_at"),
    (S.COLLECTING, "posted_at"),
    (S.CLOSED, "closed_at"),
    (S.FILED, "filed_at"),
)
BATCHES = 50
METHODS = ["GET", "POST"]


def _campaign(request: Asked, pk: int) -> Campaign:
    rows = visible_campaigns(request.user, request.now).select_related("unit", "owner", "made_by")
    return get_object_or_404(rows, pk=pk)


def _mine(request: Asked, pk: int) -> Campaign:
    campaign = _campaign(request, pk)
    require(request, campaign)
    return campaign


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    campaign = _campaign(request, pk)
    looked(campaign, by=user, now=now)
    may = may_handle(user, campaign, now)
    found = figures_of(campaign, user, now)
    context = {
        "campaign": campaign,
        "steps": [(label, getattr(campaign, at), campaign.state == label) for label, at in STEPS],
        "may": may,
        "moves": {one.verb for one in moves_from(campaign)} if may else set(),
        "texts": list(campaign.texts.all()),
        "may_add_text": may and campaign.is_draft and not sum(found.states.values()) and campaign.texts.count() < 2,
        "whole": found.whole,
        "states": [
            (LetterState(state).label, count, _opens(campaign, state=state))
            for state, count in found.states.items()
            if count and state != LetterState.EXCLUDED
        ],
        "excuses": [(Excuse(one).label, count, _opens(campaign, excuse=one)) for one, count in found.excuses],
        "urls": _urls(campaign),
        "batches": _batches(campaign),
        "duties": duties_of(campaign, user, now),
        "timeline": timeline_of(request, campaign),
        "files": files_of(campaign, user, now),
    }
    return render(request, "letters/page.html", context)


def _batches(campaign: Campaign) -> list[tuple[Any, Blob | None]]:
    """The newest batches, each with its printed file."""
    batches = list(campaign.batches.select_related("made_by").order_by("-nth")[:BATCHES])
    if not batches:
        return []
    rows = Blob.objects.filter(subject_type=ref(batches[0]).type, subject_pk__in=[one.pk for one in batches])
    files = {blob.subject_pk: blob for blob in rows}
    return [(one, files.get(one.pk)) for one in batches]


def _opens(campaign: Campaign, **asked: str) -> str:
    return f"{reverse('letters:letters')}?{urlencode({'campaign': str(campaign.pk), **asked})}"


def _urls(campaign: Campaign, **more: str) -> dict[str, str]:
    return {name: _opens(campaign, view=name, **more) for name in ("chosen", "out", "arrived", "returned", "replied")}


@require_http_methods(METHODS)
@posted_once
def new(request: Asked) -> HttpResponse:
    user, now = request.user, request.now
    if not may_write(user, now):
        raise Forbidden(_("信函活动由服务客户的机构起草"), clause="4.2.A")
    form = NewForm(sent(request), units_for_writing(user, now), initial={"send_on": now.astimezone(ZONE).date()})
    if form.is_valid():
        given = dict(form.cleaned_data)
        words = {name: given.pop(name) for name in ("unit", "subject", "body")}
        try:
            campaign = actions.draft_campaign(values=given, **words, by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(campaign)
    context = {"form": form, "title": _("起草信函活动"), "clause_id": "4.2.A", "verb": _("起草"), "names": list(NAMES)}
    context |= {"parent": _("4.2 信函服务"), "parent_url": reverse("letters:list")}
    return render(request, "letters/form.html", context | {"cancel_url": reverse("letters:list")}, status=form.status)


@require_http_methods(METHODS)
@posted_once
def edit(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    stored = {name: getattr(campaign, name) for name in CHANGEABLE}
    form = ChangeForm(sent(request), initial={**stored, "version": campaign.version})

    def run(given: dict[str, Any]) -> Campaign:
        version = given.pop("version")
        return actions.change_campaign(campaign, values=given, version=version, by=request.user, now=request.now)

    try:
        return act(request, campaign, form, run, verb=_("修改"), clause="4.2.A")
    except Stale as stale:
        theirs = {name: getattr(stale.theirs, name) for name in CHANGEABLE}
        return clash(request, form, theirs, version=stale.theirs.version)


@require_http_methods(METHODS)
@posted_once
def text(request: Asked, pk: int, key: str) -> HttpResponse:
    campaign = _mine(request, pk)
    if key not in KEYS:
        raise Http404
    one = campaign.texts.filter(key=key).first() or campaign.texts.order_by("key").first()
    assert one is not None  # A round begins with its first wording.
    form = TextForm(sent(request), initial={"subject": one.subject, "body": one.body})
    if form.is_valid():
        try:
            actions.set_text(campaign, key=key, **form.cleaned_data, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect(campaign)
    url = campaign.get_absolute_url()
    context = {"form": form, "title": _("文本%s") % key, "clause_id": "4.2.B", "verb": _("保存"), "names": list(NAMES)}
    context |= {"parent": campaign.number, "parent_url": url, "cancel_url": url}
    return render(request, "letters/form.html", context, status=form.status)


@require_http_methods(METHODS)
@posted_once
def choose(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    units = Unit.objects.filter(pk__in=reach(request.user, request.now).units, kind=Unit.Kind.BRANCH).order_by("pk")

    def run(_given: dict[str, Any]) -> Any:
        asked = actions.asked_of(**form.asked())
        return works.start(works.CHOOSE, campaign, by=request.user, now=request.now, asked=asked)

    form = ChooseForm(sent(request), units)
    intro = _("从你能看的客户里选，地址当场核对；可选几次，每家只收一封")
    return act(request, campaign, form, run, verb=_("选收件人"), clause="4.2.1", intro=intro)


@require_http_methods(METHODS)
@posted_once
def exclude(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)

    def run(given: dict[str, Any]) -> None:
        numbers = actions.numbers_in(given["numbers"])
        rows = visible_letters(request.user, request.now).filter(campaign=campaign, number__in=numbers)
        letters = list(rows.select_related("campaign"))
        actions.exclude_letters(letters, reason=given["reason"], by=request.user, now=request.now)

    form = ExcludeForm(sent(request), initial={"numbers": request.GET.get("number", "")[:60]})
    return act(request, campaign, form, run, verb=_("剔除"), clause="4.2.1")


@require_POST
@posted_once
def fix(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    return redirect(actions.fix_campaign(campaign, by=request.user, now=request.now))


@require_POST
@posted_once
def make(request: Asked, pk: int) -> HttpResponse:
    return redirect(works.start(works.MAKE, _mine(request, pk), by=request.user, now=request.now))


@require_http_methods(METHODS)
@posted_once
def post(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)

    def run(given: dict[str, Any]) -> Any:
        day = given["posted_on"].isoformat()
        return works.start(works.POST, campaign, by=request.user, now=request.now, posted_on=day)

    form = PostForm(sent(request), initial={"posted_on": request.now.astimezone(ZONE).date()})
    intro = _("已制作的信全部登记为寄出；客户方案里待寄的信函随之办结")
    return act(request, campaign, form, run, verb=_("登记寄出"), clause="4.2.B", intro=intro)


@require_http_methods(METHODS)
@posted_once
def close(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    given: dict[str, Any] = {"by": request.user, "now": request.now}
    run = lambda words: actions.close_campaign(campaign, **words, **given)  # noqa: E731
    return act(request, campaign, CloseForm(sent(request)), run, verb=_("结束"), clause="4.2.C")


@require_http_methods(METHODS)
@posted_once
def file(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    given: dict[str, Any] = {"by": request.user, "now": request.now}
    run = lambda words: actions.file_campaign(campaign, **words, **given)  # noqa: E731
    return act(request, campaign, WhereForm(sent(request)), run, verb=_("归档"), clause="4.2.E")


@require_http_methods(METHODS)
@posted_once
def cancel(request: Asked, pk: int) -> HttpResponse:
    campaign = _mine(request, pk)
    given: dict[str, Any] = {"by": request.user, "now": request.now}
    run = lambda words: actions.cancel_campaign(campaign, **words, **given)  # noqa: E731
    return act(request, campaign, ReasonForm(sent(request)), run, verb=_("取消活动"), clause="4.2.A")


@require_GET
def figures(request: Asked, pk: int) -> HttpResponse:
    """Delivery and replies by wording and by segment; each figure opens its letters (4.2.1, 4.2.C)."""
    campaign = _campaign(request, pk)
    found = figures_of(campaign, request.user, request.now)
    replies = reverse("letters:replies")

    def lines(name: str, rows: list[tuple[str, Rates]], words: Any) -> list[tuple[str, Rates, dict[str, str]]]:
        return [(str(words(key)), rates, _urls(campaign, **{name: key})) for key, rates in rows]

    context = {
        "campaign": campaign,
        "whole": found.whole,
        "urls": _urls(campaign),
        "tables": [
            (_("按文本"), lines("text", found.by_text, lambda key: _("文本%s") % key)),
            (_("按客户类别"), lines("kind", found.by_kind, lambda key: Client.Kind(key).label)),
            (_("按客户标记"), lines("tier", found.by_tier, lambda key: Tier(key).label)),
        ],
        "replies": [
            (ReplyKind(kind).label, count, f"{replies}?{urlencode({'campaign': str(pk), 'kind': kind, 'view': 'all'})}")
            for kind, count in found.replies
        ],
    }
    return render(request, "letters/figures.html", context)
