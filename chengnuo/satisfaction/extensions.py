"""What this room adds to the rooms below: it follows finished services, names its events, shows what clients said."""

from datetime import datetime
from typing import Any

from django.db.models import Avg, Q
from django.db.models import Count as CountOf
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.past import Past, Topic, register_past
from chengnuo.clients.served import finishing_of, service_of
from chengnuo.kit.cards import register_card
from chengnuo.kit.outward.sending import on_bounce
from chengnuo.kit.outward.tellings import register_moment
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_source, register_verb
from chengnuo.ledger.daily import on_daily
from chengnuo.ledger.loop import on_round
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import on_record
from chengnuo.people.models import Staff

from .access import may_handle, visible_ratings
from .actions import ask_when_finished
from .actions.rating import SOURCE
from .links import forget_old_tries
from .mailing import MOMENT, ask_for_sending, came_back
from .models import RatingRequest, RequestState

FEW = 5
ON_A_RECORD = 3


def _rated(told: Told) -> str:
    mark = _("%(mark)s分") % {"mark": told.data["mark"]}
    return f"{mark} {told.texts.get('words', '')}".strip()


def _followed_up(told: Told) -> str:
    return " → ".join(filter(None, (told.texts.get("found"), told.texts.get("said"))))


register_verb("satisfaction.asked", _("再请客户评价"))
register_verb("satisfaction.mailed", _("寄出评价链接"))
register_verb("satisfaction.link_copied", _("复制评价链接"))
register_verb("satisfaction.rated", _("客户评价"), "contact", _rated)
register_verb("satisfaction.followed_up", _("回访评分低的客户"), "contact", _followed_up)
register_source(SOURCE, lambda rest: str(_("客户经链接")))


def _seen(user: Staff, now: datetime, pks: set[int]) -> set[int]:
    return set(visible_ratings(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True))


register_visible("satisfaction.ratingrequest", _seen)


def _card(request: Asked, record: Kept) -> str | None:
    """What the client was asked and said about this record, and the links that go with it."""
    if finishing_of(record) is None:
        return None
    user, now, where = request.user, request.now, ref(record)
    rows = visible_ratings(user, now).filter(subject_type=where.type, subject_pk=where.pk)
    asked = list(rows.order_by("-pk")[:ON_A_RECORD])
    service = service_of(record)
    if not asked and service is None:
        return None
    handles = service is not None and may_handle(user, service.unit_id, service.keeper_id, now)
    is_settled = any(one.state == RequestState.RATED or one.is_open(now) for one in asked)
    context: dict[str, Any] = {
        "asked": [(one, handles and one.is_open(now)) for one in asked],
        "type": where.type,
        "pk": where.pk,
        "may_ask": handles and not is_settled and service is not None and service.client_id is not None,
    }
    return render_to_string("satisfaction/_card.html", context, request)


register_card("satisfaction", _card)


def _panel(request: Asked, client: Client) -> str | None:
    """最近评价 on the client's page."""
    rows = visible_ratings(request.user, request.now).filter(client=client).filter(Q(state=RequestState.RATED))
    rated: list[RatingRequest] = list(rows.select_related("keeper").order_by("-pk")[:FEW])
    return render_to_string("satisfaction/_panel.html", {"rated": rated}, request) if rated else None


register_panel("satisfaction", 40, _panel)


def _past(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    """How often he judged, and how on average: his own marks, which his page shows one by one."""
    rows = visible_ratings(user, now).filter(client=client, state=RequestState.RATED, used_at__gte=since)
    told = rows.aggregate(marks=Avg("mark"), count=CountOf("pk"))
    label = gettext("评价，平均%s分") % f"{told['marks']:.1f}" if told["count"] else ""
    return [Past(Topic.SERVICES, label, told["count"])]


register_past("satisfaction", 202, _past)


register_menu(
    MenuEntry(
        "satisfaction",
        _("满意度"),
        "satisfaction:list",
        order=202,
        clause="2.2",
        go="m",
        owed=("satisfaction.ratingrequest",),
    )
)
register_moment(MOMENT, _("请客户评价"), _("客户本人"))
register_moment("satisfaction.low", _("评分低，要回访"), _("承办人、机构负责人"))
on_record(ask_when_finished)
on_round(ask_for_sending)
on_daily(forget_old_tries)
on_bounce(came_back)
