"""A mail server that stays up for a test, a channel set up on it, and people with addresses."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chengnuo.kit import notices
from chengnuo.kit.models import Delivery, Notice, Outlet
from chengnuo.kit.outward import actions
from chengnuo.kit.outward.sending import send_waiting
from chengnuo.ledger.clock import ZONE
from tests.kit.outward.smtp import Server, smtp

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    with smtp(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself."""
    home: Path = tmp_path_factory.mktemp("cert")
    cert, key = str(home / "cert.pem"), str(home / "key.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert]
    subprocess.run([*made, *where], check=True, capture_output=True)
    return cert, key


def set_up(cast, port: int, secret: str = "", **more) -> Outlet:
    values = {
        "is_on": True,
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "username": "",
        "sender": "desk@chengnuo.example",
        "url": "https://desk.example.com",
        "names_clients": False,
        "per_minute": 60,
    }
    return actions.set_outlet("mail", values={**values, **more}, secret=secret, by=cast.admin, now=NOW)


@pytest.fixture
def outlet(cast, server) -> Outlet:
    return set_up(cast, server.port)


@pytest.fixture
def addressed(cast) -> None:
    for who in (cast.zhoumin, cast.xuning):
        address = f"{who.username}@example.com"
        actions.set_address("mail", address, follows_company=True, kinds=[], by=who, now=NOW)


@pytest.fixture
def tell(cast) -> Callable[..., Notice]:
    """Tell somebody of Suzhou's unit that a duty is due."""

    def told(who=None, title: str = "回复李建明：查保单", now: datetime = NOW) -> Notice:
        person = who or cast.zhoumin
        kind = Notice.Kind.DUE
        notices.notify([person.pk], title, {}, cast.su, now, kind=kind, clause="3.1.5", moment="duty.due")
        notice = Notice.objects.latest("pk")
        Notice.objects.filter(pk=notice.pk).update(number="DH-SU-26-0001")
        return notice

    return told


def go(now: datetime = NOW) -> int:
    return send_waiting(now)


def fates() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "attempts"))
