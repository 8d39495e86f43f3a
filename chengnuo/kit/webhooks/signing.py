"""How a receiver knows that a body is ours: HMAC-SHA256 over the time and the body, with the secret of its webhook."""

import hashlib
import hmac
import secrets
from datetime import datetime

from ..models import Webhook
from ..outward import keys

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over `t.body`, in hex."""
    return hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def header(hook: Webhook, body: bytes, now: datetime) -> str:
    """`t=…,v1=…`; while an old secret still holds, one `v1` by each."""
    at = int(now.timestamp())
    names = [hook.secret, *([hook.old_secret] if hook.old_until and hook.old_until > now else [])]
    signed = [signature(secret, at, body) for name in names if (secret := keys.read(name))]
    return ",".join([f"t={at}", *(f"v1={one}" for one in signed)])
