"""What is owed on a claim: along its stages (3.4.1), and between branch and centre once it went there (3.4.3)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.clients.escalated import by_centre, owes_report
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.models import ref
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs
from chengnuo.ledger.trail import Draft

from .clocks import FIGURES, LABELS, limitation, running
from .models import DECIDED, Claim, Escalation, EscalationState, Guidance, Party, State

E = EscalationState
ONE_DAY = timedelta(days=1)

SPOKE_WITH_CLIENT = ("claim.advised", "claim.agreed", "claim.disputed", "claim.documents_told")
RUNNING = tuple(state for state in State if state not in {State.REPORTED, State.CLOSED, State.FILED})

owes_taking_on(Claim, TITLE_TAKE_ON, Act(gettext_lazy("登记报案"), "claims:take_on"))


def _started(claim: Claim) -> datetime:
    """Since when the claim stands where it stands."""
    return claim.stage_at or claim.taken_on_at or claim.entered_at


def _stamp(moment: datetime) -> int:
    """Of a duty that comes again: tells this time from the last one."""
    return int(moment.timestamp())


def _of(claim: Claim, key: str, title: str, due: datetime, **more: Any) -> Owed:
    return Owed(key, title, due, args={"number": claim.number}, **more)


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.surveyed", "claim.documents_told"),
    act=Act(gettext_lazy("登记查勘"), "claims:survey"),
    sticky=False,
)
def survey_the_loss(claim: Claim, facts: Facts) -> Owed | None:
    """A registered loss is looked at, within three working days [D: `claim.surveyed`]; where nobody needs to look, the
    client is told at once which documents are needed (3.4.1)."""
    if claim.state != State.REGISTERED:
        return None
    return _of(claim, "survey", gettext_noop("查勘：%(number)s"), facts.after(_started(claim), "claim.surveyed"))


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.documents_told"),
    act=Act(gettext_lazy("告知所需资料"), "claims:collect"),
    sticky=False,
)
def tell_what_is_needed(claim: Claim, facts: Facts) -> Owed | None:
    """After the survey the client is told which documents are needed, all at once, within a working day [D:
    `claim.documents_told`] (3.4.1)."""
    if claim.state != State.SURVEYED:
        return None
    due = facts.after(_started(claim), "claim.documents_told")
    return _of(claim, "tell", gettext_noop("告知所需资料：%(number)s"), due)


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.submitted"),
    act=Act(gettext_lazy("交保险公司"), "claims:submit"),
    sticky=False,
)
def hand_in_the_documents(claim: Claim, facts: Facts) -> Owed | None:
    """The documents are gathered and given to the insurer within ten working days [D: `claim.submitted`] (3.4.1)."""
    if claim.state != State.DOCUMENTS:
        return None
    due = facts.after(_started(claim), "claim.submitted")
    return _of(claim, "submit", gettext_noop("收齐资料交保险公司：%(number)s"), due)


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.insurer_reminded"),
    act=Act(gettext_lazy("催办保险公司"), "claims:remind"),
    sticky=False,
)
def chase_the_insurer(claim: Claim, facts: Facts) -> list[Owed] | None:
    """Where a clock of the insurer ran out (保险法 23–25) it is reminded within a working day [D: `insurer.chased`],
    and again every seven days [D: `insurer.chased_again`] while it stays silent (3.4.1, 3.4.2)."""
    if claim.state not in RUNNING:
        return None
    owed = []
    for name, since, done_at in running(claim):
        if done_at is not None:
            continue
        opens_at = facts.after(since, FIGURES[name])
        if claim.insurer_reminded_at and claim.insurer_reminded_at >= opens_at:
            opens_at = facts.after(claim.insurer_reminded_at, "insurer.chased_again")
        label, article = LABELS[name]
        owed.append(
            Owed(
                f"{name}{_stamp(opens_at)}",
                gettext_noop("催办保险公司%(what)s：%(number)s"),
                facts.after(opens_at, "insurer.chased"),
                args={"number": claim.number, "what": str(label)},
                opens_at=opens_at,
                inputs={gettext_noop("起算"): since.isoformat(), gettext_noop("依据"): str(article)},
            )
        )
    return owed


def _client_heard(claim: Claim, event: Draft) -> bool:
    """Whoever spoke of the claim with the client told him where it stands."""
    spoke = event.verb == "claim.spoke" and event.data["party"] == Party.CLIENT
    return event.subject == ref(claim) and (spoke or event.verb in SPOKE_WITH_CLIENT)


@obligation(
    "3.4.1",
    of=Claim,
    met_by=_client_heard,
    act=Act(gettext_lazy("告知客户"), "claims:speak"),
    sticky=False,
)
def tell_the_client(claim: Claim, facts: Facts) -> Owed | None:
    """The client hears what the insurer decided within a working day [D: `claim.decision_told`], and else every five
    working days [D: `claim.client_told`] where his claim stands (3.4.1, 3.4.2)."""
    if claim.state not in RUNNING:
        return None
    last = claim.client_told_at
    if claim.state in DECIDED and claim.decided_at and (last is None or last < claim.decided_at):
        due = facts.after(_started(claim), "claim.decision_told")
        return _of(claim, "decision", gettext_noop("把保险公司的决定告知客户：%(number)s"), due)
    since = max(last or claim.taken_on_at or claim.entered_at, claim.reopened_at or claim.entered_at)
    due = facts.after(since, "claim.client_told")
    return _of(claim, f"progress{_stamp(since)}", gettext_noop("告知客户进展：%(number)s"), due)


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.limitation_secured"),
    act=Act(gettext_lazy("登记时效中断"), "claims:limitation"),
    sticky=False,
)
def keep_the_limitation(claim: Claim, facts: Facts) -> Owed | None:
    """Ninety days [D: `claim.limitation_ahead`] before the time runs out in which the insured may claim (保险法 26) it
    is interrupted, or the claim is over (3.4.1)."""
    ends = limitation(claim)
    if claim.state not in RUNNING or ends is None:
        return None
    ahead = timedelta(days=int(facts.figure("claim.limitation_ahead")))
    return _of(
        claim, f"limitation{_stamp(ends)}", gettext_noop("诉讼时效将满：%(number)s"), ends, opens_at=ends - ahead
    )


@obligation(
    "3.4.1",
    of=Claim,
    met_by=verbs("claim.filed"),
    act=Act(gettext_lazy("归档"), "claims:file"),
    sticky=False,
)
def file_the_claim(claim: Claim, facts: Facts) -> Owed | None:
    """What is closed is filed within five working days [D: `filing.due`], complete, whatever its amount (3.4.1)."""
    if claim.state != State.CLOSED:
        return None
    return _of(claim, "file", gettext_noop("赔案归档：%(number)s"), facts.after(_started(claim), "filing.due"))


@obligation(
    "3.4.3",
    of=Claim,
    met_by=verbs("claim.difficult", "claim.disputed", "claim.weighed"),
    act=Act(gettext_lazy("评估疑难与争议"), "claims:weigh"),
    sticky=False,
)
def weigh_difficulty(claim: Claim, facts: Facts) -> list[Owed] | None:
    """Whether a claim is difficult or disputed is asked when it is declined, reopened, older than 60 days [D:
    `claim.old_after`], or its client complains; answered within a working day [D: `claim.weighed`] (3.4.3)."""
    if claim.state not in RUNNING or claim.difficult_because or claim.state == State.DISPUTED:
        return None
    old_at = facts.after(claim.reported_at, "claim.old_after")
    asked = {
        "declined": (_started(claim) if claim.state == State.DECLINED else None, gettext_noop("拒赔")),
        "reopened": (claim.reopened_at, gettext_noop("重开")),
        "old": (old_at, gettext_noop("超过60天")),
        "complained": (claim.complained_at, gettext_noop("客户投诉")),
    }
    owed = []
    for key, (since, why) in asked.items():
        if since is None or (claim.weighed_at and claim.weighed_at >= since):
            continue
        due = facts.after(since, "claim.weighed")
        inputs = {gettext_noop("原因"): why}
        opens_at = since if since > facts.now else None
        owed.append(
            _of(claim, key, gettext_noop("是否疑难或有争议：%(number)s"), due, opens_at=opens_at, inputs=inputs)
        )
    return owed


owes_report(
    Escalation,
    "3.4.3",
    reported="claim.reported_to_centre",
    acknowledged=("claim.acknowledged", "claim.guided"),
    report=Act(gettext_lazy("报客服中心"), "claims:report"),
    acknowledge=Act(gettext_lazy("确认收到"), "claims:acknowledge"),
)


@obligation(
    "3.4.3",
    of=Escalation,
    met_by=verbs("claim.guided"),
    act=Act(gettext_lazy("给出指导"), "claims:guide"),
    sticky=False,
)
def guide_the_branch(escalation: Escalation, facts: Facts) -> Owed | None:
    """The centre tells the branch what to do, within a working day [D] of the report (3.4.3)."""
    if escalation.state not in (E.REPORTED, E.ACKNOWLEDGED) or escalation.reported_at is None:
        return None
    return by_centre(escalation, facts, "guide", gettext_noop("指导机构处理：%(number)s"), "centre.guides")


@obligation(
    "3.4.3",
    of=Guidance,
    met_by=verbs("claim.guidance_done"),
    act=Act(gettext_lazy("登记办理"), "claims:guidance_done"),
    sticky=False,
)
def do_as_the_centre_said(step: Guidance, facts: Facts) -> Owed | None:
    """The branch does what the centre told it to, by the day that the centre named; without one it stays open."""
    if step.done_at is not None:
        return None
    return Owed(
        "step",
        gettext_noop("办理指导：%(text)s"),
        midnight(step.due_on + ONE_DAY) if step.due_on else None,
        args={"text": step.text[:80]},
        inputs={gettext_noop("给出"): step.given_at.isoformat()},
    )
