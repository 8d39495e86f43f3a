"""Handing the approved plan to the client, breaking it down into dated services, ending it (3.2.3, 3.2.4, 3.3.0)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.kit.approvals.standing import require_approved
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_deliver
from ..fitting import windows
from ..models import IN_FORCE, PlannedService, PlanState, Receipt, ServicePlan, ServiceState
from ..snapshot import KIND, items_of, snapshot_of
from .writing import locked, require_writer, with_agreement

CLAUSE = "3.2.3"
LONGEST = 500
A_MINUTE = timedelta(minutes=1)


@guards("3.2.3")
@covers("3.2.3", RECORD)
def deliver_plan(
    plan: ServicePlan, *, how: str, received_by: str, delivered_at: datetime | None = None, by: Staff, now: datetime
) -> ServicePlan:
    """The client has received the plan and said so; it is in force, and its services up to the year's end are planned.

    Nothing is delivered but exactly what was approved. The editions before it end, what they planned goes on under this
    one. Raises Forbidden, Refusal 409 for what is not approved, Invalid for a time to come or without a receipt.
    """
    received_by = received_by.strip()
    if how not in Receipt.values:
        raise Invalid("no_way", clause=CLAUSE, how=_("选交付方式"))
    if not received_by or len(received_by) > 60:
        raise Invalid("no_receipt", clause=CLAUSE, received_by=_("写明客户方谁签收"))
    at = delivered_at or now
    if at > now + A_MINUTE:
        raise Invalid("not_yet", clause=CLAUSE, delivered_at=_("交付时间还没有到"))
    with locked(plan) as fresh:
        if not may_deliver(by, fresh, now):
            raise Forbidden(_("方案由客户所属机构或客户服务中心交付"), clause=CLAUSE)
        made = move(fresh, "deliver")
        require_approved(KIND, fresh, snapshot_of(fresh), clause=CLAUSE)
        if fresh.approved_at and at < fresh.approved_at:
            raise Invalid("before_approval", clause=CLAUSE, delivered_at=_("早于批准时间，核对"))
        fresh.delivered_at, fresh.delivered_how, fresh.received_by = at, how, received_by
        today = now.astimezone(ZONE).date()
        if fresh.starts_on <= today:
            move(fresh, "activate")
        fresh.version += 1
        fresh.broken_down_to = _through(today, fresh)
        fresh.save()
        before = _ended_editions(fresh)
        services = _taken_over(fresh, before) + _broken_down(fresh, fresh.broken_down_to)
        record(
            "plan.delivered",
            fresh,
            by=by,
            now=now,
            happened_at=at,
            also=[fresh.client, *with_agreement(fresh), *before, *services],
            data={
                "state": [made.from_[0], fresh.state],
                "edition": fresh.edition,
                "how": how,
                "sha256": fresh.approved_sha256,
                "services": len(services),
            },
            texts={"received_by": received_by},
        )
    return fresh


def _through(today: date, plan: ServicePlan) -> date:
    """Up to when services are planned: the end of the year, of that in which the plan starts if it is yet to come."""
    return date(max(today.year, plan.starts_on.year), 12, 31)


def _ended_editions(plan: ServicePlan) -> list[ServicePlan]:
    rows = ServicePlan.objects.select_for_update(no_key=True).filter(number=plan.number, edition__lt=plan.edition)
    before = list(rows.exclude(state=PlanState.CLOSED).order_by("edition"))
    for one in before:
        move(one, "close")
        one.closed_because = _("第%s版交付") % plan.edition
        one.version += 1
        one.save()
    return before


def _taken_over(plan: ServicePlan, before: Sequence[ServicePlan]) -> list[PlannedService]:
    """What earlier editions planned goes on under the same line of this edition, if not done yet within its new window;
    what this edition no longer promises is dropped by it (3.2.4)."""
    rows = PlannedService.objects.select_for_update(no_key=True).filter(plan__in=[one.pk for one in before])
    items = {item.line: item for item in items_of(plan)}
    touched = list(rows.filter(state__in=(ServiceState.PLANNED, ServiceState.DONE)).select_related("item"))
    for one in touched:
        item = items.get(one.item.line)
        if item is not None and one.nth <= item.times:
            one.plan, one.item, one.owner_id, one.kind, one.title = plan, item, item.owner_id, item.kind, item.title
            if one.state == ServiceState.PLANNED:
                one.opens_on, one.due_on = windows(item.starts_on, item.ends_on, item.times)[one.nth - 1]
        elif one.state == ServiceState.PLANNED:
            one.state, one.dropped_because = ServiceState.DROPPED, _("第%s版不再列入") % plan.edition
        one.version += 1
        one.save()
    return touched


def _broken_down(plan: ServicePlan, through: date) -> list[PlannedService]:
    """The services that fall due up to a day and are not there yet (3.3.0)."""
    items = items_of(plan)
    there = set(PlannedService.objects.filter(item__in=[item.pk for item in items]).values_list("item_id", "nth"))
    missing = [
        PlannedService(
            plan=plan,
            item=item,
            nth=nth,
            unit_id=plan.client_unit_id,
            client_id=plan.client_id,
            owner_id=item.owner_id,
            kind=item.kind,
            title=item.title if item.times == 1 else _("%(title)s（第%(nth)s次）") % {"title": item.title, "nth": nth},
            opens_on=opens_on,
            due_on=due_on,
        )
        for item in items
        for nth, (opens_on, due_on) in enumerate(windows(item.starts_on, item.ends_on, item.times), 1)
        if opens_on <= through and (item.pk, nth) not in there
    ]
    return PlannedService.objects.bulk_create(missing)


def break_down(plan: ServicePlan, *, through: date, by: Staff | None, now: datetime) -> int:
    """Plan the services of a plan in force that open up to a day; those that are there already stay. Gives how many
    were added (3.3.0). Raises Refusal 409 for a plan that is not in force."""
    with acting(plan) as fresh:
        if fresh.state not in IN_FORCE:
            raise Refusal("not_in_force", _("交付后的方案才分解"), clause="3.3.0")
        services = _broken_down(fresh, through)
        fresh.broken_down_to = max(through, fresh.broken_down_to or through)
        fresh.save(update_fields=["broken_down_to"])
        if services:
            also: list[Kept] = list(services)
            record(
                "plan.broken_down", fresh, by=by, now=now, also=also, data={"services": len(services), "to": through}
            )
    return len(services)


def activate_plan(plan: ServicePlan, *, by: Staff | None, now: datetime) -> ServicePlan:
    """The first day of a delivered plan has come. Raises Refusal 409 before it and for other states."""
    with acting(plan) as fresh:
        made = move(fresh, "activate")
        if fresh.starts_on > now.astimezone(ZONE).date():
            raise Refusal("too_early", _("起始日还没有到"), clause="3.2.4")
        fresh.version += 1
        fresh.save()
        record("plan.activated", fresh, by=by, now=now, data={"state": [made.from_[0], fresh.state]})
    return fresh


def end_plan(plan: ServicePlan, *, now: datetime) -> ServicePlan:
    """Its last day is over. What it planned and nobody did stays owed. Raises Refusal 409 before it."""
    with locked(plan) as fresh:
        made = move(fresh, "close")
        if fresh.ends_on >= now.astimezone(ZONE).date():
            raise Refusal("too_early", _("截止日还没有过"), clause="3.2.4")
        fresh.closed_because = _("期满")
        fresh.version += 1
        fresh.save()
        data = {"state": [made.from_[0], fresh.state], "agreement": fresh.agreement_id}
        record("plan.closed", fresh, by=None, now=now, also=with_agreement(fresh), data=data)
    return fresh


def close_plan(plan: ServicePlan, *, reason: str, by: Staff, now: datetime) -> ServicePlan:
    """End a plan, or throw a draft away, with the reason; what it planned and nobody did ends with it.

    Raises Forbidden outside the centre, Refusal 409 for what is being approved or has ended, Invalid without a reason.
    """
    require_writer(by, now, "3.2.4")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid("no_reason", clause="3.2.4", reason=_("写明结束原因，最多%s个字") % LONGEST)
    with locked(plan) as fresh:
        was = fresh.state
        move(fresh, "close")
        fresh.closed_because = reason
        fresh.version += 1
        fresh.save()
        open_ = list(fresh.services.select_for_update(no_key=True).filter(state=ServiceState.PLANNED))
        for one in open_:
            one.state, one.dropped_because = ServiceState.DROPPED, reason
            one.version += 1
            one.save()
        also = [fresh.client, *with_agreement(fresh), *open_]
        data = {"state": [was, fresh.state], "dropped": len(open_), "agreement": fresh.agreement_id}
        record("plan.closed", fresh, by=by, now=now, also=also, data=data, texts={"reason": reason})
    return fresh
