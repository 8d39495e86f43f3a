"""Complaints of Suzhou's company at instants of the end of September 2026."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chengnuo.clients.models import Client
from chengnuo.complaints import actions
from chengnuo.complaints.models import Complaint, Referral, Repeat
from chengnuo.kit.approvals.actions import decide as answer
from chengnuo.kit.models import Approval
from chengnuo.people.models import Staff
from tests.cast import Cast
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, SECOND, at, do

LATE = "九月的车险理赔款一直没有到账，催了三次没人答复"
RUDE = "前台接电话的人态度恶劣，挂断电话"
ALL_WAYS = ("review", "mediation", "arbitration", "court")
REPORT = actions.Report("理赔款迟付，客户三次来电", "已联系保险公司", "请中心出面协调")
WHOLE = actions.Draft(
    "partly", "理赔款晚付九天", "保险法第23条", "资料已于九月一日齐备", "协调保险公司当日付款并致歉", ALL_WAYS
)


def a_complaint(cast: Cast, client: Client | None, *, now: datetime = NOW, **more: Any) -> Complaint:
    """Chen Yueqin of the company complains to Zhou Min that the money is late; an hour ago."""
    names = actions.Grievance.__dataclass_fields__
    told = {name: more.pop(name) for name in list(more) if name in names}
    said = {
        "account": LATE,
        "complainant": "陈月琴",
        "complainant_phone": "138 0000 1021",
        "category": "claims",
        **told,
    }
    given = {"received_at": now - HOUR, "by": cast.zhoumin, **more}
    return do(actions.enter_complaint, client, actions.Grievance(**said), now=now, **given)


def assessed(cast: Cast, complaint: Complaint, now: datetime, *, by: Staff | None = None, **more: Any) -> Complaint:
    given = {"finding": "事实清楚，责任明确", **more}
    return do(actions.assess, complaint, by=by or cast.zhoumin, now=now, **given)


def investigated(cast: Cast, complaint: Complaint, now: datetime, *, by: Staff | None = None) -> Complaint:
    return do(actions.investigate, complaint, plan="调阅保险公司付款记录", by=by or cast.zhoumin, now=now)


def decided(
    cast: Cast, complaint: Complaint, now: datetime, *, draft: Any = WHOLE, by: Staff | None = None
) -> Complaint:
    return do(actions.decide, complaint, draft, by=by or cast.zhoumin, now=now)


def told(cast: Cast, complaint: Complaint, now: datetime, *, by: Staff | None = None) -> Complaint:
    given = {"told_at": now, "channel": "phone", "whom": "陈月琴", "by": by or cast.zhoumin}
    return do(actions.notify_complainant, complaint, now=now, **given)


def reported_up(cast: Cast, complaint: Complaint, now: datetime, *, by: Staff | None = None) -> Complaint:
    return do(actions.tell_chairman, complaint, summary="已付款并致歉", by=by or cast.zhoumin, now=now)


def closed(cast: Cast, complaint: Complaint, now: datetime, *, by: Staff | None = None) -> Complaint:
    given = {"root_cause": "付款跟催没有台账", "measure": "建立每日跟催台账"}
    return do(actions.close, complaint, by=by or cast.zhoumin, now=now, **given)


def under_way(cast: Cast, client: Client | None, **more: Any) -> Complaint:
    """An ordinary complaint, assessed an hour and investigated two hours after its entry."""
    complaint = a_complaint(cast, client, **more)
    return investigated(cast, assessed(cast, complaint, NOW + HOUR), NOW + 2 * HOUR)


def settled(cast: Cast, client: Client | None, now: datetime = NOW + DAY, **more: Any) -> Complaint:
    """An ordinary complaint that was decided, told and reported to the chairman a day later."""
    complaint = told(cast, decided(cast, under_way(cast, client, **more), now), now + HOUR)
    return reported_up(cast, complaint, now + 2 * HOUR)


def referral_of(complaint: Complaint) -> Referral:
    return Referral.objects.filter(complaint=complaint).latest("pk")


def reported(cast: Cast, complaint: Complaint, now: datetime) -> Referral:
    return do(actions.report_to_centre, referral_of(complaint), REPORT, by=cast.zhoumin, now=now)


def instructed(cast: Cast, complaint: Complaint, now: datetime) -> Referral:
    """Reported by the branch, acknowledged by the centre, instructed by the leader."""
    reported(cast, complaint, now)
    do(actions.acknowledge, referral_of(complaint), by=cast.linxiaotang, now=now + MINUTE)
    return do(actions.instruct, referral_of(complaint), text="三日内查清并道歉", by=cast.chenlixing, now=now + HOUR)


def at_centre(cast: Cast, client: Client, **more: Any) -> Complaint:
    """A major complaint that the centre investigates under the leader's instruction."""
    complaint = a_complaint(cast, client, amount=Decimal("100000.01"), **more)
    instructed(cast, complaint, NOW + HOUR)
    return investigated(cast, stored(complaint), NOW + 3 * HOUR, by=cast.linxiaotang)


def extension_asked(cast: Cast, complaint: Complaint, now: datetime) -> Approval:
    return do(actions.ask_extension, complaint, because="等公估终稿", by=cast.zhoumin, now=now)


def answered(approval: Approval, decision: str, by: Staff, now: datetime, **more: Any) -> Approval:
    step = approval.steps.get(decision="", asked_at__isnull=False)
    return do(answer, step, decision, sha256=approval.sha256, by=by, now=now, **more)


def repeat_of(complaint: Complaint) -> Repeat:
    return Repeat.objects.get(complaint=complaint)


def stored(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


__all__ = ["DAY", "HOUR", "MINUTE", "NOW", "SECOND", "Decimal", "at", "do", "timedelta"]
