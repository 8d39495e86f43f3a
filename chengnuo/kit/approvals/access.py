"""Who sees a request, and who may decide it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.kit.models import Approval, ApprovalCopy, ApprovalStep
from chengnuo.people.models import Staff, Substitute
from chengnuo.people.reach import reach


def visible_approvals(user: Staff, now: datetime) -> QuerySet[Approval]:
    """Requests of his own, of the units that he reaches, those that were asked of his roles or decided by him, and
    those of which he got a copy."""
    reached = reach(user, now)
    mine = ApprovalStep.objects.filter(asked(user, now) | Q(decided_by=user) | Q(on_behalf_of=user))
    return Approval.objects.filter(
        Q(asked_by=user)
        | Q(unit_id__in=reached.units)
        | Q(pk__in=mine.values("approval_id"))
        | Q(pk__in=copied_to(user).values("approval_id"))
    )


def copied_to(user: Staff) -> QuerySet[ApprovalCopy]:
    """The copies that were sent to this person."""
    return ApprovalCopy.objects.filter(staff=user)


def asked(user: Staff, now: datetime) -> Q:
    """The steps that were put to this person: by a role that he holds or stands in for, or by name."""
    who = reach(user, now)
    put = Q(asked_of=user) | Q(asked_role="", asked_of__in=principals(user, now), asked_at__isnull=False)
    for kind, unit in sorted(who.held):
        put |= Q(asked_role=kind) & (Q(asked_unit=unit) | Q(asked_unit=None)) & Q(asked_at__isnull=False)
    return put


def principals(user: Staff, now: datetime) -> list[int]:
    """The people for whom this person stands in now."""
    if not user.is_active:
        return []
    rows = Substitute.objects.filter(Substitute.at(now), staff=user, principal__is_active=True)
    return sorted(set(rows.values_list("principal_id", flat=True)))


def signers(approval: Approval) -> QuerySet[Staff]:
    """Who can be asked besides: whoever is at work, but not who made the request."""
    return Staff.objects.filter(is_active=True).exclude(pk=approval.asked_by_id).order_by("unit_id", "name")


def may_copy(user: Staff, approval: Approval, now: datetime) -> bool:
    """Sends a copy: who asked, and who decides or decided (抄送)."""
    if user.pk == approval.asked_by_id:
        return True
    steps = list(approval.steps.all())
    return any(user.pk in (one.decided_by_id, one.on_behalf_of_id) for one in steps) or any(
        one.asked_at and not one.decision and capacity(user, one, now)[0] for one in steps
    )


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
    if not step.asked_role:
        principal = step.asked_of_id
        if principal == user.pk:
            return True, None
        return (True, principal) if principal in principals(user, now) and principal != asker else (False, None)
    who = reach(user, now)
    if any(kind == step.asked_role and step.asked_unit_id in (None, unit) for kind, unit in who.own):
        return True, None
    for principal, kind, unit in who.standing_in:
        if principal != asker and kind == step.asked_role and step.asked_unit_id in (None, unit):
            return True, principal
    return False, None
