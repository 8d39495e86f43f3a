"""What letters add to the rooms below: words of their events, the menu, the search, the client's page, mails."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.db.models.functions import ExtractYear
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Room as ServiceRoom
from chengnuo.clients.basis import register_services
from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.running import FEW, Running, register_running
from chengnuo.clients.served import Finishing, Service, register_finishing
from chengnuo.kit.outward.sending import on_bounce
from chengnuo.kit.records import register_handles, register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.search import Hit, Kind, Words, register_search, shown
from chengnuo.kit.search.kinds import Place, register_place
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.loop import on_round
from chengnuo.ledger.models import ref
from chengnuo.people.access_explained import register_kind, register_right
from chengnuo.people.models import Staff

from .access import (
    may_handle,
    units_for_writing,
    visible_batches,
    visible_campaigns,
    visible_letters,
    visible_replies,
)
from .mailing import ask_for_sending, came_back
from .models import Campaign, Letter, LetterReply, Returned

LAST = 5
Rows = Callable[[Staff, datetime], QuerySet[Any]]


def _taken(told: Told) -> str:
    numbers = {"chosen": told.data["chosen"], "excluded": told.data["excluded"]}
    return str(_("能寄%(chosen)s封，不寄%(excluded)s封")) % numbers


def _batch(told: Told) -> str:
    return str(_("%(letters)s封")) % {"letters": told.data["letters"]}


def _returned(told: Told) -> str:
    return str(Returned(told.data["because"]).label)


def _said(told: Told) -> str:
    return " ".join(filter(None, (told.texts.get(name) for name in ("summary", "where", "reason", "title", "subject"))))


SYSTEM: dict[str, tuple[Any, Callable[[Told], str] | None]] = {
    "campaign.drafted": (_("起草信函活动"), _said),
    "campaign.changed": (_("改信函活动"), _said),
    "campaign.text_set": (_("改信函文本"), _said),
    "campaign.addressees_taken": (_("选收件人"), _taken),
    "campaign.addressees_excluded": (_("剔除收件人"), None),
    "campaign.fixed": (_("定名单"), None),
    "campaign.held_back": (_("制作时留下"), None),
    "campaign.batch_made": (_("制作信函"), _batch),
    "campaign.made": (_("制作完"), None),
    "campaign.batch_posted": (_("寄出信函"), _batch),
    "campaign.posted": (_("全部寄出"), None),
    "campaign.closed": (_("结束信函活动"), _said),
    "campaign.filed": (_("归档信函活动"), _said),
    "campaign.cancelled": (_("取消信函活动"), _said),
    "campaign.plan_printed": (_("打印访问计划表"), None),
    "letter.included": (_("重新列入收件人"), None),
    "letter.not_sent": (_("邮件没有发出"), None),
    "letterreply.passed_on": (_("转有关部门"), None),
    "letterreply.filed": (_("归档回信"), _said),
}
CONTACT: dict[str, tuple[Any, Callable[[Told], str] | None]] = {
    "letter.posted": (_("寄出信函"), None),
    "letter.delivered": (_("信函送达"), None),
    "letter.returned": (_("信函退回"), _returned),
    "letterreply.entered": (_("登记回信"), None),
    "letterreply.told": (_("告知进展"), None),
    "letterreply.handled": (_("办结回信"), None),
}
for _name, (_label, _detail) in SYSTEM.items():
    register_verb(_name, _label, "system", _detail)
for _name, (_label, _detail) in CONTACT.items():
    register_verb(_name, _label, "contact", _detail)


def _register_seen(type_: str, rows: Rows) -> None:
    register_visible(
        type_, lambda user, now, pks: set(rows(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True))
    )


_register_seen("letters.campaign", visible_campaigns)
_register_seen("letters.letterbatch", visible_batches)
_register_seen("letters.letter", visible_letters)
_register_seen("letters.letterreply", visible_replies)
for _type in ("letters.campaign", "letters.letterreply"):
    register_handles(_type, may_handle)
register_kind(
    "letters.campaign",
    _("信函活动"),
    visible_campaigns,
    acts=[("handle", _("办理"), may_handle)],
    find=lambda number: Campaign.objects.filter(number=number),
)
register_kind(
    "letters.letter",
    _("信函"),
    visible_letters,
    acts=[("handle", _("办理"), may_handle)],
    find=lambda number: Letter.objects.filter(number=number),
)
register_kind(
    "letters.letterreply",
    _("回信"),
    visible_replies,
    acts=[("handle", _("办理"), may_handle)],
    find=lambda number: LetterReply.objects.filter(number=number),
)
register_right(
    "letters.write",
    _("信函：起草活动"),
    lambda user, unit, now: units_for_writing(user, now).filter(pk=unit).exists(),
)


@counts_numbers
def rounds_by_series() -> Iterable[tuple[str, str, int, int]]:
    """The register's rows per unit and year of entry."""
    rows = (
        Campaign.objects.annotate(year=ExtractYear("entered_at", tzinfo=ZONE))
        .values("unit__code", "year")
        .annotate(rows=CountOf("pk"))
        .order_by()
    )
    return [(Campaign.REGISTER, row["unit__code"], row["year"], row["rows"]) for row in rows]


