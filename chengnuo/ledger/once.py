"""A request is carried out once, whatever the network does."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from .errors import Refusal
from .models import Idem
from .trail import canonical

KEEP = timedelta(hours=48)
KEY_LENGTH = 200
CLAIM = """
INSERT INTO ledger_idem (actor_id, key, fingerprint, status, at) VALUES (%s, %s, %s, 0, now())
ON CONFLICT (actor_id, key) DO NOTHING RETURNING id
"""


def fingerprint(*parts: object) -> str:
    """What tells one content from another. Keyed: a form may carry a password, which a bare hash lets be guessed."""
    return hmac.new(settings.SECRET_KEY.encode(), canonical(parts).encode(), hashlib.sha256).hexdigest()


def once(actor: AbstractBaseUser, key: str, print_: str, run: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    """Run `run` in a transaction under this key, or give the stored answer of the time it ran.

    A second request waits for the first. Returns (status, answer, whether it was a repetition). When `run` raises, the
    key falls back with everything else. Raises Refusal 422 when the same key comes with another content.
    """
    if not 0 < len(key) <= KEY_LENGTH or "\0" in key:
        raise Refusal("key_malformed", _("请求键长 1 至 200 个字符"), status=422)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [actor.pk, key, print_])
            row = cursor.fetchone()
        if row is None:
            earlier = Idem.objects.get(actor_id=actor.pk, key=key)
            if earlier.fingerprint != print_:
                raise Refusal("key_reused", _("这个请求键已用于别的内容"), status=422)
            return earlier.status, earlier.answer, True
        status, answer = run()
        Idem.objects.filter(pk=row[0]).update(status=status, answer=answer)
        return status, answer, False


def purge(now: datetime) -> int:
    """Forget keys older than 48 hours."""
    return Idem.objects.filter(at__lt=now - KEEP).delete()[0]
