"""Who writes proposals, who weighs them, and who sees them."""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import Proposal

K = Role.Kind
P = TypeVar("P", bound=Proposal)


def visible(rows: "QuerySet[P]", user: Staff, now: datetime) -> "QuerySet[P]":
    """Those of his units. They are papers between a branch and headquarters: who shares a client does not read them."""
    return rows.filter(unit__in=reach(user, now).units)


def may_write(user: Staff, unit_id: int, now: datetime) -> bool:
    """Drafts, submits, carries out and reports: the staff and manager of the branch."""
    return reach(user, now).is_in(unit_id, *FRONT)


def may_analyse(user: Staff, now: datetime) -> bool:
    """Weighs for headquarters and returns: the centre."""
    return reach(user, now).is_a(*CENTRE)


def units_to_write_for(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The open branches whose proposals he may draft."""
    mine = sorted({unit for kind, unit in reach(user, now).held if kind in FRONT})
    return Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on__isnull=True, pk__in=mine)


def holder(kind: str, now: datetime, unit_id: int | None = None) -> int | None:
    """Who holds a role, the longest-serving first; None where nobody does, and the ladder's next rung hears of it."""
    roles = Role.objects.filter(Role.at(now), kind=kind, staff__is_active=True)
    if unit_id is not None:
        roles = roles.filter(unit=unit_id)
    return roles.order_by("pk").values_list("staff_id", flat=True).first()


def weigher(now: datetime) -> tuple[int | None, int | None]:
    """On whose desk the centre's part lies, and the centre itself: its head, without one anybody of it."""
    centre = Unit.objects.filter(kind=Unit.Kind.CENTRE, closed_on__isnull=True).order_by("pk").first()
    return holder(K.CENTRE_HEAD, now) or holder(K.CENTRE, now), centre.pk if centre else None
