"""How often the API may be asked: so many times a minute per token, counted in rows, so that every process agrees.

One statement a request. The rows are those of an unlogged table: adding one waits for no disk and holds its row for the
statement alone, and a server that crashed has forgotten a minute's counting, nothing else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from .models import ApiCount

SECONDS = 60
KEPT_MINUTES = 60
COUNT = """
INSERT INTO kit_apicount AS kept (key, minute, count)
VALUES (%s, extract(epoch FROM statement_timestamp())::bigint / 60, 1)
ON CONFLICT (key) DO UPDATE SET minute = greatest(kept.minute, EXCLUDED.minute),
    count = CASE WHEN kept.minute >= EXCLUDED.minute THEN kept.count + 1 ELSE 1 END
RETURNING count, 60 - mod(extract(epoch FROM statement_timestamp())::bigint, 60)
"""


@dataclass(frozen=True)
class Rate:
    """How a key stands: requests a minute, how many of them are left, and in how many seconds it begins anew."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class TooMany(Refusal):
    """Asked too often (429)."""

    def __init__(self, rate: Rate) -> None:
        super().__init__("too_many", _("请求太频繁，%s秒后再试") % rate.reset, status=429)
        self.rate = rate


def count(key: str) -> Rate | None:
    """Count one request of a key in this minute. Raises TooMany beyond the limit; None where there is no limit.

    Under a moved clock nobody asks from outside: a replay plays a year in minutes.
    """
    limit = settings.API_PER_MINUTE
    if not limit or clock.moved():
        return None
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key])
        counted, reset = cursor.fetchone()
    rate = Rate(limit, max(limit - counted, 0), reset)
    if counted > limit:
        raise TooMany(rate)
    return rate


def purge(now: datetime) -> int:
    """Forget keys that nobody has used for an hour."""
    return ApiCount.objects.filter(minute__lt=int(now.timestamp()) // SECONDS - KEPT_MINUTES).delete()[0]
