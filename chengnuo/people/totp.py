"""Six digits that change every half minute: the arithmetic is allauth's, the clock is ours."""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD = 30
DRIFT = 1


def counter_at(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // PERIOD


def code_at(secret: str, now: datetime) -> str:
    """What an authenticator shows at an instant."""
    return format_hotp_value(hotp_value(secret, counter_at(now)))


def matching(secret: str, code: str, now: datetime, *, after: int = -1) -> int | None:
    """The half minute that a code belongs to: this one, the one before or the one after, as clocks drift.

    None for every other, and for those up to `after`: a code that was used is worth nothing, nor is an older one.
    """
    for counter in range(counter_at(now) - DRIFT, counter_at(now) + DRIFT + 1):
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_user_code(actual=code, expected=expected):
            return counter
    return None
