"""How the company stands with its backups, in one look."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from chengnuo.kit.outward.hold import is_held
from chengnuo.launch.backup.words import NotBackedUp

from ..models import Backup
from .plan import Plan, plan
from .rules import tone
from .words import why


@dataclass(frozen=True)
class State:
    """The last good backup, the last that was proved by a restore, the failure since, and what the settings say."""

    good: Backup | None
    proved: Backup | None
    failed: Backup | None
    tone: str
    age: timedelta | None
    plan: Plan | None
    is_held: bool
    """Was it restored, and does nothing leave it yet?"""
    wrong: str
    """What is wrong with the settings, in words."""


def state(now: datetime) -> State:
    """Three reads of one index."""
    newest_first = Backup.objects.order_by("-made_at")
    good = newest_first.filter(state=Backup.State.GOOD).first()
    proved = good if good and good.is_proved else newest_first.filter(is_proved=True).first()
    since = Q(made_at__gt=good.made_at) if good else Q()
    failed = newest_first.filter(since, state=Backup.State.FAILED).first()
    planned, wrong = None, ""
    try:
        planned = plan()
    except NotBackedUp as error:
        wrong = why(error)
    made_at = good.made_at if good else None
    return State(
        good=good,
        proved=proved,
        failed=failed,
        tone=tone(now, made_at),
        age=max(now - made_at, timedelta()) if made_at else None,
        plan=planned,
        is_held=is_held(),
        wrong=wrong,
    )
