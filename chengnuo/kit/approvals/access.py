"""Who sees a request, and who may decide it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach


def visible_approvals(user: Staff, now: datetime) -> QuerySet[Approval]:
    """Requests of his own, of the units that he reaches, and those that were asked of his roles or decided by him."""
    reached = reach(user, now)
    mine = ApprovalStep.objects.filter(asked(user, now) | Q(decided_by=user) | Q(on_behalf_of=user))
    return Approval.objects.filter(
        Q(asked_by=user) | Q(unit_id__in=reached.units) | Q(pk__in=mine.values("approval_id"))
    )


def asked(user: Staff, now: datetime) -> Q:
    """The steps that were put to this person: by a role that he holds or stands in for, or by name."""
    put = Q(asked_of=user)
    for kind, unit in sorted(reach(user, now).held):
        put |= Q(asked_role=kind) & (Q(asked_unit=unit) | Q(asked_unit=None)) & Q(asked_at__isnull=False)
    return put


def waiting_for(user: Staff, now: datetime) -> QuerySet[ApprovalStep]:
    """The steps that this person may decide now: asked of him, undecided, and not his own request."""
    open_steps = ApprovalStep.objects.filter(approval__state=Approval.State.PENDING, decision="")
    return open_steps.filter(asked(user, now), asked_at__isnull=False).exclude(approval__asked_by=user)


def capacity(user: Staff, step: ApprovalStep, now: datetime) -> tuple[bool, int | None]:
    """Whether this person may decide the step, and on whose behalf where he stands in for somebody.

    Nobody decides his own request: not himself, not as another's substitute, and not through his own substitute.
    """
    asker = step.approval.asked_by_id
    if user.pk == asker or not user.is_active:
        return False, None
    who = reach(user, now)
    if any(kind == step.asked_role and step.asked_unit_id in (None, unit) for kind, unit in who.own):
        return True, None
    for principal, kind, unit in who.standing_in:
        if principal != asker and kind == step.asked_role and step.asked_unit_id in (None, unit):
            return True, principal
    return False, None
