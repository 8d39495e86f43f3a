"""How an action on a case checks what it was told and ends with its event."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Staff

from .cases import Case

CLOCKS_DIFFER = timedelta(minutes=2)


def kept(
    case: Case,
    verb: str,
    *,
    by: Staff,
    now: datetime,
    happened_at: datetime | None = None,
    also: Sequence[Kept] = (),
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Draft:
    """Save the case with its event."""
    case.version += 1
    case.save()
    return record(
        verb,
        case,
        by=by,
        now=now,
        happened_at=happened_at or now,
        also=list(also),
        data=dict(data or {}),
        texts={name: text for name, text in (texts or {}).items() if text},
    )


def moved(case: Case, verb: str, now: datetime) -> dict[str, Any]:
    """Carry out a move, and say from which state to which, for the event. The case keeps since when it stands there.
    Raises Refusal 409 where its state does not allow it."""
    was = case.state
    move(case, verb)
    case.stage_at = now  # type: ignore[attr-defined]
    return {"state": [was, case.state]}


def words(field: str, text: str, longest: int, fault: str, *, clause: str) -> str:
    """A text without its margins. Raises Invalid (422) beside its field where it is empty or too long."""
    text = text.strip()
    if not 0 < len(text) <= longest:
        raise Invalid(
            field, clause=clause, **{field: _("%(fault)s，最多%(longest)s字") % {"fault": fault, "longest": longest}}
        )
    return text


def require_moment(
    field: str, moment: datetime, now: datetime, *after: tuple[datetime | None, str], clause: str
) -> None:
    """Raises Invalid (422) for a moment to come, or before one of `after` (an instant, and what to say). People state
    minutes: the minute of what came before is not before it."""
    if moment > now + CLOCKS_DIFFER:
        raise Invalid("future", clause=clause, **{field: _("时间还没有到")})
    for earlier, fault in after:
        if earlier is not None and moment < earlier.replace(second=0, microsecond=0):
            raise Invalid("time_order", clause=clause, **{field: fault})
