"""The way of a claim from its survey to its file (3.4.1): each stage is a move with its facts."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.people.models import Staff

from ..models import AGREED, SETTLED, Cause, Claim, EscalationState, Guidance, State
from .escalating import review_escalation, tell_centre, with_centre
from .facts import FEN, LARGEST
from .held import held, kept, moved, require_moment, words
from .papers import list_papers

CLAUSE = "3.4.3"
DECISIONS = {State.ACCEPTED: "accept", State.PARTLY: "accept_partly", State.DECLINED: "decline"}


def survey(claim: Claim, *, surveyor: str, found: str, surveyed_at: datetime, by: Staff, now: datetime) -> Claim:
    """The loss was looked at: by whom, when, what was found (3.4.1)."""
    surveyor = words("surveyor", surveyor, 60, _("写明查勘人"))
    found = words("found", found, 2000, _("写明查勘情况"))
    with held(claim, by, now) as fresh:
        require_moment("surveyed_at", surveyed_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        data = moved(fresh, "survey", now)
        fresh.surveyor, fresh.surveyed_at = surveyor, surveyed_at
        kept(
            fresh,
            "claim.surveyed",
            by=by,
            now=now,
            happened_at=surveyed_at,
            data=data,
            texts={"surveyor": surveyor, "found": found},
        )
        return fresh


def collect(claim: Claim, names: Collection[str], *, by: Staff, now: datetime) -> Claim:
    """The client was told which documents are needed, all of them at once; each is on the list from now on (3.4.1)."""
    with held(claim, by, now) as fresh:
        data = moved(fresh, "collect", now)
        papers = list_papers(fresh, names, now)
        fresh.client_told_at = now
        kept(fresh, "claim.documents_told", by=by, now=now, also=papers, data=data, texts={"names": "、".join(names)})
        return fresh


def submit(claim: Claim, *, to: str, submitted_at: datetime, by: Staff, now: datetime) -> Claim:
    """All documents are with the insurer: from here its clocks run (保险法 23, 25). Raises Refusal 409 naming what is
    missing: what is not needed is first said to be so, with the reason."""
    to = words("to", to, 120, _("写明交给谁"))
    with held(claim, by, now) as fresh:
        require_moment("submitted_at", submitted_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        data = moved(fresh, "submit", now)
        _require_papers(fresh)
        fresh.submitted_at = submitted_at
        # Handed in again after a reopening: what was decided then ends no clock that begins now.
        fresh.decided_at = fresh.decided_amount = fresh.refusal_told_at = fresh.agreed_at = fresh.settled_at = None
        fresh.decided_because = ""
        kept(fresh, "claim.submitted", by=by, now=now, happened_at=submitted_at, data=data, texts={"to": to})
        return fresh


def ask_again(claim: Claim, names: Collection[str], *, asked_at: datetime, by: Staff, now: datetime) -> Claim:
    """The insurer asks for what is missing: once, and all of it (保险法 22); asking a second time is noted as such. The
    list grows, and the insurer's clocks run again from when all is with it."""
    with held(claim, by, now) as fresh:
        require_moment("asked_at", asked_at, now, (fresh.submitted_at, _("不能早于交资料")))
        data = moved(fresh, "ask_again", now)
        papers = list_papers(fresh, names, now)
        if not papers:
            raise Invalid("names", clause="3.4.2", names=_("写明缺哪些资料"))
        data["is_second"] = fresh.asked_again_at is not None
        fresh.asked_again_at, fresh.submitted_at = asked_at, None
        texts = {"names": "、".join(names)}
        kept(fresh, "claim.asked_again", by=by, now=now, happened_at=asked_at, also=papers, data=data, texts=texts)
        return fresh


