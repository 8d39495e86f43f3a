from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Ref
from chengnuo.ledger.trail import record

from ..models import Share, Staff, Unit
from ..rules import runs_forward
from .saving import change


def share_client(
    *,
    client_id: int,
    unit: Unit,
    scope: str,
    because: Ref,
    by: Staff | None,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Share:
    """Let a unit see a client whom another handles, as a caller card or in full, because of a record.

    Called by the action that brings the reason, in its transaction. Raises Invalid for an empty period.
    """
    starts_at = starts_at or now
    runs_forward(starts_at, ends_at)
    share = Share(
        client_id=client_id,
        unit=unit,
        scope=Share.Scope(scope),
        starts_at=starts_at,
        ends_at=ends_at,
        because_type=because.type,
        because_pk=because.pk,
    )
    with acting(share):
        share.save()
        record(
            "share.opened",
            share,
            by=by,
            now=now,
            data={
                "client": client_id,
                "unit": unit.pk,
                "scope": scope,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "because": list(because),
            },
        )
        return share


def end_share(share: Share, *, by: Staff | None, now: datetime) -> Share:
    """Take the sight of a client back. Raises Refusal 409 when it has ended."""
    with acting(share) as fresh:
        if fresh.ends_at and fresh.ends_at <= max(now, fresh.starts_at):
            raise Refusal("share_ended", _("这次共享已结束"))
        changed = change(fresh, {"ends_at": max(now, fresh.starts_at)})
        fresh.save()
        record("share.ended", fresh, by=by, now=now, data={"ends_at": list(changed["ends_at"])})
        return fresh
