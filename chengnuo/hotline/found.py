"""What calls, promises, mails and duty lines are found by, and how they look among what was found."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.search import Hit, Kind, Scope, Words, register_search, shown
from chengnuo.ledger.models import Ref
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .access import HOTLINE, visible_calls, visible_lines, visible_mails, visible_promises
from .models import Call, DutyLine, MailMessage, Promise


def register() -> None:
    """Called when the room opens."""
    for kind in (CALLS, PROMISES, MAILS, LINES):
        register_search(kind)


def _scope(user: Staff, now: datetime) -> Scope:
    """As `visible_calls`: what somebody answered for others is his while he serves the hotline."""
    who = reach(user, now)
    return Scope(who.units, who.clients, user.pk if who.is_a(*HOTLINE) else None)


def _of_call(call: Call) -> dict[str, Any]:
    return {
        "unit": call.unit_id,
        "client_unit": call.client_unit_id,
        "client": call.client_id,
        "person": call.operator_id,
    }


def _client(record: Call | Promise) -> str:
    return record.client.name if record.client else ""


def _call_words(call: Call) -> Words:
    return Words(
        texts=[call.content, call.answer, call.caller_name, _client(call)],
        number=call.number,
        phones=[call.caller_digits],
        at=call.rang_at,
        **_of_call(call),
    )


def _call_hit(call: Call) -> Hit:
    client = "" if _client(call) == call.who else _client(call)
    subtitle = " ".join(filter(None, (client, call.masked_caller, *call.kind_labels, call.get_state_display())))
    texts = [call.content, call.answer]
    return Hit(call.who or call.masked_caller or _("未知来电人"), subtitle, call.get_absolute_url(), call.number, texts)


def _mails_of(pk: int) -> list[Ref]:
    mails = MailMessage.objects.filter(call=pk).order_by("pk").values_list("pk", flat=True)
    return [Ref("hotline.mailmessage", one) for one in mails]


CALLS = Kind(
    "call",
    Call,
    gettext_lazy("来电"),
    order=301,
    reads=(
        *("number", "content", "answer", "caller_name", "caller_digits", "rang_at"),
        *("unit_id", "client_unit_id", "client_id", "operator_id"),
    ),
    words=_call_words,
    hits=shown(visible_calls, _call_hit, "client"),
    related=("client",),
    scope=_scope,
    leads_to=_mails_of,
)


def _promise_words(promise: Promise) -> Words:
    return Words(
        texts=[promise.what, promise.to_whom, _client(promise)],
        numbers=[promise.call.number],
        unit=promise.unit_id,
        client_unit=promise.client_unit_id,
        client=promise.client_id,
        person=promise.keeper_id,
        at=promise.made_at,
    )


def _promise_hit(one: Promise) -> Hit:
    subtitle = " ".join(filter(None, (_client(one), one.get_state_display())))
    title = _("答复%(who)s") % {"who": one.to_whom or _client(one)}
    return Hit(title, subtitle, one.get_absolute_url(), one.call.number, [one.what])


PROMISES = Kind(
    "promise",
    Promise,
    gettext_lazy("承诺"),
    order=302,
    reads=("what", "to_whom", "made_at", "call_id", "unit_id", "client_unit_id", "client_id", "keeper_id"),
    words=_promise_words,
    hits=shown(visible_promises, _promise_hit, "client", "call"),
    related=("client", "call"),
)


def _mail_words(mail: MailMessage) -> Words:
    whose = _of_call(mail.call) if mail.call else {"unit": mail.unit_id}
    client = _client(mail.call) if mail.call else ""
    return Words(texts=[mail.subject, mail.text, mail.sender_name, mail.sender, client], at=mail.received_at, **whose)


def _mail_hit(mail: MailMessage) -> Hit:
    url = mail.call.get_absolute_url() if mail.call else reverse("hotline:mails")
    sender = " ".join(filter(None, (mail.sender_name, mail.sender)))
    number = mail.call.number if mail.call else ""
    return Hit(mail.subject or sender, sender if mail.subject else "", url, number, [mail.text])


MAILS = Kind(
    "mail",
    MailMessage,
    gettext_lazy("来信"),
    order=303,
    reads=("subject", "text", "sender_name", "sender", "received_at", "call_id", "unit_id"),
    words=_mail_words,
    hits=shown(visible_mails, _mail_hit, "call"),
    related=("call__client",),
    scope=_scope,
)


def _line_words(line: DutyLine) -> Words | None:
    if line.withdrawn_at is not None:
        return None
    return Words(texts=[line.number], phones=[line.digits], unit=line.unit_id)


LINES = Kind(
    "duty_line",
    DutyLine,
    gettext_lazy("值班电话"),
    order=305,
    reads=("number", "digits", "withdrawn_at", "unit_id"),
    words=_line_words,
    hits=shown(visible_lines, lambda one: Hit(one.number, one.unit.name, reverse("hotline:lines")), "unit"),
    scope=lambda _user, _now: Scope(everything=True),
)
