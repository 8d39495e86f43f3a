"""Sending what waits: each notice once by each channel.

Before a letter is handed over its rows say `sending`, in a transaction of their own; afterwards what it came to. What
a dead process left between the two is `unsure`: it may have arrived, and only a person sends it again.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ..models import Channel, Delivery, DeliveryState, Notice, Outlet
from . import health
from .chat import Robots
from .hold import is_shut
from .mail import Post
from .planning import plan
from .results import Later, NotSent, Rejected, Unsure
from .rules import ABANDONED_AFTER, FOLD_OVER, LONGEST_PAUSE, MOST_FOLDED, is_given_up, may_try, pause
from .words import Line, letter, readable

S = DeliveryState
LOOKED_AT = 2000
Open = Callable[[Outlet], AbstractContextManager[Any]]


def opener(outlet: Outlet) -> AbstractContextManager[Any]:
    """The way out of a channel: a connection to the mail server, or the robots."""
    return Post(outlet) if outlet.channel == Channel.MAIL else Robots(outlet.channel)


def send_waiting(now: datetime, open_: Open = opener) -> int:
    """Send what may go now, as much as each channel takes in a minute. Returns how many letters went out.

    It does nothing where nothing may leave the house (`hold.py`).
    """
    if is_shut():
        return 0
    plan(now)
    _abandoned(now)
    return sum(_send_by(outlet, now, open_) for outlet in Outlet.objects.filter(is_on=True).order_by("pk"))


def _due(outlet: Outlet, now: datetime) -> QuerySet[Delivery]:
    """Also what waits farther ahead than any pause: the clock has gone back since."""
    return Delivery.objects.filter(
        Q(next_at__lte=now) | Q(next_at__gt=now + LONGEST_PAUSE), channel=outlet.channel, state=S.WAITING
    ).order_by("pk")


def _send_by(outlet: Outlet, now: datetime, open_: Open) -> int:
    room = outlet.per_minute - _sent_lately(outlet, now)
    if room <= 0 or not may_try(outlet.next_at, now):
        return 0
    groups = list(islice(_groups(outlet, now), room))
    if not groups:
        return 0
    sent = 0
    try:
        with open_(outlet) as way:
            for group in groups:
                sent += _send(way, outlet, group, now)
    except NotSent as error:
        health.failed(outlet, str(error), now)
    return sent


def _sent_lately(outlet: Outlet, now: datetime) -> int:
    lately = Delivery.objects.filter(
        channel=outlet.channel, state=S.SENT, sent_at__gt=now - timedelta(minutes=1), sent_at__lte=now
    )
    return lately.values("message_id").distinct().count()


def _groups(outlet: Outlet, now: datetime) -> Iterator[list[int]]:
    """What goes as one letter: each notice by itself, but everything of a person for whom more than five wait."""
    rows = list(_due(outlet, now).values_list("pk", "staff_id")[:LOOKED_AT])
    of_person: dict[int, list[int]] = {}
    for pk, staff_id in rows:
        of_person.setdefault(staff_id, []).append(pk)
    for pk, staff_id in rows:
        mine = of_person[staff_id]
        if len(mine) <= FOLD_OVER:
            yield [pk]
        elif pk == mine[0]:
            yield mine[:MOST_FOLDED]


def _send(way: Any, outlet: Outlet, group: list[int], now: datetime) -> int:
    """Hand over one letter. Raises NotSent when the channel fails; its rows wait again."""
    lines, rows = _claimed(outlet, group, now)
    if not rows:
        return 0
    try:
        way.send(letter(lines, rows[0].address, outlet))
    except Later as later:
        _settle_later(rows, str(later), now)
    except Rejected as rejected:
        _settle(rows, S.FAILED, str(rejected))
    except NotSent as error:
        _settle(rows, S.WAITING, str(error))
        raise
    except Unsure as unsure:
        _settle(rows, S.UNSURE, str(unsure))
    except Exception:
        _settle(rows, S.UNSURE, _("发送时出了故障，已记入日志"))
        raise
    else:
        _settle(rows, S.SENT, "", sent_at=now)
        health.well(outlet)
        return 1
    return 0


def _claimed(outlet: Outlet, group: list[int], now: datetime) -> tuple[list[Line], list[Delivery]]:
    """The lines to send and their rows, marked as being sent; what must not go any more is marked so."""
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk__in=group, state=S.WAITING).order_by("pk")
        locked = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("notice", "staff"))
        if not locked:
            return [], []
        person = locked[0].staff
        fresh = [row for row in locked if row.notice.read_at is None]
        _suppress([row for row in locked if row not in fresh], _("已在系统内看过"))
        if not person.is_active:
            _suppress(fresh, _("人员已离职"))
            return [], []
        lines = readable(person, [row.notice for row in fresh], outlet, now)
        shown = {line.notice.pk for line in lines}
        rows = [row for row in fresh if row.notice_id in shown and row.address == fresh[0].address]
        _suppress([row for row in fresh if row.notice_id not in shown], _("记录已不在本人可看范围内"))
        wanted = {row.notice_id for row in rows}
        lines = [line for line in lines if line.notice.pk in wanted]
        if rows:
            which = letter(lines, rows[0].address, outlet).message_id
            for row in rows:
                row.state, row.sending_at, row.message_id = S.SENDING, now, which
                row.attempts += 1
            Delivery.objects.bulk_update(rows, ["state", "sending_at", "message_id", "attempts"])
        return lines, rows


def _suppress(rows: list[Delivery], words: str) -> None:
    if rows:
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=S.SUPPRESSED, error=words)


def _settle(rows: list[Delivery], state: str, words: str, **more: Any) -> None:
    """What it came to, unless a bounce said more meanwhile."""
    mine = Delivery.objects.filter(pk__in=[row.pk for row in rows], state__in=(S.SENDING, S.UNSURE))
    mine.update(state=state, error=words[:300], **more)


def _settle_later(rows: list[Delivery], words: str, now: datetime) -> None:
    for row in rows:
        if is_given_up(row.made_at, row.attempts, now):
            _settle([row], S.GIVEN_UP, words)
        else:
            _settle([row], S.WAITING, words, next_at=now + pause(row.attempts))


def _abandoned(now: datetime) -> None:
    """What has been sending for ten minutes is nobody's any more."""
    left = Delivery.objects.filter(state=S.SENDING, sending_at__lte=now - ABANDONED_AFTER)
    left.update(state=S.UNSURE, error=_("发送时进程中断，可能已送达"))


