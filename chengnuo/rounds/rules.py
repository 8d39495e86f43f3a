"""What chapter 4.3 demands of a call that was made."""

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import CallDemand, RoundCall


@obligation(
    "4.3.C",
    of=CallDemand,
    met_by=verbs("calldemand.handled", "calldemand.told"),
    act=Act(gettext_lazy("办理"), "rounds:demand"),
    sticky=False,
)
def handle_a_demand_or_say_why_not(demand: CallDemand, facts: Facts) -> Owed | None:
    """What a client asks for on the telephone is handled as soon as possible or passed on; until it is done he hears
    the reason or how it stands every 3 working days [D] (4.3.C). Passing it on stops no clock: he still waits."""
    if not demand.is_open:
        return None
    return Owed(
        f"word{int(demand.last_word_at.timestamp())}",
        gettext_noop("办理或告知进展：%(what)s"),
        facts.after(demand.last_word_at, "interim_reply.every"),
        args={"what": demand.what[:120]},
        inputs={gettext_noop("最近一次告知"): demand.last_word_at.isoformat()},
    )


@obligation(
    "4.3.D",
    of=RoundCall,
    met_by=verbs("roundcall.filed"),
    act=Act(gettext_lazy("归档"), "rounds:file"),
    sticky=False,
)
def file_what_is_important(call: RoundCall, facts: Facts) -> Owed | None:
    """Important material of a call is filed by the rules, within 5 working days of it [D: `filing.due`] (4.3.D)."""
    if not call.is_important or call.filed_at is not None:
        return None
    return Owed(
        "filed",
        gettext_noop("电话资料归档：%(number)s"),
        facts.after(call.at, "filing.due"),
        args={"number": call.number},
        inputs={gettext_noop("通话时间"): call.at.isoformat()},
    )
