"""The link by mail, from the company's own mail server to the client's contact. It names nobody and nothing.

As notices to the staff (`kit.outward`): handed over once, and what a dead process left in between is `unsure`.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chengnuo.clients.models import Contact
from chengnuo.kit.models import Channel, Delivery, DeliveryState, Outlet
from chengnuo.kit.outward import health
from chengnuo.kit.outward.hold import is_shut
from chengnuo.kit.outward.results import Later, NotSent, Rejected, Unsure
from chengnuo.kit.outward.rules import ABANDONED_AFTER, clean_address, is_given_up, may_try, pause
from chengnuo.kit.outward.sending import opener
from chengnuo.kit.outward.tellings import table
from chengnuo.kit.outward.words import PAGE, Letter, domain
from chengnuo.kit.shell import company
from chengnuo.kit.times import in_sentence
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import record

from .models import MailState, RatingMail, RatingRequest, Way
from .tokens import token_of

S = MailState
MOMENT = "satisfaction.asked"
OURS = re.compile(r"<rating\.(\d{1,18})\.")
Open = Callable[[Outlet], AbstractContextManager[Any]]


def put_in_the_post(request: RatingRequest, now: datetime) -> None:
    """Have the link mailed where the contact has an address and the company mails its clients. Nothing of a demo or a
    replay leaves the house."""
    if clock.moved() is not None or request.contact_id is None:
        return
    address = Contact.objects.filter(pk=request.contact_id).values_list("email", flat=True).first()
    if address and _is_mailed():
        RatingMail.objects.create(request=request, address=address, made_at=now, next_at=now)


def _is_mailed() -> bool:
    outlet = Outlet.objects.filter(channel=Channel.MAIL, is_on=True).first()
    told = table().get(MOMENT)
    return bool(outlet and base(outlet) and told and Channel.MAIL in told.channels)


def base(outlet: Outlet | None) -> str:
    """Where clients reach us: their own address of ours, else the one that the company's letters name."""
    return settings.PUBLIC_URL or (outlet.url.rstrip("/") if outlet else "")


def send_waiting(now: datetime, open_: Open = opener) -> int:
    """Mail what waits, as much as the server takes in a minute. Returns how many went out."""
    outlet = Outlet.objects.filter(channel=Channel.MAIL, is_on=True).first()
    if is_shut() or outlet is None or not may_try(outlet.next_at, now):
        return 0
    _abandoned(now)
    keys = list(_due(now).values_list("pk", flat=True)[: max(outlet.per_minute - _sent_lately(now), 0)])
    if not keys:
        return 0
    try:
        with open_(outlet) as way:
            return sum(_send(way, outlet, key, now) for key in keys)
    except NotSent as error:
        health.failed(outlet, str(error), now)
        return 0


def _due(now: datetime) -> QuerySet[RatingMail]:
    return RatingMail.objects.filter(state=S.WAITING, next_at__lte=now).order_by("next_at", "pk")


def _sent_lately(now: datetime) -> int:
    lately = {"sent_at__gt": now - timedelta(minutes=1), "sent_at__lte": now}
    notices = Delivery.objects.filter(channel=Channel.MAIL, state=DeliveryState.SENT, **lately)
    return notices.count() + RatingMail.objects.filter(state=S.SENT, **lately).count()


def _send(way: Any, outlet: Outlet, key: int, now: datetime) -> int:
    mail = _claimed(key, now)
    if mail is None:
        return 0
    try:
        way.send(letter(mail.request, mail.address, outlet))
    except Later as later:
        given_up = is_given_up(mail.made_at, mail.attempts, now)
        _settle(mail, S.GIVEN_UP if given_up else S.WAITING, str(later), next_at=now + pause(mail.attempts))
    except Rejected as rejected:
        _settle(mail, S.FAILED, str(rejected))
    except NotSent as error:
        _settle(mail, S.WAITING, str(error))
        raise
    except Unsure as unsure:
        _settle(mail, S.UNSURE, str(unsure))
    except Exception:
        _settle(mail, S.UNSURE, _("发送时出了故障，已记入日志"))
        raise
    else:
        _settle(mail, S.SENT, "", sent_at=now)
        _note(mail.request, now)
        health.well(outlet)
        return 1
    return 0


