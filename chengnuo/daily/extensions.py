"""What this room adds to the rooms below: words of its events, menu, search, the client's page, finished services, and
the calendar's work of opening renewals."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models.functions import ExtractYear
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Room as ServiceRoom
from chengnuo.clients.basis import register_services
from chengnuo.clients.models import Client, Policy
from chengnuo.clients.panels import register_panel
from chengnuo.clients.running import FEW, Running, register_running
from chengnuo.clients.served import Finishing, Service, register_finishing
from chengnuo.kit.records import register_handles, register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.search import Hit, Kind, Words, register_search, shown
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.loop import on_round
from chengnuo.ledger.models import ref
from chengnuo.people.models import Staff

from .access import may_handle, visible_contacts, visible_renewals
from .models import OPEN, ContactChannel, ContactKind, DailyContact, Renewal, RenewalState, whose
from .opening import open_renewals
from .rules import ONE_DAY

LATEST = 5


def _entered(told: Told) -> str:
    how = f"{ContactKind(told.data['kind']).label} {ContactChannel(told.data['channel']).label}"
    said = [told.texts.get("content"), told.texts.get("result")]
    return " ".join(filter(None, (how, " → ".join(filter(None, said)))))


def _quoted(told: Told) -> str:
    return " ".join(filter(None, (told.texts.get("insurer"), str(told.data["premium"]), told.texts.get("content"))))


def _decided(told: Told) -> str:
    return "：".join(filter(None, (str(RenewalState(told.data["state"][1]).label), told.texts.get("note"))))


register_verb("daily.entered", _("回访与维护"), "contact", _entered)
register_verb("daily.answered", _("答复客户"), "contact")
register_verb("renewal.opened", _("续保立项"))
register_verb("renewal.end_moved", _("保单改期，续保随改"))
register_verb("renewal.contacted", _("联系续保"), "contact")
register_verb("renewal.quoted", _("报续保条件"), "contact", _quoted)
register_verb("renewal.decided", _("续保办结"), "contact", _decided)
register_verb("renewal.handed_on", _("转派"))
register_verb("renewal.decided_anew", _("续保重新办理"))

for _type, _rows in (("daily.dailycontact", visible_contacts), ("daily.renewal", visible_renewals)):
    register_visible(
        _type,
        lambda user, now, pks, rows=_rows: set(  # type: ignore[misc]
            rows(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)
        ),
    )
    register_handles(_type, may_handle)


def _runs(user: Staff, client: Client, now: datetime) -> list[Running]:
    """What was promised and waits, and renewals that are open."""
    waiting = visible_contacts(user, now).filter(client=client, answered_at=None).exclude(promised="")
    promised = [
        Running(
            ref(one),
            one.number,
            one.get_absolute_url(),
            one.promised,
            gettext("答应客户"),
            gettext("待答复"),
            one.promised_by,
            gettext("答复"),
        )
        for one in waiting.order_by("promised_by")[:FEW]
    ]
    open_ = visible_renewals(user, now).filter(client=client, state__in=OPEN).select_related("policy")
    renewals = [
        Running(
            ref(one),
            one.number,
            one.get_absolute_url(),
            f"{one.policy.no} {Policy.Line(one.line).label}",
            gettext("续保"),
            str(one.get_state_display()),
            midnight(one.expires_on + ONE_DAY),
            gettext("到期"),
        )
        for one in open_.order_by("expires_on", "pk")[:FEW]
    ]
    return promised + renewals


register_running("daily", 303, _runs)


def _panel(request: Asked, client: Client) -> str:
    """最近回访与维护 on the client's page, with the way to enter one."""
    user, now = request.user, request.now
    contacts = visible_contacts(user, now).filter(client=client).select_related("owner").order_by("-pk")[:LATEST]
    return render_to_string("daily/_panel.html", {"client": client, "contacts": contacts}, request)


register_panel("daily", 32, _panel)


def _served(one: DailyContact) -> Service:
    who = (one.client_id, one.client_unit_id, one.contact_id, one.spoke_with)
    return Service(one.number, one.unit_id, *who, keeper_id=one.owner_id)


def _renewed(one: Renewal) -> Service | None:
    """A renewal that came to a new policy; who goes is not asked how it was, he has said so."""
    if one.new_policy_id is None:
        return None
    return Service(one.number, one.unit_id, one.client_id, one.client_unit_id, None, "", keeper_id=one.owner_id)


register_finishing(
    "daily.dailycontact",
    Finishing(_("回访与维护"), _served, lambda one, event: event.verb == "daily.entered"),
)
register_finishing(
    "daily.renewal",
    Finishing(
        _("续保"),
        _renewed,
        lambda one, event: event.verb == "renewal.decided",
        undone_by=("renewal.decided_anew",),
    ),
)


@counts_numbers
def rows_by_series() -> Iterable[tuple[str, str, int, int]]:
    """The registers' rows per branch and year of entry."""
    found: list[tuple[str, str, int, int]] = []
    registers: tuple[tuple[type[DailyContact] | type[Renewal], str], ...] = (
        (DailyContact, "entered_at"),
        (Renewal, "opened_at"),
    )
    for model, entered in registers:
        rows = model._default_manager.annotate(year=ExtractYear(entered, tzinfo=ZONE)).values("unit__code", "year")
        counted = rows.annotate(rows=CountOf("pk")).order_by()
        found += [(model.REGISTER, row["unit__code"], row["year"], row["rows"]) for row in counted]
    return found


def _contact_words(one: DailyContact) -> Words:
    texts = [one.dialogue, one.result, one.promised, one.spoke_with, one.client.name]
    return Words(texts=texts, number=one.number, at=one.at, **whose(one))


def _contact_hit(one: DailyContact) -> Hit:
    subtitle = f"{one.get_kind_display()} {one.get_channel_display()} {one.spoke_with}".strip()
    return Hit(one.client.name, subtitle, one.get_absolute_url(), one.number, [one.dialogue, one.result])


def _renewal_words(one: Renewal) -> Words:
    texts = [one.decided_because, one.client.name]
    return Words(texts=texts, number=one.number, whole=[one.policy.no], at=one.opened_at, **whose(one))


def _renewal_hit(one: Renewal) -> Hit:
    subtitle = f"{one.policy.no} {one.expires_on} {one.get_state_display()}"
    return Hit(one.client.name, subtitle, one.get_absolute_url(), one.number, [one.decided_because])


WHOSE = ("unit_id", "client_unit_id", "client_id")
register_search(
    Kind(
        "daily_contact",
        DailyContact,
        _("回访与维护"),
        order=303,
        reads=("number", "dialogue", "result", "promised", "spoke_with", "at", *WHOSE),
        words=_contact_words,
        hits=shown(visible_contacts, _contact_hit, "client"),
        related=("client",),
    )
)
register_search(
    Kind(
        "renewal",
        Renewal,
        _("续保"),
        order=304,
        reads=("number", "decided_because", "opened_at", "policy_id", *WHOSE),
        words=_renewal_words,
        hits=shown(visible_renewals, _renewal_hit, "client", "policy"),
        related=("client", "policy"),
    )
)


register_menu(MenuEntry("daily", _("日常服务"), "daily:list", order=303, clause="3.3", go="y", owed=("daily.",)))
on_round(open_renewals)
register_services(ServiceRoom(_("日常服务"), visible_contacts, "at", ("call", "care", "advice"), "daily:new"))
