"""Who a key to the API belongs to, and when it was last used."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q

from .models import Token

PREFIX = "cn_"
NOTED_AGAIN_AFTER = timedelta(hours=1)


def hashed(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def live_token(secret: str, now: datetime) -> Token | None:
    """The token of this secret with its person, in one query; None for one unknown, expired, revoked, or a leaver's."""
    if not secret.startswith(PREFIX):
        return None
    live = Token.objects.filter(hash=hashed(secret), revoked_at=None, expires_at__gt=now, staff__is_active=True)
    return live.select_related("staff__unit").first()


def note_use(token: Token, now: datetime) -> None:
    """Remember, to the hour, that the token is in use: a row written at every request would be a queue of readers."""
    stale = now - NOTED_AGAIN_AFTER
    if token.last_used_at is None or token.last_used_at <= stale:
        rows = Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=stale), pk=token.pk)
        rows.update(last_used_at=now)
