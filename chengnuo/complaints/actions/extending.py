"""Thirty more days: only with the approval of head office's executive, and the complainant told (第3号令 18)."""

from copy import copy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.case_acts import kept
from chengnuo.clients.cases import require_unbarred
from chengnuo.kit.approvals.actions import Asked, request
from chengnuo.kit.approvals.kinds import Difference, Kind, Line
from chengnuo.kit.models import Approval
from chengnuo.kit.times import in_column
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.obligations import Facts
from chengnuo.people.models import Role, Staff

from ..clocks import limit_so_far
from ..models import UNDECIDED, Complaint
from .handling import check_channel
from .held import held, require_moment, words

CLAUSE = "3.6.1"
EXTENSION = "complaints.extension"


def ask_extension(complaint: Complaint, *, because: str, by: Staff, now: datetime) -> Approval:
    """Ask head office's executive for the longer limit, before the present one has passed. Raises Refusal 409 where it
    was granted, is asked already, or comes too late."""
    because = words("because", because, 500, _("写明为什么到期办不完"))
    with held(complaint, by, now) as fresh:
        due = _require_extensible(fresh, now)
        if fresh.extension_approved_at is not None:
            raise Refusal("approved_already", _("已经批准，告知投诉人后生效"), clause=CLAUSE)
        snapshot: dict[str, Any] = {
            "complaint": fresh.number,
            "matter": fresh.matter,
            "because": because,
            "due": due.isoformat(),
            "until": _extended(fresh, now).isoformat(),
        }
        return request(
            EXTENSION,
            fresh,
            title=_("延长投诉处理期限 %s") % fresh.number,
            clause=CLAUSE,
            snapshot=snapshot,
            steps=[Asked(Role.Kind.EXECUTIVE)],
            by=by,
            now=now,
            about="extension",
        )


def extend(complaint: Complaint, *, told_at: datetime, channel: str, whom: str, by: Staff, now: datetime) -> Complaint:
    """The complainant is told of the approved extension, and from here the longer limit holds. Raises Refusal 409 where
    nobody approved it, and where he is told after the first limit had passed."""
    whom = words("whom", whom, 60, _("写明告知了谁"))
    check_channel(channel)
    with held(complaint, by, now) as fresh:
        due = _require_extensible(fresh, told_at)
        if fresh.extension_approved_at is None:
            raise Refusal("not_approved", _("总公司分管领导批准之前，不得延长"), clause=CLAUSE)
        require_moment("told_at", told_at, now, (fresh.extension_approved_at, _("批准之后才能告知")))
        fresh.extended_at = told_at
        data = {"due": [due, _extended(fresh, now)], "channel": channel}
        kept(fresh, "complaint.extended", by=by, now=now, happened_at=told_at, data=data, texts={"whom": whom})
        return fresh


def _require_extensible(complaint: Complaint, at: datetime) -> datetime:
    """The present limit; while the clock stands, as it would be if it ran again. Raises Refusal 409 once it was
    extended, decided or has passed."""
    due = limit_so_far(complaint, Facts(at, None, rulebook()))
    if complaint.state not in UNDECIDED:
        raise Refusal("illegal_move", _("已经决定，不再延长"), clause=CLAUSE)
    if complaint.extended_at is not None:
        raise Refusal("extended_already", _("期限只能延长一次"), clause=CLAUSE)
    if at > due:
        raise Refusal("too_late", _("期限已过，不能再延长"), clause=CLAUSE)
    return due


def _extended(complaint: Complaint, now: datetime) -> datetime:
    as_if = copy(complaint)
    as_if.extended_at = now
    return limit_so_far(as_if, Facts(now, None, rulebook()))


def _approved(approval: Approval, _snapshot: dict[str, Any], by: Staff, principal: int | None, now: datetime) -> None:
    """Nobody approves it who is complained of or recused, nor anybody in his stead (第3号令 17): Forbidden. What was
    asked before new facts began the clock anew is asked again: Refusal 409."""
    with acting(Complaint.objects.get(pk=approval.subject_pk)) as fresh:
        for approver in Staff.objects.filter(pk__in=[by.pk, *([principal] if principal else [])]):
            require_unbarred(fresh, approver, CLAUSE)
        if fresh.clock_from is not None and approval.asked_at < fresh.clock_from:
            raise Refusal("asked_before", _("期限已因新的事实重新起算，退回后重新申请"), clause=CLAUSE)
        fresh.extension_approved_at, fresh.extension_approved_by_id = now, principal or by.pk
        kept(fresh, "complaint.extension_approved", by=by, now=now, data={"approval": approval.pk})


def _difference(_approval: Approval, snapshot: dict[str, Any]) -> Difference:
    before, after = (in_column(datetime.fromisoformat(snapshot[name])) for name in ("due", "until"))
    return Difference([Line(_("处理期限"), before, after)], cause=snapshot["because"], note=snapshot["matter"])


KIND = Kind(EXTENSION, _("延长投诉处理期限"), _approved, _difference)