def _open_replies(user: Staff, client: Client, now: datetime) -> list[Running]:
    rows = visible_replies(user, now).filter(client=client, state="received").order_by("-pk")[:FEW]
    return [
        Running(ref(one), one.number, one.get_absolute_url(), one.content, str(one.get_kind_display()), str(_("待办")))
        for one in rows
    ]


register_running("letters", 402, _open_replies)


def _panel(request: Asked, client: Client) -> str | None:
    """最近信函 on the client's page."""
    rows = visible_letters(request.user, request.now).filter(client=client).exclude(posted_on=None)
    found = list(rows.select_related("campaign").order_by("-pk")[:LAST])
    return render_to_string("letters/_panel.html", {"letters": found}, request) if found else None


register_panel("letters", 35, _panel)


def _service(reply: LetterReply) -> Service | None:
    if reply.handled_at is None:
        return None
    who = (reply.client_id, reply.client_unit_id, reply.contact_id, reply.letter.recipient)
    return Service(reply.number, reply.unit_id, *who, keeper_id=reply.owner_id)


register_finishing(
    "letters.letterreply", Finishing(_("回信"), _service, lambda reply, event: event.verb == "letterreply.handled")
)


def _round_words(one: Campaign) -> Words:
    return Words(texts=[one.title, one.aim, one.scheme], number=one.number, unit=one.unit_id, at=one.entered_at)


def _reply_words(one: LetterReply) -> Words:
    return Words(
        texts=[one.content, one.answer, one.client.name],
        number=one.number,
        unit=one.unit_id,
        client_unit=one.client_unit_id,
        client=one.client_id,
        person=one.owner_id,
        at=one.entered_at,
    )


register_search(
    Kind(
        "campaign",
        Campaign,
        _("信函活动"),
        402,
        reads=("number", "title", "aim", "scheme", "unit_id", "entered_at"),
        words=_round_words,
        hits=shown(
            visible_campaigns,
            lambda one: Hit(
                one.title, str(one.get_state_display()), one.get_absolute_url(), one.number, [one.aim, one.scheme]
            ),
        ),
    )
)
register_search(
    Kind(
        "letterreply",
        LetterReply,
        _("回信"),
        402,
        reads=("number", "content", "answer", "unit_id", "client_unit_id", "client_id", "owner_id", "entered_at"),
        words=_reply_words,
        hits=shown(
            visible_replies,
            lambda one: Hit(
                one.content[:80], one.client.name, one.get_absolute_url(), one.number, [one.content, one.answer]
            ),
            "client",
        ),
        related=("client",),
    )
)


def _by_number(user: Staff, now: datetime, query: str) -> list[Hit]:
    """A letter by its whole number: as many letters as there are clients need no words of their own."""
    rows = visible_letters(user, now).filter(number=query.strip().upper()).select_related("client", "campaign")
    return [Hit(one.client.name, one.campaign.title, one.get_absolute_url(), one.number) for one in rows]


register_place(Place("letter", _("信函"), 402, _by_number))


register_menu(MenuEntry("letters", _("信函服务"), "letters:list", order=402, clause="4.2", go="l", owed=("letters.",)))
on_bounce(came_back)
on_round(ask_for_sending)
register_services(ServiceRoom(_("信函"), visible_letters, "posted_on"))
