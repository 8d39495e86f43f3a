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

from chengnuo.clients.phones import digits, is_plausible
from chengnuo.kit.notices import notify
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal
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
    system = PhoneSystem.objects.filter(revoked_at=None).exclude(dial_url="").order_by("pk").first()
    if system is None:
        raise Refusal("no_dialling", _("没有接入能拨号的电话系统，用话机拨"), clause="3.1.2")
    if not by.extension:
        raise Invalid("no_extension", _("你还没有分机，请管理员填上后再拨"), clause="3.1.2")
    if not is_plausible(call.caller):
        raise Invalid("no_number", _("这条来电没有可拨的号码"), clause="3.1.2")
    with transaction.atomic():
        with acting(call) as fresh:
            record("call.dialled", fresh, by=by, now=now, data={"system": system.pk, "extension": by.extension})
        post_order.defer(system=system.pk, call=call.pk, staff=by.pk)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any, **_more: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@app.task(
    queue="dial", retry=RetryStrategy(max_attempts=TRIES, wait=2, retry_exceptions={NotDialled}), pass_context=True
)
def post_order(context: Any, system: int, call: int, staff: int) -> None:
    """Post the order; a failure is tried once more, then said to whoever pressed and on the record."""
    where = PhoneSystem.objects.get(pk=system)
    row, by = Call.objects.get(pk=call), Staff.objects.get(pk=staff)
    if where.revoked_at or not where.dial_url:
        return
    try:
        send(where.dial_url, by.extension, digits(row.caller))
    except NotDialled as failure:
        if context.job.attempts < TRIES - 1:
            raise
        structlog.get_logger("chengnuo.phone").warning("dialling failed", system=system, call=call, why=str(failure))
        say_failure(row, by, now=clock.now())


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


def say_failure(call: Call, by: Staff, *, now: datetime) -> None:
    with acting(call) as fresh:
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
