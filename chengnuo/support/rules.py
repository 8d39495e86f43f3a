"""What clauses 3.2.9 and 3.5.10 owe: headquarters weighs, the branch says what became of it and reports."""

from datetime import timedelta

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.kit.proposals.models import GRANTED, ProposalState
from chengnuo.kit.proposals.rules import owes_analysis
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import SupportRequest

ONE_DAY = timedelta(days=1)

owes_analysis(
    SupportRequest,
    "3.2.9",
    "support.analysed",
    noun="support",
    act=Act(gettext_lazy("分析"), "support:analyse"),
)


@obligation(
    "3.2.9",
    of=SupportRequest,
    met_by=verbs("support.carried_out"),
    act=Act(gettext_lazy("登记实施"), "support:carry_out"),
    sticky=False,
)
def say_what_became_of_it(request: SupportRequest, facts: Facts) -> Owed | None:
    """What was approved is carried out (3.2.9): the branch says how, or why not, within 5 working days [D] of the day
    on which the activity was to end. It is owed from that day on."""
    if request.state not in GRANTED or request.ends_on is None:
        return None
    end = midnight(request.ends_on + ONE_DAY)
    return Owed(
        "carry_out",
        gettext_noop("登记“%(title)s”的实施情况"),
        facts.after(midnight(request.ends_on), "support.reported_back"),
        args={"title": request.title},
        opens_at=end,
        inputs={gettext_noop("活动结束"): request.ends_on.isoformat()},
        clause=request.clause,
    )


@obligation(
    "3.2.9",
    of=SupportRequest,
    met_by=verbs("support.reported"),
    act=Act(gettext_lazy("反馈结果"), "support:report"),
    sticky=False,
)
def report_back(request: SupportRequest, facts: Facts) -> Owed | None:
    """The branch reports to headquarters what came of the support, within 5 working days [D] of the day on which it was
    carried out (3.2.9)."""
    if request.state != ProposalState.CARRIED_OUT or request.done_on is None:
        return None
    return Owed(
        "report",
        gettext_noop("反馈“%(title)s”的结果"),
        facts.after(midnight(request.done_on), "support.reported_back"),
        args={"title": request.title},
        inputs={gettext_noop("实施日"): request.done_on.isoformat()},
        clause=request.clause,
    )
