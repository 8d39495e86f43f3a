"""A complaint as the API tells it, and how an operation on one runs (3.6)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field

from chengnuo.clients.case_api import CaseOut, acted_on_part
from chengnuo.kit.api import Answer, Page, Schema
from chengnuo.kit.requests import Asked

from ..access import visible_complaints
from ..causes import times_complained
from ..clocks import clock, internal_target, own_clock, rulebook, stands
from ..models import Complaint, Decision, Referral, Repeat

M = TypeVar("M", bound=Model)


class RaisedOut(Answer):
    """What passed between branch, centre and leader about a complaint (3.6.2)."""

    id: int
    state: str = Field(description="owed, reported, acknowledged, instructed, released")
    causes: list[str] = Field(description="amount, influence, sued, harm, difficult, repeated")
    known_at: datetime = Field(description="When the deciding fact was entered")
    true_at: datetime = Field(description="When it is said to have been so")
    reported_at: datetime | None
    facts: str
    measures: str
    asks: str
    acknowledged_at: datetime | None
    instruction: str = Field(description="What the leader in charge said")
    instructed_at: datetime | None
    released_at: datetime | None
    released_because: str

    @classmethod
    def of(cls, one: Referral) -> "RaisedOut":
        return cls.model_validate(one, from_attributes=True)


class ComplaintDecisionOut(Answer):
    """What was decided, with the parts that the complainant must be told."""

    id: int
    is_review: bool
    outcome: str = Field(description="upheld, partly, refused; empty in a draft")
    findings: str
    basis: str
    reasons: str
    remedy: str
    ways_on: list[str] = Field(description="review, mediation, arbitration, court")
    decided_at: datetime | None = Field(description="None: a draft")
    told_at: datetime | None
    told_whom: str

    @classmethod
    def of(cls, one: Decision) -> "ComplaintDecisionOut":
        return cls.model_validate(one, from_attributes=True)


class RepeatOut(Answer):
    """That it repeats an earlier one (3.6.6). Of one that the asker may not see only that there is one."""

    id: int
    state: str = Field(description="found, confirmed, rejected")
    earlier_id: int | None = Field(description="None: you may not see it; the centre does")
    earlier_number: str = Field(description="Empty: you may not see it")
    score: Decimal | None = Field(description="How near, 0 to 1; None where you may not see it")
    why: list[list[str]] = Field(description="The grounds as pairs of a label and what was found")
    because: str = Field(description="What a person said of it")

    @classmethod
    def seen_by(cls, one: Repeat, seen: set[int]) -> "RepeatOut":
        is_seen = one.earlier_id in seen
        return cls(
            id=one.pk,
            state=one.state,
            earlier_id=one.earlier_id if is_seen else None,
            earlier_number=one.earlier.number if is_seen else "",
            score=one.score if is_seen else None,
            why=one.why if is_seen else [],
            because=one.because,
        )


class ComplaintOut(CaseOut):
    account: str
    complainant: str
    complainant_phone: str
    contact_id: int | None
    on_behalf_of: str
    authority: str = Field(description="By what authority he speaks for another")
    channel: str = Field(description="phone, visit, mail, letter, chat")
    category: str = Field(description="`claims`, `sales`, `premium`, `attitude`, `policy` or `other`")
    amount: Decimal | None = Field(description="Yuan: the sum that it is about")
    people: int = Field(description="How many complain")
    representatives: str
    claim_id: int | None = Field(description="The claim that it is about")
    policy_id: int | None
    against_id: int | None = Field(description="The person complained of, who has no part in it")
    received_at: datetime = Field(description="When the telephone rang; its clocks run from here")
    forwarded_by_regulator: bool
    regulator: str
    regulator_no: str
    regulator_due: date | None
    regulator_answered_at: datetime | None
    complex_because: str = Field(description="Why it is complex: 30 days; empty: 15")
    influence: str = Field(description="Why of wide influence; empty: not declared")
    sued: str = Field(description="Why likely to be sued over; empty: not declared")
    harm: str = Field(description="Why harmful to the name; empty: not declared")
    difficult_because: str
    escalated_at: datetime | None = Field(description="Since when it is with the centre; None: it is the branch's own")
    times: int = Field(description="How often the client had complained of this matter, this one counted")
    repeats: list[RepeatOut]
    merged_into_id: int | None = Field(description="The complaint that carries it on")
    limit_at: datetime = Field(description="The regulator's limit: 24:00 of its last day is 00:00 of the next")
    limit_target: date | None = Field(description="The working day before, where the last day is one off")
    target_at: datetime = Field(description="The procedure's own target for an ordinary complaint")
    target_target: date | None = Field(description="The working day before, where that day is one off")
    is_stopped: bool = Field(description="Whether the regulator's clock stands")
    extension_approved_at: datetime | None
    extended_at: datetime | None
    decided_at: datetime | None
    notified_at: datetime | None
    chairman_told_at: datetime | None
    followed_up_at: datetime | None
    review_asked_at: datetime | None
    filed_at: datetime | None
    root_cause: str
    measure: str
    referrals: list[RaisedOut] = Field(description="What passed with the centre, the first first")
    decisions: list[ComplaintDecisionOut]

    @classmethod
    def seen_by(cls, request: Asked, case: Complaint) -> "ComplaintOut":
        """As this person may see it."""
        rows = sorted(case.repeats_of.all(), key=lambda one: one.pk)
        pks = [one.earlier_id for one in rows] + ([case.merged_into_id] if case.merged_into_id else [])
        mine = visible_complaints(request.user, request.now).filter(pk__in=pks) if pks else Complaint.objects.none()
        seen = set(mine.values_list("pk", flat=True))
        law, own = clock(case, request.now), own_clock(case, request.now)
        return cls.of(
            case,
            claim_id=case.claim_key,
            times=times_complained(case),
            repeats=[RepeatOut.seen_by(one, seen) for one in rows],
            merged_into_id=case.merged_into_id if case.merged_into_id in seen else None,
            limit_at=law.due,
            limit_target=law.target,
            target_at=own.due,
            target_target=internal_target(own.due, rulebook()),
            is_stopped=stands(case, request.now),
            referrals=[RaisedOut.of(one) for one in sorted(case.referrals.all(), key=lambda one: one.pk)],
            decisions=[ComplaintDecisionOut.of(one) for one in sorted(case.decisions.all(), key=lambda one: one.pk)],
        )


class ComplaintRow(CaseOut):
    """A complaint in a list."""

    category: str
    complainant: str
    amount: Decimal | None = Field(description="Yuan: the sum that it is about")
    received_at: datetime
    forwarded_by_regulator: bool
    escalated_at: datetime | None


class ComplaintPage(Page):
    complaints: list[ComplaintRow]


def seen(request: Asked) -> QuerySet[Complaint]:
    """The complaints that the asker sees, with what an answer tells of each."""
    rows = visible_complaints(request.user, request.now).select_related("policy", "unit")
    return rows.prefetch_related("referrals", "decisions", "repeats_of__earlier")


def on_complaint(request: Asked, id: int, payload: Schema, act: Callable[[Complaint], Any]) -> Any:
    """An operation on a complaint, answered with it as it stands then."""

    def run(complaint: Complaint) -> int:
        act(complaint)
        return complaint.pk

    return on_part(request, visible_complaints(request.user, request.now).select_related("client"), id, payload, run)


def on_part(request: Asked, rows: QuerySet[M], id: int, payload: Schema, act: Callable[[M], int]) -> Any:
    """An operation on what belongs to a complaint; `act` gives the key of the complaint, which is the answer."""
    return acted_on_part(
        request, id, payload, rows, act, lambda pk: ComplaintOut.seen_by(request, seen(request).get(pk=pk))
    )