Bounce = Callable[[str, str], int]
_bounces: list[Bounce] = []


def on_bounce(bounce: Bounce) -> None:
    """Let a higher room hear of mails that came back: it knows its own by their ids. For AppConfig.ready()."""
    _bounces.append(bounce)


def bounced(message_id: str, words: str) -> int:
    """A mail of ours came back: mark what it carried as failed. Returns how many notices or letters that were."""
    if not message_id:
        return 0
    ours = Delivery.objects.filter(message_id=message_id[:120], state__in=(S.SENT, S.UNSURE), channel=Channel.MAIL)
    notices = ours.update(state=S.FAILED, error=words[:300])
    return notices + sum(bounce(message_id, words) for bounce in _bounces)


@app.task(queue="outward", queueing_lock="outward", lock="outward")
def send_outward() -> None:
    """Carried out by the worker. Safe to run twice; what it could not do, the next round asks for again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    send_waiting(now)


def ask_for_sending(now: datetime) -> int:
    """The loop's round: have the worker send where something waits. The loop itself never waits for a mail server."""
    if is_shut() or not _is_something_to_do(now):
        return 0
    try:
        with transaction.atomic():
            send_outward.defer()
    except AlreadyEnqueued:
        return 0
    return 1


def _is_something_to_do(now: datetime) -> bool:
    if Notice.objects.filter(is_to_go_out=True).exists():
        return True
    if Delivery.objects.filter(state=S.SENDING, sending_at__lte=now - ABANDONED_AFTER).exists():
        return True
    outlets = [one for one in Outlet.objects.filter(is_on=True) if may_try(one.next_at, now)]
    return any(_due(one, now).exists() for one in outlets)
