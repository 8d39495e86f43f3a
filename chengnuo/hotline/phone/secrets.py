"""How an exchange proves itself: its secret as a bearer, or a signature over the body and the time."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare

from ..models import PhoneSystem

PREFIX = "cnp_"
WINDOW = timedelta(minutes=5)
LONGEST = 200


def new_salt() -> str:
    return secrets.token_hex(16)


def secret_of(salt: str) -> str:
    """The secret that belongs to a salt. It is derived from the key outside the database and stored nowhere, so that
    a signature can be checked although the row holds its hash alone."""
    derived = hmac.new(settings.TRAIL_KEY, f"phone system {salt}".encode(), hashlib.sha256).digest()
    return PREFIX + urlsafe_b64encode(derived).decode().rstrip("=")


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def authentic(headers: Mapping[str, str], body: bytes, now: datetime) -> PhoneSystem | None:
    """The exchange that sent a body; None for one unknown or revoked, for a wrong signature, and for one older or
    newer than five minutes."""
    bearer = headers.get("Authorization", "")
    if bearer[:7].lower() == "bearer " and len(bearer) <= LONGEST:
        return PhoneSystem.objects.filter(hash=hashed(bearer[7:].strip()), revoked_at=None).first()
    number, timestamp = headers.get("X-Chengnuo-System", ""), headers.get("X-Chengnuo-Timestamp", "")
    given = headers.get("X-Chengnuo-Signature", "")
    if not (_is_number(number) and _is_number(timestamp) and given.isascii()):
        return None
    system = PhoneSystem.objects.filter(pk=int(number), revoked_at=None).first()
    is_right = constant_time_compare(
        given.lower(), signature(secret_of(system.salt if system else ""), timestamp, body)
    )
    is_fresh = abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()
    return system if is_right and is_fresh else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15
