"""What goes to the centre at once, by itself, and what passes between branch and centre then (3.4.3)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.clients.escalated import Report, as_of
from chengnuo.kit.notices import notify
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE

from ..access import may_guide, may_report, may_revise
from ..models import WITH_CENTRE, Cause, Claim, Escalation, EscalationState, Guidance, LossEstimate, State
from .held import held, kept, words

CLAUSE = "3.4.3"
MOST_STEPS = 20


def of_occurrence(claim: Claim) -> QuerySet[Claim]:
    """The claims of one occurrence, this one among them, each with its highest estimate as `most` (yuan or None)."""
    first = claim.occurrence_id or claim.pk
    highest = LossEstimate.objects.filter(claim=OuterRef("pk")).order_by("-amount").values("amount")[:1]
    rows = Claim.objects.filter(Q(pk=first) | Q(occurrence_id=first))
    return rows.annotate(most=Subquery(highest)).order_by("pk")


def causes_of(claim: Claim, total: Decimal, now: datetime) -> list[str]:
    """Why a claim goes to the centre, by the figures in force: more than the amount, that many casualties or more,
    declared difficult, disputed (3.4.3). `total` is what the claims of its occurrence come to, in yuan."""
    book = rulebook()

    def figure(key: str) -> Decimal:
        return book.parameter(key, now).value

    found = {
        Cause.AMOUNT: total > figure("claim.escalation_amount"),
        Cause.CASUALTIES: claim.deaths >= figure("casualties.dead")
        or claim.serious_injuries >= figure("casualties.seriously_injured"),
        Cause.DIFFICULT: bool(claim.difficult_because),
        Cause.DISPUTED: claim.state == State.DISPUTED,
    }
    return [str(cause) for cause, is_so in found.items() if is_so]


@covers("3.4.3", RECORD)
def review_escalation(
    claim: Claim, *, true_at: datetime, by: Staff, now: datetime, anew: Collection[str] = ()
) -> list[Escalation]:
    """Send to the centre what a change of the facts brings there, in the same transaction: the claim, and the others of
    its occurrence that its estimate carries over the amount. Runs under the client's lock.

    What the centre gave back goes to it anew for a cause that was not there before, for more money, and for one of the
    causes `anew` that this change brought about again: a second dispute, more casualties, a reopening. What it has
    already guided does too, but for money alone: that is added to what it has.
    """
    claims = list(of_occurrence(claim).select_for_update(no_key=True, of=("self",)))
    total = sum((one.most for one in claims if one.most is not None), Decimal(0))  # type: ignore[attr-defined]
    wanted = {one: causes for one in claims if (causes := causes_of(one, total, now))}
    if not wanted:
        return []
    before: dict[int, Escalation] = {}
    for row in Escalation.objects.filter(claim__in=[one.pk for one in wanted]).order_by("pk"):
        before[row.claim_id] = row
    made = []
    for one, causes in wanted.items():
        last = before.get(one.pk)
        known = last.causes if last else []
        again = anew if one.pk == claim.pk else ()
        fresh = [cause for cause in causes if cause not in known or cause in again]
        if last is None or (not last.is_with_centre and (fresh or total > last.amount)):
            made.append(_escalate(one, causes, total, true_at, by, now))
        elif last.state == EscalationState.GUIDED and fresh:
            _supersede(last, one, by, now)
            made.append(_escalate(one, causes, total, true_at, by, now))
        elif fresh or total > last.amount:
            _add(last, one, [cause for cause in fresh if cause not in known], total, true_at, by, now)
    return made


def _add(
    last: Escalation, claim: Claim, causes: list[str], total: Decimal, true_at: datetime, by: Staff, now: datetime
) -> None:
    """The centre has it already: what came up since is added to what it has."""
    data: dict[str, Any] = {"causes": causes} if causes else {}
    if total > last.amount:
        data["amount"] = [last.amount, total]
        last.amount = total
    if data:
        last.causes = [*last.causes, *causes]
        last.version += 1
        last.save()
        record("claim.cause_added", last, also=[claim], by=by, now=now, happened_at=true_at, data=data)


def _supersede(last: Escalation, claim: Claim, by: Staff, now: datetime) -> None:
    """What the centre guided was another state of things: report and guidance are owed anew (3.4.3). The steps it gave
    stay to be done."""
    was = last.state
    move(last, "release")
    last.released_at, last.released_because = now, _("有新的情况，重新上报")
    _saved(last, claim, "claim.released", was, by, now, reason=last.released_because)


def _escalate(
    claim: Claim, causes: list[str], total: Decimal, true_at: datetime, by: Staff, now: datetime
) -> Escalation:
    row = Escalation.objects.create(
        claim=claim,
        **as_of(claim),
        causes=causes,
        amount=total,
        known_at=now,
        true_at=true_at,
    )
    claim.escalated_at = now
    claim.version += 1
    claim.save()
    data = {"causes": causes, "amount": total}
    record("claim.escalated", row, also=[claim], by=by, now=now, happened_at=true_at, data=data)
    return row


def report_to_centre(escalation: Escalation, report: Report, *, by: Staff, now: datetime) -> Escalation:
    """The branch's written report (3.4.3). Raises Invalid (422) beside the part that is missing, Forbidden for another
    branch, Refusal 409 when it was reported."""
    parts = report.checked(CLAUSE)
    with _on(escalation) as (claim, fresh):
        if not may_report(by, claim, now):
            raise Forbidden(_("由承办机构上报"), clause=CLAUSE)
        was = fresh.state
        move(fresh, "report")
        fresh.reported_at = now
        for name, words in parts.items():
            setattr(fresh, name, words)
        return _saved(fresh, claim, "claim.reported_to_centre", was, by, now, (), **parts)


def acknowledge(escalation: Escalation, *, by: Staff, now: datetime) -> Escalation:
    """The centre has the report (3.4.3)."""
    with _on(escalation) as (claim, fresh):
        _require_centre(by, now)
        was = fresh.state
        move(fresh, "acknowledge")
        fresh.acknowledged_at = now
        return _saved(fresh, claim, "claim.acknowledged", was, by, now)


def guide(
    escalation: Escalation, steps: Sequence[str], *, due_on: date | None = None, by: Staff, now: datetime
) -> Escalation:
    """What the branch is to do, step by step, by a day if one is given (3.4.3). Raises Invalid without a step."""
    texts = [step.strip() for step in steps if step.strip()]
    if not 0 < len(texts) <= MOST_STEPS or any(len(text) > 1000 for text in texts):
        raise Invalid("steps", clause=CLAUSE, steps=_("每行写一步，1到%s步，每步最多1000字") % MOST_STEPS)
    if due_on is not None and due_on < now.astimezone(ZONE).date():
        raise Invalid("past", clause=CLAUSE, due_on=_("日期已过，改一个以后的日期"))
    with _on(escalation) as (claim, fresh):
        _require_centre(by, now)
        was = fresh.state
        move(fresh, "guide")
        fresh.acknowledged_at = fresh.acknowledged_at or now
        fresh.guided_at = fresh.guided_at or now
        rows = [
            Guidance.objects.create(
                escalation=fresh,
                unit_id=fresh.unit_id,
                client_id=fresh.client_id,
                client_unit_id=fresh.client_unit_id,
                owner_id=claim.owner_id,
                text=text,
                due_on=due_on,
                given_at=now,
            )
            for text in texts
        ]
        return _saved(fresh, claim, "claim.guided", was, by, now, also=rows, steps="\n".join(texts))


def carry_out_guidance(step: Guidance, *, how: str, by: Staff, now: datetime) -> Guidance:
    """The branch did what it was told, and how (3.4.3)."""
    how = how.strip()
    if not 0 < len(how) <= 1000:
        raise Invalid("how", clause=CLAUSE, how=_("写明怎么办的，最多1000字"))
    claim = step.escalation.claim
    with acting(claim, step, client=claim.client) as (claim, fresh):
        if not may_report(by, claim, now):
            raise Forbidden(_("由承办机构办理"), clause=CLAUSE)
        if fresh.done_at is not None:
            raise Invalid("done", clause=CLAUSE, how=_("这一步已经办了"))
        fresh.done_at, fresh.done_how = now, how
        fresh.version += 1
        fresh.save()
        record("claim.guidance_done", fresh, also=[claim], by=by, now=now, texts={"how": how})
        return fresh


def release(escalation: Escalation, *, because: str, by: Staff, now: datetime) -> Escalation:
    """The centre gives the claim back to the branch, with the reason; it does not leave the centre otherwise."""
    because = because.strip()
    if not 0 < len(because) <= 500:
        raise Invalid("because", clause=CLAUSE, because=_("写明交回的原因，最多500字"))
    with _on(escalation) as (claim, fresh):
        _require_centre(by, now)
        was = fresh.state
        move(fresh, "release")
        fresh.released_at, fresh.released_because = now, because
        claim.escalated_at = None
        claim.version += 1
        claim.save()
        return _saved(fresh, claim, "claim.released", was, by, now, reason=because)


def with_centre(claim: Claim) -> Escalation | None:
    """The escalation of a claim that is with the centre now."""
    return Escalation.objects.filter(claim=claim, state__in=WITH_CENTRE).first()


@contextmanager
def _on(escalation: Escalation) -> Iterator[tuple[Claim, Escalation]]:
    claim = escalation.claim
    with acting(claim, escalation, client=claim.client) as (claim, fresh):
        fresh.claim = claim
        yield claim, fresh


def weigh(claim: Claim, *, because: str, by: Staff, now: datetime) -> Claim:
    """Asked whether the claim is difficult or disputed, somebody says that it is not, and why (3.4.3)."""
    because = words("because", because, 500, _("写明为什么不是疑难或有争议"))
    with held(claim, by, now, may=may_revise) as fresh:
        fresh.weighed_at = now
        kept(fresh, "claim.weighed", by=by, now=now, texts={"because": because})
        return fresh


def client_complained(claim: Claim, *, by: Staff, now: datetime) -> None:
    """The client complains of this claim: whoever handles it is asked whether it is difficult or disputed (3.4.3).
    Runs in the transaction of the complaint, under the client's lock."""
    with acting(claim) as fresh:
        fresh.complained_at = now
        kept(fresh, "claim.complained_of", by=by, now=now)


def tell_centre(claim: Claim, now: datetime) -> None:
    """Put a notice on the bell of the centre's people (3.4.3)."""
    title = gettext_noop("客户已同意赔付：%(number)s")
    notify(_people_of_centre(now), title, {"number": claim.number}, claim, now, clause=CLAUSE)


def _people_of_centre(now: datetime) -> list[int]:
    roles = Role.objects.filter(Role.at(now), kind__in=CENTRE, staff__is_active=True)
    return list(roles.order_by("staff_id").values_list("staff_id", flat=True).distinct())


def _require_centre(by: Staff, now: datetime) -> None:
    if not may_guide(by, now):
        raise Forbidden(_("由客户服务中心办理"), clause=CLAUSE)


def _saved(
    fresh: Escalation,
    claim: Claim,
    verb: str,
    was: str,
    by: Staff,
    now: datetime,
    also: Sequence[Kept] = (),
    **texts: str,
) -> Escalation:
    fresh.version += 1
    fresh.save()
    record(verb, fresh, also=[claim, *also], by=by, now=now, data={"state": [was, fresh.state]}, texts=texts)
    return fresh
