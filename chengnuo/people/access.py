"""Who sees which units and colleagues, and who may change them.

Units, staff and roles are the administrator's alone: the head of the centre supervises the procedure, not the accounts.
A manager sees and reports for the people of his units. Everybody sees the names of his own unit and of the centre,
whom he turns to.
"""

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Absence, FactorRule, Role, SignIn, Staff, Substitute, Token, Unit
from .reach import reach

K = Role.Kind


def visible_units(user: Staff, now: datetime) -> QuerySet[Unit]:
    """Every unit for the administrator; else those reached, his own, and those that serve all branches."""
    if may_manage(user, now):
        return Unit.objects.all()
    served_by = ~Q(kind=Unit.Kind.BRANCH)
    return Unit.objects.filter(Q(pk__in=[user.unit_id, *reach(user, now).units]) | served_by)


def visible_staff(user: Staff, now: datetime) -> QuerySet[Staff]:
    """Every colleague for the administrator; else those of his units and of the centre, leavers included."""
    if may_manage(user, now):
        return Staff.objects.all()
    units = [user.unit_id, *reach(user, now).units]
    return Staff.objects.filter(Q(unit_id__in=units) | Q(unit__kind=Unit.Kind.CENTRE))


def visible_roles(user: Staff, now: datetime) -> QuerySet[Role]:
    return Role.objects.filter(staff__in=visible_staff(user, now))


def visible_absences(user: Staff, now: datetime) -> QuerySet[Absence]:
    """Why a colleague is away is for himself, his managers and the administrator."""
    if may_manage(user, now):
        return Absence.objects.all()
    managed = [unit for kind, unit in reach(user, now).held if kind in {K.MANAGER, K.CENTRE_HEAD}]
    return Absence.objects.filter(Q(staff=user) | Q(staff__unit_id__in=managed))


def visible_substitutes(user: Staff, now: datetime) -> QuerySet[Substitute]:
    """Those he named and those that name him."""
    return Substitute.objects.filter(Q(principal=user) | Q(staff=user))


def visible_sign_ins(user: Staff, now: datetime) -> QuerySet[Any]:
    """His own sessions; `is_live` says whether it is still open, one that ran out is not."""
    session = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return SignIn.objects.filter(staff=user).annotate(is_live=Q(ended_at=None) & Q(Exists(session)))


def visible_factor_rules(user: Staff, now: datetime) -> QuerySet[FactorRule]:
    """What roles must have beside the password is the administrator's to read and to say."""
    return FactorRule.objects.all() if may_manage(user, now) else FactorRule.objects.none()


def open_sessions(staff: Staff, now: datetime) -> int:
    """How many sessions somebody has open."""
    return visible_sign_ins(staff, now).filter(is_live=True).count()


def visible_tokens(user: Staff, now: datetime) -> QuerySet[Token]:
    """His own; the administrator sees, and revokes, everybody's."""
    return Token.objects.all() if may_manage(user, now) else Token.objects.filter(staff=user)


def may_manage(user: Staff, now: datetime) -> bool:
    """Units, staff and roles: the administrator, or who stands in for him."""
    return reach(user, now).is_a(K.ADMINISTRATOR)


def may_give_role(user: Staff, staff: Staff, now: datetime) -> bool:
    """Nobody gives himself a role, the administrator neither."""
    return user.pk != staff.pk and may_manage(user, now)


def may_report_absence(user: Staff, staff: Staff, now: datetime) -> bool:
    """Himself, the heads of his unit, the administrator."""
    who = reach(user, now)
    return user.pk == staff.pk or who.is_in(staff.unit_id, K.MANAGER, K.CENTRE_HEAD) or may_manage(user, now)
