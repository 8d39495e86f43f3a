"""What this room adds to the rooms below: words of its events, menu, search, the client's page, finished services."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models.functions import ExtractYear
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Room as ServiceRoom
from chengnuo.clients.basis import register_services
from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.running import FEW, Running, register_running
from chengnuo.clients.served import Finishing, Service, register_finishing
from chengnuo.kit.records import register_handles, register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.search import Hit, Kind, Words, register_search, shown
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import ref
from chengnuo.people.models import Staff

from .access import (
    may_call,
    may_handle,
    visible_demands,
    visible_round_calls,
    visible_rounds,
    visible_scripts,
)
from .models import DemandState, Outcome, Round, RoundCall

LATEST = 4


def _call_words(told: Told) -> str:
    said = (told.texts.get(name) for name in ("content", "opinion", "suggestion"))
    return " ".join(filter(None, (str(Outcome(told.data["outcome"]).label), *said)))


def _demand_words(told: Told) -> str:
    return "：".join(filter(None, (told.texts.get("department"), told.texts.get("note"))))


for _name, _label in {
    "round.drawn_up": _("拟订电话服务"),
    "round.client_added": _("名单加客户"),
    "round.started": _("开始电话服务"),
    "round.finished": _("结束电话服务"),
    "round.cancelled": _("取消电话服务"),
    "round.printed": _("打印访问计划表"),
    "roundclient.left_out": _("不列入电话计划"),
    "roundcall.filed": _("电话资料归档"),
    "callscript.written": _("拟定电话用语"),
    "callscript.replaced": _("电话用语改版"),
}.items():
    register_verb(_name, _label)
register_verb("roundcall.made", _("电话访问"), "contact", _call_words)
register_verb("calldemand.told", _("告知进展"), "contact", _demand_words)
register_verb("calldemand.handled", _("办结客户要求"), "contact", _demand_words)
register_verb("calldemand.passed_on", _("转办客户要求"), "system", _demand_words)

for _type, _rows in (
    ("rounds.round", visible_rounds),
    ("rounds.roundcall", visible_round_calls),
    ("rounds.calldemand", visible_demands),
    ("rounds.callscript", visible_scripts),
):
    register_visible(
        _type,
        lambda user, now, pks, rows=_rows: set(  # type: ignore[misc]
            rows(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)
        ),
    )
register_handles("rounds.roundcall", may_call)
register_handles("rounds.calldemand", may_handle)


def _runs(user: Staff, client: Client, now: datetime) -> list[Running]:
    """Demands that wait: a round itself is no matter of one client's."""
    open_ = (DemandState.OPEN, DemandState.PASSED_ON)
    rows = visible_demands(user, now).filter(client=client, state__in=open_).select_related("call__on_list__round")
    return [
        Running(
            ref(row), row.number, row.get_absolute_url(), row.what, gettext("电话要求"), str(row.get_state_display())
        )
        for row in rows.order_by("-pk")[:FEW]
    ]


register_running("rounds", 403, _runs)


def _panel(request: Asked, client: Client) -> str | None:
    """最近电话访问 on the client's page."""
    rows = visible_round_calls(request.user, request.now).filter(client=client)
    calls = list(rows.select_related("owner", "on_list__round").order_by("-pk")[:LATEST])
    return render_to_string("rounds/_panel.html", {"calls": calls}, request) if calls else None


register_panel("rounds", 33, _panel)


def _served(call: RoundCall) -> Service | None:
    """A conversation is a service; a call that reached nobody is none."""
    if call.outcome != Outcome.REACHED:
        return None
    who = (call.client_id, call.client_unit_id, call.contact_id, call.spoke_with)
    return Service(call.number, call.unit_id, *who, keeper_id=call.owner_id)


register_finishing(
    "rounds.roundcall", Finishing(_("电话访问"), _served, lambda call, event: event.verb == "roundcall.made")
)


@counts_numbers
def rounds_by_series() -> Iterable[tuple[str, str, int, int]]:
    """The register's rows per branch and year of entry."""
    rows = (
        Round.objects.annotate(year=ExtractYear("drawn_up_at", tzinfo=ZONE))
        .values("unit__code", "year")
        .annotate(rows=CountOf("pk"))
        .order_by()
    )
    return [(Round.REGISTER, row["unit__code"], row["year"], row["rows"]) for row in rows]


def _words(one: Round) -> Words:
    return Words(texts=[one.aim, one.scheme], number=one.number, unit=one.unit_id, at=one.drawn_up_at)


def _hit(one: Round) -> Hit:
    subtitle = f"{one.unit.name} {one.get_state_display()}"
    return Hit(one.aim, subtitle, one.get_absolute_url(), one.number, [one.scheme])


register_search(
    Kind(
        "round",
        Round,
        _("电话服务"),
        order=403,
        reads=("number", "aim", "scheme", "unit_id", "drawn_up_at"),
        words=_words,
        hits=shown(visible_rounds, _hit, "unit"),
    )
)


def _call_found(call: RoundCall) -> Words:
    return Words(
        texts=[call.dialogue, call.opinion, call.suggestion, call.spoke_with, call.client.name],
        numbers=[call.number],
        unit=call.unit_id,
        client_unit=call.client_unit_id,
        client=call.client_id,
        at=call.at,
    )


def _call_hit(call: RoundCall) -> Hit:
    subtitle = f"{call.spoke_with} {call.get_outcome_display()}".strip()
    texts = [call.dialogue, call.opinion, call.suggestion]
    return Hit(call.client.name, subtitle, call.get_absolute_url(), call.number, texts)


register_search(
    Kind(
        "round_call",
        RoundCall,
        _("电话访问"),
        order=404,
        reads=(
            *("dialogue", "opinion", "suggestion", "spoke_with", "at"),
            *("on_list_id", "nth", "unit_id", "client_unit_id", "client_id"),
        ),
        words=_call_found,
        hits=shown(visible_round_calls, _call_hit, "client", "on_list__round"),
        related=("client", "on_list__round"),
    )
)


register_menu(MenuEntry("rounds", _("电话服务"), "rounds:list", order=403, clause="4.3", go="t", owed=("rounds.",)))
register_services(ServiceRoom(_("电话服务"), visible_round_calls, "at"))