def _claimed(key: int, now: datetime) -> RatingMail | None:
    """The mail, marked as being sent; None for one that must not go any more, which is marked so."""
    with transaction.atomic():
        waiting = RatingMail.objects.filter(pk=key, state=S.WAITING).select_related("request__contact")
        mail = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if mail is None:
            return None
        contact = mail.request.contact
        stands = contact and contact.positions.filter(client=mail.request.client_id, is_active=True).exists()
        if not (mail.request.is_open(now) and stands and contact and _is(contact.email, mail.address)):
            _settle(mail, S.SUPPRESSED, _("链接已失效，或联系人已变"), among=(S.WAITING,))
            return None
        mail.state, mail.sending_at = S.SENDING, now
        mail.attempts += 1
        mail.save(update_fields=["state", "sending_at", "attempts"])
        return mail


def _is(email: str, address: str) -> bool:
    try:
        return clean_address(Channel.MAIL, email) == address
    except Invalid:
        return False


def _settle(
    mail: RatingMail, state: str, words: str, *, among: tuple[str, ...] = (S.SENDING, S.UNSURE), **more: Any
) -> None:
    RatingMail.objects.filter(pk=mail.pk, state__in=among).update(state=state, error=words[:300], **more)


def _note(request: RatingRequest, now: datetime) -> None:
    with acting(request) as fresh:
        fresh.channel = fresh.channel or Way.MAIL
        fresh.version += 1
        fresh.save(update_fields=["channel", "version"])
        record("satisfaction.mailed", fresh, by=None, now=now)


def _abandoned(now: datetime) -> None:
    left = RatingMail.objects.filter(state=S.SENDING, sending_at__lte=now - ABANDONED_AFTER)
    left.update(state=S.UNSURE, error=_("发送时进程中断，可能已送达"))


def letter(request: RatingRequest, to: str, outlet: Outlet) -> Letter:
    """Where to rate and until when, in the company's name: nothing of the client, the matter or whoever served."""
    from .links import address_of

    link = address_of(token_of(request.salt), base(outlet))
    subject = _("%(company)s请你评价上次服务") % {"company": company()}
    lines = [
        subject + _("。打个分，有话就写，一分钟以内。"),
        link,
        _("链接有效至%(until)s，只能用一次，不用登录。不想评就不用管，也不用回复。") % {"until": until(request)},
    ]
    html = "".join(f"<p>{_linked(line)}</p>" for line in lines)
    return Letter(
        to=to,
        subject=subject,
        text="\n\n".join(lines) + "\n",
        html=f"{PAGE}{html}</body></html>",
        message_id=message_id(request.pk, outlet),
        thread="",
        name=company(),
    )


def until(request: RatingRequest) -> str:
    """The last day on which the link is good, as people say it: 24:00 of a day is that day."""
    assert request.expires_at is not None
    return in_sentence((request.expires_at - timedelta(microseconds=1)).astimezone(clock.ZONE).date())


def _linked(line: str) -> str:
    safe = escape(line)
    return f'<a href="{safe}">{safe}</a>' if line.startswith(("https://", "http://")) else safe


def message_id(key: int, outlet: Outlet) -> str:
    """The same for the same request; nobody else can say that it came back."""
    tag = hmac.new(settings.TRAIL_KEY, f"rating mail {key}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"<rating.{key}.{tag}@{domain(outlet)}>"


def came_back(given: str, words: str) -> int:
    """A mail of ours came back: it did not arrive. Returns how many that were."""
    found = OURS.match(given)
    outlet = Outlet.objects.filter(channel=Channel.MAIL).first()
    if not found or outlet is None or not hmac.compare_digest(given, message_id(int(found[1]), outlet)):
        return 0
    ours = RatingMail.objects.filter(request=int(found[1]), state__in=(S.SENT, S.UNSURE))
    return ours.update(state=S.FAILED, error=words[:300])


@app.task(queue="outward", queueing_lock="ratings", lock="outward")
def send_ratings() -> None:
    """Carried out by the worker, never beside the notices: both count on what the server takes in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    send_waiting(now)


def ask_for_sending(now: datetime) -> int:
    """The loop's round: have the worker send where something waits."""
    if is_shut() or not _is_something_to_do(now):
        return 0
    try:
        with transaction.atomic():
            send_ratings.defer()
    except AlreadyEnqueued:
        return 0
    return 1


def _is_something_to_do(now: datetime) -> bool:
    left = RatingMail.objects.filter(state=S.SENDING, sending_at__lte=now - ABANDONED_AFTER)
    if left.exists():
        return True
    outlet = Outlet.objects.filter(channel=Channel.MAIL, is_on=True).first() if _due(now).exists() else None
    return outlet is not None and may_try(outlet.next_at, now)
