"""What somebody has shown in this session, and when: kept in the session, which lies in the database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest

from .factors import MEETS
from .models import Way
from .passkeys import Place

SHOWN = "shown"
LOOKED_AT = "factor_looked_at"
PENDING = "pending"
STATE = "passkey_state"
CHANGING_WITHIN = timedelta(minutes=5)
"""How long a proof holds for changing one's own way in."""
SECOND = (Way.TOTP, Way.PASSKEY, Way.RECOVERY, Way.PROVIDER_FACTOR)


def remember(request: HttpRequest, ways: Iterable[str], now: datetime) -> None:
    """Note what was shown just now."""
    request.session[SHOWN] = {**request.session.get(SHOWN, {}), **{str(way): now.isoformat() for way in ways}}
    request.session.pop(LOOKED_AT, None)


def meets(request: HttpRequest, need: str) -> bool:
    """Whether this session has ever shown what a need asks for."""
    return not MEETS[need].isdisjoint(request.session.get(SHOWN, {})) or need == "none"


def is_fresh(request: HttpRequest, within: timedelta, now: datetime, *, ways: Iterable[str] = SECOND) -> bool:
    """Whether one of these ways was shown within a time. A clock that was set back makes nothing fresh."""
    shown = request.session.get(SHOWN, {})
    ages = [now - datetime.fromisoformat(shown[way]) for way in map(str, ways) if way in shown]
    return any(timedelta() <= age < within for age in ages)


def place_of(request: HttpRequest) -> Place:
    """The host that somebody signs in at, and the origin that his browser says for it."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Place(name, f"{request.scheme}://{host}")
