"""The year broken down into daily items (3.3.0): by a job with progress for a whole year, and a few at each round of
the worker, so that no plan is forgotten when nobody asks."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.kit.jobs import AGAIN, Again, Outcome, Tell, start, work
from chengnuo.kit.models import Job
from chengnuo.ledger import clock
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.people.models import Staff

from .access import may_write
from .actions import activate_plan, break_down, end_plan
from .models import IN_FORCE, PlanState, ServicePlan

KIND = "plans.break_down"
A_PART = 100
A_ROUND = 20
YEARS_AHEAD = 1


def running(through: date) -> QuerySet[ServicePlan]:
    """The plans in force that start by a day."""
    return ServicePlan.objects.filter(state__in=IN_FORCE, starts_on__lte=through)


def not_broken_down(through: date) -> QuerySet[ServicePlan]:
    """Those of them whose services are not planned up to that day."""
    return running(through).filter(Q(broken_down_to=None) | Q(broken_down_to__lt=through))


def start_year(year: int, *, by: Staff, now: datetime) -> Job:
    """Break all plans in force down up to a year's end, by the worker. What is done stays done when it is stopped.

    Raises Forbidden outside the centre, Invalid for a year that is neither this nor the next.
    """
    if not may_write(by, now):
        raise Forbidden(_("年度计划由客户服务中心分解"), clause="3.3.0")
    this = now.astimezone(ZONE).year
    if not this <= year <= this + YEARS_AHEAD:
        raise Invalid("year", clause="3.3.0", year=_("只能分解今年和明年"))
    return start(
        KIND, gettext_noop("分解%(year)s年服务"), title_args={"year": year}, args={"year": year}, by=by, now=now
    )


@work(KIND, in_parts=True)
def break_down_a_year(job: Job, tell: Tell) -> Outcome | Again:
    """A hundred plans a part; which are left is asked anew each time, so a second run of a part finds nothing twice."""
    year, now = int(job.args["year"]), clock.now()
    through = date(year, 12, 31)
    total = running(through).count()
    left = not_broken_down(through)
    done = total - left.count()
    for nth, plan in enumerate(left.order_by("pk")[:A_PART]):
        tell(done + nth, total, gettext_noop("分解"))
        break_down(plan, through=through, by=job.staff, now=now)
    if done < total:
        return AGAIN
    return Outcome(gettext_noop("%(count)s份方案已分解到%(year)s年底"), {"count": total, "year": year})


def keep_up(now: datetime) -> int:
    """At each round: plans whose first day has come start, those whose last is over end, and a few that are behind are
    broken down up to the year's end. Gives how many there were."""
    today = now.astimezone(ZONE).date()
    through = date(today.year, 12, 31)
    delivered = ServicePlan.objects.filter(state=PlanState.DELIVERED, starts_on__lte=today)
    starting = list(delivered.order_by("starts_on")[:A_ROUND])
    for plan in starting:
        activate_plan(plan, by=None, now=now)
    over = list(ServicePlan.objects.filter(state=PlanState.ACTIVE, ends_on__lt=today).order_by("ends_on")[:A_ROUND])
    for plan in over:
        end_plan(plan, now=now)
    behind = list(not_broken_down(through).order_by("broken_down_to", "pk")[:A_ROUND])
    for plan in behind:
        break_down(plan, through=through, by=None, now=now)
    return len(starting) + len(over) + len(behind)
