"""What clients asked for in visits: settled, told how it stands, passed to whom it concerns (4.1.E)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_be_passed, may_settle
from ..models import Visit, Wish, WishState
from .given import LONGEST


def add_wishes(fresh: Visit, texts: Sequence[str], now: datetime) -> list[Wish]:
    """Rows for what the client asked for; the caller's event names them. Whoever owns the visit keeps them first."""
    return [
        Wish.objects.create(
            visit=fresh,
            unit_id=fresh.unit_id,
            client_id=fresh.client_id,
            client_unit_id=fresh.client_unit_id,
            owner_id=fresh.owner_id,
            text=text,
            asked_at=now,
            last_word_at=now,
        )
        for text in texts
    ]


@guards("2.3")
def settle_wish(wish: Wish, *, text: str, by: Staff, now: datetime) -> Wish:
    """It is done, and the client was told what came of it: without that it stays open (4.1.E, 2.3)."""
    text = _words(text, _("写明办理结果和告诉客户的话"))
    with _on(wish, by, now) as (visit, fresh):
        move(fresh, "settle")
        fresh.result, fresh.settled_at, fresh.last_word_at = text, now, now
        _told(fresh, visit, "wish.settled", by, now, data={"state": [WishState.OPEN, fresh.state]}, text=text)
    return fresh


def tell_wish(wish: Wish, *, text: str, by: Staff, now: datetime) -> Wish:
    """It is not done yet: the client was told the reason or how it stands (4.1.E)."""
    text = _words(text, _("写下告诉了客户什么"))
    with _on(wish, by, now) as (visit, fresh):
        _require_open(fresh)
        fresh.last_word_at = now
        fresh.times_told += 1
        _told(fresh, visit, "wish.told", by, now, text=text)
    return fresh


def pass_on_wish(wish: Wish, *, to: Staff, text: str = "", by: Staff, now: datetime) -> Wish:
    """Give it to a colleague, here or in the department concerned; its clock goes on (4.1.E)."""
    with _on(wish, by, now) as (visit, fresh):
        _require_open(fresh)
        if not may_be_passed(fresh, to, now):
            raise Invalid("sees_not", clause="4.1.E", to=_("这个人看不到这次拜访，转给本机构或客服中心的人"))
        was, fresh.owner = fresh.owner_id, to
        _told(fresh, visit, "wish.passed_on", by, now, data={"owner": [was, to.pk]}, text=text)
    return fresh


@contextmanager
def _on(wish: Wish, by: Staff, now: datetime) -> Iterator[tuple[Visit, Wish]]:
    """The matter under its lock, its visit's and its client's: when the last is settled the visit is to be filed."""
    with acting(wish.visit, wish, client=wish.client) as (visit, fresh):
        if not may_settle(by, fresh, now):
            raise Forbidden(_("这件事不归你办"), clause="4.1.E")
        yield visit, fresh


def _told(
    fresh: Wish, visit: Visit, verb: str, by: Staff, now: datetime, *, text: str, data: dict[str, Any] | None = None
) -> None:
    fresh.version += 1
    fresh.save()
    also: list[Kept] = [visit, *([visit.client] if visit.client else [])]
    record(verb, fresh, by=by, now=now, also=also, data=data, texts={"note": text, "what": fresh.text})


def _require_open(fresh: Wish) -> None:
    if fresh.state != WishState.OPEN:
        raise Refusal("illegal_move", _("这件事已办结"), clause="4.1.E")


def _words(text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("text_missing", clause="4.1.E", text=missing)
    if len(text) > LONGEST:
        raise Invalid("too_long", clause="4.1.E", text=_("最多%s个字") % LONGEST)
    return text
