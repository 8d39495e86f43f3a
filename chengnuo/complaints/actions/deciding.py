"""The decision: drafted, complete, under the leader's instruction where the centre settles it, told to the complainant
and to the chairman (3.6.2, 5.3; 第3号令 19)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.kit.notices import notify
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.people.models import Role, Staff

from ..access import may_handle
from ..models import WAYS_ON, Complaint, Decision, Outcome, State
from .escalating import require_instruction
from .handling import check_channel
from .held import held, kept, moved, require_moment, words

CLAUSE = "3.6.1"
LONGEST = 4000
TOLD_CHAIRMAN = gettext_noop("投诉处理结果：%(number)s")


@dataclass(frozen=True)
class Draft:
    """The parts of a decision as they are so far: any may still be empty."""

    outcome: str = ""
    findings: str = ""
    basis: str = ""
    reasons: str = ""
    remedy: str = ""
    ways_on: Collection[str] = ()

    def checked(self) -> dict[str, Any]:
        if self.outcome and self.outcome not in Outcome.values:
            raise Invalid("outcome", clause=CLAUSE, outcome=_("选结论"))
        if unknown := set(self.ways_on) - set(WAYS_ON):
            raise Invalid("ways_on", clause=CLAUSE, ways_on="、".join(sorted(unknown)))
        parts = {name: getattr(self, name).strip() for name in Decision.PARTS}
        for name, text in parts.items():
            if len(text) > LONGEST:
                raise Invalid(name, clause=CLAUSE, **{name: _("最多%s字") % LONGEST})
        return {"outcome": self.outcome, **parts, "ways_on": [name for name in WAYS_ON if name in self.ways_on]}


def draft_decision(complaint: Complaint, draft: Draft, *, by: Staff, now: datetime) -> Decision:
    """Write the decision down as far as it is known; nothing is decided by it."""
    values = draft.checked()
    with held(complaint, by, now) as fresh:
        if fresh.state not in (State.INVESTIGATING, State.REVIEW_ASKED):
            raise Refusal("illegal_move", _("调查中或核查中才能起草决定"), clause=CLAUSE)
        decision = _written(fresh, values, fresh.state == State.REVIEW_ASKED, by, now)
        data = {"outcome": decision.outcome, "ways_on": decision.ways_on, "is_review": decision.is_review}
        kept(fresh, "complaint.drafted", by=by, now=now, also=[decision], data=data, texts=_texts(values))
        return decision


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: values[name] for name in Decision.PARTS}


def _written(fresh: Complaint, values: dict[str, Any], is_review: bool, by: Staff, now: datetime) -> Decision:
    decision = Decision.objects.filter(complaint=fresh, is_review=is_review, decided_at=None).first()
    decision = decision or Decision(complaint=fresh, is_review=is_review)
    for name, value in values.items():
        setattr(decision, name, value)
    decision.drafted_by, decision.drafted_at = by, now
    if decision.pk:
        decision.version += 1
    decision.save()
    return decision


@guards("3.6.2")
def decide(complaint: Complaint, draft: Draft, *, by: Staff, now: datetime) -> Complaint:
    """The decision stands. Raises Invalid (422) beside each part that it must name and does not: outcome, findings,
    basis, reasons, what is done, and the ways on (第3号令 19); Refusal 409 before the leader's instruction (3.6.2);
    Forbidden where whoever decided first would also decide the review (第3号令 17)."""
    values = draft.checked()
    _require_complete(values)
    with held(complaint, by, now) as fresh:
        is_review = fresh.state == State.REVIEW_ASKED
        if is_review:
            _require_another(fresh, by)
        data = moved(fresh, "decide_review" if is_review else "decide", now)
        require_instruction(fresh)
        decision = _written(fresh, values, is_review, by, now)
        decision.decided_by, decision.decided_at = by, now
        decision.version += 1
        decision.save()
        fresh.decided_at = now
        data |= {"outcome": decision.outcome, "ways_on": decision.ways_on, "is_review": is_review}
        kept(fresh, "complaint.decided", by=by, now=now, also=[decision], data=data, texts=_texts(values))
        return fresh


def _require_complete(values: dict[str, Any]) -> None:
    faults = {name: _("决定必须写明这一项") for name in ("outcome", *Decision.PARTS) if not values[name]}
    lacking = [str(label) for name, label in WAYS_ON.items() if name not in values["ways_on"]]
    if lacking:
        faults["ways_on"] = _("决定必须告知后续途径：%s") % "、".join(lacking)
    if faults:
        raise Invalid("incomplete", clause=CLAUSE, **faults)


def _require_another(complaint: Complaint, by: Staff) -> None:
    first = Decision.objects.filter(complaint=complaint, is_review=False, decided_by=by)
    if first.exists():
        raise Forbidden(_("核查由原决定人以外的人作出"), clause=CLAUSE)


def notify_complainant(
    complaint: Complaint, *, told_at: datetime, channel: str, whom: str, by: Staff, now: datetime
) -> Complaint:
    """The complainant is told the decision: when, how, whom (5.3; 第3号令 19). Of a review too. Refusal 409 where it
    went to the centre after the decision and the leader has not said how to settle it (3.6.2)."""
    whom = words("whom", whom, 60, _("写明告知了谁"))
    check_channel(channel)
    with held(complaint, by, now, may=may_handle) as fresh:
        decision = Decision.objects.filter(complaint=fresh, told_at=None).exclude(decided_at=None).last()
        if decision is None:
            raise Refusal("illegal_move", _("没有待告知的决定"), clause="5.3")
        if not decision.is_review:
            require_instruction(fresh)
        require_moment("told_at", told_at, now, (decision.decided_at, _("不能早于决定")))
        data: dict[str, Any] = {}
        if fresh.state == State.DECIDED:
            data = moved(fresh, "notify", now)
            fresh.notified_at = told_at
        else:
            fresh.review_told_at = told_at
            fresh.chairman_told_at = None  # The result is another one now.
        decision.told_at, decision.told_how, decision.told_whom = told_at, channel, whom
        decision.version += 1
        decision.save()
        data |= {"channel": channel, "is_review": decision.is_review}
        texts = {"whom": whom}
        kept(
            fresh,
            "complaint.notified",
            by=by,
            now=now,
            happened_at=told_at,
            also=[decision],
            data=data,
            texts=texts,
        )
        return fresh


def tell_chairman(complaint: Complaint, *, summary: str, by: Staff, now: datetime) -> Complaint:
    """The result is reported to the chairman (5.3): it stands on his bell and in his printed report."""
    summary = words("summary", summary, 1000, _("写明处理结果"))
    with held(complaint, by, now, may=may_handle) as fresh:
        if fresh.notified_at is None:
            raise Refusal("illegal_move", _("先告知客户，再报董事长"), clause="5.3")
        fresh.chairman_told_at = now
        kept(fresh, "complaint.told_chairman", by=by, now=now, texts={"summary": summary})
        roles = Role.objects.filter(Role.at(now), kind=Role.Kind.CHAIRMAN, staff__is_active=True)
        people = sorted(set(roles.values_list("staff_id", flat=True)))
        notify(people, TOLD_CHAIRMAN, {"number": fresh.number}, fresh, now, clause="5.3")
        return fresh


def answer_regulator(
    complaint: Complaint, *, answer: str, answered_at: datetime, by: Staff, now: datetime
) -> Complaint:
    """The regulator that forwarded it has its answer."""
    answer = words("answer", answer, 2000, _("写明怎么答复的"))
    with held(complaint, by, now, may=may_handle) as fresh:
        if not fresh.forwarded_by_regulator or fresh.regulator_answered_at is not None:
            raise Refusal("illegal_move", _("没有待答复的转办"), clause=CLAUSE)
        require_moment("answered_at", answered_at, now, (fresh.received_at, _("不能早于收到投诉")))
        fresh.regulator_answered_at = answered_at
        texts = {"answer": answer}
        kept(fresh, "complaint.regulator_answered", by=by, now=now, happened_at=answered_at, texts=texts)
        return fresh
