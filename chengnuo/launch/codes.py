"""The codes of the demo company's authenticators, from the secrets that were printed with its sign-ins."""

import base64
import contextlib
import hashlib
import hmac
import re
from pathlib import Path

SIGN_INS = "demo-sign-ins.txt"
SECRET = re.compile(r"^  (\S+) +([A-Z2-7]{32}) otpauth://", re.M)
PERIOD = 30


def at(home: Path, seconds: float) -> dict[str, str]:
    """Name → code at an instant; nothing where there is no demo company."""
    with contextlib.suppress(OSError):
        found = SECRET.findall((home / SIGN_INS).read_text())
        return {name: code(secret, int(seconds) // PERIOD) for name, secret in found}
    return {}


def code(secret: str, counter: int) -> str:
    """RFC 6238 with SHA-1 and six digits, as every authenticator does it."""
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8), hashlib.sha1).digest()
    at_ = digest[-1] & 15
    return f"{(int.from_bytes(digest[at_ : at_ + 4]) & 0x7FFFFFFF) % 10**6:06}"
