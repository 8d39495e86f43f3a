"""Telling higher rooms that somebody will be away, or is back: a roster loses or regains him at once."""

from collections.abc import Callable
from datetime import datetime

from chengnuo.ledger.models import Kept

from .models import Staff

Concerned = Callable[[Staff, datetime, datetime, datetime], list[Kept]]
_concerned: list[Concerned] = []


def on_presence(concerned: Concerned) -> None:
    """Name, and lock, the records of a higher room that somebody's presence from an instant to an instant concerns.

    Asked under the person's lock and in the action's transaction, as (staff, starts_at, ends_at, now); the event names
    these records beside the absence, so their rules look again. Called from AppConfig.ready().
    """
    _concerned.append(concerned)


def concerned_by(staff: Staff, starts_at: datetime, ends_at: datetime, now: datetime) -> list[Kept]:
    return [record for concerned in _concerned for record in concerned(staff, starts_at, ends_at, now)]
