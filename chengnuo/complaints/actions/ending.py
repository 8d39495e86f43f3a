"""What follows a decision: followed up, closed, filed; looked at again, mediated, taken to court (3.6.1–3.6.4)."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.clauses import guards
from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff

from ..access import may_follow, may_handle
from ..clocks import review_until
from ..models import Complaint, Decision
from .escalating import review_referral, with_centre
from .held import held, kept, moved, require_moment, words


def follow_up(complaint: Complaint, *, result: str, whom: str, by: Staff, now: datetime) -> Complaint:
    """The branch asks the client how what the centre settled was carried out, and writes down what he says (3.6.3)."""
    result = words("result", result, 2000, _("写明跟踪的结果"))
    whom = words("whom", whom, 60, _("写明问了谁"))
    with held(complaint, by, now, may=may_follow) as fresh:
        if fresh.notified_at is None:
            raise Refusal("illegal_move", _("告知客户之后跟踪"), clause="3.6.3")
        fresh.followed_up_at = now
        kept(fresh, "complaint.followed_up", by=by, now=now, texts={"result": result, "whom": whom})
        return fresh


@guards("3.6.2")
def close(complaint: Complaint, *, root_cause: str, measure: str, by: Staff, now: datetime) -> Complaint:
    """The complaint is over, with what it came from and what was done against it. A branch does not close what is with
    the centre (3.6.2). Raises Refusal 409 naming what is still to be done."""
    root_cause = words("root_cause", root_cause, 1000, _("写明根本原因"))
    measure = words("measure", measure, 1000, _("写明整改措施"))
    with held(complaint, by, now) as fresh:
        data = moved(fresh, "close", now)
        if left := still_to_do(fresh):
            raise Refusal("tasks_open", _("结案前还要：%s") % "、".join(left), clause="3.6.3")
        fresh.root_cause, fresh.measure = root_cause, measure
        texts = {"root_cause": root_cause, "measure": measure}
        kept(fresh, "complaint.closed", by=by, now=now, data=data, texts=texts)
        return fresh


def still_to_do(complaint: Complaint) -> list[str]:
    """What stands between a decided complaint and its end, in words."""
    untold = Decision.objects.filter(complaint=complaint, told_at=None).exclude(decided_at=None).exists()
    above = with_centre(complaint)
    left = {
        _("把决定告知客户"): untold or complaint.notified_at is None,
        _("报董事长"): complaint.chairman_told_at is None,
        _("机构跟踪"): above is not None and complaint.followed_up_at is None,
        _("答复转办单位"): complaint.forwarded_by_regulator and complaint.regulator_answered_at is None,
    }
    return [str(label) for label, is_left in left.items() if is_left]


def file_complaint(complaint: Complaint, *, by: Staff, now: datetime) -> Complaint:
    """Course and result are put away (3.6.1, 3.6.3)."""
    with held(complaint, by, now, may=may_follow) as fresh:
        if fresh.state not in Complaint.FINISHED or fresh.filed_at is not None:
            raise Refusal("illegal_move", _("结案之后归档一次"), clause="3.6.3")
        fresh.filed_at = now
        kept(fresh, "complaint.filed", by=by, now=now)
        return fresh


def ask_review(
    complaint: Complaint, *, whom: str, because: str, asked_at: datetime, by: Staff, now: datetime
) -> Complaint:
    """The complainant asks that the decision be looked at again, within 30 days of being told (第3号令 20); asked
    later it is noted as late. It is decided by somebody else within 30 days."""
    whom = words("whom", whom, 60, _("写明谁申请"))
    because = words("because", because, 1000, _("写明不服什么"))
    with held(complaint, by, now, may=may_handle) as fresh:
        require_moment("asked_at", asked_at, now, (fresh.notified_at, _("不能早于告知")))
        until = review_until(fresh)
        data = moved(fresh, "ask_review", now)
        fresh.review_asked_at, fresh.review_told_at, fresh.filed_at = asked_at, None, None
        data["is_late"] = until is not None and asked_at > until
        texts = {"whom": whom, "because": because}
        kept(fresh, "complaint.review_asked", by=by, now=now, happened_at=asked_at, data=data, texts=texts)
        return fresh


def mediate(complaint: Complaint, *, at: str, by: Staff, now: datetime) -> Complaint:
    """It goes on before a mediator: which (第3号令 19, 23)."""
    return _gone_on(complaint, "mediate", "complaint.mediated", at, by, now)


def litigate(complaint: Complaint, *, at: str, by: Staff, now: datetime) -> Complaint:
    """It goes on in court or before arbitrators: which, and under what number (3.6.4)."""
    return _gone_on(complaint, "litigate", "complaint.litigated", at, by, now)


def _gone_on(complaint: Complaint, verb: str, event: str, at: str, by: Staff, now: datetime) -> Complaint:
    at = words("at", at, 200, _("写明在哪里、案号"))
    with held(complaint, by, now, may=may_handle) as fresh:
        data = moved(fresh, verb, now)
        if verb == "litigate" and not fresh.sued:
            fresh.sued = at
        kept(fresh, event, by=by, now=now, data=data, texts={"at": at})
        review_referral(fresh, true_at=now, by=by, now=now)
        return fresh
