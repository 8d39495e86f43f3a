"""What clause 3.2.8 owes: headquarters calls in time, every branch submits in time, headquarters weighs in time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.kit.proposals.access import holder, weigher
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.kit.proposals.rules import owes_analysis
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Occasion, ref
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, occasion, verbs
from chengnuo.people.models import Role, Unit

from .models import AnnualCall, AnnualPlan

if TYPE_CHECKING:
    from chengnuo.ledger.trail import Draft

YEAR = "annual.year"
NOTICE = 30
"""So many days before it must call for the plans, headquarters sees the year coming."""

owes_analysis(
    AnnualPlan,
    "3.2.8",
    "annual_plan.analysed",
    noun="annual",
    act=Act(gettext_lazy("分析"), "annual:analyse"),
)


def _called(subject: Any, event: "Draft") -> bool:
    return event.verb == "annual.called" and ref(subject) in event.also


@obligation("3.2.8", of=Occasion, met_by=_called, act=Act(gettext_lazy("布置"), "annual:call_for"), sticky=False)
def call_for_annual_plans(year: Occasion, facts: Facts) -> Owed | None:
    """Headquarters states its requirements ahead of each year (3.2.8): it calls for the plans at least 92 days [D]
    before the year begins. A year for which it has called owes nothing."""
    if year.rule != YEAR or AnnualCall.objects.filter(year=int(year.period)).exists():
        return None
    days = facts.figure("annual_plan.called")
    owner, centre = weigher(facts.now)
    return Owed(
        "call",
        gettext_noop("布置%(year)s年度计划"),
        year.starts_at - timedelta(days=int(days)),
        args={"year": year.period},
        owner_id=owner,
        unit_id=centre,
        inputs={gettext_noop("年度开始"): year.starts_at.isoformat()},
    )


@obligation(
    "3.2.8",
    of=AnnualPlan,
    met_by=verbs("annual.submitted"),
    act=Act(gettext_lazy("写计划"), "annual:edit"),
    sticky=False,
)
def submit_the_annual_plan(plan: AnnualPlan, facts: Facts) -> Owed | None:
    """Every open branch draws up its plan ahead of the year and submits it (3.2.8): from the call until 31 days [D]
    before the year, 30 November 24:00. What it got back it submits again within 5 working days [D]. A branch that
    headquarters excused owes none."""
    if plan.state != ProposalState.DRAFT or plan.excused_because:
        return None
    args = {"unit": plan.unit.name, "year": str(plan.year)}
    owner = holder(Role.Kind.MANAGER, facts.now, plan.unit_id)
    if plan.back_since is not None:
        again = facts.after(plan.back_since, "annual_plan.mended")
        due = max(plan.call.due_at, again)
        inputs = {gettext_noop("退回"): plan.back_since.isoformat()}
        return Owed("mend", gettext_noop("重报%(unit)s%(year)s年度计划"), due, args, owner_id=owner, inputs=inputs)
    facts.figure("annual_plan.ahead", plan.call.called_at)
    inputs = {gettext_noop("布置"): plan.call.called_at.isoformat()}
    return Owed(
        "submit",
        gettext_noop("上报%(unit)s%(year)s年度计划"),
        plan.call.due_at,
        args,
        owner_id=owner,
        inputs=inputs,
    )


def due_at(year: int, now: datetime) -> datetime:
    """Until when branches submit: 31 days [D] before the year; called for too late, 5 working days [D] from now, since
    the branch does not answer for headquarters' delay."""
    book = rulebook()
    ahead = int(book.parameter("annual_plan.ahead", now).value)
    facts = Facts(now, None, book)
    return max(midnight(date(year, 1, 1)) - timedelta(days=ahead), facts.after(now, "annual_plan.mended"))


def _centre(now: datetime) -> Mapping[int, datetime]:
    """The service centre calls; years count from its opening."""
    rows = Unit.objects.filter(kind=Unit.Kind.CENTRE, closed_on__isnull=True).values_list("pk", "opened_on")
    return {pk: midnight(opened) for pk, opened in rows}


def _year_of(at: datetime) -> tuple[str, datetime]:
    year = at.astimezone(ZONE).year
    return str(year), midnight(date(year, 1, 1))


def _ahead(now: datetime) -> timedelta:
    return timedelta(days=int(rulebook().parameter("annual_plan.called", now).value) + NOTICE)


occasion(YEAR, "3.2.8", units=_centre, period_of=_year_of, ahead=_ahead)
