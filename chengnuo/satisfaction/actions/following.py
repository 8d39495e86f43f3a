"""Hearing a client who was not satisfied: what was found, and what he was told."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import RatingRequest, RequestState

LONGEST = 5000


def follow_up(request: RatingRequest, *, found: str, said: str, by: Staff, now: datetime) -> RatingRequest:
    """Write down what was found and what the client was told; this alone meets the duty of a low mark (2.2).

    Raises Forbidden (403) for who does not handle the service, Invalid (422) where one of the two is missing, Refusal
    409 for a request without a mark and for one that was followed up.
    """
    if not may_handle(by, request.unit_id, request.keeper_id, now):
        raise Forbidden(_("这项服务不归你处理"), clause="2.2")
    found, said = _checked(found, said)
    with acting(request.served, request, client=request.client) as (subject, fresh):
        if fresh.state != RequestState.RATED or fresh.followed_up_at is not None:
            raise Refusal("illegal_move", _("没有评价可回访，或已回访过，刷新后看最新情况"), clause="2.2")
        fresh.followed_up_at, fresh.followed_up_by = now, by
        fresh.found, fresh.said = found, said
        fresh.version += 1
        fresh.save()
        record(
            "satisfaction.followed_up",
            fresh,
            by=by,
            now=now,
            also=[subject, *([request.client] if request.client else [])],
            data={"mark": fresh.mark},
            texts={"found": found, "said": said},
        )
        return fresh  # type: ignore[no-any-return]


def _checked(found: str, said: str) -> tuple[str, str]:
    found, said = found.strip(), said.strip()
    faults = {}
    if not 0 < len(found) <= LONGEST:
        faults["found"] = _("写明查明了什么，最多5000字")
    if not 0 < len(said) <= LONGEST:
        faults["said"] = _("写明对客户说了什么，最多5000字")
    if faults:
        raise Invalid("text_missing", clause="2.2", **faults)
    return found, said