def decide(
    claim: Claim,
    outcome: str,
    *,
    amount: Decimal | None,
    because: str,
    decided_at: datetime,
    by: Staff,
    now: datetime,
) -> Claim:
    """What the insurer decided: it pays, pays in part, or declines. `amount` in yuan; the reasons for less than all.

    A fact, so the centre's guidance does not stop it. Raises Invalid (422) beside what is missing."""
    if outcome not in DECISIONS:
        raise Invalid("outcome", clause="3.4.2", outcome=_("选核定结果"))
    if outcome == State.DECLINED:
        amount = None
    elif amount is None or not amount.is_finite() or not 0 < amount <= LARGEST or amount != amount.quantize(FEN):
        raise Invalid("amount", clause="3.4.2", amount=_("写明核定赔付的金额，精确到分"))
    because = because.strip()
    if outcome != State.ACCEPTED or because:
        because = words("because", because, 1000, _("写明保险公司的理由"))
    with held(claim, by, now) as fresh:
        require_moment("decided_at", decided_at, now, (fresh.submitted_at, _("不能早于交资料")))
        data = moved(fresh, DECISIONS[State(outcome)], now)
        fresh.decided_at, fresh.decided_amount, fresh.decided_because = decided_at, amount, because
        fresh.refusal_told_at = fresh.agreed_at = fresh.settled_at = None
        data["amount"] = amount
        kept(fresh, "claim.decided", by=by, now=now, happened_at=decided_at, data=data, texts={"because": because})
        return fresh


def refusal_told(claim: Claim, *, told_at: datetime, by: Staff, now: datetime) -> Claim:
    """The insurer's written refusal with its reasons has come: it has three days for it (保险法 24)."""
    with held(claim, by, now) as fresh:
        if fresh.state != State.DECLINED or fresh.refusal_told_at is not None:
            raise Refusal("illegal_move", _("没有待收的拒赔通知书"), clause="3.4.2")
        require_moment("told_at", told_at, now, (fresh.decided_at, _("不能早于核定")))
        fresh.refusal_told_at = told_at
        kept(fresh, "claim.refusal_told", by=by, now=now, happened_at=told_at)
        return fresh


def dispute(claim: Claim, *, who: str, because: str, by: Staff, now: datetime) -> Claim:
    """The client does not agree: disputed, and with the centre in the same moment (3.4.3), each time anew. What is
    closed is open again by that, if the insurer had decided it."""
    who = words("who", who, 60, _("写明客户方谁提出"))
    because = words("because", because, 1000, _("写明争议在哪里"))
    with held(claim, by, now) as fresh:
        if fresh.state != State.SUBMITTED and fresh.decided_at is None:
            raise Refusal("illegal_move", _("保险公司还没有核定"), clause=CLAUSE)
        if fresh.state in Claim.FINISHED:
            fresh.reopened_at = now
        data = moved(fresh, "dispute", now)
        fresh.client_told_at = now
        kept(fresh, "claim.disputed", by=by, now=now, data=data, texts={"who": who, "because": because})
        review_escalation(fresh, true_at=now, by=by, now=now, anew=[Cause.DISPUTED])
        return fresh


@guards("3.4.3")
def advise(claim: Claim, *, text: str, to_accept: bool, by: Staff, now: datetime) -> Claim:
    """What the branch advises its client. What is with the centre it does not advise to accept before the guidance is
    on file (3.4.3): Refusal 409."""
    text = words("text", text, 2000, _("写明怎么建议客户"))
    with held(claim, by, now) as fresh:
        if fresh.state in Claim.FINISHED or fresh.state == State.REPORTED:
            raise Refusal("illegal_move", _("登记之后、结案之前才能建议客户"), clause="3.4.2")
        if to_accept:
            require_guidance(fresh)
        fresh.client_told_at = now
        kept(fresh, "claim.advised", by=by, now=now, data={"to_accept": to_accept}, texts={"text": text})
        return fresh


@covers("3.4.2", RECORD)
def agree(claim: Claim, *, who: str, agreed_at: datetime, by: Staff, now: datetime) -> Claim:
    """The client accepts by himself what the insurer pays: recorded whatever the centre has said, and the centre is
    told (3.4.3). From here the insurer has ten days to pay (保险法 23)."""
    who = words("who", who, 60, _("写明客户方谁同意"))
    with held(claim, by, now) as fresh:
        if fresh.state not in (*AGREED, State.RECOVERY) or fresh.agreed_at is not None:
            raise Refusal("illegal_move", _("没有待客户同意的赔付"), clause="3.4.2")
        require_moment("agreed_at", agreed_at, now, (fresh.decided_at, _("不能早于核定")))
        fresh.agreed_at = agreed_at
        fresh.client_told_at = max(agreed_at, fresh.client_told_at or agreed_at)
        above = with_centre(fresh)
        also = [above] if above else []
        kept(fresh, "claim.agreed", by=by, now=now, happened_at=agreed_at, also=also, texts={"who": who})
        if above:
            tell_centre(fresh, now)
        return fresh


