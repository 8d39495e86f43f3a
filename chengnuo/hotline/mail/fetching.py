"""Looking into a branch's mailbox by IMAP. Nothing on the server is changed: it is opened for reading alone."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chengnuo.kit.models import Channel, Outlet, Security
from chengnuo.kit.outward import keys
from chengnuo.kit.outward.hold import is_shut
from chengnuo.kit.outward.rules import may_try, pause

from ..models import Mailbox
from .parsing import LARGEST, Parsed, parsed
from .taking import take_in

TIMEOUT = 20
LONGEST_ROUND = 40.0
EVERY = timedelta(minutes=1)
HEAD = 64 * 1024


def fetch(mailbox: Mailbox, now: datetime) -> int:
    """Take in what has come since. Returns how many mails; a server that fails is noted and tried again later."""
    ends = time.monotonic() + LONGEST_ROUND
    try:
        with _opened(mailbox) as server:
            count, is_more = _read(server, mailbox, now, ends)
    except (IMAPClientError, OSError, UnicodeError) as error:
        _failed(mailbox, _words(error), now)
        return 0
    Mailbox.objects.filter(pk=mailbox.pk).update(
        next_at=now if is_more else now + EVERY, looked_at=now, failing_since=None, tries=0, error=""
    )
    return count


def _opened(mailbox: Mailbox) -> IMAPClient:
    trusted = ssl.create_default_context(cafile=settings.MAIL_CA or None)
    is_tls = mailbox.security == Security.TLS
    how: dict[str, Any] = {"ssl": is_tls, "timeout": TIMEOUT}
    server = IMAPClient(mailbox.host, mailbox.port, **how, **({"ssl_context": trusted} if is_tls else {}))
    try:
        if mailbox.security == Security.STARTTLS:
            server.starttls(trusted)
        server.login(mailbox.username, keys.read(mailbox.secret))
    except BaseException:
        server.shutdown()
        raise
    return server


def _read(server: IMAPClient, mailbox: Mailbox, now: datetime, ends: float) -> tuple[int, bool]:
    """The mails after the last one taken in, in order, for so long; and whether some are left for the next round."""
    chosen = server.select_folder(mailbox.folder, readonly=True)
    validity, following = int(chosen[b"UIDVALIDITY"]), int(chosen.get(b"UIDNEXT", 1))
    if mailbox.uidvalidity is None:  # What lay there before it was set up is the branch's own affair.
        Mailbox.objects.filter(pk=mailbox.pk).update(uidvalidity=validity, last_uid=following - 1)
        return 0, False
    last = mailbox.last_uid if mailbox.uidvalidity == validity else 0
    uids = sorted(uid for uid in server.search(["UID", f"{last + 1}:*"]) if uid > last)
    ours = Outlet.objects.filter(channel=Channel.MAIL).values_list("sender", flat=True).first() or ""
    count = 0
    for uid in uids:
        if time.monotonic() > ends:
            return count, True
        count += _take(server, mailbox, uid, validity, now, ours)
    return count, False


def _take(server: IMAPClient, mailbox: Mailbox, uid: int, validity: int, now: datetime, ours: str) -> int:
    head = server.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
    if head is None:  # Deleted meanwhile.
        return 0
    size, came = int(head[b"RFC822.SIZE"]), _aware(head.get(b"INTERNALDATE"))
    if came is not None and came < mailbox.set_up_at - timedelta(minutes=5):
        return 0
    what = "BODY.PEEK[]" if size <= LARGEST else f"BODY.PEEK[HEADER]<0.{HEAD}>"
    raw = next((value for key, value in server.fetch([uid], [what])[uid].items() if key.startswith(b"BODY[")), b"")
    received_at = came if came is not None and came <= now else now
    try:
        said = parsed(raw or b"", now, trusts=mailbox.trusts, size=size if size > LARGEST else None, ours=ours)
        return int(take_in(mailbox, said, uid=uid, uidvalidity=validity, now=now, received_at=received_at) is not None)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        structlog.get_logger("chengnuo.mail").exception("mail unreadable", mailbox=mailbox.pk, uid=uid)
        said = Parsed(message_id=f"<unreadable.{validity}.{uid}>", notes=[_("这封邮件读不了，到邮箱里看")])
        take_in(mailbox, said, uid=uid, uidvalidity=validity, now=now, received_at=received_at)
        return 1


def _aware(at: datetime | None) -> datetime | None:
    """IMAPClient gives INTERNALDATE as local time without a zone."""
    return at.astimezone(UTC) if at is not None else None


def _words(error: Exception) -> str:
    if isinstance(error, LoginError):
        return _("邮箱不认用户名或密码")
    if isinstance(error, UnicodeError):
        return _("用户名或密码里有邮箱服务器不认的字，只用字母、数字和符号")
    if isinstance(error, ssl.SSLError):
        return _("邮箱服务器的证书或加密方式不对")
    return _("连不上邮箱：%s") % str(error)[:150]


def _failed(mailbox: Mailbox, words: str, now: datetime) -> None:
    tries = mailbox.tries + 1
    since = min(mailbox.failing_since or now, now)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        tries=tries, failing_since=since, error=words[:300], next_at=now + pause(tries)
    )


@app.task(queue="mail", pass_context=False)
def fetch_mail(mailbox: int) -> None:
    """Carried out by the worker. Safe to run twice: the second waits for the mailbox's row and finds nothing new.

    Asks once more whether it may: a job that waited at a backup's instant is there in the copy that was restored.
    """
    if is_shut():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    found = Mailbox.objects.select_related("unit", "keeper").filter(pk=mailbox, is_on=True).first()
    if found is not None:
        fetch(found, now)


def ask_for_mail(now: datetime) -> int:
    """The loop's round: have the worker look into every mailbox whose minute has passed."""
    if is_shut():
        return 0
    asked = 0
    due = Mailbox.objects.filter(Q(next_at__lte=now) | Q(next_at=None) | Q(next_at__gt=now + timedelta(minutes=15)))
    for mailbox in due.filter(is_on=True):
        if not may_try(mailbox.next_at, now):
            continue
        which = f"mailbox-{mailbox.pk}"
        try:
            with transaction.atomic():
                fetch_mail.configure(queueing_lock=which, lock=which).defer(mailbox=mailbox.pk)
            asked += 1
        except AlreadyEnqueued:
            continue
    return asked
