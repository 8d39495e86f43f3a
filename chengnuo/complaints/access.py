"""Who sees complaints, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients import cases
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import Complaint, Decision, Referral, Repeat, State

__all__ = ["may_assess", "may_follow", "may_handle", "may_instruct", "may_settle", "may_take_on", "visible_complaints"]


def visible_complaints(user: Staff, now: datetime) -> QuerySet[Complaint]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Complaint.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))


def visible_referrals(user: Staff, now: datetime) -> QuerySet[Referral]:
    """Whoever sees the complaint sees what passed with the centre about it."""
    return Referral.objects.filter(complaint__in=visible_complaints(user, now).values("pk"))


def visible_decisions(user: Staff, now: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(complaint__in=visible_complaints(user, now).values("pk"))


def visible_repeats(user: Staff, now: datetime) -> QuerySet[Repeat]:
    """Whoever sees the later complaint sees that it repeats one; what the earlier one says, only who sees that too."""
    return Repeat.objects.filter(complaint__in=visible_complaints(user, now).values("pk"))


def may_enter(user: Staff, unit_id: int, now: datetime) -> bool:
    """A complaint is written down by whoever hears it at the branch of the client, and by the centre (3.6.1)."""
    return reach(user, now).is_in(unit_id, *FRONT) or reach(user, now).is_a(*CENTRE)


def may_enter_some(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT, *CENTRE)


def may_take_on(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """Whoever serves clients in the unit that handles it (3.1.4); nobody once another complaint carries it on."""
    return complaint.merged_into_id is None and cases.may_take_on(user, complaint, now)


def is_of_branch(user: Staff, complaint: Complaint, now: datetime) -> bool:
    return reach(user, now).is_in(complaint.unit_id, *FRONT)


def is_of_centre(user: Staff, _complaint: object, now: datetime) -> bool:
    return reach(user, now).is_a(*CENTRE)


def may_handle(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """Whoever works on it: the branch and the centre (3.6.1, 3.6.2)."""
    return is_of_branch(user, complaint, now) or is_of_centre(user, complaint, now)


def may_assess(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """Whoever works on it; once the centre handles it, the centre (3.6.1, 3.6.2)."""
    may = may_settle if complaint.state == State.CENTRE_HANDLING else may_handle
    return may(user, complaint, now)


def may_settle(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """Investigates, decides and closes: the branch; once it is with the centre, the centre alone (3.6.1, 3.6.2)."""
    if complaint.escalated_at is not None:
        return is_of_centre(user, complaint, now)
    return is_of_branch(user, complaint, now)


def may_follow(user: Staff, complaint: Complaint, now: datetime) -> bool:
    """Follows up what was settled, and files it: the branch (3.6.3)."""
    return is_of_branch(user, complaint, now)


def may_instruct(user: Staff, _record: object, now: datetime) -> bool:
    """The leader in charge (3.6.2)."""
    return reach(user, now).is_a(Role.Kind.EXECUTIVE)
