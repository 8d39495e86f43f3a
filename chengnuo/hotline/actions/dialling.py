"""Click to dial, and opening a recording: both on record."""

import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chengnuo.clients.access import may_unmask
from chengnuo.clients.models import Client, Phone, Position
from chengnuo.clients.phones import digits, is_plausible
from chengnuo.kit.notices import notify
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import Call, PhoneSystem, Ring
from .called_back import must_dial

SECONDS = 5
TRIES = 2


class NotDialled(Exception):
    """The exchange did not take the order."""


def dial(call: Call, *, by: Staff, now: datetime) -> None:
    """Ask the exchange to connect somebody's telephone with a caller (3.1.2). The worker posts it.

    Raises Forbidden for who does not handle the call, Invalid without an extension or a number that can be dialled,
    Refusal 409 where no exchange dials.
    """
    must_dial(by, call, now)
    system = _dialling(by, call.caller)
    with transaction.atomic():
        with acting(call) as fresh:
            record("call.dialled", fresh, by=by, now=now, data={"system": system.pk, "extension": by.extension})
        post_order.defer(system=system.pk, staff=by.pk, call=call.pk)


def dial_contact(position: Position, phone: Phone, *, by: Staff, now: datetime) -> None:
    """The same with a contact of a client, for who may see his whole number."""
    if not may_unmask(by, position.client, now) or phone.contact_id != position.contact_id:
        raise Forbidden(_("完整号码由服务这个客户的人使用"))
    system = _dialling(by, phone.number)
    with transaction.atomic():
        with acting(position.client) as client:
            data = {"system": system.pk, "extension": by.extension, "phone": phone.pk}
            record("client.dialled", client, also=[phone], by=by, now=now, data=data)
        post_order.defer(system=system.pk, staff=by.pk, client=position.client_id, phone=phone.pk)


def _dialling(by: Staff, number: str) -> PhoneSystem:
    system = PhoneSystem.objects.filter(revoked_at=None).exclude(dial_url="").order_by("pk").first()
    if system is None:
        raise Refusal("no_dialling", _("没有接入能拨号的电话系统，用话机拨"), clause="3.1.2")
    if not by.extension:
        raise Invalid("no_extension", _("你还没有分机，请管理员填上后再拨"), clause="3.1.2")
    if not is_plausible(number):
        raise Invalid("no_number", _("没有可拨的号码"), clause="3.1.2")
    return system


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any, **_more: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@app.task(
    queue="dial", retry=RetryStrategy(max_attempts=TRIES, wait=2, retry_exceptions={NotDialled}), pass_context=True
)
def post_order(context: Any, system: int, staff: int, call: int = 0, client: int = 0, phone: int = 0) -> None:
    """Post the order; a failure is tried once more, then said to whoever pressed and on the record. The number is
    read here: the queue holds keys alone."""
    where, by = PhoneSystem.objects.get(pk=system), Staff.objects.get(pk=staff)
    about: Call | Client = Call.objects.get(pk=call) if call else Client.objects.get(pk=client)
    number = about.caller if isinstance(about, Call) else Phone.objects.get(pk=phone).number
    if where.revoked_at or not where.dial_url:
        return
    try:
        send(where.dial_url, by.extension, digits(number))
    except NotDialled as failure:
        if context.job.attempts < TRIES - 1:
            raise
        structlog.get_logger("chengnuo.phone").warning("dialling failed", system=system, staff=staff, why=str(failure))
        say_failure(about, by, now=clock.now())


def send(dial_url: str, extension: str, number: str) -> None:
    """POST to the exchange. Only the administrator sets the address, and no redirection leads elsewhere.

    Raises NotDialled for whatever is not a 2xx within five seconds.
    """
    url = dial_url.replace("{extension}", quote(extension, safe="")).replace("{number}", quote(number, safe=""))
    request = urllib.request.Request(url, data=b"", method="POST", headers={"User-Agent": "chengnuo"})  # noqa: S310
    try:
        with OPENER.open(request, timeout=SECONDS) as answer:
            if not 200 <= answer.status < 300:
                raise NotDialled(f"answered {answer.status}")
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as failure:
        raise NotDialled(f"{type(failure).__name__}: {getattr(failure, 'code', '')}") from failure


def say_failure(about: Call | Client, by: Staff, *, now: datetime) -> None:
    """Say to whoever pressed, and on the record, that the exchange did not take the order."""
    with acting(about) as fresh:
        record("call.dial_failed", fresh, by=by, now=now)
        notify([by.pk], _n("拨号没有送达电话系统，用话机拨"), {}, fresh, now, clause="3.1.2")


def open_recording(call: Call, *, by: Staff, now: datetime) -> str:
    """The address of a call's recording; who opens it is on record. Raises Refusal 404 without one."""
    link = Ring.objects.filter(call=call).values_list("recording", flat=True).first()
    if not link:
        raise Refusal("no_recording", _("这条来电没有录音"), status=404)
    with acting(call) as fresh:
        record("call.recording_opened", fresh, by=by, now=now)
    return link
