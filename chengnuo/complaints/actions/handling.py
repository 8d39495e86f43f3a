"""From the assessment to the end of the investigation: the course of a complaint, in detail (3.6.1)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.cases import Channel
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.obligations import Facts
from chengnuo.people.models import Staff

from ..access import may_assess, may_handle
from ..clocks import days_stood
from ..models import Complaint, PauseKind, Recusal, State
from .escalating import hand_over, pass_on_at_centre, review_referral
from .held import held, kept, moved, require_moment, words

CLAUSE = "3.6.1"


def assess(complaint: Complaint, *, finding: str, complex_because: str = "", by: Staff, now: datetime) -> Complaint:
    """Whether its facts and its responsibility are clear, and whether it is complex: then the limit is 30 days
    (第3号令 18). Nothing serious about it: the branch handles it (3.6.1); else it is with the centre, which assesses
    what came to it unassessed, for that may be complex too. Refusal 409 for a second time."""
    finding = words("finding", finding, 1000, _("写明事实和责任是否清楚"))
    if len(complex_because.strip()) > 500:
        raise Invalid("complex_because", clause=CLAUSE, complex_because=_("最多500字"))
    with held(complaint, by, now, may=may_assess) as fresh:
        if fresh.assessed_at is not None:
            raise Refusal("illegal_move", _("已经评估过"), clause=CLAUSE)
        data = moved(fresh, "assess", now)
        fresh.assessed_at, fresh.complex_because = now, complex_because.strip()
        data["is_complex"] = bool(fresh.complex_because)
        texts = {"finding": finding, "complex_because": fresh.complex_because}
        kept(fresh, "complaint.assessed", by=by, now=now, data=data, texts=texts)
        review_referral(fresh, true_at=now, by=by, now=now)
        hand_over(fresh, by=by, now=now)
        if fresh.state == State.ASSESSED:
            kept(fresh, "complaint.at_branch", by=by, now=now, data=moved(fresh, "handle_at_branch", now))
        return fresh


def investigate(complaint: Complaint, *, plan: str, by: Staff, now: datetime) -> Complaint:
    """The investigation begins: what is to be looked into, by whom (3.6.1)."""
    plan = words("plan", plan, 2000, _("写明查什么、谁去查"))
    with held(complaint, by, now) as fresh:
        data = moved(fresh, "investigate", now)
        kept(fresh, "complaint.investigated", by=by, now=now, data=data, texts={"plan": plan})
        return fresh


def note(complaint: Complaint, *, found: str, true_at: datetime, by: Staff, now: datetime) -> Complaint:
    """Something was found out: kept as it came, branch and centre alike (3.6.1, 3.6.3)."""
    found = words("found", found, 4000, _("写明查到什么"))
    require_moment("true_at", true_at, now)
    with held(complaint, by, now, may=may_handle) as fresh:
        _require_registered(fresh)
        kept(fresh, "complaint.noted", by=by, now=now, happened_at=true_at, texts={"found": found})
        return fresh


def reply(
    complaint: Complaint, *, said: str, whom: str, channel: str, spoken_at: datetime, by: Staff, now: datetime
) -> Complaint:
    """The complainant hears where his matter stands, before it is decided (3.6.1)."""
    said = words("said", said, 2000, _("写明答复了什么"))
    whom = words("whom", whom, 60, _("写明答复谁"))
    check_channel(channel)
    with held(complaint, by, now, may=may_handle) as fresh:
        _require_registered(fresh)
        require_moment("spoken_at", spoken_at, now, (fresh.received_at, _("不能早于收到投诉")))
        fresh.replied_at = max(spoken_at, fresh.replied_at or spoken_at)
        data = {"channel": channel}
        texts = {"said": said, "whom": whom}
        kept(fresh, "complaint.replied", by=by, now=now, happened_at=spoken_at, data=data, texts=texts)
        return fresh


def pause(
    complaint: Complaint,
    kind: str,
    *,
    because: str,
    told_at: datetime | None = None,
    told_whom: str = "",
    by: Staff,
    now: datetime,
) -> Complaint:
    """Waiting for an outside appraisal, or for mediation. The appraisal stops the clock only from when the complainant
    is told of it; not told, it runs on (第3号令 18, 23)."""
    if kind not in PauseKind.values:
        raise Invalid("kind", clause=CLAUSE, kind=_("选为什么停"))
    because = words("because", because, 500, _("写明委托谁、为什么"))
    if told_at is not None:
        told_whom = words("told_whom", told_whom, 60, _("写明告知了谁"))
    with held(complaint, by, now) as fresh:
        if told_at is not None:
            require_moment("told_at", told_at, now, (fresh.received_at, _("不能早于收到投诉")))
        data = moved(fresh, "pause", now)
        fresh.paused_at, fresh.pause_kind, fresh.pause_told_at = now, kind, told_at
        data |= {"kind": kind, "told_at": told_at}
        texts = {"because": because, "whom": told_whom}
        kept(fresh, "complaint.paused", by=by, now=now, data=data, texts=texts)
        return fresh


def tell_pause(complaint: Complaint, *, told_at: datetime, told_whom: str, by: Staff, now: datetime) -> Complaint:
    """The complainant is told of the appraisal that goes on: from here the clock stands (第3号令 18)."""
    told_whom = words("told_whom", told_whom, 60, _("写明告知了谁"))
    with held(complaint, by, now) as fresh:
        if fresh.state != State.PAUSED or fresh.pause_told_at is not None:
            raise Refusal("illegal_move", _("没有待告知的停表"), clause=CLAUSE)
        require_moment("told_at", told_at, now, (fresh.paused_at, _("不能早于停表")))
        fresh.pause_told_at = told_at
        data = {"told_at": told_at}
        kept(fresh, "complaint.pause_told", by=by, now=now, happened_at=told_at, data=data, texts={"whom": told_whom})
        return fresh


def resume(complaint: Complaint, *, result: str, by: Staff, now: datetime) -> Complaint:
    """What was waited for has come: the investigation goes on, and the limit is later by the days it stood. A
    stop that began after the limit had passed moves nothing."""
    result = words("result", result, 2000, _("写明结果"))
    with held(complaint, by, now) as fresh:
        days = days_stood(fresh, Facts(now, None, rulebook()))
        data = moved(fresh, "resume", now)
        fresh.paused_days = (fresh.paused_days or 0) + days
        fresh.paused_at = fresh.pause_told_at = None
        fresh.pause_kind = ""
        data["days"] = days
        kept(fresh, "complaint.resumed", by=by, now=now, data=data, texts={"result": result})
        hand_over(fresh, by=by, now=now)
        return fresh


def recuse(complaint: Complaint, staff: Staff, *, because: str, by: Staff, now: datetime) -> Complaint:
    """A person with an interest keeps out of it from now on, by his own word or another's (第3号令 17). Who answers for
    it at the branch hands it on first: Refusal 409; from who handles it at the centre it passes to another there."""
    because = words("because", because, 500, _("写明什么利害关系"))
    with held(complaint, by, now, may=may_handle) as fresh:
        if fresh.is_over:
            raise Refusal("illegal_move", _("投诉已结"), clause=CLAUSE)
        if fresh.barred(staff):
            raise Invalid("recused", clause=CLAUSE, staff=_("已经回避"))
        if staff.pk == fresh.owner_id:
            raise Refusal("still_owner", _("先转派给别人，再登记回避"), clause=CLAUSE)
        Recusal.objects.create(complaint=fresh, staff=staff, because=because, entered_at=now)
        data = {"staff": staff.pk, **pass_on_at_centre(fresh, now)}
        kept(fresh, "complaint.recused", by=by, now=now, data=data, texts={"because": because})
        return fresh


def withdraw(
    complaint: Complaint, *, whom: str, channel: str, because: str, said_at: datetime, by: Staff, now: datetime
) -> Complaint:
    """The complainant takes it back, by his own word: who said so, how, when, why. The branch does not end by that what
    is with the centre (3.6.2)."""
    whom = words("whom", whom, 60, _("写明谁撤回"))
    because = words("because", because, 500, _("写明撤回的原因"))
    check_channel(channel)
    with held(complaint, by, now) as fresh:
        require_moment("said_at", said_at, now, (fresh.received_at, _("不能早于收到投诉")))
        data: dict[str, Any] = moved(fresh, "withdraw", now)
        data["channel"] = channel
        texts = {"whom": whom, "because": because}
        kept(fresh, "complaint.withdrawn", by=by, now=now, happened_at=said_at, data=data, texts=texts)
        return fresh


def check_channel(channel: str) -> None:
    """Raises Invalid (422) for a way of telling that there is not."""
    if channel not in Channel.values:
        raise Invalid("channel", clause=CLAUSE, channel=_("选方式"))


def _require_registered(complaint: Complaint) -> None:
    if complaint.state == State.RECEIVED or complaint.state in Complaint.FINISHED:
        raise Refusal("illegal_move", _("登记之后、结案之前才能办"), clause=CLAUSE)