@guards("3.4.3")
def close(claim: Claim, *, because: str, by: Staff, now: datetime) -> Claim:
    """The claim is over, with the reason where less was paid than decided. Raises Refusal 409 before the centre's
    guidance is on file and carried out (3.4.3), and for what was declined before the client heard of it and somebody
    said whether it is difficult or disputed (3.4.2, 3.4.3)."""
    because = because.strip()
    with held(claim, by, now) as fresh:
        data = moved(fresh, "close", now)
        _require_done(fresh)
        if data["state"][0] == State.DECLINED:
            _require_answered(fresh)
        short = fresh.decided_amount is not None and (fresh.paid or Decimal(0)) < fresh.decided_amount
        if short or because:
            because = words("because", because, 500, _("赔款少于核定，写明为什么结案") if short else _("写明说明"))
        kept(fresh, "claim.closed", by=by, now=now, data=data, texts={"because": because})
        return fresh


@guards("3.4.3")
def give_up(claim: Claim, *, who: str, because: str, by: Staff, now: datetime) -> Claim:
    """The client does not claim, by his own word: who said so, and why. What is with the centre is first guided."""
    who = words("who", who, 60, _("写明客户方谁说的"))
    because = words("because", because, 500, _("写明为什么不索赔"))
    with held(claim, by, now) as fresh:
        data = moved(fresh, "give_up", now)
        _require_done(fresh)
        kept(fresh, "claim.given_up", by=by, now=now, data=data, texts={"who": who, "because": because})
        return fresh


def file_claim(claim: Claim, *, by: Staff, now: datetime) -> Claim:
    """The claim's file is complete and put away: every document, whatever the amount (3.7.0)."""
    with held(claim, by, now) as fresh:
        data = moved(fresh, "file", now)
        _require_papers(fresh)
        kept(fresh, "claim.filed", by=by, now=now, data=data)
        return fresh


def reopen(claim: Claim, *, because: str, by: Staff, now: datetime) -> Claim:
    """Something came up: the claim is open again, with the reason (3.4.1)."""
    because = words("because", because, 500, _("写明重开的原因"))
    with held(claim, by, now) as fresh:
        data = moved(fresh, "reopen", now)
        fresh.reopened_at = now
        kept(fresh, "claim.reopened", by=by, now=now, data=data, texts={"because": because})
        review_escalation(fresh, true_at=now, by=by, now=now, anew=Cause.values)
        return fresh


def require_guidance(claim: Claim) -> None:
    """Raises Refusal 409 while the claim is with the centre and the centre's guidance is not on file (3.4.3)."""
    above = with_centre(claim)
    if above is not None and above.state != EscalationState.GUIDED:
        raise Refusal("not_guided", _("客户服务中心的指导存档之前，机构不得建议接受或结案"), clause=CLAUSE)


def _require_answered(claim: Claim) -> None:
    assert claim.decided_at is not None
    if claim.client_told_at is None or claim.client_told_at < claim.decided_at:
        raise Refusal("client_not_told", _("先把拒赔告知客户，再结案"), clause="3.4.2")
    if not claim.difficult_because and (claim.weighed_at is None or claim.weighed_at < claim.decided_at):
        raise Refusal("not_weighed", _("先评估是否疑难或有争议，再结案"), clause=CLAUSE)


def _require_done(claim: Claim) -> None:
    require_guidance(claim)
    # Also of what the centre gave back: it took back no step by that.
    left = Guidance.objects.filter(escalation__claim=claim, done_at=None).count()
    if left:
        raise Refusal("steps_open", _("中心的指导还有%s步没有办") % left, clause=CLAUSE)


def _require_papers(claim: Claim) -> None:
    names = list(claim.papers.exclude(state__in=SETTLED).values_list("name", flat=True))
    if names:
        listed = "、".join(names[:6])
        words_ = _("资料还没有齐：%(names)s 等%(count)s项") if len(names) > 6 else _("资料还没有齐：%(names)s")
        raise Refusal("papers_missing", words_ % {"names": listed, "count": len(names)}, clause="3.7.0")
