"""How an action on a complaint begins and ends: under the client's lock, with its event, by nobody who has an interest
in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients import case_acts
from chengnuo.clients.case_acts import kept, moved
from chengnuo.clients.cases import require_unbarred
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from ..access import may_assess, may_follow, may_handle, may_settle
from ..models import Complaint

__all__ = ["held", "kept", "moved", "require_moment", "require_unmerged", "words"]

words = partial(case_acts.words, clause="3.6.1")
require_moment = partial(case_acts.require_moment, clause="3.6.1")
May = Callable[[Staff, Complaint, datetime], bool]
FORBIDDEN: dict[Callable[[Staff, Any, datetime], bool], Any] = {
    may_settle: gettext_lazy("机构的投诉由机构处理，已报中心的由客户服务中心处理"),
    may_assess: gettext_lazy("机构的投诉由机构和客户服务中心评估，中心处理的由客户服务中心评估"),
    may_follow: gettext_lazy("由承办机构办理"),
    may_handle: gettext_lazy("由承办机构和客户服务中心登记"),
}


@guards("3.6.2")
@contextmanager
def held(complaint: Complaint, by: Staff, now: datetime, *also: Kept, may: May = may_settle) -> Iterator[Any]:
    """The complaint, and what else is given, locked and read afresh. Raises Forbidden for who may not, for one who has
    an interest in it (第3号令 17), and for a branch where it is with the centre (3.6.2); Refusal 409 where another
    complaint carries it on."""
    with acting(complaint, *also, client=complaint.client) as got:
        fresh = got[0] if also else got
        fresh.client = complaint.client
        if not may(by, fresh, now):
            raise Forbidden(str(FORBIDDEN.get(may, _("你不能办理这一步"))), clause="3.6.2")
        require_unbarred(fresh, by, "3.6.1")
        require_unmerged(fresh)
        yield got


def require_unmerged(complaint: Complaint) -> None:
    """Raises Refusal 409 where another complaint carries it on (3.6.6)."""
    if complaint.merged_into_id is not None:
        # Without its number: it may be of a branch whose complaints this person does not see.
        raise Refusal("merged", _("这件已并入另一件，在那一件上办理"), clause="3.6.6")
