"""Who a key to the API belongs to."""

import hashlib
from datetime import datetime

from .models import Staff, Token

PREFIX = "cn_"


def hashed(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def staff_for_token(secret: str, now: datetime) -> Staff | None:
    """Whose key this is, in one query with his unit; None for one unknown, expired or revoked, and for a leaver's."""
    if not secret.startswith(PREFIX):
        return None
    live = Token.objects.filter(hash=hashed(secret), revoked_at=None, expires_at__gt=now, staff__is_active=True)
    token = live.select_related("staff__unit").first()
    return token.staff if token else None
