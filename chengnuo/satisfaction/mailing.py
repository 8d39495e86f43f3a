"""The link by mail, from the company's own mail server to the client's contact. It names nobody and nothing.

It goes out as every mail to a client does (`kit.outward.queue`).
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.html import escape
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengnuo.clients.models import Contact
from chengnuo.kit.models import Channel, MailState, Outlet
from chengnuo.kit.outward.queue import Open, Queue
from chengnuo.kit.outward.rules import clean_address
from chengnuo.kit.outward.sending import opener
from chengnuo.kit.outward.tellings import table
from chengnuo.kit.outward.words import PAGE, Letter, domain
from chengnuo.kit.shell import company
from chengnuo.kit.times import in_sentence
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import record

from .models import RatingMail, RatingRequest, Way
from .tokens import token_of

S = MailState
MOMENT = "satisfaction.asked"
OURS = re.compile(r"<rating\.(\d{1,18})\.")


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
    return QUEUE.send_waiting(now, open_)


def _hindered(mail: RatingMail, now: datetime) -> str:
    contact = mail.request.contact
    stands = contact and contact.positions.filter(client=mail.request.client_id, is_active=True).exists()
    if mail.request.is_open(now) and stands and contact and _is(contact.email, mail.address):
        return ""
    return _("链接已失效，或联系人已变")


def _is(email: str, address: str) -> bool:
    try:
        return clean_address(Channel.MAIL, email) == address
    except Invalid:
        return False


def _note(request: RatingRequest, now: datetime) -> None:
    with acting(request) as fresh:
        fresh.channel = fresh.channel or Way.MAIL
        fresh.version += 1
        fresh.save(update_fields=["channel", "version"])
        record("satisfaction.mailed", fresh, by=None, now=now)


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
    """The loop's round."""
    return QUEUE.ask_for_sending(now, send_ratings.defer)


QUEUE = Queue(
    RatingMail,
    ("request__contact",),
    hindered=_hindered,
    letter=lambda mail, outlet: letter(mail.request, mail.address, outlet),
    sent=lambda mail, now: _note(mail.request, now),
)
