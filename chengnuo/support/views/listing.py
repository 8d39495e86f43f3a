"""支持申请 as a list."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when, yuan
from chengnuo.people.models import Staff, Unit

from ..access import units_to_write_for, visible_support
from ..models import SupportKind, SupportRequest


class SupportFilter(Form):
    q = forms.CharField(label=_("编号、事由"), required=False, max_length=80)
    unit = forms.ModelChoiceField(
        label=_("机构"), queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH), required=False, empty_label=_("全部")
    )
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *ProposalState.choices], required=False)
    kind = forms.ChoiceField(label=_("用于"), choices=[("", _("全部")), *SupportKind.choices], required=False)


def _narrowed(rows: QuerySet[SupportRequest], asked: dict[str, Any]) -> QuerySet[SupportRequest]:
    if asked["q"]:
        by_number = rows.filter(number__iexact=asked["q"])
        rows = by_number if by_number.exists() else rows.filter(title__contains=asked["q"])
    for name in ("unit", "state", "kind"):
        if asked[name]:
            rows = rows.filter(**{name: asked[name]})
    return rows


def _seen(user: Staff, now: datetime) -> QuerySet[SupportRequest]:
    return visible_support(user, now).select_related("unit", "owner")


REQUESTS = Listing(
    "support",
    [
        Column("number", _("编号"), lambda one: one.number, is_fixed=True),
        Column("state", _("状态"), lambda one: chip(one.get_state_display(), one.shape)),
        Column("title", _("事由"), lambda one: one.title, shape="rest"),
        Column("kind", _("用于"), lambda one: one.get_kind_display(), shape="aside"),
        Column("unit", _("机构"), lambda one: one.unit.name, shape="aside"),
        Column("starts_on", _("活动开始"), lambda one: one.starts_on or "", shape="aside"),
        Column("amount", _("申请（元）"), lambda one: yuan(one.amount), is_number=True, plain=lambda one: one.amount),
        Column(
            "granted",
            _("批准（元）"),
            lambda one: yuan(one.granted_amount),
            is_number=True,
            plain=lambda one: one.granted_amount,
        ),
        Column("owner", _("起草人"), lambda one: one.owner.name if one.owner else "", is_default=False),
        Column("drafted_at", _("起草"), lambda one: when(one.drafted_at), plain=lambda one: one.drafted_at),
    ],
    sort="-id",
    filter_form=SupportFilter,
    narrow=_narrowed,
    title=_("支持申请"),
    rows=_seen,
)


@require_GET
def requests(request: Asked) -> HttpResponse:
    """Newest first, a page at a time."""
    user, now = request.user, request.now
    context = {
        "list": REQUESTS.shown(request, _seen(user, now)),
        "may_write": units_to_write_for(user, now).exists(),
    }
    return render(request, "support/list.html", context)
