"""How an action on a claim begins and ends: under the client's lock, with its event."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Staff

from ..access import may_report, may_revise
from ..models import Claim

CLOCKS_DIFFER = timedelta(minutes=2)
May = Callable[[Staff, Claim, datetime], bool]


@contextmanager
def held(claim: Claim, by: Staff, now: datetime, *also: Kept, may: May = may_report) -> Iterator[Any]:
    """The claim, and what else is given, locked and read afresh. Raises Forbidden for who may not."""
    with acting(claim, *also, client=claim.client) as got:
        fresh = got[0] if also else got
        fresh.client = claim.client
        if not may(by, fresh, now):
            words = _("由承办机构和客户服务中心登记") if may is may_revise else _("由承办机构办理")
            raise Forbidden(words, clause="3.4.1")
        yield got


def kept(
    claim: Claim,
    verb: str,
    *,
    by: Staff,
    now: datetime,
    happened_at: datetime | None = None,
    also: Sequence[Kept] = (),
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Draft:
    """Save the claim with its event."""
    claim.version += 1
    claim.save()
    return record(
        verb,
        claim,
        by=by,
        now=now,
        happened_at=happened_at or now,
        also=list(also),
        data=dict(data or {}),
        texts={name: text for name, text in (texts or {}).items() if text},
    )


def words(field: str, text: str, longest: int, fault: str) -> str:
    """A text without its margins. Raises Invalid (422) beside its field where it is empty or too long."""
    text = text.strip()
    if not 0 < len(text) <= longest:
        raise Invalid(
            field, clause="3.4.1", **{field: _("%(fault)s，最多%(longest)s字") % {"fault": fault, "longest": longest}}
        )
    return text


def require_moment(field: str, moment: datetime, now: datetime, *after: tuple[datetime | None, str]) -> None:
    """Raises Invalid (422) for a moment to come, or before one of `after` (an instant, and what to say)."""
    if moment > now + CLOCKS_DIFFER:
        raise Invalid("future", clause="3.4.1", **{field: _("时间还没有到")})
    for earlier, fault in after:
        if earlier is not None and moment < earlier:
            raise Invalid("time_order", clause="3.4.1", **{field: fault})
