"""Who sees claims, and who may act on one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.clients.cases import may_take_on
from chengnuo.people.models import Staff
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import Claim, ClaimPaper, Escalation, Guidance, LossEstimate, Payment

__all__ = ["may_guide", "may_report", "may_revise", "may_take_on", "visible_claims"]


def visible_claims(user: Staff, now: datetime) -> QuerySet[Claim]:
    """Those of his units, of his units' clients, and of clients shared with them."""
    who = reach(user, now)
    return Claim.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))


def visible_escalations(user: Staff, now: datetime) -> QuerySet[Escalation]:
    """Whoever sees the claim sees what passed with the centre about it."""
    return Escalation.objects.filter(claim__in=visible_claims(user, now).values("pk"))


def visible_guidance(user: Staff, now: datetime) -> QuerySet[Guidance]:
    return Guidance.objects.filter(escalation__claim__in=visible_claims(user, now).values("pk"))


def visible_papers(user: Staff, now: datetime) -> QuerySet[ClaimPaper]:
    """Whoever sees the claim sees its documents."""
    return ClaimPaper.objects.filter(claim__in=visible_claims(user, now).values("pk"))


def visible_payments(user: Staff, now: datetime) -> QuerySet[Payment]:
    return Payment.objects.filter(claim__in=visible_claims(user, now).values("pk"))


def visible_estimates(user: Staff, now: datetime) -> QuerySet[LossEstimate]:
    return LossEstimate.objects.filter(claim__in=visible_claims(user, now).values("pk"))


def may_enter(user: Staff, unit_id: int, now: datetime) -> bool:
    """A notice of loss is written down by the branch of the client (3.4.1)."""
    return reach(user, now).is_in(unit_id, *FRONT)


def may_enter_some(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT)


def may_report(user: Staff, claim: Claim, now: datetime) -> bool:
    """The staff and the manager of the branch that handles it (3.4.3)."""
    return reach(user, now).is_in(claim.unit_id, *FRONT)


def may_guide(user: Staff, now: datetime) -> bool:
    """The centre (3.4.3)."""
    return reach(user, now).is_a(*CENTRE)


def may_revise(user: Staff, claim: Claim, now: datetime) -> bool:
    """Whoever learns something of the loss writes it down: the branch that handles it, and the centre."""
    return may_report(user, claim, now) or may_guide(user, now)
