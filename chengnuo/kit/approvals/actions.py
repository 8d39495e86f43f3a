"""Asking for an approval, deciding it, taking it back. A decision holds for exactly the snapshot that was shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import canonical, record
from chengnuo.people.models import Role, Staff

from .access import capacity
from .kinds import kind_of

D = ApprovalStep.Decision
OPINION_LENGTH = 1000


@dataclass(frozen=True)
class Asked:
    """Who is asked: a role, in one unit or anywhere."""

    role: str
    unit_id: int | None = None


def request(
    kind: str,
    subject: Kept,
    *,
    title: str,
    clause: str,
    snapshot: dict[str, Any],
    steps: Sequence[Asked],
    by: Staff,
    now: datetime,
    about: str = "",
) -> Approval:
    """Ask for an approval of exactly this snapshot, step after step, under the caller's lock of the subject.

    `about` names the matter of which only one request may wait. Raises Refusal 409 when one does already, LookupError
    for an unknown kind, ValueError without steps.
    """
    kind_of(kind)
    if not steps:
        raise ValueError("an approval asks somebody")
    text = canonical(snapshot)
    with acting(subject):
        try:
            approval = Approval.objects.create(
                kind=kind,
                subject_type=ref(subject).type,
                subject_pk=subject.pk,
                about=about,
                title=title,
                clause=clause,
                snapshot=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                asked_by=by,
                asked_at=now,
                unit_id=by.unit_id,
            )
        except IntegrityError as error:
            raise Refusal("already_asked", _("同一事项已有一件待批，先等它批完或撤回"), clause=clause) from error
        made = [
            ApprovalStep.objects.create(
                approval=approval,
                order=order,
                asked_role=asked.role,
                asked_unit_id=asked.unit_id,
                asked_of_id=_only_holder(asked, by, now),
                asked_at=now if order == 1 else None,
            )
            for order, asked in enumerate(steps, 1)
        ]
        record(
            "approval.asked",
            approval,
            by=by,
            now=now,
            also=[subject, *made],
            data={"kind": kind, "sha256": approval.sha256, "steps": [asked.role for asked in steps]},
            texts={"title": title, "snapshot": text},
        )
    return approval


def _only_holder(asked: Asked, by: Staff, now: datetime) -> int | None:
    """The one person who holds the role, whose desk it comes to; with several it stands on the desk of each."""
    roles = Role.objects.filter(Role.at(now), kind=asked.role, staff__is_active=True).exclude(staff=by)
    if asked.unit_id:
        roles = roles.filter(unit=asked.unit_id)
    holders = set(roles.values_list("staff_id", flat=True)[:2])
    return holders.pop() if len(holders) == 1 else None


def decide(step: ApprovalStep, decision: str, *, sha256: str, opinion: str = "", by: Staff, now: datetime) -> Approval:
    """Approve, return or refuse a step; `sha256` is the fingerprint of what the person was shown.

    Raises Forbidden (403) for his own request or one not put to him, Refusal 409 when it was decided meanwhile or is
    not what he was shown, Invalid (422) for an unknown decision or a return or refusal without a reason.
    """
    opinion = opinion.strip()
    if decision not in D.values:
        raise Invalid("unknown_decision", _("没有这种决定"))
    if decision != D.APPROVE and not opinion:
        raise Invalid("no_reason", opinion=_("写明理由，对方才知道改什么"))
    if len(opinion) > OPINION_LENGTH:
        raise Invalid("opinion_too_long", opinion=_("意见最多%s字") % OPINION_LENGTH)
    with acting(step.approval, step) as (approval, step):
        step.approval = approval
        allowed, principal = capacity(by, step, now)
        if by.pk == approval.asked_by_id:
            raise Forbidden(_("不能批自己提的申请"), code="own_request", clause=approval.clause)
        if not allowed:
            raise Forbidden(_("这一步不由你批"), code="not_asked", clause=approval.clause)
        if approval.state != Approval.State.PENDING or step.decision or step.asked_at is None:
            raise Refusal("already_decided", _("这件申请已有结果，刷新后看"), clause=approval.clause)
        _require_as_shown(approval, sha256)
        step.decision, step.opinion, step.decided_at = decision, opinion, now
        step.decided_by, step.on_behalf_of_id = by, principal
        step.save()
        following = _next_step(approval, step, now) if decision == D.APPROVE else None
        if following is None:
            move(approval, decision)
            approval.ended_at = now
            approval.save()
        record(
            "approval.decided",
            approval,
            by=by,
            now=now,
            also=[step, following] if following else [step],
            data={"step": step.order, "decision": decision, "sha256": approval.sha256},
            texts={"opinion": opinion},
            on_behalf_of=principal,
        )
        if approval.state == Approval.State.APPROVED:
            snapshot = json.loads(approval.snapshot)
            kind_of(approval.kind).on_approved(approval, snapshot, by, principal, now)
    return approval


def _require_as_shown(approval: Approval, sha256: str) -> None:
    stored = hashlib.sha256(approval.snapshot.encode()).hexdigest()
    if not sha256 == approval.sha256 == stored:
        raise Refusal("snapshot_changed", _("内容与你看到的不一致，刷新后重新核对"), clause=approval.clause)


def _next_step(approval: Approval, step: ApprovalStep, now: datetime) -> ApprovalStep | None:
    following = approval.steps.filter(order=step.order + 1).first()
    if following is not None:
        following.asked_at = now
        following.save()
    return following


def withdraw(approval: Approval, *, reason: str, by: Staff, now: datetime) -> Approval:
    """Take a request back before it is decided. Raises Forbidden for another's, Refusal 409 when it has ended,
    Invalid without a reason."""
    reason = reason.strip()
    if not reason:
        raise Invalid("no_reason", reason=_("写明为什么撤回"))
    with acting(approval) as approval:
        if by.pk != approval.asked_by_id:
            raise Forbidden(_("只有提出的人能撤回"), clause=approval.clause)
        move(approval, "withdraw")
        approval.ended_at = now
        approval.save()
        record("approval.withdrawn", approval, by=by, now=now, texts={"reason": reason})
    return approval
