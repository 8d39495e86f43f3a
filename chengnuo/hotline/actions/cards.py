"""Who answers for another branch gets the client's caller card until the shift ends (3.1.1)."""

from datetime import datetime, timedelta

from chengnuo.ledger.models import ref
from chengnuo.people.models import Share, Staff

from ..models import Call, DutyShift

WITHOUT_SHIFT = timedelta(hours=12)


def share_card(call: Call, *, by: Staff, now: datetime) -> None:
    """Share the card of a client of another branch with the line's unit, because of this call."""
    if call.client_id is None or call.client_unit_id == call.unit_id:
        return
    shift = DutyShift.objects.filter(
        staff=by, is_cancelled=False, starts_at__lte=now, ends_at__gt=now
    ).order_by("-ends_at").first()
    because = ref(call)
    Share.objects.create(
        client_id=call.client_id,
        unit_id=call.unit_id,
        scope=Share.Scope.CARD,
        starts_at=now,
        ends_at=shift.ends_at if shift else now + WITHOUT_SHIFT,
        because_type=because.type,
        because_pk=because.pk,
    )
