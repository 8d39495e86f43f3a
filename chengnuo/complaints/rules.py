"""What is owed on a complaint: by the procedure (3.6, 5.3) and by the regulator (第3号令), side by side."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.clients.escalated import by_centre, owes_report
from chengnuo.kit.proposals.access import holder, weigher
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.models import ref
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs
from chengnuo.ledger.trail import Draft
from chengnuo.people.models import Role

from .clocks import is_stopped, limit, limit_from, standing_since, target
from .models import UNDECIDED, Complaint, Referral, ReferralState, State

E = ReferralState
ONE_DAY = timedelta(days=1)

owes_taking_on(Complaint, TITLE_TAKE_ON, Act(gettext_lazy("登记受理"), "complaints:take_on"))
owes_report(
    Referral,
    "3.6.2",
    reported="complaint.reported_to_centre",
    acknowledged=("complaint.acknowledged", "complaint.instructed"),
    report=Act(gettext_lazy("报客服中心"), "complaints:report"),
    acknowledge=Act(gettext_lazy("确认收到"), "complaints:acknowledge"),
)


def _stamp(moment: datetime) -> int:
    """Of a duty that comes again, or whose end moved: tells this one from the last."""
    return int(moment.timestamp())


def _started(complaint: Complaint) -> datetime:
    return complaint.stage_at or complaint.taken_on_at or complaint.entered_at


def _of(complaint: Complaint, key: str, title: str, due: datetime, facts: Facts, **more: Any) -> Owed:
    """On the desk of who settles it: the branch's owner; once it is with the centre, whoever handles it there."""
    if complaint.escalated_at is not None:
        owner, centre = weigher(facts.now)
        more = {"owner_id": complaint.handler_id or owner, "unit_id": centre, **more}
    return Owed(key, title, due, args={"number": complaint.number}, **more)


def _of_branch(complaint: Complaint, key: str, title: str, due: datetime, **more: Any) -> Owed:
    return Owed(key, title, due, args={"number": complaint.number}, **more)


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.assessed"),
    act=Act(gettext_lazy("评估"), "complaints:assess"),
    sticky=False,
)
def assess_the_complaint(complaint: Complaint, facts: Facts) -> Owed | None:
    """Whether facts and responsibility are clear, or it is major, difficult or repeated, is said within a working day
    [D: `complaint.assessed`] of its registration (3.6.1)."""
    if complaint.state != State.REGISTERED or complaint.is_over:
        return None
    due = facts.after(_started(complaint), "complaint.assessed")
    return _of_branch(complaint, "assess", gettext_noop("评估投诉：%(number)s"), due)


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.notified"),
    act=Act(gettext_lazy("办理"), "complaints:page"),
    sticky=False,
)
def settle_within_the_limit(complaint: Complaint, facts: Facts) -> Owed | None:
    """Decided and told within the regulator's limit (第3号令 18): 15 natural days from receipt, 30 where complex, 30
    more where that was approved and told; while the clock stands nothing runs. It does not roll on over holidays."""
    if complaint.state not in (*UNDECIDED, State.DECIDED) or complaint.is_over:
        return None
    if standing_since(complaint, facts):
        return None
    due = limit(complaint, facts)
    inputs = {gettext_noop("起算"): limit_from(complaint).isoformat()}
    if complaint.paused_days:
        inputs[gettext_noop("停表天数")] = str(complaint.paused_days)
    return _of(
        complaint, f"limit{_stamp(due)}", gettext_noop("监管期限内办结告知：%(number)s"), due, facts, inputs=inputs
    )


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.notified"),
    act=Act(gettext_lazy("办理"), "complaints:page"),
    sticky=False,
)
def settle_the_ordinary_soon(complaint: Complaint, facts: Facts) -> Owed | None:
    """An ordinary complaint is settled by the branch within seven natural days [D: `complaint.target`] of its receipt
    (3.6.1): the procedure's own reading, beside the regulator's limit."""
    if complaint.state not in (*UNDECIDED, State.DECIDED) or complaint.is_over or complaint.escalated_at:
        return None
    if complaint.complex_because or is_stopped(complaint):
        return None
    due = target(complaint, facts)
    return _of_branch(complaint, "target", gettext_noop("一般投诉处理目标：%(number)s"), due)


HEARD = ("complaint.replied", "complaint.extended", "complaint.notified")


def _complainant_heard(complaint: Complaint, event: Draft) -> bool:
    """Whoever spoke with the complainant of his matter answered him."""
    return event.subject == ref(complaint) and event.verb in HEARD


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=_complainant_heard,
    act=Act(gettext_lazy("答复进展"), "complaints:reply"),
    sticky=False,
)
def answer_in_between(complaint: Complaint, facts: Facts) -> Owed | None:
    """While it is not decided the complainant hears every three working days [D: `interim_reply.every`] where his
    matter stands (3.6.1)."""
    if complaint.state not in UNDECIDED or complaint.state == State.RECEIVED or complaint.is_over:
        return None
    since = max(complaint.replied_at or complaint.received_at, complaint.received_at)
    due = facts.after(since, "interim_reply.every")
    return _of(complaint, f"reply{_stamp(since)}", gettext_noop("答复投诉人进展：%(number)s"), due, facts)


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.regulator_answered"),
    act=Act(gettext_lazy("答复转办单位"), "complaints:answer-regulator"),
    sticky=False,
)
def answer_the_regulator(complaint: Complaint, facts: Facts) -> Owed | None:
    """What a regulator forwarded is answered to it by the day that it named; it named none: by the limit of the
    complaint itself (3.6.1). That the complainant takes it back does not answer the regulator."""
    if not complaint.forwarded_by_regulator or complaint.regulator_answered_at:
        return None
    if complaint.merged_into_id is not None or complaint.state == State.CLOSED:
        return None
    named = complaint.regulator_due
    due = midnight(named + ONE_DAY) if named else limit(complaint, facts)
    return _of(complaint, f"regulator{_stamp(due)}", gettext_noop("答复转办单位：%(number)s"), due, facts)


