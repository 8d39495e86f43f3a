"""Sending what waits: at least once, in each record's order.

Before a body is posted its row says `sending`, in a transaction of its own; afterwards what it came to. What a dead
process left between the two is sent again after ten minutes, with the same delivery id: a receiver that keeps the ids
it has seen takes every event once. docs/decisions/a-webhook-is-sent-at-least-once.md says why this differs from mail.
"""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ..models import SendingState, Webhook, WebhookDelivery
from ..outward.hold import is_shut
from . import health
from .posting import Answered, post
from .results import NoAnswer
from .rules import DEAD_AFTER, KEEP, pause
from .signing import header

S = SendingState
UNDONE = (S.WAITING, S.SENDING)
A_TURN = 5.0
A_TASK = 50.0


def send_waiting(now: datetime) -> int:
    """Give every webhook a turn of five seconds. Returns how many bodies were posted.

    It does nothing where nothing may leave the house (`outward/hold.py`).
    """
    if is_shut():
        return 0
    _left_by_the_dead(now)
    hooks = Webhook.objects.filter(_may_try(now), is_on=True).order_by("pk")
    return sum(_a_turn(hook, now) for hook in hooks)


def _may_try(now: datetime, path: str = "") -> Q:
    return Q(**{f"{path}next_at__isnull": True}) | Q(**{f"{path}next_at__lte": now})


def _left_by_the_dead(now: datetime) -> None:
    left = WebhookDelivery.objects.filter(state=S.SENDING, next_at__lte=now)
    left.update(state=S.WAITING, error=_("发送时进程中断，可能已送达"))


def _a_turn(hook: Webhook, now: datetime) -> int:
    began, posted = time.monotonic(), 0
    while time.monotonic() - began < A_TURN and not _rests(hook, now) and (row := _claimed(hook, now)):
        posted += 1
        _send(hook, row, now)
    return posted


def _rests(hook: Webhook, now: datetime) -> bool:
    return hook.next_at is not None and hook.next_at > now


def _claimed(hook: Webhook, now: datetime) -> WebhookDelivery | None:
    """The oldest that may go, marked as being sent; none that overtakes an earlier one of its record."""
    with transaction.atomic():
        found = _due(hook, now).select_for_update(skip_locked=True, of=("self",)).first()
        if found is None:
            return None
        found.state, found.next_at = S.SENDING, now + DEAD_AFTER
        found.attempts += 1
        found.save(update_fields=["state", "next_at", "attempts"])
        return found


def _due(hook: Webhook, now: datetime) -> QuerySet[WebhookDelivery]:
    earlier = WebhookDelivery.objects.filter(
        hook=hook,
        state__in=UNDONE,
        subject_type=OuterRef("subject_type"),
        subject_pk=OuterRef("subject_pk"),
        pk__lt=OuterRef("pk"),
    )
    waiting = WebhookDelivery.objects.filter(~Exists(earlier), hook=hook, state=S.WAITING, next_at__lte=now)
    return waiting.order_by("pk")


def _send(hook: Webhook, row: WebhookDelivery, now: datetime) -> None:
    body = row.body.encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Chengnuo-Webhook/1",
        "Chengnuo-Delivery": str(row.key),
        "Chengnuo-Event": row.verb,
        "Chengnuo-Signature": header(hook, body, now),
    }
    try:
        answered = post(hook.url, body, headers)
    except NoAnswer as error:
        _failed(hook, row, str(error), None, now)
    else:
        if answered.is_taken:
            _settle(row, S.SENT, answered, "", sent_at=now)
            health.well(hook, now)
        else:
            _failed(hook, row, _refused(answered), answered, now)


def _refused(answered: Answered) -> str:
    if 300 <= answered.status < 400:
        return _("对方要求转到别处（%s），不跟随；把地址改成新的") % answered.status
    return _("对方答%s") % answered.status


def _failed(hook: Webhook, row: WebhookDelivery, words: str, answered: Answered | None, now: datetime) -> None:
    rest = pause(row.attempts)
    if rest is None:
        _settle(row, S.FAILED, answered, words)
    else:
        _settle(row, S.WAITING, answered, words, next_at=now + rest)
    health.failed(hook, words, now, was_answered=answered is not None, is_lost=rest is None)


def _settle(row: WebhookDelivery, state: str, answered: Answered | None, words: str, **more: object) -> None:
    """What this try came to, unless it took so long that another has begun."""
    mine = WebhookDelivery.objects.filter(pk=row.pk, state=S.SENDING, attempts=row.attempts)
    status, text = (answered.status, answered.text) if answered else (None, "")
    mine.update(state=state, status=status, answer=text, error=words[:300], **more)


@app.task(queue="outward", queueing_lock="webhooks", lock="webhooks")
def send_webhooks() -> None:
    """Carried out by the worker. Safe to run twice; what it could not do, the next round asks for again."""
    began = time.monotonic()
    while send_waiting(_database_clock()) and time.monotonic() - began < A_TASK:
        pass


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def ask_for_sending(now: datetime) -> int:
    """The loop's round: have the worker send where something waits. One indexed read where nothing does."""
    if is_shut() or not _is_something_to_do(now):
        return 0
    return ask_at_once()


def ask_at_once() -> int:
    """Have the worker send, after the running transaction. Not for actions that many carry out at the same time: they
    would wait for each other at the queue's lock."""
    try:
        with transaction.atomic():
            send_webhooks.defer()
    except AlreadyEnqueued:
        return 0
    return 1


def _is_something_to_do(now: datetime) -> bool:
    due = WebhookDelivery.objects.filter(state__in=UNDONE, next_at__lte=now)
    return due.filter(_may_try(now, "hook__"), hook__is_on=True).exists()


def purge(now: datetime) -> int:
    """Forget after 30 days what was sent and what was lost; the events stay."""
    old = WebhookDelivery.objects.filter(made_at__lt=now - KEEP).exclude(state__in=UNDONE)
    return old.delete()[0]
