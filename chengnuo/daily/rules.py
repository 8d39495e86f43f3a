"""What clause 3.3.3 demands of a renewal, and clause 3.1.5 of a promise made in a return call."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.clients.models import Policy
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import DailyContact, Renewal, RenewalState

ONE_DAY = timedelta(days=1)
DECISIONS = ("renewal.decided",)
TITLES = {
    "contact": gettext_noop("联系续保：%(policy)s"),
    "quote": gettext_noop("报续保条件：%(policy)s"),
    "decide": gettext_noop("办结续保：%(policy)s"),
}


def step_due(expires_on: date, days: int, opened_at: datetime, known_late: int) -> datetime:
    """Until when a step of a renewal is owed: 24:00 of the day so many days before the policy's last one. Where the
    policy became known later than that, some days after it did, but never after its end."""
    step = expires_on - timedelta(days=days)
    late = opened_at.astimezone(ZONE).date() + timedelta(days=known_late)
    return midnight(min(max(step, late), expires_on) + ONE_DAY)


def _owed(renewal: Renewal, facts: Facts, step: str, days: int) -> Owed:
    known_late = int(facts.figure("renewal.known_late", renewal.opened_at))
    policy = renewal.policy
    return Owed(
        # A policy whose end is moved owes its steps by other days.
        f"{step}:{renewal.expires_on}",
        TITLES[step],
        step_due(renewal.expires_on, days, renewal.opened_at, known_late),
        args={"policy": f"{policy.no} {Policy.Line(policy.line).label}"},
        inputs={gettext_noop("保单到期日"): str(renewal.expires_on), gettext_noop("立项时间"): renewal.opened_at},
    )


@obligation(
    "3.3.3",
    of=Renewal,
    met_by=verbs("renewal.contacted", "renewal.quoted", *DECISIONS),
    act=Act(gettext_lazy("联系客户"), "daily:renewal_contact"),
    sticky=False,
)
def contact_the_client_about_renewal(renewal: Renewal, facts: Facts) -> Owed | None:
    """From 90 days before a policy's end the client is spoken to about its renewal, by 60 days before it [D] (3.3.3).
    Terms told or a decision made are such a word."""
    if renewal.state != RenewalState.DUE:
        return None
    return _owed(renewal, facts, "contact", int(facts.figure("renewal.second", renewal.opened_at)))


@obligation(
    "3.3.3",
    of=Renewal,
    met_by=verbs("renewal.quoted", *DECISIONS),
    act=Act(gettext_lazy("报续保条件"), "daily:renewal_quote"),
    sticky=False,
)
def tell_the_terms_of_renewal(renewal: Renewal, facts: Facts) -> Owed | None:
    """The client has the terms of renewal 30 days before the policy's end [D], to decide at leisure (3.3.3)."""
    if renewal.state not in (RenewalState.DUE, RenewalState.CONTACTED):
        return None
    return _owed(renewal, facts, "quote", int(facts.figure("renewal.last", renewal.opened_at)))


@obligation(
    "3.3.3",
    of=Renewal,
    met_by=verbs(*DECISIONS),
    act=Act(gettext_lazy("登记决定"), "daily:renewal_decide"),
    sticky=False,
)
def settle_the_renewal_before_expiry(renewal: Renewal, facts: Facts) -> Owed | None:
    """What the client decided is on record before the policy ends, at 24:00 of its last day: renewed, with another
    insurer, lost with the reason, or not needed any more (3.3.3)."""
    return _owed(renewal, facts, "decide", 0) if renewal.is_open else None


@obligation(
    "3.1.5",
    of=DailyContact,
    met_by=verbs("daily.answered"),
    act=Act(gettext_lazy("答复"), "daily:answer"),
    sticky=False,
)
def answer_what_was_promised_in_a_contact(contact: DailyContact, facts: Facts) -> Owed | None:
    """What was promised to a client in a return call or in daily care is answered by the promised time, as after a call
    of his own (3.1.5)."""
    if not contact.waits:
        return None
    return Owed(
        "promised",
        gettext_noop("回复%(who)s：%(what)s"),
        contact.promised_by,
        args={"who": contact.spoke_with or contact.client.name, "what": contact.promised[:120]},
        inputs={gettext_noop("登记时间"): contact.entered_at.isoformat()},
    )
