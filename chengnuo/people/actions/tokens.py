import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record

from ..models import Staff, Token
from ..rules import clean_name
from ..scopes import WRITE, clean_scopes, lasts_no_longer_than_a_year
from ..tokens import PREFIX, hashed


def make_token(
    staff: Staff,
    *,
    name: str,
    expires_at: datetime,
    by: Staff | None,
    now: datetime,
    scopes: Sequence[str] = (WRITE,),
) -> tuple[Token, str]:
    """A key to the API for one person. Returns the row and the secret, which is never to be seen again.

    Raises Invalid for an expiry that is past or beyond a year, an empty name, a scope that does not exist or none;
    Refusal 409 for a leaver.
    """
    lasts_no_longer_than_a_year(expires_at, now)
    held = clean_scopes(scopes)
    with acting(staff) as fresh:
        if not fresh.is_active:
            raise Refusal("has_left", _("%(name)s已离职") % {"name": fresh.name})
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token.objects.create(
            staff=fresh,
            name=clean_name(name),
            hash=hashed(secret),
            scopes=held,
            made_at=now,
            expires_at=expires_at,
        )
        record(
            "staff.token_made",
            fresh,
            by=by,
            now=now,
            data={"token": token.pk, "expires_at": expires_at, "scopes": held},
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
