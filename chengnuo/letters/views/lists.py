"""The lists of the room: rounds, letters, replies. Every figure of a round opens one of them."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.clients.models import Client
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when
from chengnuo.people.models import Staff

from ..access import may_write, visible_campaigns, visible_letters, visible_replies
from ..models import OUT, Campaign, CampaignState, Excuse, LetterReply, LetterState, ReplyKind, ReplyState, Tier, Way

ANY = ("", _("全部"))
C, L = CampaignState, LetterState
SHAPES: dict[str, str] = {
    C.DRAFT: "waiting",
    C.CLOSED: "closed",
    C.FILED: "closed",
    C.CANCELLED: "closed",
    L.CHOSEN: "waiting",
    L.EXCLUDED: "paused",
    L.RETURNED: "closed",
    L.REPLIED: "closed",
    ReplyState.HANDLED: "closed",
}
LETTER_VIEWS: dict[str, Q] = {
    "chosen": ~Q(state=L.EXCLUDED),
    "out": Q(state__in=OUT),
    "arrived": Q(state__in=OUT) & ~Q(state=L.RETURNED),
    "returned": Q(state=L.RETURNED),
    "replied": Q(state=L.REPLIED),
}


def state_chip(record: Any) -> str:
    return chip(record.get_state_display(), SHAPES.get(record.state, "work"))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


class CampaignFilter(Form):
    state = forms.ChoiceField(label=_("状态"), choices=[ANY, *C.choices], required=False)
    way = forms.ChoiceField(label=_("方式"), choices=[ANY, *Way.choices], required=False)


class LetterFilter(Form):
    number = forms.CharField(label=_("编号"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[ANY, *L.choices], required=False)
    excuse = forms.ChoiceField(label=_("不寄的原因"), choices=[ANY, *Excuse.choices], required=False)
    text = forms.ChoiceField(label=_("文本"), choices=[ANY, ("A", "A"), ("B", "B")], required=False)
    kind = forms.ChoiceField(label=_("客户类别"), choices=[ANY, *Client.Kind.choices], required=False)
    tier = forms.ChoiceField(label=_("客户标记"), choices=[ANY, *Tier.choices], required=False)
    view = forms.ChoiceField(
        choices=[("", ""), *((one, one) for one in LETTER_VIEWS)], required=False, widget=forms.HiddenInput
    )
    campaign = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class ReplyFilter(Form):
    VIEWS = (("", _("待办")), ("handled", _("已办")), ("all", _("全部")))
    view = forms.ChoiceField(choices=VIEWS, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("业务"), choices=[ANY, *ReplyKind.choices], required=False)
    campaign = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


def _equal(*names: str) -> Any:
    """Narrow by the fields of a filter that are given, each as it is called."""

    def narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        return rows.filter(**{name: asked[name] for name in names if asked[name]})

    return narrow


def _narrowed_letters(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    rows = _equal("state", "excuse", "kind", "tier", "campaign")(rows, asked)
    if asked["number"]:
        rows = rows.filter(number=asked["number"].strip().upper())
    if asked["text"]:
        rows = rows.filter(text__key=asked["text"])
    return rows.filter(LETTER_VIEWS[asked["view"]]) if asked["view"] else rows


def _narrowed_replies(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    rows = rows.filter(**{"kind": asked["kind"]} if asked["kind"] else {})
    if asked["campaign"]:
        rows = rows.filter(letter__campaign=asked["campaign"])
    state = {"": ReplyState.RECEIVED, "handled": ReplyState.HANDLED}.get(asked["view"])
    return rows.filter(state=state) if state else rows


def _campaigns(user: Staff, now: datetime) -> QuerySet[Campaign]:
    return visible_campaigns(user, now).select_related("unit", "owner")


def _letters(user: Staff, now: datetime) -> QuerySet[Any]:
    return visible_letters(user, now).select_related("client", "unit", "text", "campaign")


def _replies(user: Staff, now: datetime) -> QuerySet[LetterReply]:
    return visible_replies(user, now).select_related("client", "unit", "owner")


CAMPAIGNS = Listing(
    "letters",
    [
        Column("number", _("单号"), lambda one: one.number, is_fixed=True),
        Column("state", _("状态"), state_chip),
        Column("title", _("活动"), lambda one: one.title),
        Column("aim", _("目的"), lambda one: Truncator(one.aim).chars(60), shape="rest", plain=lambda one: one.aim),
        Column("way", _("方式"), lambda one: one.get_way_display(), shape="aside"),
        Column("send_on", _("计划寄出"), lambda one: _day(one.send_on), plain=lambda one: one.send_on),
        Column("replies_by", _("回收截止"), lambda one: _day(one.replies_by), plain=lambda one: one.replies_by),
        Column("owner", _("负责人"), lambda one: one.owner.name),
        Column("unit", _("机构"), lambda one: one.unit.name, shape="aside"),
    ],
    sort="-id",
    filter_form=CampaignFilter,
    narrow=_equal("state", "way"),
    title=_("信函活动"),
    rows=_campaigns,
)
LETTERS = Listing(
    "lettersof",
    [
        Column("number", _("编号"), lambda one: one.number, is_fixed=True),
        Column("state", _("状态"), state_chip),
        Column("client", _("客户"), lambda one: one.client.name, shape="rest"),
        Column("recipient", _("收件人"), lambda one: one.recipient),
        Column("address", _("地址"), lambda one: Truncator(one.address).chars(40), plain=lambda one: one.address),
        Column("postcode", _("邮编"), lambda one: one.postcode, is_default=False),
        Column("why", _("不寄的原因"), lambda one: one.why_not),
        Column("text", _("文本"), lambda one: one.text.key, shape="aside"),
        Column("posted", _("寄出"), lambda one: _day(one.posted_on), plain=lambda one: one.posted_on, shape="aside"),
        Column("returned", _("退回原因"), lambda one: one.get_returned_because_display(), is_default=False),
        Column("replied", _("回信"), lambda one: _day(one.replied_on), plain=lambda one: one.replied_on, shape="aside"),
        Column("unit", _("机构"), lambda one: one.unit.name, is_default=False),
    ],
    sort="-id",
    filter_form=LetterFilter,
    narrow=_narrowed_letters,
    title=_("信函"),
    rows=_letters,
)
REPLIES = Listing(
    "replies",
    [
        Column("number", _("编号"), lambda one: one.number, is_fixed=True),
        Column("state", _("状态"), state_chip),
        Column("kind", _("业务"), lambda one: one.get_kind_display()),
        Column("client", _("客户"), lambda one: one.client.name),
        Column(
            "content",
            _("内容"),
            lambda one: Truncator(one.content).chars(60),
            shape="rest",
            plain=lambda one: one.content,
        ),
        Column("owner", _("承办"), lambda one: one.owner.name),
        Column("unit", _("机构"), lambda one: one.unit.name, shape="aside"),
        Column("entered_at", _("登记"), lambda one: when(one.entered_at), plain=lambda one: one.entered_at),
    ],
    sort="-id",
    filter_form=ReplyFilter,
    narrow=_narrowed_replies,
    title=_("回信"),
    rows=_replies,
)


@require_GET
def campaigns(request: Asked) -> HttpResponse:
    user, now = request.user, request.now
    context = {"list": CAMPAIGNS.shown(request, _campaigns(user, now)), "may": may_write(user, now)}
    return render(request, "letters/list.html", context)


@require_GET
def letters(request: Asked) -> HttpResponse:
    user, now = request.user, request.now
    given = request.GET.get("campaign", "")
    known = given.isascii() and given.isdecimal() and len(given) < 19
    campaign = visible_campaigns(user, now).filter(pk=int(given)).first() if known else None
    context = {"list": LETTERS.shown(request, _letters(user, now)), "campaign": campaign}
    return render(request, "letters/letters.html", context)


@require_GET
def replies(request: Asked) -> HttpResponse:
    view = request.GET.get("view", "")
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    views = []
    for key, label in ReplyFilter.VIEWS:
        query["view"] = key
        views.append((label, f"?{query.urlencode()}", key == view))
    context = {"list": REPLIES.shown(request, _replies(request.user, request.now)), "views": views}
    return render(request, "letters/replies.html", context)
