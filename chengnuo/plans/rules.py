"""What chapter 3.2 demands of plans and of what they promise."""

from datetime import timedelta

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import PlannedService, ServiceState

ONE_DAY = timedelta(days=1)


@obligation(
    "3.2.5",
    of=PlannedService,
    met_by=verbs("plan.service_given"),
    act=Act(gettext_lazy("登记办理"), "plans:give"),
    sticky=False,
)
def carry_out_what_is_planned(service: PlannedService, facts: Facts) -> Owed | None:
    """A planned service is carried out and recorded between its two days: owed from the first, by 24:00 of the last
    (3.2.5, 3.3.0). An emergency or a new edition of the plan takes it away (3.2.4)."""
    if service.state != ServiceState.PLANNED:
        return None
    return Owed(
        "carry_out",
        gettext_noop("%(title)s"),
        midnight(service.due_on + ONE_DAY),
        args={"title": service.title},
        opens_at=midnight(service.opens_on),
        inputs={
            gettext_noop("方案"): service.plan.number,
            gettext_noop("办理期"): f"{service.opens_on} — {service.due_on}",
        },
    )
