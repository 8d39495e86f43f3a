"""Carrying out what a plan promised, and the one way round it: an emergency (3.2.4, 3.2.5)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.links import link
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_carry_out, may_drop
from ..models import PlannedService, ServiceState

CLAUSE = "3.2.5"
LONGEST = 500


@covers("3.2.5", RECORD)
def carry_out(
    planned_id: int, *, service: Kept | None = None, done_on: date, how: str = "", by: Staff, now: datetime
) -> PlannedService:
    """A planned service was given on a day: by the record `service` of another room, or as told in `how`.

    Runs in the caller's transaction where there is one. Raises Forbidden for who serves nobody in the branch, Refusal
    409 when it was done or dropped meanwhile, Invalid for a day to come or for neither record nor words.
    """
    how = how.strip()
    if done_on > now.astimezone(ZONE).date():
        raise Invalid("not_yet", clause=CLAUSE, done_on=_("办理日还没有到"))
    if service is None and not how:
        raise Invalid("no_words", clause=CLAUSE, how=_("写明怎么办的"))
    if len(how) > LONGEST:
        raise Invalid("too_long", clause=CLAUSE, how=_("最多%s个字") % LONGEST)
    with acting(PlannedService(pk=planned_id)) as planned:
        if not may_carry_out(by, planned, now):
            raise Forbidden(_("只有服务该客户的机构能办方案项目"), clause=CLAUSE)
        _require_planned(planned)
        planned.state, planned.done_on, planned.done_how = ServiceState.DONE, done_on, how
        if service is not None:
            planned.service_type, planned.service_pk = ref(service)
        planned.version += 1
        planned.save()
        event = record(
            "plan.service_given",
            planned,
            by=by,
            now=now,
            data={"state": [ServiceState.PLANNED, ServiceState.DONE], "done_on": done_on, "title": planned.title},
            texts={"how": how},
        )
        if service is not None:
            link(planned.plan, service, "carries_out", event)
    return planned


@guards("3.2.4")
def drop_for_emergency(planned: PlannedService, *, reason: str, by: Staff, now: datetime) -> PlannedService:
    """Give a planned service up because of an emergency; otherwise only a new edition drops one (3.2.4).

    Raises Forbidden, Refusal 409 when it was done or dropped meanwhile, Invalid without the reason.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid("no_reason", clause="3.2.4", reason=_("写明突发事件，最多%s个字") % LONGEST)
    with acting(planned) as planned:
        if not may_drop(by, planned, now):
            raise Forbidden(_("机构负责人或客户服务中心才能因突发事件免办"), clause="3.2.4")
        _require_planned(planned)
        planned.state, planned.dropped_because = ServiceState.DROPPED, reason
        planned.version += 1
        planned.save()
        record(
            "plan.service_dropped",
            planned,
            by=by,
            now=now,
            data={"state": [ServiceState.PLANNED, ServiceState.DROPPED], "title": planned.title},
            texts={"reason": reason},
        )
    return planned


def _require_planned(planned: PlannedService) -> None:
    if planned.state != ServiceState.PLANNED:
        raise Refusal("not_planned", _("这项已办或不再办，刷新后看"), clause="3.2.4")