@obligation(
    "3.6.2",
    of=Referral,
    met_by=verbs("complaint.instructed"),
    act=Act(gettext_lazy("作出指示"), "complaints:instruct"),
    sticky=False,
)
def instruct_the_centre(referral: Referral, facts: Facts) -> Owed | None:
    """The leader in charge says how it is to be settled, within a working day [D: `complaint.instructed`] of the
    report, and before the decision goes out (3.6.2)."""
    if referral.state not in (E.REPORTED, E.ACKNOWLEDGED) or referral.complaint.is_over:
        return None
    owed = by_centre(referral, facts, "instruct", gettext_noop("分管领导指示：%(number)s"), "complaint.instructed")
    return replace(owed, owner_id=holder(Role.Kind.EXECUTIVE, facts.now) or owed.owner_id)


@obligation(
    "5.3",
    of=Complaint,
    met_by=verbs("complaint.notified"),
    act=Act(gettext_lazy("告知客户"), "complaints:notify"),
    sticky=False,
)
def tell_the_client(complaint: Complaint, facts: Facts) -> Owed | None:
    """What was decided is told to the client within a working day [D: `complaint.result_told`] (5.3)."""
    untold = complaint.state == State.DECIDED or (
        complaint.state == State.REVIEW_DECIDED and complaint.review_told_at is None
    )
    if not untold or complaint.decided_at is None or complaint.is_over:
        return None
    due = facts.after(complaint.decided_at, "complaint.result_told")
    return _of(complaint, f"client{_stamp(complaint.decided_at)}", gettext_noop("告知客户结果：%(number)s"), due, facts)


@obligation(
    "5.3",
    of=Complaint,
    met_by=verbs("complaint.told_chairman"),
    act=Act(gettext_lazy("报董事长"), "complaints:chairman"),
    sticky=False,
)
def tell_the_chairman(complaint: Complaint, facts: Facts) -> Owed | None:
    """The result is reported to the chairman within a working day [D: `complaint.chairman_told`] of when the client
    was told, that of a review too (5.3)."""
    if complaint.notified_at is None or complaint.chairman_told_at is not None or complaint.is_over:
        return None
    again = complaint.review_told_at
    due = facts.after(again or complaint.notified_at, "complaint.chairman_told")
    key = f"chairman{_stamp(again) if again else ''}"
    return _of(complaint, key, gettext_noop("投诉结果报董事长：%(number)s"), due, facts)


@obligation(
    "3.6.3",
    of=Complaint,
    met_by=verbs("complaint.followed_up"),
    act=Act(gettext_lazy("跟踪"), "complaints:follow-up"),
    sticky=False,
)
def follow_up_what_was_settled(complaint: Complaint, facts: Facts) -> Owed | None:
    """What the centre settled the branch follows up with the client, within three working days [D:
    `complaint.followed_up`] of the telling, and writes down the result (3.6.3)."""
    if complaint.escalated_at is None or complaint.notified_at is None:
        return None
    if complaint.followed_up_at is not None or complaint.is_over:
        return None
    due = facts.after(complaint.notified_at, "complaint.followed_up")
    return _of_branch(complaint, "follow_up", gettext_noop("跟踪处理结果：%(number)s"), due)


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.decided"),
    act=Act(gettext_lazy("核查决定"), "complaints:decide"),
    sticky=False,
)
def decide_the_review(complaint: Complaint, facts: Facts) -> Owed | None:
    """A review that was asked for is decided within 30 natural days (第3号令 20), by another person (3.6.1)."""
    if complaint.state != State.REVIEW_ASKED or complaint.review_asked_at is None:
        return None
    due = facts.after(complaint.review_asked_at, "complaint.review_decided")
    return _of(
        complaint, f"review{_stamp(complaint.review_asked_at)}", gettext_noop("核查决定：%(number)s"), due, facts
    )


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.closed", "complaint.review_asked", "complaint.mediated", "complaint.litigated"),
    act=Act(gettext_lazy("结案"), "complaints:close"),
    sticky=False,
)
def close_the_complaint(complaint: Complaint, facts: Facts) -> Owed | None:
    """A complaint whose result was told is closed, with its root cause and the measure against it, within five working
    days [D: `complaint.closed`] (3.6.1, 3.6.3)."""
    if complaint.state not in (State.NOTIFIED, State.REVIEW_DECIDED) or complaint.is_over:
        return None
    since = _started(complaint)
    due = facts.after(since, "complaint.closed")
    return _of(complaint, f"close{_stamp(since)}", gettext_noop("查明根因并结案：%(number)s"), due, facts)


@obligation(
    "3.6.1",
    of=Complaint,
    met_by=verbs("complaint.filed", "complaint.review_asked"),
    act=Act(gettext_lazy("归档"), "complaints:file"),
    sticky=False,
)
def file_the_complaint(complaint: Complaint, facts: Facts) -> Owed | None:
    """Course and result are filed by the branch within five working days [D: `filing.due`] of the closing (3.6.1,
    3.6.3)."""
    if complaint.state not in Complaint.FINISHED or complaint.filed_at is not None:
        return None
    return _of_branch(
        complaint,
        f"file{_stamp(_started(complaint))}",
        gettext_noop("投诉归档：%(number)s"),
        facts.after(_started(complaint), "filing.due"),
    )
