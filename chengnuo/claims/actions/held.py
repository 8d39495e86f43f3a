"""How an action on a claim begins and ends: under the client's lock, with its event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients import case_acts
from chengnuo.clients.case_acts import kept, moved
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from ..access import may_report, may_revise
from ..models import Claim

__all__ = ["held", "kept", "moved", "require_moment", "words"]

words = partial(case_acts.words, clause="3.4.1")
require_moment = partial(case_acts.require_moment, clause="3.4.1")
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
