"""Asking for an approval, deciding it, taking it back. A decision holds for exactly the snapshot that was shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.kit.models import Approval, ApprovalCopy, ApprovalStep
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import canonical, record
from chengnuo.people.models import Role, Staff

from ..notices import notify
from .access import capacity, may_copy
from .kinds import kind_of

D = ApprovalStep.Decision
OPINION_LENGTH = 1000
COPIED = gettext_noop("抄送：%(title)s")
COPIED_MOMENT = "approval.copied"
NO_COPY = gettext_lazy("提出的人和审批的人才能抄送")


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


@dataclass(frozen=True)
class Answer:
    """What somebody says to a step. `back_to` is the earlier step to which a return goes, 0 for who asked; `ask` the
    person who is asked besides: before this one decides (consult) or after he approved."""

    decision: str
    opinion: str = ""
    back_to: int = 0
    ask: Staff | None = None


def decide(
    step: ApprovalStep,
    decision: str,
    *,
    sha256: str,
    opinion: str = "",
    back_to: int = 0,
    ask: Staff | None = None,
    by: Staff,
    now: datetime,
) -> Approval:
    """Approve, return or refuse a step, or ask another signer first; `sha256` is the fingerprint of what was shown.

    A return goes to who asked, or to the earlier step `back_to`, which is then asked again with all after it. `ask`
    adds a signer: with "consult" before this step, which then comes back; with "approve" after it.
    Raises Forbidden (403) for his own request or one not put to him, Refusal 409 when it was decided meanwhile or is
    not what he was shown, Invalid (422) for an unknown decision, a return or refusal without a reason, an earlier step
    that there is not, and a signer who cannot be.
    """
    answer = Answer(decision, opinion.strip(), back_to, ask)
    _require_sound(answer)
    with acting(step.approval, step) as (approval, step):
        step.approval = approval
        principal = _require_his(approval, step, by, now)
        _require_as_shown(approval, sha256)
        step.decision, step.opinion, step.decided_at = decision, answer.opinion, now
        step.decided_by, step.on_behalf_of_id = by, principal
        step.returned_to = back_to or None
        step.save()
        moved = _followed(approval, step, answer, by, now)
        if ended := _end_of(answer, approval):
            move(approval, ended)
            approval.ended_at = now
            approval.save()
        record(
            "approval.decided",
            approval,
            by=by,
            now=now,
            also=[step, *moved],
            data={
                "step": step.order,
                "decision": decision,
                "sha256": approval.sha256,
                **({"back_to": back_to} if back_to else {}),
                **({"asked_too": ask.pk} if ask else {}),
            },
            texts={"opinion": answer.opinion},
            on_behalf_of=principal,
        )
        if ended:
            _tell_subject(approval, by, principal, now)
    return approval


def _require_sound(answer: Answer) -> None:
    if answer.decision not in D.values:
        raise Invalid("unknown_decision", _("没有这种决定"))
    if answer.decision in (D.RETURN, D.REFUSE) and not answer.opinion:
        raise Invalid("no_reason", opinion=_("写明理由，对方才知道改什么"))
    if len(answer.opinion) > OPINION_LENGTH:
        raise Invalid("opinion_too_long", opinion=_("意见最多%s字") % OPINION_LENGTH)
    if answer.decision == D.CONSULT and answer.ask is None:
        raise Invalid("nobody_asked", ask=_("选请谁加签"))
    if answer.ask is not None and answer.decision not in (D.CONSULT, D.APPROVE):
        raise Invalid("asked_too_late", ask=_("退回或不同意时不加签"))


def _require_his(approval: Approval, step: ApprovalStep, by: Staff, now: datetime) -> int | None:
    """On whose behalf he decides; raises unless the step is open and put to him."""
    allowed, principal = capacity(by, step, now)
    if by.pk == approval.asked_by_id:
        raise Forbidden(_("不能批自己提的申请"), code="own_request", clause=approval.clause)
    if not allowed:
        raise Forbidden(_("这一步不由你批"), code="not_asked", clause=approval.clause)
    if approval.state != Approval.State.PENDING or step.decision or step.asked_at is None:
        raise Refusal("already_decided", _("这件申请已有结果，刷新后看"), clause=approval.clause)
    return principal


def _followed(approval: Approval, step: ApprovalStep, answer: Answer, by: Staff, now: datetime) -> list[ApprovalStep]:
    """The steps that come after the answer: those added or asked again, and the one that is asked now."""
    added: list[ApprovalStep] = []
    if answer.ask is not None:
        added.append(_signer(approval, answer.ask, by))
    if answer.decision == D.CONSULT:
        added.append(_again(step))
    elif answer.decision == D.RETURN and answer.back_to:
        earlier = [one for one in approval.steps.all() if answer.back_to <= one.order < step.order and one.decision]
        if not earlier or earlier[0].order != answer.back_to:
            raise Invalid("no_such_step", back_to=_("只能退回到前面批过的一步"))
        added += [_again(one) for one in (*_first_of_each(earlier), step)]
    elif answer.decision in (D.RETURN, D.REFUSE):
        return []
    moved = _made_room(approval, step.order, len(added))
    for order, one in enumerate(added, step.order + 1):
        one.order = order
        one.save()
    following = added[0] if added else approval.steps.filter(order=step.order + 1).first()
    if following is not None:
        following.asked_at = now
        following.save()
    touched = {one.pk: one for one in (*moved, *added, *([following] if following else []))}
    return list(touched.values())


def _signer(approval: Approval, staff: Staff, by: Staff) -> ApprovalStep:
    if staff.pk in (approval.asked_by_id, by.pk) or not staff.is_active:
        raise Invalid("cannot_sign", ask=_("不能请提出的人、自己或离职的人加签"))
    if approval.steps.filter(asked_of=staff, decision="").exists():
        raise Invalid("asked_already", ask=_("已经请了这个人"))
    return ApprovalStep(approval=approval, asked_of=staff)


def _again(step: ApprovalStep) -> ApprovalStep:
    return ApprovalStep(
        approval_id=step.approval_id,
        asked_role=step.asked_role,
        asked_unit_id=step.asked_unit_id,
        asked_of_id=step.asked_of_id,
    )


def _first_of_each(steps: Sequence[ApprovalStep]) -> list[ApprovalStep]:
    """Each question once, however often it came back meanwhile."""
    found: dict[tuple[str, int | None, int | None], ApprovalStep] = {}
    for one in steps:
        found.setdefault((one.asked_role, one.asked_unit_id, None if one.asked_role else one.asked_of_id), one)
    return list(found.values())


def _made_room(approval: Approval, after: int, count: int) -> list[ApprovalStep]:
    """The undecided steps behind, moved on by so many places; the last first, for an order is given once."""
    behind = list(approval.steps.filter(order__gt=after).order_by("-order")) if count else []
    for one in behind:
        one.order += count
        one.save()
    return behind


def _end_of(answer: Answer, approval: Approval) -> str:
    """The move by which the answer ends the request, if it does."""
    if answer.decision == D.REFUSE or (answer.decision == D.RETURN and not answer.back_to):
        return answer.decision
    if answer.decision == D.APPROVE and not approval.steps.filter(decision="").exists():
        return D.APPROVE
    return ""


def _tell_subject(approval: Approval, by: Staff, principal: int | None, now: datetime) -> None:
    snapshot, kind = json.loads(approval.snapshot), kind_of(approval.kind)
    if approval.state == Approval.State.APPROVED:
        kind.on_approved(approval, snapshot, by, principal, now)
    else:
        kind.on_ended(approval, snapshot, by, now)


def _require_as_shown(approval: Approval, sha256: str) -> None:
    stored = hashlib.sha256(approval.snapshot.encode()).hexdigest()
    if not sha256 == approval.sha256 == stored:
        raise Refusal("snapshot_changed", _("内容与你看到的不一致，刷新后重新核对"), clause=approval.clause)


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
        _tell_subject(approval, by, None, now)
    return approval


def copy_to(approval: Approval, people: Sequence[Staff], *, by: Staff, now: datetime) -> list[ApprovalCopy]:
    """Let people know of a request who do not decide it (抄送); each sees it from then on and is told once.

    Raises Forbidden for who neither asked nor decides, Invalid (422) for nobody or somebody who has left.
    """
    if not people or any(not one.is_active for one in people):
        raise Invalid("nobody", people=_("选在职的人"))
    with acting(approval) as approval:
        if not may_copy(by, approval, now):
            raise Forbidden(str(NO_COPY), clause=approval.clause)
        known = set(approval.copies.values_list("staff_id", flat=True))
        made = [
            ApprovalCopy.objects.create(approval=approval, staff=one, by=by, at=now)
            for one in dict.fromkeys(people)
            if one.pk not in known
        ]
        if made:
            told = [one.staff_id for one in made]
            record("approval.copied", approval, by=by, now=now, also=made, data={"people": told})
            notify(told, COPIED, {"title": approval.title}, approval, now, clause=approval.clause, moment=COPIED_MOMENT)
    return made
