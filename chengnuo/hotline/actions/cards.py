"""Who answers for another branch gets the client's caller card until the shift ends (3.1.1)."""

from datetime import datetime, timedelta

from chengnuo.ledger.models import ref
from chengnuo.people.actions import share_client
from chengnuo.people.models import Share, Staff
from chengnuo.people.reach import reach

from ..models import Call, DutyShift

WITHOUT_SHIFT = timedelta(hours=12)


def share_card(call: Call, *, by: Staff, now: datetime) -> None:
    """Share the card of a client of another branch with the unit of who answered, because of this call."""
    if call.client_id is None or call.client_unit_id in reach(by, now).units:
        return
    shift = (
        DutyShift.objects.filter(staff=by, is_cancelled=False, starts_at__lte=now, ends_at__gt=now)
        .order_by("-ends_at")
        .first()
    )
    share_client(
        client_id=call.client_id,
        unit=by.unit,
        scope=Share.Scope.CARD,
        because=ref(call),
        by=by,
        now=now,
        ends_at=shift.ends_at if shift else now + WITHOUT_SHIFT,
    )
