"""The list of clients: newest first, a page at a time, never counted."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.templatetags.kit import chip, dot
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from ..access import may_enter, may_import, visible_clients
from ..forms import ClientFilter
from ..lookup import matching
from ..models import TICKS, Client, Policy
from .asking import who


def _narrowed(rows: QuerySet[Client], asked: dict[str, Any]) -> QuerySet[Client]:
    if asked["q"]:
        rows = matching(rows, asked["q"])
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    return rows.filter(**{asked["tick"]: True}) if asked["tick"] else rows


def ticks(client: Client) -> list[str]:
    """The labels of the ticks that are set."""
    return [str(TICKS[name]) for name in client.ticks]


def _rows(user: Staff, now: datetime) -> QuerySet[Client]:
    visible = visible_clients(user, now).select_related("unit", "manager")
    return _with_cover(visible, now.astimezone(ZONE).date())


def _with_cover(rows: QuerySet[Client], day: date) -> QuerySet[Client]:
    """Each client with `in_force`, how many policies cover him on the day, and `next_end`, when the first of them ends.
    The database works them out for the rows of the page alone."""
    covers = Policy.objects.filter(client=OuterRef("pk"), starts_on__lte=day, ends_on__gte=day).order_by()
    grouped = covers.values("client")
    return rows.annotate(
        in_force=Subquery(grouped.annotate(rows=Count("pk")).values("rows")),
        next_end=Subquery(grouped.annotate(first=Min("ends_on")).values("first")),
    )


CLIENTS = Listing(
    "clients",
    [
        Column("name", _("名称"), lambda client: client.name, is_fixed=True),
        Column("ticks", _("认定"), lambda client: format_html_join(" ", "{}", ((chip(one),) for one in ticks(client)))),
        Column("kind", _("类别"), lambda client: client.get_kind_display()),
        Column("unit", _("机构"), lambda client: client.unit.name),
        Column("manager", _("客户经理"), lambda client: client.manager.name if client.manager else ""),
        Column(
            "in_force",
            _("在保"),
            lambda client: dot(client.in_force),
            is_number=True,
            plain=lambda client: client.in_force or 0,
        ),
        Column(
            "next_end",
            _("最早到期"),
            lambda client: client.next_end.isoformat() if client.next_end else "",
            plain=lambda client: client.next_end,
        ),
        Column(
            "since",
            _("客户起始日"),
            lambda client: client.since.isoformat(),
            sort="since",
            plain=lambda client: client.since,
        ),
        Column("credit_code", _("信用代码"), lambda client: client.credit_code, is_default=False),
    ],
    sort="-id",
    filter_form=ClientFilter,
    narrow=_narrowed,
    title=_("客户"),
    rows=_rows,
)


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    user, now = who(request)
    context = {
        "list": CLIENTS.shown(request, _rows(user, now)),
        "may_enter": may_enter(user, now),
        "may_import": may_import(user, now),
    }
    return render(request, "clients/list.html", context)
