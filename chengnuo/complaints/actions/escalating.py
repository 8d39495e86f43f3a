"""What goes to the centre at once, by itself, and is settled there under the leader in charge (3.6.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.case_acts import kept, moved, words
from chengnuo.clients.cases import require_unbarred
from chengnuo.clients.escalated import Report, as_of
from chengnuo.kit.proposals.access import weigher
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move, moves_from
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from ..access import is_of_branch, is_of_centre, may_handle, may_instruct
from ..causes import DECLARED, causes_of
from ..models import UNDECIDED, Cause, Complaint, Referral, ReferralState, State
from .held import held

CLAUSE = "3.6.2"
CENTRE_FIRST: list[str] = [Role.Kind.CENTRE_HEAD, Role.Kind.CENTRE]


@covers("3.6.4", RECORD)
@covers("3.6.5", RECORD)
@covers("3.6.6", RECORD)
def review_referral(
    complaint: Complaint, *, true_at: datetime, by: Staff, now: datetime, again: bool = False
) -> Referral | None:
    """Send a complaint to the centre where its facts bring it there, in the same transaction (3.6.2, 3.6.4–3.6.6). Runs
    under the client's lock.

    What the centre gave back goes to it anew only for a cause that was not there before; complained of once more
    since (`again`), being repeated is such a cause."""
    causes = causes_of(complaint, now)
    if not causes or complaint.is_over:
        return None
    last = Referral.objects.filter(complaint=complaint).order_by("-pk").first()
    known = set(last.causes) if last is not None else set()
    if last is not None and again and not last.is_with_centre:
        known.discard(Cause.REPEATED)
    fresh = [cause for cause in causes if cause not in known]
    if last is not None and not fresh:
        return None
    data = {"causes": fresh}
    if last is not None and last.is_with_centre:
        last.causes = [*last.causes, *fresh]
        last.version += 1
        last.save()
        record("complaint.cause_added", last, also=[complaint], by=by, now=now, happened_at=true_at, data=data)
        return last
    row = Referral.objects.create(complaint=complaint, **as_of(complaint), causes=causes, known_at=now, true_at=true_at)
    complaint.escalated_at = now
    complaint.version += 1
    complaint.save()
    record("complaint.escalated", row, also=[complaint], by=by, now=now, happened_at=true_at, data={"causes": causes})
    hand_over(complaint, by=by, now=now)
    return row


def hand_over(complaint: Complaint, *, by: Staff, now: datetime) -> None:
    """What is with the centre and stands at a stage of the branch goes over to the centre (3.6.2)."""
    if complaint.escalated_at is not None and any(one.verb == "hand_to_centre" for one in moves_from(complaint)):
        data = moved(complaint, "hand_to_centre", now)
        kept(complaint, "complaint.handed_to_centre", by=by, now=now, data=data)


def pass_on_at_centre(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """Nobody who is barred keeps it on his desk at the centre: it passes to its head, without whom to anybody of the
    centre who may have it (第3号令 17). Gives the change for the event; the caller saves."""
    on_desk = complaint.handler_id or weigher(now)[0]
    out = {*complaint.recusals.values_list("staff_id", flat=True)}
    out |= {complaint.against_id} if complaint.against_id else set()
    if complaint.escalated_at is None or on_desk not in out:
        return {}
    was = complaint.handler_id
    rows = Role.objects.filter(Role.at(now), staff__is_active=True, kind__in=CENTRE_FIRST).exclude(staff__in=out)
    there = sorted(rows, key=lambda role: (CENTRE_FIRST.index(role.kind), role.pk))
    complaint.handler_id = there[0].staff_id if there else None
    return {"handler": [was, complaint.handler_id]}


def declare(complaint: Complaint, cause: str, *, because: str, by: Staff, now: datetime) -> Complaint:
    """Somebody says, with his reason, that it is of wide influence, likely to be sued over, harmful to the company's
    name here, or difficult: it is with the centre in the same moment (3.6.4, 3.6.5). Raises Invalid (422)."""
    if cause not in DECLARED:
        raise Invalid("cause", clause="3.6.4", cause=_("选一项"))
    because = words("because", because, 500, _("写明理由"), clause="3.6.4")
    with held(complaint, by, now, may=may_handle) as fresh:
        field = DECLARED[Cause(cause)]
        if fresh.is_over:
            raise Refusal("illegal_move", _("投诉已结"), clause="3.6.4")
        if getattr(fresh, field):
            raise Invalid("declared", clause="3.6.4", cause=_("已经定过"))
        setattr(fresh, field, because)
        fresh.is_difficult = bool(fresh.difficult_because)
        kept(fresh, "complaint.declared", by=by, now=now, data={"cause": cause}, texts={"because": because})
        review_referral(fresh, true_at=now, by=by, now=now)
        return fresh


def report_to_centre(referral: Referral, report: Report, *, by: Staff, now: datetime) -> Referral:
    """The branch's written report (3.6.2). Raises Invalid (422) beside the part that is missing, Forbidden for another
    branch, Refusal 409 when it was reported."""
    parts = report.checked(CLAUSE)
    with _on(referral, by) as (complaint, fresh):
        if not is_of_branch(by, complaint, now):
            raise Forbidden(_("由承办机构上报"), clause=CLAUSE)
        was = fresh.state
        move(fresh, "report")
        fresh.reported_at = now
        for name, text in parts.items():
            setattr(fresh, name, text)
        return _saved(fresh, complaint, "complaint.reported_to_centre", was, by, now, **parts)


def acknowledge(referral: Referral, *, by: Staff, now: datetime) -> Referral:
    """The centre has the report; who says so handles it from now on (3.6.2)."""
    with _on(referral, by) as (complaint, fresh):
        _require_centre(by, now)
        was = fresh.state
        move(fresh, "acknowledge")
        fresh.acknowledged_at = now
        complaint.handler = by
        complaint.version += 1
        complaint.save()
        return _saved(fresh, complaint, "complaint.acknowledged", was, by, now)


def instruct(referral: Referral, *, text: str, by: Staff, now: datetime) -> Referral:
    """The leader in charge says how it is to be settled (3.6.2); he may say more later."""
    text = words("text", text, 4000, _("写明指示"), clause=CLAUSE)
    with _on(referral, by) as (complaint, fresh):
        if not may_instruct(by, complaint, now):
            raise Forbidden(_("由分管领导指示"), clause=CLAUSE)
        was = fresh.state
        move(fresh, "instruct")
        fresh.instruction, fresh.instructed_by, fresh.instructed_at = text, by, now
        return _saved(fresh, complaint, "complaint.instructed", was, by, now, text=text)


def release(referral: Referral, *, because: str, by: Staff, now: datetime) -> Referral:
    """The centre gives the complaint back to the branch, with the reason; it goes back in no other way."""
    because = words("because", because, 500, _("写明交回的原因"), clause=CLAUSE)
    with _on(referral, by) as (complaint, fresh):
        _require_centre(by, now)
        if complaint.state not in UNDECIDED:
            raise Refusal("illegal_move", _("已经决定的投诉由中心办到底"), clause=CLAUSE)
        was = fresh.state
        move(fresh, "release")
        fresh.released_at, fresh.released_because = now, because
        complaint.escalated_at = complaint.handler = None
        data = {}
        if complaint.state == State.CENTRE_HANDLING:
            data = moved(complaint, "return_to_branch", now)
        kept(complaint, "complaint.returned_to_branch", by=by, now=now, data=data)
        return _saved(fresh, complaint, "complaint.released", was, by, now, reason=because)


def end_for_merging(complaint: Complaint, *, by: Staff, now: datetime) -> None:
    """Of what another complaint carries on nothing is owed to the centre any more: that one goes there (3.6.6)."""
    above = with_centre(complaint)
    if above is None:
        return
    was = above.state
    move(above, "release")
    above.released_at, above.released_because = now, _("并入同一事项的另一件")
    _saved(above, complaint, "complaint.released", was, by, now, reason=above.released_because)


def with_centre(complaint: Complaint) -> Referral | None:
    """The referral of a complaint that is with the centre now."""
    return Referral.objects.filter(complaint=complaint).exclude(state=ReferralState.RELEASED).first()


@guards("3.6.2")
def require_instruction(complaint: Complaint) -> None:
    """Raises Refusal 409 while it is with the centre and the leader has not said how to settle it (3.6.2)."""
    above = with_centre(complaint)
    if above is not None and above.state != ReferralState.INSTRUCTED:
        raise Refusal("not_instructed", _("分管领导的指示存档之前，不得作出、告知决定"), clause=CLAUSE)


@contextmanager
def _on(referral: Referral, by: Staff) -> Iterator[tuple[Complaint, Referral]]:
    complaint = referral.complaint
    with acting(complaint, referral, client=complaint.client) as (complaint, fresh):
        require_unbarred(complaint, by, "3.6.1")
        fresh.complaint = complaint
        yield complaint, fresh


def _require_centre(by: Staff, now: datetime) -> None:
    if not is_of_centre(by, None, now):
        raise Forbidden(_("由客户服务中心办理"), clause=CLAUSE)


def _saved(
    fresh: Referral, complaint: Complaint, verb: str, was: str, by: Staff, now: datetime, **texts: str
) -> Referral:
    fresh.version += 1
    fresh.save()
    record(verb, fresh, also=[complaint], by=by, now=now, data={"state": [was, fresh.state]}, texts=texts)
    return fresh
