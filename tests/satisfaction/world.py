"""Finished services of Suzhou, and what their clients were asked."""

from typing import Any

from chengnuo.clients.models import Client, Contact
from chengnuo.hotline import actions as hotline
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.acting import acting
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import record
from chengnuo.satisfaction import actions
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.tokens import token_of
from tests.cast import Cast
from tests.hotline.world import HOUR, NOW, a_call, a_promise, do

WORDS = "等了一上午，说好的事没有办。"


def contact_of(client: Client) -> Contact:
    return client.positions.get().contact


def an_answered_call(cast: Cast, client: Client | None, now: Any = NOW, **more: Any) -> Call:
    """An enquiry of the client's contact, answered at once."""
    contact = contact_of(client) if client else None
    given = {"client": client, "contact": contact, "answer": "12月31日到期", "kinds": ["enquiry"]}
    return a_call(cast, now, **{**given, **more})


def a_kept_promise(cast: Cast, client: Client | None, now: Any = NOW, **more: Any) -> Promise:
    """A promise to the client's contact, answered in time at `now`."""
    contact = contact_of(client) if client else None
    promise = a_promise(cast, now + HOUR, now=now - HOUR, client=client, contact=contact, **more)
    return do(hotline.answer_promise, promise, text="12月31日到期", by=promise.keeper, now=now)


def requests_of(subject: Kept) -> list[RatingRequest]:
    where = ref(subject)
    return list(RatingRequest.objects.filter(subject_type=where.type, subject_pk=where.pk).order_by("pk"))


def the_request(subject: Kept) -> RatingRequest:
    (one,) = requests_of(subject)
    return one


def token(request: RatingRequest) -> str:
    return token_of(request.salt)


def rated(request: RatingRequest, mark: int, now: Any = NOW, words: str = WORDS) -> RatingRequest:
    return do(actions.rate, token(request), mark=mark, words=words, now=now)


def moved_case(case: Any, verb: str, to: str, now: Any = NOW) -> Any:
    """A case moved into a state by an event that says so, as its room's actions do."""
    with acting(case, client=case.client) as fresh:
        was, fresh.state = fresh.state, to
        fresh.save()
        do(record, verb, fresh, by=fresh.owner, now=now, data={"state": [was, to]})
        return fresh
