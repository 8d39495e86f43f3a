"""Letters by mail: each goes once by the queue of mails to clients (`kit.outward.queue`), and what comes back is known.

Whom the person who made them may not see any more at the moment of sending gets none.
"""

import hashlib
import hmac
import re
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.html import escape
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengnuo.clients.access import visible_clients
from chengnuo.kit.models import Channel, MailState, Outlet
from chengnuo.kit.outward.queue import Open, Queue
from chengnuo.kit.outward.sending import opener
from chengnuo.kit.outward.words import PAGE, domain
from chengnuo.kit.outward.words import Letter as Mail
from chengnuo.kit.shell import company
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .actions import return_letter
from .actions.campaigns import today_of
from .actions.posting import carry_out_plans, leave
from .addressing import addressee, filling, with_parts
from .fields import filled
from .models import Excuse, Letter, LetterMail, LetterState, Returned

OURS = re.compile(r"<letter\.(\d{1,18})\.")


def send_waiting(now: datetime, open_: Open = opener) -> int:
    """Mail what waits, as much as the server takes in a minute. Returns how many went out."""
    return QUEUE.send_waiting(now, open_)


def _hindered(mail: LetterMail, now: datetime) -> str:
    letter, maker = mail.letter, _maker(mail)
    client = with_parts(visible_clients(maker, now).filter(pk=letter.client_id)).first()
    if client is None:
        return _("客户已不在制作人可看范围")
    to = addressee(client, letter.campaign)
    return "" if to.address == mail.address and to.contact == letter.contact else _("联系人或邮箱已变")


def _maker(mail: LetterMail) -> Staff:
    batch = mail.letter.batch
    assert batch is not None  # Only letters of a batch are laid in the post.
    return batch.made_by


def mail_of(mail: LetterMail, outlet: Outlet) -> Mail:
    """The letter as a mail, its fields filled; its number stands in it, so that an answer is found."""
    letter = mail.letter
    client = with_parts(type(letter.client)._default_manager.filter(pk=letter.client_id)).get()
    values = filling(letter, client, addressee(client, letter.campaign))
    subject = filled(letter.text.subject, values)
    lines = [
        filled(letter.text.body, values),
        f"{letter.campaign.unit.name} {letter.campaign.owner.name}",
        _("回信写明编号 %(number)s，寄到 %(where)s") % {"number": letter.number, "where": letter.campaign.return_to},
    ]
    html = "".join(f"<p>{'<br>'.join(escape(part) for part in line.splitlines())}</p>" for line in lines)
    return Mail(
        to=mail.address,
        subject=subject,
        text="\n\n".join(lines) + "\n",
        html=f"{PAGE}{html}</body></html>",
        message_id=message_id(letter.pk, outlet),
        thread="",
        name=company(),
    )


def _sent(mail: LetterMail, now: datetime) -> None:
    """The letter has left; its plan item, where there is one, is carried out by who made it."""
    maker, today = _maker(mail), today_of(now)
    with acting(mail.letter) as fresh:
        was = fresh.state
        leave(fresh, today, maker, now)
        fresh.save()
        record("letter.posted", fresh, by=None, now=now, data={"state": [was, fresh.state], "posted_on": today})
        carry_out_plans([fresh], today, maker, now)


def _lost(mail: LetterMail, now: datetime) -> None:
    """It was not sent and will not be: the letter is not written to him, and says so."""
    with acting(mail.letter) as fresh:
        was = fresh.state
        move(fresh, "fail")
        fresh.excuse = Excuse.NOT_SENT
        fresh.version += 1
        fresh.save()
        record("letter.not_sent", fresh, by=None, now=now, data={"state": [was, fresh.state]})


def message_id(key: int, outlet: Outlet) -> str:
    """The same for the same letter; nobody else can say that it came back."""
    tag = hmac.new(settings.TRAIL_KEY, f"client letter {key}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"<letter.{key}.{tag}@{domain(outlet)}>"


def came_back(given: str, words: str) -> int:
    """A mail of ours came back: its letter was returned. Returns how many that were."""
    found = OURS.match(given)
    outlet = Outlet.objects.filter(channel=Channel.MAIL).first()
    if not found or outlet is None or not hmac.compare_digest(given, message_id(int(found[1]), outlet)):
        return 0
    with transaction.atomic():
        ours = LetterMail.objects.filter(letter=int(found[1]), state__in=(MailState.SENT, MailState.UNSURE))
        mail = ours.select_related("letter").first()
        if mail is None:
            return 0
        now = clock.now()
        if mail.letter.state == LetterState.MADE:
            _sent(mail, now)  # Nobody knew whether it went; now it is known.
        QUEUE.settle(mail, MailState.FAILED, words, among=(MailState.SENT, MailState.UNSURE))
        letter = Letter.objects.get(pk=mail.letter_id)
        if letter.state in (LetterState.POSTED, LetterState.DELIVERED):
            return_letter(letter, on=today_of(now), because=Returned.BOUNCE, by=None, now=now)
    return 1


@app.task(queue="outward", queueing_lock="letters", lock="outward")
def send_letters() -> None:
    """Carried out by the worker, never beside the notices: all count on what the server takes in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    send_waiting(now)


def ask_for_sending(now: datetime) -> int:
    """The loop's round."""
    return QUEUE.ask_for_sending(now, send_letters.defer)


QUEUE = Queue(
    LetterMail,
    ("letter__batch__made_by", "letter__contact", "letter__text", "letter__campaign__unit", "letter__campaign__owner"),
    hindered=_hindered,
    letter=mail_of,
    sent=_sent,
    lost=_lost,
)
