"""The secret in a link: derived from the row's salt by a key outside the database, so that the same link can go out by
mail and by hand, while a copy of the database opens none."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings

BYTES = 20
"""160 bits: nobody guesses one."""


def new_salt() -> str:
    return secrets.token_hex(16)


def token_of(salt: str) -> str:
    """The token that belongs to a salt: 27 letters, digits, `-` and `_`."""
    derived = hmac.new(settings.TRAIL_KEY, f"rating {salt}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(derived[:BYTES]).decode().rstrip("=")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
