"""Mails to clients, each once: what a room has waiting goes out as much as the server takes in a minute.

A room has a table of `Mailing` and a `Queue` of it, which it asks to be sent from its own task and the loop's round.
Before a mail is handed over its row says `sending`, in a transaction of its own; what a dead process left in between
is `unsure`, as with notices (`sending.py`).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from ..models import Channel, Delivery, DeliveryState, Mailing, MailState, Outlet
from . import health
from .hold import is_shut
from .results import Later, NotSent, Rejected, Unsure
from .rules import ABANDONED_AFTER, is_given_up, may_try, pause
from .sending import opener
from .words import Letter

S = MailState
MINUTE = timedelta(minutes=1)
Open = Callable[[Outlet], AbstractContextManager[Any]]
_queues: list["Queue"] = []


@dataclass(frozen=True)
class Queue:
    """`joined` are the relations that the rest reads. `hindered` gives in words why a mail must not go any more,
    `letter` makes it, `sent` and `lost` write down in the room that it went, or that it will not."""

    model: type[Mailing]
    joined: tuple[str, ...]
    hindered: Callable[[Any, datetime], str]
    letter: Callable[[Any, Outlet], Letter]
    sent: Callable[[Any, datetime], None]
    lost: Callable[[Any, datetime], None] = lambda mail, now: None

    def __post_init__(self) -> None:
        _queues.append(self)

    def send_waiting(self, now: datetime, open_: Open = opener) -> int:
        """Mail what waits. Returns how many went out."""
        outlet = _outlet()
        if is_shut() or outlet is None or not may_try(outlet.next_at, now):
            return 0
        self._abandoned(now).update(state=S.UNSURE, error=_("发送时进程中断，可能已送达"))
        keys = list(self._due(now).values_list("pk", flat=True)[: max(outlet.per_minute - sent_lately(now), 0)])
        if not keys:
            return 0
        try:
            with open_(outlet) as way:
                return sum(self._send(way, outlet, key, now) for key in keys)
        except NotSent as error:
            health.failed(outlet, str(error), now)
            return 0

    def ask_for_sending(self, now: datetime, defer: Callable[[], object]) -> int:
        """The loop's round: have the worker send where something waits."""
        if is_shut() or not self._is_something_to_do(now):
            return 0
        try:
            with transaction.atomic():
                defer()
        except AlreadyEnqueued:
            return 0
        return 1

    def settle(self, mail: Mailing, state: str, words: str, *, among: tuple[str, ...], **more: Any) -> int:
        """What it came to, unless a bounce said more meanwhile."""
        rows = self.model._default_manager.filter(pk=mail.pk, state__in=among)
        return rows.update(state=state, error=words[:300], **more)

    def _due(self, now: datetime) -> QuerySet[Mailing]:
        rows = self.model._default_manager.filter(state=S.WAITING, next_at__lte=now)
        return rows.order_by("next_at", "pk")

    def _abandoned(self, now: datetime) -> QuerySet[Mailing]:
        return self.model._default_manager.filter(state=S.SENDING, sending_at__lte=now - ABANDONED_AFTER)

    def _is_something_to_do(self, now: datetime) -> bool:
        if self._abandoned(now).exists():
            return True
        outlet = _outlet() if self._due(now).exists() else None
        return outlet is not None and may_try(outlet.next_at, now)

    def _send(self, way: Any, outlet: Outlet, key: int, now: datetime) -> int:
        mail = self._claimed(key, now)
        if mail is None:
            return 0
        try:
            way.send(self.letter(mail, outlet))
        except Later as later:
            is_over = is_given_up(mail.made_at, mail.attempts, now)
            self._settle(mail, S.GIVEN_UP if is_over else S.WAITING, str(later), next_at=now + pause(mail.attempts))
            if is_over:
                self.lost(mail, now)
        except Rejected as rejected:
            self._settle(mail, S.FAILED, str(rejected))
            self.lost(mail, now)
        except NotSent as error:
            self._settle(mail, S.WAITING, str(error))
            raise
        except Unsure as unsure:
            self._settle(mail, S.UNSURE, str(unsure))
        except Exception:
            self._settle(mail, S.UNSURE, _("发送时出了故障，已记入日志"))
            raise
        else:
            self._settle(mail, S.SENT, "", sent_at=now)
            self.sent(mail, now)
            health.well(outlet)
            return 1
        return 0

    def _claimed(self, key: int, now: datetime) -> Any:
        """The mail, marked as being sent; None for one that must not go any more, which is marked so."""
        with transaction.atomic():
            waiting = self.model._default_manager.filter(pk=key, state=S.WAITING).select_related(*self.joined)
            mail: Any = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            if mail is None:
                return None
            if words := self.hindered(mail, now):
                self.settle(mail, S.SUPPRESSED, words, among=(S.WAITING,))
                self.lost(mail, now)
                return None
            mail.state, mail.sending_at = S.SENDING, now
            mail.attempts += 1
            mail.save(update_fields=["state", "sending_at", "attempts"])
            return mail

    def _settle(self, mail: Mailing, state: str, words: str, **more: Any) -> None:
        self.settle(mail, state, words, among=(S.SENDING, S.UNSURE), **more)


def _outlet() -> Outlet | None:
    return Outlet.objects.filter(channel=Channel.MAIL, is_on=True).first()


def sent_lately(now: datetime) -> int:
    """How many mails went out in the last minute, notices and all: the server counts them together."""
    lately = {"sent_at__gt": now - MINUTE, "sent_at__lte": now}
    notices = Delivery.objects.filter(channel=Channel.MAIL, state=DeliveryState.SENT, **lately).count()
    return notices + sum(one.model._default_manager.filter(state=S.SENT, **lately).count() for one in _queues)
