import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record

from ..models import Staff, Token
from ..rules import clean_name
from ..tokens import PREFIX, hashed


def make_token(staff: Staff, *, name: str, expires_at: datetime, by: Staff | None, now: datetime) -> tuple[Token, str]:
    """A key to the API for one person. Returns the row and the secret, which is never to be seen again.

    Raises Invalid for an instant that is past or a name that is empty, Refusal 409 for a leaver.
    """
    if expires_at <= now:
        raise Invalid("expired", expires_at=_("到期要晚于现在"))
    with acting(staff) as fresh:
        if not fresh.is_active:
            raise Refusal("has_left", _("%(name)s已离职") % {"name": fresh.name})
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token.objects.create(
            staff=fresh, name=clean_name(name), hash=hashed(secret), made_at=now, expires_at=expires_at
        )
        record(
            "staff.token_made",
            fresh,
            by=by,
            now=now,
            data={"token": token.pk, "expires_at": expires_at},
            texts={"name": token.name},
        )
        return token, secret


def revoke_token(token: Token, *, by: Staff, now: datetime) -> Token:
    """Make a key worthless from now on. Raises Refusal 409 when it already is."""
    with acting(token.staff) as staff:
        fresh = Token.objects.get(pk=token.pk)
        if fresh.revoked_at or fresh.expires_at <= now:
            raise Refusal("token_over", _("这个密钥已失效"))
        fresh.revoked_at = now
        fresh.save()
        record("staff.token_revoked", staff, by=by, now=now, data={"token": fresh.pk})
        return fresh
