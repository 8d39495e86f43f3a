"""A unit, and things that happen to it at an instant."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from chengnuo.ledger import loop
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import Kept, Obligation
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Unit

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
TERM = timedelta(hours=4)


def happen(verb: str, subject: Kept, at: datetime = NOW, change: dict[str, Any] | None = None, **words: Any) -> Draft:
    """An action at an instant: changes saved and told under the record's lock."""
    with moved_to(at, "test"), acting(subject) as fresh:
        for name, value in (change or {}).items():
            setattr(fresh, name, value)
        fresh.save()
        return record(verb, fresh, by=None, now=at, **words)


def make_unit(code: str = "SU", at: datetime = NOW) -> Unit:
    unit = Unit(code=code, name=f"{code}分公司", kind=Unit.Kind.BRANCH, opened_on=at.date())
    with moved_to(at, "test"), transaction.atomic():
        unit.save()
        record("unit.opened", unit, by=None, now=at)
    return unit


def tick(at: datetime) -> int:
    with moved_to(at, "test"):
        return loop.tick(at)


def duty() -> Obligation:
    return Obligation.objects.get()
