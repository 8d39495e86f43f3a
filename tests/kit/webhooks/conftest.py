"""A receiver that is up for a test, webhooks to it, and events of Suzhou's records to send."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chengnuo.kit.models import Webhook, WebhookDelivery
from chengnuo.kit.webhooks import actions, posting
from chengnuo.ledger import clock
from chengnuo.ledger.trail import Draft, record
from tests.kit.webhooks.receiver import Receiver, receiver

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
VERBS = ["unit.changed", "staff.hired"]


@pytest.fixture
def server(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE = True
    with receiver() as running:
        yield running


@pytest.fixture
def made(cast, server) -> tuple[Webhook, str]:
    return make(cast, server.url)


@pytest.fixture
def hook(made) -> Webhook:
    return made[0]


def make(cast, url: str, **more: Any) -> tuple[Webhook, str]:
    given = {"name": "数据仓库", "url": url, "verbs": VERBS, "unit": None, **more}
    return actions.register_webhook(**given, by=cast.admin, now=clock.now())


@pytest.fixture
def happens(cast) -> Callable[..., Draft]:
    """Something happens to a record, now."""

    def happened(record_: Any = None, verb: str = "unit.changed", **more: Any) -> Draft:
        return record(verb, record_ or cast.su, by=cast.admin, now=clock.now(), **more)

    return happened


@pytest.fixture(autouse=True)
def hurried(monkeypatch) -> None:
    """What takes ten seconds takes half of one here."""
    monkeypatch.setattr(posting.post, "__defaults__", (0.5,))


def fates() -> list[tuple[str, int]]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", "attempts"))


def at(minutes: float = 0) -> datetime:
    return clock.now() + minutes * MINUTE
